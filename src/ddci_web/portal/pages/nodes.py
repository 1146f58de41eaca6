"""Sub-indices and indicators: the lists, the page of a sub-index, the page of an indicator.

In:  a Published and a column. Out: NodeList, NodePage. A node is shown group by group, since units are compared only
within their own group.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ddci.report import standing
from ddci.result import Node
from ddci_web.portal.pages import headings, words
from ddci_web.portal.pages.cells import Cell, cells_of_column, domain_of
from ddci_web.portal.pages.distribution import Distribution, distribution_of
from ddci_web.portal.pages.moves import Move, Movers, movers_of, moves_of
from ddci_web.portal.pages.overview import NodeLine, medians_then, node_lines
from ddci_web.portal.pages.wording import Definition, NodeYear, definition_of, history_of_node
from ddci_web.results.published import Published


@dataclass(frozen=True, slots=True)
class Block:
    """A sub-index with its indicators in one group."""

    parent: NodeLine
    indicators: tuple[NodeLine, ...]


@dataclass(frozen=True, slots=True)
class GroupBlocks:
    group: str
    name: str
    n_units: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class NodeList:
    """``is_score_only``: the source publishes sub-index scores, so that indicators only repeat them."""

    heading: str
    groups: tuple[GroupBlocks, ...]
    n_sub_indices: int
    n_indicators: int
    is_score_only: bool
    year_then: int | None


@dataclass(frozen=True, slots=True)
class NodeRow:
    cell: Cell
    move: Move


@dataclass(frozen=True, slots=True)
class NodeGroup:
    """All units of one group on the node, best first."""

    group: str
    name: str
    rows: tuple[NodeRow, ...]
    distribution: Distribution | None
    median: float
    best: float
    bounds_low: float
    bounds_high: float
    domain: tuple[float, float]
    is_sampled: bool
    is_counted: bool
    movers: Movers | None
    indicators: tuple[NodeLine, ...]
    n_low: float
    n_high: float
    year_then: int | None

    @property
    def is_alone(self) -> bool:
        return len(self.rows) == 1

    @property
    def first(self) -> Cell:
        return self.rows[0].cell


@dataclass(frozen=True, slots=True)
class NodePage:
    """A sub-index or an indicator. ``parent`` is the indicator's sub-index; ``weight`` its share of the level above."""

    heading: str
    lead: str
    node: Node
    parent: Node | None
    definition: Definition
    groups: tuple[NodeGroup, ...]
    history: tuple[NodeYear, ...]
    year_then: int | None
    confidence: float
    is_score_only: bool


def node_list(published: Published) -> NodeList:
    """Every sub-index with its indicators, by group, with medians and bests."""
    result = published.result
    medians = medians_then(published)
    groups = []
    for group in standing.groups_with_units(result):
        parents = node_lines(result, group, standing.columns_of_group(result, group, "sub_index"), medians[group])
        blocks = tuple(
            Block(
                line, node_lines(result, group, standing.indicators_of(result, group, line.node.code), medians[group])
            )
            for line in parents
        )
        members = result.rows_of_group(group)
        groups.append(GroupBlocks(group, headings.group_name(result, group), len(members), blocks))
    return NodeList(
        heading=_list_heading(groups),
        groups=tuple(groups),
        n_sub_indices=len(result.columns("sub_index")),
        n_indicators=len(result.columns("indicator")),
        is_score_only=all(standing.is_scorecard_level(result, item.group) for item in groups),
        year_then=result.change.year if result.change else None,
    )


def node_page(published: Published, column: int) -> NodePage:
    result, node = published.result, published.result.nodes[column]
    fitting = [
        group
        for group in standing.groups_with_units(result)
        if column in standing.columns_of_group(result, group, node.level)
    ]
    groups = tuple(_group(published, group, column) for group in fitting)
    parent = result.node_column.get(node.parent or "") if node.level == "indicator" else None
    return NodePage(
        heading=_page_heading(node, groups),
        lead=_lead(groups),
        node=node,
        parent=result.nodes[parent] if parent is not None else None,
        definition=definition_of(result, node),
        groups=groups,
        history=history_of_node(published, node.code),
        year_then=result.change.year if result.change else None,
        confidence=result.framework.confidence,
        is_score_only=all(standing.is_scorecard_level(result, group) for group in fitting),
    )


def _group(published: Published, group: str, column: int) -> NodeGroup:
    result, node = published.result, published.result.nodes[column]
    order = standing.ranking(result, group, column)
    cells = cells_of_column(result, order, column)
    name, is_alone = headings.group_name(result, group), len(order) == 1
    n = [cell.n for cell in cells if not math.isnan(cell.n)]
    known = next((cell for cell in cells if not math.isnan(cell.median)), cells[0])
    own = standing.indicators_of(result, group, node.code) if node.level == "sub_index" else []
    return NodeGroup(
        group=group,
        name=name,
        rows=tuple(NodeRow(*pair) for pair in zip(cells, moves_of(result, order, column), strict=True)),
        distribution=distribution_of(cells, median=known.median),
        median=math.nan if is_alone else known.median,
        best=math.nan if is_alone else known.best,
        bounds_low=known.bounds_low,
        bounds_high=known.bounds_high,
        domain=domain_of(result, order, column),
        is_sampled=standing.has_sampling_error(result, order, column),
        is_counted=standing.has_n(result, order, column),
        movers=movers_of(result, group, name, order, column),
        indicators=node_lines(result, group, own, medians_then(published)[group]) if own else (),
        n_low=min(n, default=math.nan),
        n_high=max(n, default=math.nan),
        year_then=result.change.year if result.change else None,
    )


def _page_heading(node: Node, groups: tuple[NodeGroup, ...]) -> str:
    """The node with the span of the first group's figures."""
    if not groups:
        return words.named(node)
    return headings.node_heading(node, [row.cell for row in groups[0].rows])


def _lead(groups: tuple[NodeGroup, ...]) -> str:
    """The span of each group in a sentence."""
    said = [(group.name, headings.column_heading([row.cell for row in group.rows])) for group in groups]
    return " ".join(f"{name}: {text}." if len(said) > 1 else f"{text}." for name, text in said)


def _list_heading(groups: list[GroupBlocks]) -> str:
    """The sub-indices with the highest and the lowest median of the first group."""
    lines = [block.parent for block in groups[0].blocks]
    return headings.extremes_heading([(line.node, line.median) for line in lines], groups[0].name, len(groups) > 1)
