"""This wave's picture in one screen, for the home page and the head page of a wave.

In:  a Published. Out: an Overview: the finding, where units lie, sub-indices by their medians, who changed beyond noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ddci.framework.compare import comparable_codes
from ddci.report import standing
from ddci.result import Node, Result
from ddci_web.portal.pages import headings
from ddci_web.portal.pages.cells import Cell, cells_of_column
from ddci_web.portal.pages.distribution import Distribution, distribution_of
from ddci_web.portal.pages.moves import Movers, movers_of
from ddci_web.results import published as publications
from ddci_web.results.published import Published, UnknownWaveError

SHOWN_FIRST = 5  # units named at the head of a group


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
    cells: tuple[Cell, ...]  # best first
    distribution: Distribution | None
    median: float
    n_tiers: int
    sub_indices: tuple[NodeLine, ...]
    movers: Movers | None
    is_sampled: bool

    @property
    def first(self) -> tuple[Cell, ...]:
        return self.cells[:SHOWN_FIRST]

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
    earlier = earlier_result(published)
    groups = tuple(_picture(result, group, earlier) for group in standing.groups_with_units(result))
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


def node_lines(result: Result, group: str, columns: Sequence[int], earlier: Result | None) -> tuple[NodeLine, ...]:
    """One line for each sub-index or indicator that a group has."""
    then = _medians_then(result, group, earlier)
    lines = []
    for column in columns:
        order = standing.ranking(result, group, column)
        leader = cells_of_column(result, order[:1], column)[0]
        node = result.nodes[column]
        best = leader.best if len(order) > 1 else math.nan
        median = leader.median if len(order) > 1 else math.nan
        lines.append(NodeLine(node, median, then.get(node.code, math.nan), best, leader, _weight(result, node)))
    return tuple(lines)


def _picture(result: Result, group: str, earlier: Result | None) -> GroupPicture:
    order = standing.ranking(result, group)
    cells = cells_of_column(result, order, 0)
    name = headings.group_name(result, group)
    median = cells[0].median if len(cells) > 1 else math.nan
    return GroupPicture(
        group=group,
        name=name,
        heading=headings.group_heading(result, group),
        cells=tuple(cells),
        distribution=distribution_of(cells, median=median),
        median=median,
        n_tiers=len(standing.tiers_of(result, group)),
        sub_indices=node_lines(result, group, standing.columns_of_group(result, group, "sub_index"), earlier),
        movers=movers_of(result, group, name, order),
        is_sampled=standing.has_sampling_error(result, order),
    )


def earlier_result(published: Published) -> Result | None:
    """The public Result that this wave's changes are counted from."""
    change = published.result.change
    if change is None:
        return None
    try:
        return publications.open_snapshot(change.wave).result
    except UnknownWaveError:
        return None


def _medians_then(result: Result, group: str, earlier: Result | None) -> dict[str, float]:
    """Code now → median of the group in the earlier wave, of sub-indices that measure the same."""
    rows = earlier.rows_of_group(group) if earlier is not None else []
    if earlier is None or len(rows) < 2:
        return {}
    found = {}
    for now, then in comparable_codes(earlier.framework, result.framework).items():
        column = earlier.node_column.get(then)
        if column is not None:
            medians = earlier.scores.median[rows, column]
            known = medians[np.isfinite(medians)]
            found[now] = float(known[0]) if known.size else math.nan
    return found


def _weight(result: Result, node: Node) -> float:
    if node.level == "sub_index":
        return result.framework.sub_index_by_code[node.code].index_weight
    return result.framework.indicator_by_code[node.code].index_weight if node.level == "indicator" else math.nan
