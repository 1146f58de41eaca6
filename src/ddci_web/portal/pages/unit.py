"""The profile of one unit: where it stands, what changed, what is strong and weak, every indicator, its history and kin.

In:  a Published and a row. Out: a Profile. Figures are the Result's; sentences claim no more than it supports.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ddci.report import standing
from ddci.report.figure import Figure
from ddci.report.figures import unit_figures_of
from ddci.report.scorecard_parts import ROUNDED
from ddci.report.standing import Headline, Met, Year
from ddci.result import Check, Finding, Node, Result
from ddci.wave.model import Published as PublishedFigure
from ddci.wave.model import Unit
from ddci_web.portal.pages import headings, words
from ddci_web.portal.pages.cells import Cell, cells_of_unit, domain_of
from ddci_web.portal.pages.kin import Kin, kin_of
from ddci_web.portal.pages.moves import Move, has_moved_bounds, moves_of
from ddci_web.results.published import Published

KINDS = ("strength", "weakness", "quick_win")
SHOWN = 4  # findings of a kind
FIGURES = ("sub-indices", "change", "history", "importance", "radar")


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A published figure beside the recomputed one."""

    node: Node
    check: Check


@dataclass(frozen=True, slots=True)
class FindingLine:
    cell: Cell
    finding: Finding
    is_score_only: bool  # the indicator only repeats the published score of its sub-index


@dataclass(frozen=True, slots=True)
class SubIndexLine:
    """``published_rank`` where the source ranked the unit among units that this Result does not hold."""

    cell: Cell
    change: float
    is_comparable: bool
    published_rank: float
    published_of: int
    target: Met | None
    mismatch: Check | None


@dataclass(frozen=True, slots=True)
class IndicatorBlock:
    parent: Cell
    cells: tuple[Cell, ...]
    n_below: int


@dataclass(frozen=True, slots=True)
class Profile:
    """``is_alone``: the source covers one unit of its group, so there is no median, no best and no computed rank."""

    heading: str
    unit: Unit
    group: str
    group_name: str
    index: Cell
    now: Headline
    published: PublishedFigure | None
    band: str
    tier: int | None
    tier_size: int
    n_tiers: int
    is_alone: bool
    is_sampled: bool
    confidence: float
    domain: tuple[float, float]
    scale: tuple[float, float]
    reasons_unranked: str
    move: Move
    is_rescaled: bool  # bounds of normalisation moved, so that changes of sub-index scores say nothing by themselves
    year_then: int | None
    like_for_like: str
    like_for_like_span: str  # from which figure to which
    checks: tuple[CheckLine, ...]
    mismatches: tuple[CheckLine, ...]
    findings: dict[str, tuple[FindingLine, ...]]
    sub_indices: tuple[SubIndexLine, ...]
    n_below: int
    indicators: tuple[IndicatorBlock, ...]
    targets: tuple[tuple[Node, Met], ...]
    n_targets_met: int
    n_targets_told: int
    history: tuple[Year, ...]
    figures: dict[str, Figure]
    kin: Kin

    @property
    def n_low(self) -> float:
        return self.index.n

    @property
    def n_high(self) -> float:
        return self.index.n

    @property
    def n_indicators(self) -> int:
        return sum(len(block.cells) for block in self.indicators)


def unit_page(published: Published, row: int) -> Profile:
    result = published.result
    unit, group = result.units[row], result.units[row].group
    members = result.rows_of_group(group)
    index = cells_of_unit(result, row, [0])[0]
    tier = next((tier for tier in standing.tiers_of(result, group) if unit.code in tier.units), None)
    checks = [CheckLine(_node(result, check.code), check) for check in standing.checks_of(result, unit.code)]
    met = standing.targets_of(result, unit.code)
    told = [item for item in met if item.met is not None]
    sub_indices = _sub_indices(result, row, checks, met)
    change = result.change
    return Profile(
        heading=headings.unit_heading(result, row),
        unit=unit,
        group=group,
        group_name=headings.group_name(result, group),
        index=index,
        now=standing.headline(result, row),
        published=standing.published_figure(result, unit.code),
        band=words.named(result.framework.bands[result.band[row]]) if result.band[row] >= 0 else "",
        tier=tier.number if tier else None,
        tier_size=len(tier.units) if tier else 0,
        n_tiers=len(standing.tiers_of(result, group)),
        is_alone=len(members) == 1,
        is_sampled=standing.has_sampling_error(result, members),
        confidence=result.framework.confidence,
        domain=domain_of(result, members, 0),
        scale=result.framework.scale,
        reasons_unranked=words.flag_words(standing.reasons_unranked(result, row)),
        move=moves_of(result, [row])[0],
        is_rescaled=has_moved_bounds(result),
        year_then=change.year if change else None,
        like_for_like=_like_for_like(result, row),
        like_for_like_span=_span(result, row),
        checks=tuple(line for line in checks if line.check.matches),
        mismatches=tuple(line for line in checks if not line.check.matches),
        findings={kind: _findings(result, row, kind) for kind in KINDS},
        sub_indices=sub_indices,
        n_below=int(
            (result.scores.below_median[row, standing.columns_of_group(result, group, "sub_index")] == 1).sum()
        ),
        indicators=_indicators(result, row),
        targets=tuple((_node(result, item.target.code), item) for item in met),
        n_targets_met=sum(bool(item.met) for item in told),
        n_targets_told=len(told),
        history=tuple(standing.history_of(result, row)),
        figures=_figures(result, row),
        kin=kin_of(published, row),
    )


def _like_for_like(result: Result, row: int) -> str:
    """With the third decimal where figures were summed from printed ones, as in the scorecard."""
    if result.change is None:
        return words.signed(math.nan)
    decimals = 2 if standing.has_sampling_error(result) else 3
    return words.number(float(result.change.like_for_like[row]), decimals, strip=decimals == 3, is_change=True)


def _span(result: Result, row: int) -> str:
    """From which figure to which; where the earlier total was printed with fewer decimals, the change against that too."""
    change = result.change
    if change is None:
        return ""
    then, now, published = (
        float(part[row]) for part in (change.like_for_like_then, change.like_for_like_now, change.published_then)
    )
    decimals = 2 if standing.has_sampling_error(result) else 3
    text = _("từ %(then)s đến %(now)s") % {
        "then": words.number(then, decimals, strip=decimals == 3),
        "now": words.number(now),
    }
    if published == then or not abs(published - then) < ROUNDED:
        return text
    said = {"published": words.number(published), "points": words.signed(now - published)}
    return text + _("; so với %(published)s đã công bố: %(points)s") % said


def _node(result: Result, code: str) -> Node:
    return result.nodes[result.node_column[code]]


def _findings(result: Result, row: int, kind: str) -> tuple[FindingLine, ...]:
    found = standing.findings_of(result, result.units[row].code, kind)[:SHOWN]
    cells = cells_of_unit(result, row, [result.node_column[item.code] for item in found]) if found else []
    is_score_only = standing.is_scorecard_level(result, result.units[row].group)
    return tuple(FindingLine(cell, item, is_score_only) for cell, item in zip(cells, found, strict=True))


def _sub_indices(result: Result, row: int, checks: list[CheckLine], met: list[Met]) -> tuple[SubIndexLine, ...]:
    """In the order of the ranks, the best first."""
    unit = result.units[row]
    wrong = {line.check.code: line.check for line in checks if not line.check.matches and line.check.what == "score"}
    targets = {item.target.code: item for item in met}
    figures = {item.code: item for item in result.published if item.unit == unit.code}
    columns = standing.columns_of_group(result, unit.group, "sub_index")
    lines = []
    for column, cell in zip(columns, cells_of_unit(result, row, columns), strict=True):
        code, change = cell.node.code, result.change
        comparable = change is not None and bool(change.comparable[column])
        points = float(change.score[row, column]) if change is not None and comparable else math.nan
        figure = figures.get(code)
        rank = float(figure.rank) if figure is not None and figure.rank else math.nan
        of = figure.n_units or 0 if figure is not None else 0
        lines.append(SubIndexLine(cell, points, comparable, rank, of, targets.get(code), wrong.get(code)))
    return tuple(sorted(lines, key=_best_first))


def _best_first(line: SubIndexLine) -> tuple[float, float]:
    rank = line.published_rank if math.isnan(line.cell.rank) else line.cell.rank
    score = line.cell.score
    return (math.inf if math.isnan(rank) else rank, math.inf if math.isnan(score) else -score)


def _indicators(result: Result, row: int) -> tuple[IndicatorBlock, ...]:
    """Every indicator under its sub-index; none where indicators only repeat the sub-indices."""
    group = result.units[row].group
    if standing.is_scorecard_level(result, group):
        return ()
    blocks = []
    parents = standing.columns_of_group(result, group, "sub_index")
    for column, parent in zip(parents, cells_of_unit(result, row, parents), strict=True):
        own = standing.indicators_of(result, group, result.nodes[column].code)
        if own:
            below = int((result.scores.below_median[row, own] == 1).sum())
            blocks.append(IndicatorBlock(parent, tuple(cells_of_unit(result, row, own)), below))
    return tuple(blocks)


def _figures(result: Result, row: int) -> dict[str, Figure]:
    """The unit's figures by kind, of those that the Result has numbers for."""
    found = unit_figures_of(result, row, language=words.language())
    return {
        kind.replace("-", "_"): figure
        for name, figure in found.items()
        for kind in FIGURES
        if name.endswith(f"-{kind}")
    }
