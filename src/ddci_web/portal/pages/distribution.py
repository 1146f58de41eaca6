"""Where the units of a group lie on one node: a dot for each, stacked where several fall on the same step.

In:  cells of one node. Out: places of dots and marks, x in per cent of the width and y in pixels. Nothing is estimated:
steps only keep dots apart.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ddci.report.numbers import shown
from ddci_web.portal.pages import words
from ddci_web.portal.pages.cells import Cell

STEPS = 44
GAP, HEIGHT, RADIUS = 11.2, 152, 4.9
HEAD = 44  # pixels above the highest dot, for the labels


@dataclass(frozen=True, slots=True)
class Dot:
    x: str  # per cent
    y: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Mark:
    """``text`` is the figure as the axis shows it."""

    x: str
    text: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """A strip of dots with its axis. ``height`` and ``base`` are pixels."""

    dots: tuple[Dot, ...]
    ticks: tuple[Mark, ...]
    median: Mark | None
    lowest: Cell
    highest: Cell
    height: int
    base: int

    @property
    def label_y(self) -> int:
        return self.height - 2

    @property
    def n(self) -> int:
        return len(self.dots)


def distribution_of(cells: Sequence[Cell], *, median: float) -> Distribution | None:
    """None with fewer than three figures."""
    known = sorted((cell for cell in cells if not math.isnan(cell.figure)), key=lambda cell: cell.figure)
    if len(known) < 3:
        return None
    low, high, step = _axis(known[0].figure, known[-1].figure)
    stacked: Counter[int] = Counter()
    places = []
    for cell in known:
        place = round((cell.figure - low) / (high - low) * STEPS)
        places.append((cell, place, stacked[place]))
        stacked[place] += 1
    tallest = max(stacked.values())
    gap = min(GAP, HEIGHT / tallest)
    base = HEAD + round(gap * (tallest - 1)) + 14
    dots = tuple(
        Dot(f"{100 * place / STEPS:.2f}%", f"{base - 8 - gap * above:.1f}", cell) for cell, place, above in places
    )
    unit = known[0].node.unit
    decimals = max(0, -math.floor(math.log10(abs(shown(step, unit)))))
    values = [low + number * step for number in range(round((high - low) / step) + 1)]
    ticks = tuple(Mark(_at(value, low, high), words.number(shown(value, unit), decimals)) for value in values)
    middle = None if math.isnan(median) else Mark(_at(median, low, high), words.amount(median, unit))
    return Distribution(dots, ticks, middle, known[0], known[-1], base + 20, base)


def _at(value: float, low: float, high: float) -> str:
    return f"{100 * (value - low) / (high - low):.2f}%"


def _axis(least: float, most: float) -> tuple[float, float, float]:
    """Round ends around the figures and the distance of ticks, four to eight of them."""
    span = (most - least) or abs(most) or 1.0
    power = 10.0 ** math.floor(math.log10(span / 4))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= 6)
    low, high = math.floor(least / step) * step, math.ceil(most / step) * step
    return low, high if high > low else low + step, step
