"""Two to four units side by side: where one is really ahead, and where the data cannot tell.

In:  a Published and what the reader typed. Out: a Comparison. Differences and their intervals come from
``ddci.compute.differences``; here they are only chosen and put in order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from django.utils.translation import gettext as _

from ddci.compute.differences import Difference, difference_interval, part_differences
from ddci.report import standing
from ddci.result import Node, Result
from ddci.wave.model import Unit
from ddci_web.portal.pages import words
from ddci_web.portal.pages.cells import Cell, cells_of_unit
from ddci_web.portal.pages.choices import Choice
from ddci_web.portal.pages.unit_choice import Field, in_order, read_units
from ddci_web.results.published import Published

UNIT = "don-vi"
MOST, FEWEST = 4, 2
MOST_INDICATORS = 40
Verdict = Literal["proven", "unclear", "untested", "none"]


@dataclass(frozen=True, slots=True)
class Pair:
    """The difference of two units, turned so that it is not negative: ``ahead`` has the higher score."""

    ahead: Unit
    behind: Unit
    points: float
    low: float
    high: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Line:
    """A node with each unit's cell and the pair that the data tell apart best; ``better`` None where none is."""

    node: Node
    cells: tuple[Cell, ...]
    points: float
    low: float
    high: float
    verdict: Verdict
    better: Unit | None
    worse: Unit | None
    weight: float  # how far the interval of the pair is from 0, in its own reach


@dataclass(frozen=True, slots=True)
class Comparison:
    heading: str
    fields: tuple[Field, ...]
    known: tuple[Unit, ...]  # for the list of suggestions
    suggestions: tuple[Choice, ...]
    units: tuple[Unit, ...]
    cells: tuple[Cell, ...]  # of the index
    tiers: tuple[int | None, ...]
    pairs: tuple[Pair, ...]
    sub_indices: tuple[Line, ...]
    indicators: tuple[Line, ...]
    n_indicators: int  # that were compared
    n_told: int  # of them, told apart; more than are shown where the list is cut
    confidence: float
    is_sampled: bool
    query: str

    @property
    def is_ready(self) -> bool:
        return len(self.units) >= FEWEST

    @property
    def has_problem(self) -> bool:
        return any(field.problem for field in self.fields)


def comparison(published: Published, typed: Sequence[str]) -> Comparison:
    """The page for what was typed; empty but for the form until two units are known."""
    result = published.result
    fields = read_units(typed, result.units, most=MOST)
    units = tuple(field.unit for field in fields if field.unit is not None)
    rows = [result.unit_row[unit.code] for unit in units]
    is_ready = len(units) >= FEWEST
    pairs = _pairs(result, units) if is_ready else ()
    sub_indices = _lines(result, rows, _columns(result, units, "sub_index")) if is_ready else ()
    indicators = _indicators(result, rows, units) if is_ready else ()
    told = tuple(line for line in indicators if line.verdict == "proven")
    ordered = sorted(told, key=lambda line: -line.weight)[:MOST_INDICATORS]
    return Comparison(
        heading=_heading(result, pairs, units),
        fields=_padded(fields),
        known=tuple(in_order(result.units)),
        suggestions=_suggestions(result),
        units=units,
        cells=tuple(cells_of_unit(result, row, [0])[0] for row in rows),
        tiers=tuple(_tier(result, unit) for unit in units),
        pairs=pairs,
        sub_indices=sub_indices,
        indicators=tuple(ordered),
        n_indicators=sum(line.verdict in ("proven", "unclear") for line in indicators),
        n_told=len(told),
        confidence=result.framework.confidence,
        is_sampled=any(pair.verdict in ("proven", "unclear") for pair in pairs),
        query=query_of(unit.code for unit in units),
    )


def query_of(codes: Iterable[str]) -> str:
    """The address of a comparison.

    >>> query_of(["a", "b"])
    '?don-vi=a&don-vi=b'
    """
    parts = "&".join(f"{UNIT}={code}" for code in codes)
    return f"?{parts}" if parts else ""


def _pairs(result: Result, units: Sequence[Unit]) -> tuple[Pair, ...]:
    every = list(combinations(units, 2))
    return tuple(_pair(a, b, difference_interval(result, a.code, b.code, comparisons=len(every))) for a, b in every)


def _pair(a: Unit, b: Unit, found: Difference) -> Pair:
    if found.points < 0:
        return Pair(b, a, -found.points, -found.high, -found.low, _verdict(found))
    return Pair(a, b, found.points, found.low, found.high, _verdict(found))


def _verdict(found: Difference) -> Verdict:
    if math.isnan(found.points):
        return "none"
    if found.is_proven is None:
        return "untested"
    return "proven" if found.is_proven else "unclear"


def _columns(result: Result, units: Sequence[Unit], level: str) -> list[int]:
    return standing.columns_of_group(result, units[0].group, level)


def _indicators(result: Result, rows: Sequence[int], units: Sequence[Unit]) -> tuple[Line, ...]:
    """None where indicators only repeat their sub-index."""
    if standing.is_scorecard_level(result, units[0].group):
        return ()
    return _lines(result, rows, _columns(result, units, "indicator"))


def _lines(result: Result, rows: Sequence[int], columns: Sequence[int]) -> tuple[Line, ...]:
    """A Line for each column. All differences of the table share the error among them."""
    if not columns:
        return ()
    places = list(combinations(range(len(rows)), 2))
    codes = [result.units[row].code for row in rows]
    compared = len(places) * len(columns)
    found = [part_differences(result, codes[a], codes[b], columns, comparisons=compared) for a, b in places]
    points, low, high, better = (
        np.stack([getattr(item, name) for item in found]) for name in ("points", "low", "high", "better")
    )  # (pairs, columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.abs(points) / (high - low) * 2
    sized = np.where(np.isfinite(weight), weight, np.where(np.isfinite(points), np.abs(points) * 1e-9, -1.0))
    chosen = np.argmax(sized, axis=0)
    cells = [cells_of_unit(result, row, columns) for row in rows]
    lines = []
    for place, column in enumerate(columns):
        pair = int(chosen[place])
        figures = tuple(float(part[pair, place]) for part in (points, low, high, better))
        units = tuple(result.units[rows[end]] for end in places[pair])
        beside = tuple(own[place] for own in cells)
        lines.append(_line(result.nodes[column], beside, figures, units, float(sized[pair, place])))
    return tuple(lines)


def _line(
    node: Node, cells: tuple[Cell, ...], figures: tuple[float, ...], units: tuple[Unit, ...], weight: float
) -> Line:
    """A difference turned so that it is not negative where scores are compared; values keep the order of better, worse."""
    points, low, high, better = figures
    if math.isnan(points):
        return Line(node, cells, points, low, high, "none", None, None, weight)
    ahead = better or math.copysign(1.0, points * node.direction) if not math.isnan(better) else math.nan
    if math.isnan(ahead):
        ahead = math.copysign(1.0, points * node.direction)
    first, second = units if ahead > 0 else units[::-1]
    if ahead < 0:
        points, low, high = -points, -high, -low
    verdict: Verdict = "untested" if math.isnan(better) else "proven" if better else "unclear"
    return Line(node, cells, points, low, high, verdict, first, second, weight)


def _tier(result: Result, unit: Unit) -> int | None:
    return next((tier.number for tier in result.tiers if unit.code in tier.units), None)


def _padded(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """At least two boxes, and one more than are filled."""
    n = min(MOST, max(FEWEST, len(fields) + 1))
    return fields + (Field(""),) * (n - len(fields))


def _suggestions(result: Result) -> tuple[Choice, ...]:
    """The two best, and the best beside the last, of each group."""
    found: list[Choice] = []
    for group in standing.groups_with_units(result):
        order = [row for row in standing.ranking(result, group) if not math.isnan(result.scores.rank[row, 0])]
        pairs = [(order[0], order[1]), (order[0], order[-1])] if len(order) > FEWEST else [tuple(order)]
        for pair in pairs:
            if len(pair) == FEWEST:
                units = [result.units[row] for row in pair]
                found.append(Choice(" – ".join(u.name for u in units), query_of(u.code for u in units), False))
    return tuple(found)


def _heading(result: Result, pairs: Sequence[Pair], units: Sequence[Unit]) -> str:
    if not pairs:
        return _("Chọn hai đến bốn đơn vị để đặt cạnh nhau")
    if len(pairs) == 1:
        return _pair_heading(pairs[0])
    said = {
        "n": words.count(len(pairs)),
        "told": words.count(sum(pair.verdict == "proven" for pair in pairs)),
        "leader": max(units, key=lambda unit: _score(result, unit)).name,
        "score": words.number(max(_score(result, unit) for unit in units)),
    }
    if all(pair.verdict == "untested" for pair in pairs):
        return _("%(leader)s có điểm cao nhất, %(score)s; chưa có sai số để nói đơn vị nào thật sự hơn") % said
    if not any(pair.verdict == "proven" for pair in pairs):
        return _("Chưa phân biệt được đơn vị nào với nhau trong %(n)s cặp") % said
    return _("Phân biệt được %(told)s trong %(n)s cặp; %(leader)s có điểm cao nhất, %(score)s") % said


def _score(result: Result, unit: Unit) -> float:
    score = float(result.scores.score[result.unit_row[unit.code], 0])
    return -math.inf if math.isnan(score) else score


def _pair_heading(pair: Pair) -> str:
    said = {
        "ahead": pair.ahead.name,
        "behind": pair.behind.name,
        "points": words.number(pair.points),
        "interval": words.interval(pair.low, pair.high, is_change=True),
    }
    if pair.verdict == "proven":
        return _("%(ahead)s hơn rõ %(behind)s: %(points)s điểm, khoảng %(interval)s") % said
    if pair.verdict == "unclear":
        return _("Chưa phân biệt được %(ahead)s và %(behind)s: chênh %(points)s điểm, khoảng %(interval)s") % said
    if pair.verdict == "untested":
        return _("%(ahead)s cao hơn %(behind)s %(points)s điểm; chưa có sai số để nói là hơn thật") % said
    return _("%(ahead)s và %(behind)s: chưa đủ số liệu để so") % said
