"""This wave's picture in one screen, for the home page and the head page of a wave.

In:  a Published. Out: an Overview: the finding, where units lie, sub-indices by their medians, who changed beyond noise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ddci.framework.compare import comparable_codes
from ddci.report import standing
from ddci.result import Node, Result
from ddci_web.portal.pages import headings
from ddci_web.portal.pages.cells import Cell, cells_of_column
from ddci_web.portal.pages.distribution import Distribution, distribution_of
from ddci_web.portal.pages.moves import Movers, has_moved_bounds, movers_of
from ddci_web.results import published as publications
from ddci_web.results.published import Published, UnknownWaveError


@dataclass(frozen=True, slots=True)
class NodeLine:
    """A sub-index in one group: its median now and in the earlier wave (NaN where not measured alike), and the best."""

    node: Node
    median: float
    median_then: float
    best: float
    leader: Cell
    index_weight: float


@dataclass(frozen=True, slots=True)
class GroupPicture:
    """One unit group: how its units lie, who is at the head, what its sub-indices say."""

    group: str
    name: str
    heading: str
    spread: str  # from where to where its units lie
    cells: tuple[Cell, ...]  # best first
    distribution: Distribution | None
    median: float
    n_tiers: int
    sub_indices: tuple[NodeLine, ...]
    movers: Movers | None
    is_sampled: bool

    @property
    def has_then(self) -> bool:
        return any(not math.isnan(line.median_then) for line in self.sub_indices)

    @property
    def best(self) -> Cell:
        return self.cells[0]

    @property
    def is_alone(self) -> bool:
        return len(self.cells) == 1

    @property
    def weakest(self) -> Cell | None:
        scored = [cell for cell in self.cells if cell.has_score]
        return min(scored, key=lambda cell: cell.score) if len(scored) > 1 else None


@dataclass(frozen=True, slots=True)
class Overview:
    """``year_then`` is the year that changes and medians are compared with, None without an earlier wave."""

    published: Published
    heading: str
    groups: tuple[GroupPicture, ...]
    movers: tuple[Movers, ...]
    movers_heading: str
    year_then: int | None
    n_units: int
    n_low: float
    n_high: float
    is_sampled: bool
    confidence: float
    n_checks: int
    n_mismatches: int


def overview_of(published: Published) -> Overview:
    result = published.result
    then = medians_then(published)
    groups = tuple(_picture(result, group, then[group]) for group in standing.groups_with_units(result))
    movers = tuple(item.movers for item in groups if item.movers is not None)
    n = result.scores.n[:, 0]
    is_known = bool(np.isfinite(n).any())
    return Overview(
        published=published,
        heading=headings.wave_heading(result),
        groups=groups,
        movers=movers,
        movers_heading=headings.movers_heading(movers),
        year_then=result.change.year if result.change else None,
        n_units=len(result.units),
        n_low=float(np.nanmin(n)) if is_known else math.nan,
        n_high=float(np.nanmax(n)) if is_known else math.nan,
        is_sampled=standing.has_sampling_error(result),
        confidence=result.framework.confidence,
        n_checks=len(result.checks),
        n_mismatches=sum(not check.matches for check in result.checks),
    )


def node_lines(result: Result, group: str, columns: Sequence[int], then: Mapping[str, float]) -> tuple[NodeLine, ...]:
    """One line for each sub-index or indicator of a group. ``then``: medians by code of the earlier wave."""
    lines = []
    rows = _leaders(result, group, columns)
    is_alone = len(result.rows_of_group(group)) == 1
    for row, column in zip(rows, columns, strict=True):
        leader, node = cells_of_column(result, [row], column)[0], result.nodes[column]
        median, best = (math.nan, math.nan) if is_alone else (leader.median, leader.best)
        lines.append(NodeLine(node, median, then.get(node.code, math.nan), best, leader, _weight(result, node)))
    return tuple(lines)


def _leaders(result: Result, group: str, columns: Sequence[int]) -> list[int]:
    """The row with the best rank on each node; with the highest score where nobody is ranked."""
    members, chosen = np.array(result.rows_of_group(group)), list(columns)
    rank, score = result.scores.rank[np.ix_(members, chosen)], result.scores.score[np.ix_(members, chosen)]
    behind = np.where(np.isfinite(rank), rank, np.where(np.isfinite(score), 1e6 - score, 1e9))
    return [int(row) for row in members[behind.argmin(axis=0)]]


def _picture(result: Result, group: str, then: Mapping[str, float]) -> GroupPicture:
    order = standing.ranking(result, group)
    cells = cells_of_column(result, order, 0)
    name = headings.group_name(result, group)
    median = cells[0].median if len(cells) > 1 else math.nan
    return GroupPicture(
        group=group,
        name=name,
        heading=headings.group_heading(result, group),
        spread=headings.column_heading(cells),
        cells=tuple(cells),
        distribution=distribution_of(cells, median=median),
        median=median,
        n_tiers=len(standing.tiers_of(result, group)),
        sub_indices=node_lines(result, group, standing.columns_of_group(result, group, "sub_index"), then),
        movers=movers_of(result, group, name, order),
        is_sampled=standing.has_sampling_error(result, order),
    )


def medians_then(published: Published) -> dict[str, dict[str, float]]:
    """Unit group → code now → median in the earlier public wave, where it is the same kind of units and measured alike.

    Scores are left out where the bounds of normalisation moved; values of indicators are in their own unit and stay.
    """
    result, earlier = published.result, _earlier_result(published)
    groups = standing.groups_with_units(result)
    if earlier is None:
        return {group: {} for group in groups}
    codes = comparable_codes(earlier.framework, result.framework)
    if has_moved_bounds(result) or earlier.framework.normalisation != result.framework.normalisation:
        codes = {now: then for now, then in codes.items() if now in result.framework.indicator_by_code}
    return {group: _medians(earlier, group, codes) if _is_same_kind(result, earlier, group) else {} for group in groups}


def _is_same_kind(result: Result, earlier: Result, group: str) -> bool:
    """Whether most units of a group stood in the same group of the earlier wave: communes are no districts."""
    now = {result.units[row].code for row in result.rows_of_group(group)}
    then = {earlier.units[row].code for row in earlier.rows_of_group(group)}
    return len(now & then) > len(now) / 2


def _earlier_result(published: Published) -> Result | None:
    """The public Result that this wave's changes are counted from."""
    change = published.result.change
    if change is None:
        return None
    try:
        return publications.open_snapshot(change.wave).result
    except UnknownWaveError:
        return None


def _medians(earlier: Result, group: str, codes: Mapping[str, str]) -> dict[str, float]:
    rows = earlier.rows_of_group(group)
    found = {}
    for now, then in codes.items():
        column = earlier.node_column.get(then)
        if column is not None and len(rows) > 1:
            medians = earlier.scores.median[rows, column]
            known = medians[np.isfinite(medians)]
            found[now] = float(known[0]) if known.size else math.nan
    return found


def _weight(result: Result, node: Node) -> float:
    if node.level == "sub_index":
        return result.framework.sub_index_by_code[node.code].index_weight
    return result.framework.indicator_by_code[node.code].index_weight if node.level == "indicator" else math.nan
