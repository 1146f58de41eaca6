"""What each indicator costs a unit: points of the total that it loses to the group's median, or lost since the last wave.

In:  a Result and a row. Out: points (K,), 0 where nothing is lost, NaN where it cannot be told.
One indicator alone is moved, the rest and the bounds held. With weighted means on both levels the cost is
gap × effective weight × points of the total per score point; otherwise the group is scored anew by the framework's rule.
A suppressed figure costs nothing that can be told, and where the group's median is suppressed nor does the column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ddci.index.diagnose import group_gaps, index_gains
from ddci.index.framework_weights import FROM_DATA, stated_weights
from ddci.index.score import scoring_rule
from ddci.result import Result

FloatArray = npt.NDArray[np.float64]
Basis = Literal["median", "last_wave"]


@dataclass(frozen=True, slots=True)
class Costs:
    """Points of the total (K,), of indicators only. ``last_wave``: the unit has nobody to be compared with."""

    basis: Basis
    points: FloatArray


def costs_of(result: Result, row: int) -> Costs:
    """What the unit would gain if one indicator alone reached the median of its group.

    A unit that is alone in its group is compared with itself: what it would gain if the indicator alone went back to
    the score it had in the earlier wave, where that was measured the same way.
    """
    group = result.units[row].group
    rows = result.rows_of_group(group)
    columns = [result.node_column[item.code] for item in result.framework.indicators_of_group(group)]
    scores = result.scores.score[np.ix_(rows, columns)]
    basis: Basis = "median" if len(rows) > 1 else "last_wave"
    wanted = _medians(result, rows, columns, scores) if basis == "median" else _earlier(result, rows, columns, scores)
    points = np.full(len(result.nodes), np.nan)
    points[columns] = _gains(result, group, scores, np.fmax(scores, wanted), columns)[rows.index(row)]
    points[columns] = np.where(np.isnan(wanted[rows.index(row)]), np.nan, points[columns])
    return Costs(basis, points)


def costliest(costs: Costs, *, most: int = 3) -> list[int]:
    """Columns of the indicators that cost most, the dearest first; equal ones in the framework's order."""
    order = np.argsort(np.where(costs.points > 0, -costs.points, np.inf), kind="stable")
    return [int(column) for column in order[:most] if costs.points[column] > 0]


def _medians(result: Result, rows: list[int], columns: list[int], scores: FloatArray) -> FloatArray:
    """(U, I) the median of the group's scores, where its median may be published."""
    known = np.isfinite(result.scores.median[np.ix_(rows, columns)])
    return np.where(known, group_gaps(scores).median, np.nan)


def _earlier(result: Result, rows: list[int], columns: list[int], scores: FloatArray) -> FloatArray:
    change = result.change
    if change is None:
        return np.full(scores.shape, np.nan)
    return np.where(change.comparable[columns], scores - change.score[np.ix_(rows, columns)], np.nan)


def _gains(result: Result, group: str, scores: FloatArray, reached: FloatArray, columns: list[int]) -> FloatArray:
    framework = result.framework
    if {framework.aggregation, framework.aggregation_top or framework.aggregation} == {"arithmetic"}:
        shares = result.scores.effective_weight[np.ix_(result.rows_of_group(group), columns)]
        return np.asarray((reached - scores) * shares * framework.total / framework.scale[1])
    if framework.weighting in FROM_DATA or framework.weighting_top in FROM_DATA:
        return np.full(scores.shape, np.nan)  # the weights in force are not kept in a form that can be applied anew
    nothing = np.full(len(columns), np.nan)
    weights = stated_weights(framework, group)
    rule = scoring_rule(framework, group, floor=nothing, ceiling=nothing, weights=weights)
    return index_gains(scores, reached, rule)
