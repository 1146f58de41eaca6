"""A draft Result as the tables of the results room: ranking, coherence, study of method, comparisons.

In:  a Result and the studies written beside it. Out: frozen rows ready to show; every figure is the library's own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ddci.messages.phrases import phrase
from ddci.report.correction import Corrected, correction_of
from ddci.report.numbers import format_number, format_value
from ddci.report.scorecard_checks import verdict
from ddci.report.standing import group_name, groups_with_units, has_sampling_error, name_of_node, ranking
from ddci.result import INDEX_CODE, Check, Result

MOST_LEFT_OUT = 10
MOST_CHECKS = 200
MOST_CORRECTED = 200


@dataclass(frozen=True)
class RankRow:
    """One unit. Figures are NaN where they are not known; ``change`` is like for like."""

    name: str
    rank: float
    rank_low: float
    rank_high: float
    score: float
    low: float
    high: float
    n: float
    change: float
    change_low: float
    change_high: float
    small_n: bool

    @property
    def is_beyond_noise(self) -> bool:
        return self.change_low > 0 or self.change_high < 0


@dataclass(frozen=True)
class RankTable:
    group: str
    rows: tuple[RankRow, ...]
    has_interval: bool
    has_n: bool
    has_change: bool


def ranking_tables(result: Result) -> tuple[RankTable, ...]:
    """One table per unit group, best first."""
    tables = []
    for group in groups_with_units(result):
        members = ranking(result, group)
        rows = tuple(_rank_row(result, row) for row in members)
        tables.append(
            RankTable(
                group=group_name(result, group),
                rows=rows,
                has_interval=has_sampling_error(result, members),
                has_n=any(not math.isnan(row.n) for row in rows),
                has_change=any(not math.isnan(row.change) for row in rows),
            )
        )
    return tuple(tables)


def _rank_row(result: Result, row: int) -> RankRow:
    scores, change = result.scores, result.change
    moved = (math.nan,) * 3
    if change is not None:
        moved = (change.like_for_like[row], change.like_for_like_low[row], change.like_for_like_high[row])
    names = ("rank", "rank_low", "rank_high", "score", "low", "high", "n")
    figures = [float(getattr(scores, name)[row, 0]) for name in names]
    few = result.flags.get("small_n")
    return RankRow(result.units[row].name, *figures, *map(float, moved), bool(few is not None and few[row, 0]))


@dataclass(frozen=True)
class AlphaRow:
    sub_index: str
    n_indicators: int
    alpha: float
    first_share: float
    with_index: float


@dataclass(frozen=True)
class ParentRow:
    indicator: str
    sub_index: str
    correlation: float


@dataclass(frozen=True)
class CoherenceTable:
    """``weakest`` are the indicators that go least with their sub-index; ``pairs`` say nearly the same twice."""

    group: str
    alphas: tuple[AlphaRow, ...]
    weakest: tuple[ParentRow, ...]
    wrong_way: tuple[str, ...]
    pairs: tuple[tuple[str, str, float], ...]


def coherence_tables(result: Result, most: int = 15) -> tuple[CoherenceTable, ...]:
    return tuple(_coherence(result, place, most) for place in range(len(result.coherence)))


def _coherence(result: Result, place: int, most: int) -> CoherenceTable:
    part = result.coherence[place]
    parents = {node.code: node.parent or "" for node in result.nodes}
    n_inside = {code: sum(parents.get(item) == code for item in part.indicators) for code in part.sub_indices}
    alphas = (
        AlphaRow(name_of_node(result, code), n_inside[code], *map(float, figures))
        for code, *figures in zip(
            part.sub_indices,
            part.cronbach_alpha,
            part.first_component_share,
            part.correlation_with_index,
            strict=True,
        )
    )
    known = [
        ParentRow(name_of_node(result, code), name_of_node(result, parents.get(code, "")), float(r))
        for code, r in zip(part.indicators, part.correlation_with_parent, strict=True)
        if not math.isnan(r)
    ]
    return CoherenceTable(
        group=group_name(result, part.unit_group),
        alphas=tuple(alphas),
        weakest=tuple(sorted(known, key=lambda row: row.correlation)[:most]),
        wrong_way=tuple(name_of_node(result, code) for code in part.wrong_way),
        pairs=tuple((name_of_node(result, one), name_of_node(result, other), r) for one, other, r in part.redundant),
    )


@dataclass(frozen=True)
class StudyTable:
    """``units``: name, rank as computed, median, 5th and 95th percentile over drawn methods."""

    group: str
    runs: int
    mean_shift: float | None
    units: tuple[tuple[str, float | None, float | None, float | None, float | None], ...]
    factors: tuple[tuple[str, float | None, float | None], ...]
    left_out: tuple[tuple[str, int, float], ...]


def study_tables(result: Result, studies: Sequence[dict[str, Any]]) -> tuple[StudyTable, ...]:
    names = {unit.code: unit.name for unit in result.units}
    return tuple(
        StudyTable(
            group=group_name(result, study["unit_group"]),
            runs=study["runs"],
            mean_shift=study["mean_shift"],
            units=tuple(
                (names[item["unit"]], item["rank"], item["median"], item["low"], item["high"])
                for item in study["units"]
            ),
            factors=tuple(
                (phrase(f"factor_{item['name']}", "vi"), item["first"], item["total"]) for item in study["factors"]
            ),
            left_out=tuple(
                (name_of_node(result, item["indicator"]), item["n_changed"], item["largest"])
                for item in study["left_out"][:MOST_LEFT_OUT]
            ),
        )
        for study in studies
    )


@dataclass(frozen=True)
class CheckRow:
    """A published figure beside the computed one; ``verdict`` in words."""

    unit: str
    what: str
    check: Check
    digits: int
    verdict: str


@dataclass(frozen=True)
class PublishedTable:
    rows: tuple[CheckRow, ...]
    n: int
    n_wrong: int


def published_table(result: Result) -> PublishedTable | None:
    """Figures published elsewhere beside ours, those that disagree first."""
    if not result.checks:
        return None
    ordered = sorted(result.checks, key=lambda check: (check.matches, -abs(check.difference)))
    rows = tuple(_check_row(result, check) for check in ordered[:MOST_CHECKS])
    return PublishedTable(rows, len(ordered), sum(not check.matches for check in ordered))


def _check_row(result: Result, check: Check) -> CheckRow:
    what = "Tổng hợp" if check.code == INDEX_CODE else name_of_node(result, check.code)
    is_rank = check.what == "rank"
    unit = result.units[result.unit_row[check.unit]].name
    return CheckRow(unit, f"{what}, hạng" if is_rank else what, check, 0 if is_rank else 2, verdict(check))


@dataclass(frozen=True)
class ChangeRow:
    """Points since the earlier wave: as published, as computed now, like for like with its interval."""

    unit: str
    published: float
    computed: float
    like_for_like: float
    low: float
    high: float

    @property
    def is_beyond_noise(self) -> bool:
        return self.low > 0 or self.high < 0


def change_rows(result: Result) -> tuple[ChangeRow, ...]:
    """Units that the earlier wave knows, the largest like-for-like change first."""
    change = result.change
    if change is None:
        return ()
    columns = (
        change.published,
        change.score[:, 0],
        change.like_for_like,
        change.like_for_like_low,
        change.like_for_like_high,
    )
    rows = (ChangeRow(unit.name, *(float(c[row]) for c in columns)) for row, unit in enumerate(result.units))
    known = [row for row in rows if not (math.isnan(row.computed) and math.isnan(row.like_for_like))]
    return tuple(sorted(known, key=lambda row: -_size(row.like_for_like)))


@dataclass(frozen=True)
class CorrectedRow:
    unit: str
    figure: str
    before: str
    after: str


@dataclass(frozen=True)
class CorrectionTable:
    """What differs between two Results of a wave: the first rows, and counts of everything."""

    rows: tuple[CorrectedRow, ...]
    n_figures: int
    n_units: int
    came: tuple[str, ...]  # units and nodes that only the later one has
    went: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.n_figures or self.came or self.went)


def correction_table(before: Result, after: Result) -> CorrectionTable:
    found = correction_of(before, after)
    rows = tuple(_corrected_row(after, item) for item in found.figures[:MOST_CORRECTED])
    names = {unit.code: unit.name for result in (before, after) for unit in result.units}
    came = [names[code] for code in found.units_added] + [name_of_node(after, code) for code in found.codes_added]
    went = [names[code] for code in found.units_removed] + [name_of_node(before, code) for code in found.codes_removed]
    return CorrectionTable(rows, len(found.figures), len(found.units), tuple(came), tuple(went))


def _corrected_row(result: Result, item: Corrected) -> CorrectedRow:
    node = result.nodes[result.node_column[item.code]]
    name = "Tổng hợp" if item.level == "index" else node.vi
    if item.what == "value":
        before, after = (format_value(value, node.unit) for value in (item.before, item.after))
    else:
        digits = 0 if item.what == "rank" else 2
        before, after = (format_number(value, digits) for value in (item.before, item.after))
    unit = result.units[result.unit_row[item.unit]].name
    return CorrectedRow(unit, f"{name}, hạng" if item.what == "rank" else name, before, after)


def flagged_rows(result: Result, study: dict[str, Any]) -> list[dict[str, Any]]:
    """Every unit with and without the flagged answers, the largest change first."""
    rows = [{**item, "name": result.units[result.unit_row[item["unit"]]].name} for item in study["units"]]
    return sorted(rows, key=_flagged_change)


def _flagged_change(item: dict[str, Any]) -> float:
    if item["index"] is None or item["index_without"] is None:
        return -math.inf
    return -abs(item["index_without"] - item["index"])


def _size(value: float) -> float:
    return -1.0 if math.isnan(value) else abs(value)
