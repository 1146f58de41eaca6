"""Turn a few answers of one unit, so that its weighted share comes as near to a published one as its answers permit.

In:  of the rows in the base of one indicator and unit: weights, who counts, and how far each answer is from turning.
Out: the rows to turn. The nearest to the border turn first, so that as little as possible changes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

REFINEMENTS = 60


def rows_to_turn(
    counts: BoolArray, *, weight: FloatArray, cost: FloatArray, base_weight: float, share: float
) -> IntArray:
    """Rows whose answer must turn for Σ weight of those who count to come nearest to ``share`` × ``base_weight``.

    counts       (rows,) whether the row counts now
    cost         (rows,) distance from turning; lower turns first
    base_weight  Σ weight of the base, also of rows that cannot turn
    returns      positions, each once

    With equal weights the share ends within half a respondent of the wanted one.

    >>> counts, cost = np.array([True, False, False]), np.array([0.0, 2.0, 1.0])
    >>> rows_to_turn(counts, weight=np.ones(3), cost=cost, base_weight=3, share=0.6)
    array([2])
    """
    now = counts.copy()
    wanted = share * base_weight
    order = np.argsort(cost, kind="stable")
    gap = wanted - float(weight[now].sum())
    for row in order[now[order] != (gap > 0)].tolist():
        if abs(gap - _change(now, weight, row)) >= abs(gap):
            break
        gap -= _change(now, weight, row)
        now[row] = not now[row]
    for _ in range(REFINEMENTS):
        turned = _best_refinement(now, weight, order, gap)
        if not turned:
            break
        for row in turned:
            gap -= _change(now, weight, row)
            now[row] = not now[row]
    return np.flatnonzero(now != counts)


def _change(now: BoolArray, weight: FloatArray, row: int) -> float:
    """What turning one row adds to the sum."""
    return float(-weight[row] if now[row] else weight[row])


def _best_refinement(now: BoolArray, weight: FloatArray, order: IntArray, gap: float) -> tuple[int, ...]:
    """One row, or one that counts and one that does not, of the cheapest of each weight, that narrows the gap most."""
    cheapest: dict[tuple[bool, float], int] = {}
    for row in order.tolist():
        cheapest.setdefault((bool(now[row]), float(weight[row])), row)
    rows = list(cheapest.values())
    moves = [(row,) for row in rows] + [(a, b) for a in rows for b in rows if now[a] and not now[b]]
    best: tuple[int, ...] = ()
    nearest = abs(gap) - 1e-9 * max(1.0, abs(gap))
    for move in moves:
        left = abs(gap - sum(_change(now, weight, row) for row in move))
        if left < nearest:
            best, nearest = move, left
    return best
