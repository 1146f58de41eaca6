"""What a correction corrects: every figure that differs between two Results of the same wave.

In:  the Result published before and the one that takes its place. Out: the figures that differ, the most important
first (index, sub-indices, indicators; then the largest change), and units and nodes that only one of them has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ddci.result import Level, Result

What = Literal["score", "rank", "value"]
NOISE = 1e-9  # two runs of the same data agree to this
LEVELS: tuple[Level, ...] = ("index", "sub_index", "indicator")


@dataclass(frozen=True, slots=True)
class Corrected:
    """One figure; NaN where it was or is not there. ``what``: values of indicators, scores and ranks elsewhere."""

    unit: str
    code: str
    level: Level
    what: What
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Correction:
    figures: tuple[Corrected, ...]
    units_added: tuple[str, ...]
    units_removed: tuple[str, ...]
    codes_added: tuple[str, ...]
    codes_removed: tuple[str, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """Codes of the units of which some figure differs."""
        return tuple(dict.fromkeys(item.unit for item in self.figures))

    @property
    def is_empty(self) -> bool:
        return not (self.figures or self.units_added or self.units_removed or self.codes_added or self.codes_removed)


def correction_of(before: Result, after: Result) -> Correction:
    """Compare the figures of the units and nodes that both Results have.

    A cell that was suppressed before is passed over: it was never published.
    """
    units = [unit.code for unit in after.units if unit.code in before.unit_row]
    nodes = [node for node in after.nodes if node.code in before.node_column]
    old = np.ix_([before.unit_row[code] for code in units], [before.node_column[node.code] for node in nodes])
    new = np.ix_([after.unit_row[code] for code in units], [after.node_column[node.code] for node in nodes])
    hidden = (
        before.flags["suppressed"][old] if "suppressed" in before.flags else np.zeros((len(units), len(nodes)), bool)
    )
    is_indicator = np.array([node.level == "indicator" for node in nodes], dtype=bool)
    found: list[Corrected] = []
    whats: tuple[What, ...] = ("score", "rank", "value")
    for what in whats:
        then, now = getattr(before.scores, what)[old], getattr(after.scores, what)[new]
        asked = is_indicator if what == "value" else ~is_indicator
        for row, column in zip(*(_differs(then, now) & asked & ~hidden).nonzero(), strict=True):
            node = nodes[column]
            figure = float(then[row, column]), float(now[row, column])
            found.append(Corrected(units[row], node.code, node.level, what, *figure))
    return Correction(
        tuple(sorted(found, key=_importance)),
        units_added=tuple(unit.code for unit in after.units if unit.code not in before.unit_row),
        units_removed=tuple(unit.code for unit in before.units if unit.code not in after.unit_row),
        codes_added=tuple(node.code for node in after.nodes if node.code not in before.node_column),
        codes_removed=tuple(node.code for node in before.nodes if node.code not in after.node_column),
    )


def _differs(then: npt.NDArray[np.float64], now: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """True where one of the two is missing, or they differ by more than noise."""
    appeared: npt.NDArray[np.bool_] = np.isnan(then) != np.isnan(now)
    return appeared | (np.abs(then - now) > NOISE)


def _importance(item: Corrected) -> tuple[int, float, str, str]:
    change = abs(item.after - item.before)
    return LEVELS.index(item.level), -np.inf if np.isnan(change) else -change, item.unit, item.what
