"""The register of recommendations as the consultant and the province read it, and what its forms offer.

In:  a member. Out: Rows with every unit's answer and what each still lacks; choices of a wave's units and sub-indices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ddci.report.standing import groups_with_units, name_of_node
from ddci.result import Result
from ddci_web.accounts.models import Member
from ddci_web.accounts.roles import is_province_wide
from ddci_web.improvement.models import Commitment, Recommendation
from ddci_web.improvement.queries import recommendations_seen_by
from ddci_web.organisations.models import Kind, Organisation
from ddci_web.results.models import Wave
from ddci_web.results.published import Published
from ddci_web.results.queries import snapshots_of

UNIT, GROUP = "unit", "group"


@dataclass(frozen=True)
class Choices:
    """What a recommendation of a wave may be for."""

    addressees: tuple[tuple[str, str], ...]
    sub_indices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    recommendation: Recommendation
    sub_index: str
    addressee: str
    commitments: tuple[Commitment, ...]
    n_units: int  # that should answer; for whoever sees some of the answers only, how many they see

    @property
    def n_lacking(self) -> int:
        """Answers that have no owner, day, milestone or review day."""
        return sum(bool(item.lacks) for item in self.commitments)

    @property
    def n_unanswered(self) -> int:
        return max(0, self.n_units - len(self.commitments))


@dataclass(frozen=True)
class Section:
    wave: Wave
    rows: tuple[Row, ...]


def register_of(member: Member) -> tuple[Section, ...]:
    """By wave, the newest first."""
    by_wave: dict[Wave, list[Recommendation]] = {}
    for item in recommendations_seen_by(member):
        by_wave.setdefault(item.wave, []).append(item)
    waves = sorted(by_wave, key=lambda wave: (-wave.year, wave.code))
    return tuple(Section(wave, tuple(rows_of(wave, by_wave[wave], member))) for wave in waves)


def rows_of(wave: Wave, recommendations: Iterable[Recommendation], member: Member) -> list[Row]:
    """In the framework's order of sub-indices, then by number."""
    result, sees_all = newest_result(wave), is_province_wide(member)
    rows = [_row(result, item, sees_all=sees_all) for item in recommendations]
    place = {} if result is None else result.node_column
    return sorted(rows, key=lambda row: (place.get(row.recommendation.sub_index, 999), row.recommendation.number))


def newest_result(wave: Wave) -> Result | None:
    newest = snapshots_of(wave).first()
    return None if newest is None else Published(newest).result


def waves_to_recommend_on() -> list[Wave]:
    """Waves with a publication, the newest first: only their sub-indices and units are settled."""
    return list(Wave.objects.filter(snapshots__isnull=False).select_related("programme").distinct())


def choices_of(wave: Wave) -> Choices:
    result = newest_result(wave)
    if result is None:
        return Choices((), ())
    names = {group.code: group.vi for group in result.framework.unit_groups}
    groups = [(f"{GROUP}:{code}", f"Mọi đơn vị: {names[code]}") for code in groups_with_units(result)]
    wanted = [f"{wave.programme.code}:{unit.code}" for unit in result.units]
    units = Organisation.objects.filter(kind=Kind.UNIT, code__in=wanted).in_order()
    addressees = [*groups, *((f"{UNIT}:{unit.code}", unit.name) for unit in units)]
    return Choices(tuple(addressees), tuple((item.code, item.vi) for item in result.framework.sub_indices))


def addressee_of(word: str) -> tuple[Organisation | None, str]:
    """The unit, or the code of the group, that a choice names."""
    kind, _, code = word.partition(":")
    if kind == GROUP:
        return None, code
    return Organisation.objects.get(kind=Kind.UNIT, code=code), ""


def _row(result: Result | None, item: Recommendation, *, sees_all: bool) -> Row:
    answers = tuple(item.commitments.all())
    n_units, addressee = 1, item.organisation.name if item.organisation else item.unit_group
    if item.organisation is None and result is not None:
        n_units = len(result.rows_of_group(item.unit_group))
        addressee = next((g.vi for g in result.framework.unit_groups if g.code == item.unit_group), item.unit_group)
    sub_index = item.sub_index if result is None else name_of_node(result, item.sub_index)
    return Row(item, sub_index, addressee, answers, n_units if sees_all else len(answers))
