"""One unit's figure on one node with everything that must stand beside it, ready for a row of a table.

In:  a Result, rows, columns. Out: Cells. A figure that too few answered is marked and holds no number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ddci.result import Node, Result
from ddci.wave.model import Unit

SUPPRESSED = "suppressed"
TOLD = ("small_n", "no_answers", "refused", "bounds_equal", "capped")  # flags that a reader must know at once
FIGURES = (
    "value",
    "score",
    "low",
    "high",
    "n",
    "rank",
    "rank_low",
    "rank_high",
    "median",
    "best",
    "bounds_low",
    "bounds_high",
    "effective_weight",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the Result; figures are NaN where there is none. ``n_ranked`` units have a rank on the node."""

    unit: Unit
    node: Node
    n_ranked: int
    flags: tuple[str, ...]
    is_suppressed: bool
    value: float
    score: float
    low: float
    high: float
    n: float
    rank: float
    rank_low: float
    rank_high: float
    median: float
    best: float
    bounds_low: float
    bounds_high: float
    effective_weight: float

    @property
    def figure(self) -> float:
        """What interval, median and best are of: the value of an indicator, the score of anything else."""
        return self.value if self.node.level == "indicator" else self.score

    @property
    def has_interval(self) -> bool:
        return not math.isnan(self.low)

    @property
    def has_rank(self) -> bool:
        return not math.isnan(self.rank)

    @property
    def has_score(self) -> bool:
        return not math.isnan(self.score)


def cells_of_column(result: Result, rows: Sequence[int], column: int) -> list[Cell]:
    """A node's cells for units of one group, in the given order."""
    n_ranked = int(np.isfinite(result.scores.rank[list(rows), column]).sum())
    return _cells(result, [(row, column, n_ranked) for row in rows])


def cells_of_unit(result: Result, row: int, columns: Sequence[int]) -> list[Cell]:
    """A unit's cells on some nodes, in the given order."""
    members = result.rows_of_group(result.units[row].group)
    ranked = np.isfinite(result.scores.rank[np.ix_(members, list(columns))]).sum(axis=0)
    return _cells(result, [(row, column, int(n)) for column, n in zip(columns, ranked, strict=True)])


def is_suppressed(result: Result, row: int, column: int) -> bool:
    return SUPPRESSED in result.flags and bool(result.flags[SUPPRESSED][row, column])


def domain_of(result: Result, rows: Sequence[int], column: int) -> tuple[float, float]:
    """The ends of the axis on which a node's figures are drawn: the scale, 0–100%, or what the figures span."""
    node = result.nodes[column]
    if node.level == "sub_index":
        return result.framework.scale
    if node.level == "indicator" and node.unit == "share":
        return 0.0, 1.0
    scores, chosen = result.scores, list(rows)
    figures = scores.value if node.level == "indicator" else scores.score
    drawn = np.concatenate([part[chosen, column] for part in (figures, scores.low, scores.high)])
    known = drawn[np.isfinite(drawn)]
    if known.size == 0:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    margin = 0.03 * (high - low) or 1.0
    return low - margin, high + margin


def _cells(result: Result, places: Sequence[tuple[int, int, int]]) -> list[Cell]:
    rows, columns = [place[0] for place in places], [place[1] for place in places]
    figures = [getattr(result.scores, name)[rows, columns].tolist() for name in FIGURES]
    told = {name: result.flags[name][rows, columns].tolist() for name in TOLD if name in result.flags}
    hidden = result.flags[SUPPRESSED][rows, columns].tolist() if SUPPRESSED in result.flags else [False] * len(places)
    return [
        Cell(
            result.units[row],
            result.nodes[column],
            n_ranked,
            tuple(name for name, flags in told.items() if flags[place]),
            hidden[place],
            *(figure[place] for figure in figures),
        )
        for place, (row, column, n_ranked) in enumerate(places)
    ]
