"""«Hạn chế qua khảo sát», written from the data: what a unit is weak and strong in, each with its figures and a sentence.

In:  a Result as published and the row of a unit.
Out: ``DraftFinding`` – figures and the sentence that says them. An officer edits the sentence; the figures stay.

What becomes a weakness: an indicator worse than the group's median (and printed otherwise than it), or one that fell
since the last wave by more than noise. A unit alone in its group has no median: there a published rank in the worse half,
or a fall. Of each sub-index at most ``most`` are drafted, those that cost the unit most points first.
A suppressed or withheld figure is never quoted.

Beyond noise: as the Result found it where it did. Elsewhere the interval of the gap is recovered from the unit's own
interval and that of the unit or the two units in the middle (Zou and Donner 2008, as in ``ddci.compute.differences``);
holding the middle unit fixed overstates the median's error, so what is called beyond noise is, and what is not stays open.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ddci.compute.costs import Costs, costs_of
from ddci.report.finding_sentences import Said, Standing, sentence
from ddci.report.numbers import format_value
from ddci.report.standing import (
    columns_of_group,
    group_name,
    indicators_of,
    is_from_answers,
    is_scorecard_level,
    published_figure,
)
from ddci.result import Node, Result

HIDDEN = ("suppressed", "withheld")


@dataclass(frozen=True, slots=True)
class DraftFinding:
    """One indicator of one unit. NaN = not known. ``gap`` is in the indicator's unit, negative = worse than the median.

    change  of the indicator's score since ``then``, in score points; NaN where it was not measured the same way
    cost    points of the total that the unit would gain at the median (alone in its group: at its earlier score)
    """

    code: str
    sub_index: str
    sentence: str
    standing: Standing
    value: float
    unit: str
    score: float
    n: float
    low: float
    high: float
    median: float
    best: float
    rank: float
    n_ranked: int
    is_tied: bool
    gap: float
    beyond_noise: bool | None
    change: float
    change_beyond_noise: bool | None
    then: int | None
    cost: float
    is_few: bool


def draft_findings(result: Result, row: int, *, most: int = 5) -> tuple[DraftFinding, ...]:
    """Weaknesses, by sub-index in the framework's order, the dearest of each first."""
    unit = UnitReading(result, row)
    found: list[DraftFinding] = []
    for parent in columns_of_group(result, unit.group, "sub_index"):
        weak = [item for item in unit.of_sub_index(parent) if is_weakness(item)]
        found += sorted(weak, key=lambda item: -item.cost if item.cost > 0 else 0.0)[:most]
    return tuple(found)


def draft_strengths(result: Result, row: int, *, most: int = 5) -> tuple[DraftFinding, ...]:
    """What the unit is better in than the median and keeps best: proven ones first, then by rank."""
    unit = UnitReading(result, row)
    good = [item for item in unit.all() if item.standing == "better" and not _fell(item)]
    return tuple(
        sorted(good, key=lambda item: (item.beyond_noise is not True, item.is_few, _or_last(item.rank)))[:most]
    )


def fallen(result: Result, row: int) -> tuple[DraftFinding, ...]:
    """Indicators that went down since the last wave by more than noise, the largest fall first."""
    return tuple(sorted((item for item in UnitReading(result, row).all() if _fell(item)), key=lambda item: item.change))


def describe(result: Result, row: int, column: int) -> DraftFinding | None:
    """One indicator with its sentence; None where there is no figure that may be quoted."""
    return UnitReading(result, row).describe(column)


def is_weakness(item: DraftFinding) -> bool:
    return item.standing == "worse" or _fell(item) or (math.isnan(item.median) and item.change < 0)


@dataclass(frozen=True)
class UnitReading:
    """A unit of a Result with what all its sentences share."""

    result: Result
    row: int

    @property
    def group(self) -> str:
        return self.result.units[self.row].group

    @cached_property
    def members(self) -> list[int]:
        return self.result.rows_of_group(self.group)

    @cached_property
    def costs(self) -> Costs:
        return costs_of(self.result, self.row)

    @cached_property
    def is_scorecard(self) -> bool:
        return is_scorecard_level(self.result, self.group)

    @cached_property
    def proven(self) -> dict[str, bool | None]:
        """What the Result itself found about the gap to the median."""
        own = self.result.units[self.row].code
        return {item.code: item.beyond_noise for item in self.result.findings if item.unit == own}

    @cached_property
    def place(self) -> str:
        """What the unit is compared within; empty where it stands alone."""
        if len(self.members) < 2:
            return ""
        return "khối" if group_name(self.result, self.group).startswith("Khối") else "nhóm"

    def all(self) -> Iterator[DraftFinding]:
        for parent in columns_of_group(self.result, self.group, "sub_index"):
            yield from self.of_sub_index(parent)

    def of_sub_index(self, parent: int) -> Iterator[DraftFinding]:
        for column in indicators_of(self.result, self.group, self.result.nodes[parent].code):
            item = self.describe(column)
            if item is not None:
                yield item

    def describe(self, column: int) -> DraftFinding | None:
        result, row, node = self.result, self.row, self.result.nodes[column]
        value = float(result.scores.value[row, column])
        if math.isnan(value) or any(self._flag(name, column) for name in HIDDEN):
            return None
        said = self._said(column, node, value)
        return DraftFinding(
            code=node.code,
            sub_index=node.parent or "",
            sentence=sentence(said),
            standing=said.standing,
            value=value,
            unit=node.unit,
            score=float(result.scores.score[row, column]),
            n=said.n,
            low=said.low,
            high=said.high,
            median=said.median,
            best=said.best,
            rank=said.rank,
            n_ranked=said.n_ranked,
            is_tied=said.is_tied,
            gap=(value - said.median) * node.direction,
            beyond_noise=said.beyond_noise,
            change=said.change,
            change_beyond_noise=said.change_beyond_noise,
            then=said.then,
            cost=float(self.costs.points[column]),
            is_few=bool(said.few),
        )

    def _said(self, column: int, node: Node, value: float) -> Said:
        result, row, scores = self.result, self.row, self.result.scores
        change, moved = self._change(column)
        rank, of, is_published = self._rank(column, node)
        median = float(scores.median[row, column]) if self.place else math.nan
        parent = result.nodes[result.node_column[node.parent or ""]]
        return Said(
            wording=parent.vi if self.is_scorecard else node.vi,
            unit=node.unit,
            direction=node.direction,
            standing=self._standing(node, value, median, rank, of),
            value=value,
            n=float(scores.n[row, column]),
            low=float(scores.low[row, column]),
            high=float(scores.high[row, column]),
            confidence=result.framework.confidence,
            no_error=self._no_error(node),
            place=self.place,
            median=median,
            best=float(scores.best[row, column]) if self.place else math.nan,
            rank=rank,
            n_ranked=of,
            is_tied=not is_published and self._flag("tied", column),
            rank_is_published=is_published,
            beyond_noise=self._beyond_noise(column, node),
            few=result.framework.min_n if self._flag("small_n", column) else 0,
            change=change,
            change_beyond_noise=moved,
            then=result.change.year if result.change is not None else None,
            is_score=self.is_scorecard,
        )

    def _flag(self, name: str, column: int) -> bool:
        return name in self.result.flags and bool(self.result.flags[name][self.row, column])

    def _standing(self, node: Node, value: float, median: float, rank: float, of: int) -> Standing:
        """Better or worse than the median only where the two print differently."""
        if self.place:
            if math.isnan(median) or format_value(value, node.unit) == format_value(median, node.unit):
                return "plain"
            return "worse" if (value - median) * node.direction < 0 else "better"
        if math.isnan(rank) or not of:
            return "plain"
        return "worse" if rank > (of + 1) / 2 else "better" if rank <= of / 3 else "plain"

    def _no_error(self, node: Node) -> Literal["hard", "not_computed", "not_published"]:
        if not is_from_answers(self.result):
            return "not_published"
        if self.result.framework.indicator_by_code[node.code].kind == "hard":
            return "hard"
        return "not_computed" if self.result.provenance.replicates == 0 else "not_published"

    def _rank(self, column: int, node: Node) -> tuple[float, int, bool]:
        """Rank, among how many, and whether it is the source's own."""
        if self.place:
            ranks = self.result.scores.rank[self.members, column]
            return float(self.result.scores.rank[self.row, column]), int((ranks == ranks).sum()), False
        unit = self.result.units[self.row].code
        code = (node.parent or "") if self.is_scorecard else node.code
        figure = published_figure(self.result, unit, code)
        if figure is None or figure.rank is None:
            return math.nan, 0, False
        return float(figure.rank), figure.n_units or 0, True

    def _change(self, column: int) -> tuple[float, bool | None]:
        change = self.result.change
        if change is None or not change.comparable[column]:
            return math.nan, None
        low, high = float(change.low[self.row, column]), float(change.high[self.row, column])
        beyond = None if math.isnan(low) or math.isnan(high) else not low <= 0 <= high
        return float(change.score[self.row, column]), beyond

    def _beyond_noise(self, column: int, node: Node) -> bool | None:
        if node.code in self.proven:
            return self.proven[node.code]
        scores, row = self.result.scores, self.row
        value, median = float(scores.value[row, column]), float(scores.median[row, column])
        middle = self._middle(column)
        if not self.place or math.isnan(median) or row in middle or not middle:
            return None
        low, high = float(scores.low[row, column]), float(scores.high[row, column])
        below = math.hypot(*(scores.value[m, column] - scores.low[m, column] for m in middle)) / len(middle)
        above = math.hypot(*(scores.high[m, column] - scores.value[m, column] for m in middle)) / len(middle)
        reach = math.hypot(high - value, below) if value < median else math.hypot(value - low, above)
        return True if abs(value - median) > reach else None

    def _middle(self, column: int) -> list[int]:
        """The unit, or the two units, that have the median's value."""
        value = self.result.scores.value[:, column]
        known = sorted((row for row in self.members if not math.isnan(value[row])), key=lambda row: float(value[row]))
        return known[(len(known) - 1) // 2 : len(known) // 2 + 1]


def _fell(item: DraftFinding) -> bool:
    return item.change_beyond_noise is True and item.change < 0


def _or_last(rank: float) -> float:
    return math.inf if math.isnan(rank) else rank
