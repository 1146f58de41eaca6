"""Whom a unit is read together with: its neighbours in the ranking, the units it cannot be told apart from, the same unit
in other waves, the units it came from and those that came from it.

In:  a Published and a row. Out: links, each with the publication that holds the other unit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ddci.report import standing
from ddci.wave.model import Unit
from ddci_web.portal.pages.cells import Cell, cells_of_column
from ddci_web.results.published import Published, public_waves


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A unit in another public wave; ``published`` None where no public wave holds it."""

    name: str
    code: str
    published: Published | None
    score: float

    @property
    def year(self) -> int | None:
        return self.published.wave.year if self.published else None


@dataclass(frozen=True, slots=True)
class Kin:
    better: Cell | None  # the next unit above in the ranking
    worse: Cell | None
    same_tier: tuple[Cell, ...]  # others of the unit's tier, best first
    other_waves: tuple[Elsewhere, ...]  # newest first
    predecessors: tuple[Elsewhere, ...]
    successors: tuple[Elsewhere, ...]


def kin_of(published: Published, row: int) -> Kin:
    result, unit = published.result, published.result.units[row]
    order = [other for other in standing.ranking(result, unit.group) if not math.isnan(result.scores.score[other, 0])]
    cells = cells_of_column(result, order, 0)
    place = order.index(row) if row in order else None
    tier = next((tier for tier in standing.tiers_of(result, unit.group) if unit.code in tier.units), None)
    members = set(tier.units) - {unit.code} if tier else set()
    others = [wave for wave in public_waves(published.programme) if wave.wave.pk != published.wave.pk]
    before = [wave for wave in others if wave.wave.year < published.wave.year]
    after = [wave for wave in reversed(others) if wave.wave.year > published.wave.year]
    return Kin(
        better=cells[place - 1] if place else None,
        worse=cells[place + 1] if place is not None and place + 1 < len(cells) else None,
        same_tier=tuple(cell for cell in cells if cell.unit.code in members),
        other_waves=tuple(_at(wave, unit.code) for wave in others if unit.code in wave.result.unit_row),
        predecessors=tuple(_nearest(before, code) for code in unit.succeeds),
        successors=_successors(after, unit),
    )


def _at(published: Published, code: str) -> Elsewhere:
    result = published.result
    row = result.unit_row[code]
    return Elsewhere(result.units[row].name, code, published, float(result.scores.score[row, 0]))


def _nearest(waves: list[Published], code: str) -> Elsewhere:
    """The unit in the nearest wave that holds it."""
    return next(
        (_at(wave, code) for wave in waves if code in wave.result.unit_row), Elsewhere(code, code, None, math.nan)
    )


def _successors(waves: list[Published], unit: Unit) -> tuple[Elsewhere, ...]:
    """The units of the first later wave that name this one as a predecessor."""
    for wave in waves:
        found = [other.code for other in wave.result.units if unit.code in other.succeeds]
        if found:
            return tuple(_at(wave, code) for code in found)
    return ()
