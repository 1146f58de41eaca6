"""A unit's page of a wave, in the order in which an officer with an hour works through it.

In:  a Room. Out: a Sheet: where we stand, what costs most, what fell, strengths, every sub-index. Of other units nothing
but the group's median and best. Figures are the Result's; sentences come from ``ddci.report``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ddci.compute.costs import Basis, costliest
from ddci.report import findings as reading
from ddci.report import headlines, standing, terms
from ddci.report.findings import DraftFinding, UnitReading
from ddci.report.standing import Headline, Year
from ddci.report.suppression import FLAG
from ddci.report.tables import band_of
from ddci.result import Node, Result
from ddci_web.workspace.doors import Room

MOST = 3  # indicators that cost most


@dataclass(frozen=True)
class Part:
    """The index or a sub-index of the unit with what must stand beside it. NaN = not known.

    rank_is_published  the source ranked the unit among units that this publication does not hold
    """

    node: Node
    score: float
    low: float
    high: float
    n: float
    rank: float
    rank_low: float
    rank_high: float
    n_ranked: int
    rank_is_published: bool
    median: float
    change: float
    change_low: float
    change_high: float

    @property
    def has_score(self) -> bool:
        return not math.isnan(self.score)

    @property
    def has_interval(self) -> bool:
        return not math.isnan(self.low)

    @property
    def has_n(self) -> bool:
        return not math.isnan(self.n)

    @property
    def has_rank(self) -> bool:
        return not math.isnan(self.rank)

    @property
    def has_rank_set(self) -> bool:
        return not math.isnan(self.rank_low)

    @property
    def has_median(self) -> bool:
        return not math.isnan(self.median)

    @property
    def has_change(self) -> bool:
        return not math.isnan(self.change)

    @property
    def change_verdict(self) -> str:
        """ "up" or "down" beyond noise, "open" within it, "untested" without sampling error."""
        if math.isnan(self.change_low):
            return "untested"
        return "up" if self.change_low > 0 else "down" if self.change_high < 0 else "open"


@dataclass(frozen=True)
class Cost:
    """An indicator that costs the unit points of the total."""

    name: str
    parent: str
    share: float  # of the dearest one, per cent: how long its bar is
    item: DraftFinding


@dataclass(frozen=True)
class Moved:
    """The unit's change since the earlier wave, like for like and as published."""

    year: int
    then: float
    like_for_like: float
    low: float
    high: float
    verdict: str
    published: float

    @property
    def has_figure(self) -> bool:
        return not math.isnan(self.like_for_like)

    @property
    def has_interval(self) -> bool:
        return not math.isnan(self.low)

    @property
    def has_published(self) -> bool:
        return not math.isnan(self.published)


@dataclass(frozen=True)
class Sheet:
    heading: str
    group_name: str
    is_alone: bool
    is_suppressed: bool
    now: Headline
    index: Part
    published_score: float
    band: str
    total: float
    confidence: float
    scale: tuple[float, float]
    reasons_unranked: str
    moved: Moved | None
    basis: Basis
    costs: tuple[Cost, ...]
    cost_sum: float
    fallen: tuple[DraftFinding, ...]
    strengths: tuple[DraftFinding, ...]
    parts: tuple[Part, ...]
    sub_index_heading: str
    history: tuple[Year, ...]
    n_indicators: int

    @property
    def has_published_score(self) -> bool:
        return not math.isnan(self.published_score)


def sheet_of(room: Room) -> Sheet:
    result, row = room.result, room.row
    group = room.unit.group
    reader = UnitReading(result, row)
    costs = costs_of_unit(reader)
    figure = standing.published_figure(result, room.unit.code)
    columns = standing.columns_of_group(result, group, "sub_index")
    parts = tuple(part_of(result, row, column) for column in columns)
    return Sheet(
        heading=headlines.unit_heading(result, row),
        group_name=standing.group_name(result, group),
        is_alone=not reader.place,
        is_suppressed=FLAG in result.flags and bool(result.flags[FLAG][row, 0]),
        now=standing.headline(result, row),
        index=part_of(result, row, 0),
        published_score=math.nan if figure is None or figure.score is None else figure.score,
        band=band_of(result, row),
        total=result.framework.total,
        confidence=result.framework.confidence,
        scale=result.framework.scale,
        reasons_unranked=terms.words_for(standing.reasons_unranked(result, row), terms.FLAGS),
        moved=moved_of(result, row),
        basis=reader.costs.basis,
        costs=costs,
        cost_sum=sum(cost.item.cost for cost in costs),
        fallen=reading.fallen(result, row),
        strengths=reading.draft_strengths(result, row, most=MOST),
        parts=tuple(sorted(parts, key=_best_first)),
        sub_index_heading=headlines.sub_index_heading(result, row),
        history=tuple(standing.history_of(result, row)),
        n_indicators=len(standing.columns_of_group(result, group, "indicator")),
    )


def costs_of_unit(reader: UnitReading, *, most: int = MOST) -> tuple[Cost, ...]:
    """The indicators that cost most, the dearest first; a suppressed one is left out."""
    columns = costliest(reader.costs, most=most)
    items = [(column, reader.describe(column)) for column in columns]
    dearest = max((float(reader.costs.points[column]) for column in columns), default=1.0)
    return tuple(
        Cost(name_of(reader, item), parent_name(reader.result, item), 100 * item.cost / dearest, item)
        for _, item in items
        if item is not None
    )


def name_of(reader: UnitReading, item: DraftFinding) -> str:
    """An indicator's name; where it only repeats the published score of its sub-index, the sub-index's."""
    return parent_name(reader.result, item) if reader.is_scorecard else standing.name_of_node(reader.result, item.code)


def parent_name(result: Result, item: DraftFinding) -> str:
    return standing.name_of_node(result, item.sub_index)


def part_of(result: Result, row: int, column: int) -> Part:
    scores, change, node = result.scores, result.change, result.nodes[column]
    members = result.rows_of_group(result.units[row].group)
    comparable = change is not None and bool(change.comparable[column])
    alone = len(members) == 1
    figure = standing.published_figure(result, result.units[row].code, node.code) if alone else None
    is_published = figure is not None and figure.rank is not None
    ranks = scores.rank[members, column]
    nothing = math.nan
    return Part(
        node=node,
        score=float(scores.score[row, column]),
        low=float(scores.low[row, column]),
        high=float(scores.high[row, column]),
        n=float(scores.n[row, column]),
        rank=float(figure.rank or nothing) if figure else nothing if alone else float(scores.rank[row, column]),
        rank_low=float(scores.rank_low[row, column]),
        rank_high=float(scores.rank_high[row, column]),
        n_ranked=(figure.n_units or 0) if figure is not None else int((ranks == ranks).sum()),
        rank_is_published=is_published,
        median=nothing if alone else float(scores.median[row, column]),
        change=float(change.score[row, column]) if change is not None and comparable else nothing,
        change_low=float(change.low[row, column]) if change is not None and comparable else nothing,
        change_high=float(change.high[row, column]) if change is not None and comparable else nothing,
    )


def moved_of(result: Result, row: int) -> Moved | None:
    change = result.change
    if change is None:
        return None
    figure, low, high = (
        float(f[row]) for f in (change.like_for_like, change.like_for_like_low, change.like_for_like_high)
    )
    verdict = "untested" if math.isnan(low) else "up" if low > 0 else "down" if high < 0 else "open"
    published, then = float(change.published[row]), float(change.like_for_like_then[row])
    if math.isnan(figure) and math.isnan(published):
        return None
    return Moved(change.year, then, figure, low, high, verdict, published)


def _best_first(part: Part) -> tuple[float, float]:
    known = not math.isnan(part.rank)
    return (part.rank if known else math.inf, -part.score if part.has_score else math.inf)
