"""The difference of two units of one Result, with its interval: is one really ahead of the other?

In:  a Result and two units of the same group.
Out: the difference of the index from the covariance of the two (answers about both units may come from the same people),
     and the differences of sub-indices and indicators from the interval of each.
Source: variance of a difference, V(a) + V(b) − 2 C(a, b); for parts of which no covariance is kept the method of
variance estimates recovery, Newcombe (1998) Statistics in Medicine 17, 873–890, and Zou and Donner (2008) ibid. 27,
1693–1702, which treats the two samples as independent. Several questions asked at once share the error among them
(Bonferroni), so that all the intervals together hold at the framework's confidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ddci.index.uncertainty import t_interval
from ddci.result import Result

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """The first unit's index less the second's, in points; NaN where one of them has none, or no sampling error."""

    points: float
    se: float
    low: float
    high: float

    @property
    def is_proven(self) -> bool | None:
        """Whether the interval leaves 0 out; None where there is no interval."""
        return None if np.isnan(self.low) or np.isnan(self.high) else bool(self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class PartDifferences:
    """The first unit less the second on some nodes, (K,): values of indicators, scores of the others."""

    points: FloatArray
    low: FloatArray
    high: FloatArray
    better: FloatArray  # +1 the first unit is really better, −1 the second, 0 not told apart; NaN without an interval


def difference_interval(result: Result, a: str, b: str, *, comparisons: int = 1) -> Difference:
    """How far unit ``a`` is ahead of unit ``b`` on the index.

    a, b         unit codes of one unit group
    comparisons  how many differences the reader looks at together
    returns      with limits by Student's t on the smaller of the two effective numbers of answers

    Raises ValueError for units of different groups, whose totals are not made of the same parts.
    """
    first, second = _rows(result, a, b)
    points = float(result.scores.score[first, 0] - result.scores.score[second, 0])
    variance = _variance(result, first, second)
    if np.isnan(points) or not variance > 0:
        return Difference(points, np.nan, np.nan, np.nan)
    se = float(np.sqrt(variance))
    n = np.fmin(result.scores.n_effective[first, 0], result.scores.n_effective[second, 0])
    low, high = t_interval(np.array(points), np.array(se), n, confidence=_shared(result, comparisons))
    return Difference(points, se, float(low), float(high))


def part_differences(
    result: Result, a: str, b: str, columns: Sequence[int], *, comparisons: int | None = None
) -> PartDifferences:
    """The differences of two units on sub-indices or indicators, each limit from the two units' own intervals.

    columns      of the Result's nodes
    comparisons  how many differences the reader looks at together; all that can be told, when not given
    """
    first, second = _rows(result, a, b)
    scores, chosen = result.scores, list(columns)
    is_value = np.array([result.nodes[column].level == "indicator" for column in chosen], dtype=bool)
    direction = np.array([result.nodes[column].direction for column in chosen], dtype=np.float64)
    figure = np.where(is_value, scores.value[:, chosen], scores.score[:, chosen])
    points = figure[first] - figure[second]
    low, high = scores.low[:, chosen], scores.high[:, chosen]
    told = np.isfinite(points) & np.isfinite(low[[first, second]]).all(axis=0)
    stretch = _stretch(result, max(1, int(told.sum())) if comparisons is None else comparisons)
    below = np.hypot(figure[first] - low[first], high[second] - figure[second]) * stretch
    above = np.hypot(high[first] - figure[first], figure[second] - low[second]) * stretch
    lower, upper = np.where(told, points - below, np.nan), np.where(told, points + above, np.nan)
    ahead = np.where(lower > 0, 1.0, np.where(upper < 0, -1.0, 0.0)) * direction
    return PartDifferences(points, lower, upper, np.where(told, ahead, np.nan))


def times_answers(result: Result, a: str, b: str, *, comparisons: int = 1) -> float:
    """How many times as many answers about both units would prove the difference that was found, were it the true one.

    returns  1 where it is proven already; infinite where there is no difference; NaN without sampling error

    The reach of an interval shrinks with the square root of the number of answers, if they are drawn as before.
    """
    found = difference_interval(result, a, b, comparisons=comparisons)
    if np.isnan(found.low) or np.isnan(found.high):
        return float("nan")
    if found.points == 0:
        return float("inf")
    return max(1.0, float((found.high - found.points) / abs(found.points)) ** 2)


def _rows(result: Result, a: str, b: str) -> tuple[int, int]:
    first, second = result.unit_row[a], result.unit_row[b]
    if result.units[first].group != result.units[second].group:
        raise ValueError(f"{a} and {b} belong to different unit groups")
    return first, second


def _variance(result: Result, first: int, second: int) -> float:
    """NaN where the Result keeps no covariance of the group."""
    group = result.units[first].group
    covariance = result.index_covariance.get(group)
    if covariance is None:
        return float("nan")
    rows = result.rows_of_group(group)
    i, j = rows.index(first), rows.index(second)
    return float(covariance[i, i] + covariance[j, j] - 2 * covariance[i, j])


def _shared(result: Result, comparisons: int) -> float:
    """The confidence of one interval when all of them together are to hold at the framework's."""
    return 1.0 - (1.0 - result.framework.confidence) / comparisons


def _stretch(result: Result, comparisons: int) -> float:
    """How much wider an interval becomes when the error is shared among several (ratio of normal quantiles)."""
    one, zero, infinite = np.array(1.0), np.array(0.0), np.array(np.nan)
    wide = t_interval(zero, one, infinite, confidence=_shared(result, comparisons))[1]
    narrow = t_interval(zero, one, infinite, confidence=result.framework.confidence)[1]
    return float(wide / narrow)
