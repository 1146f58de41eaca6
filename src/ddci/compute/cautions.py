"""What the reader of a group's scores must know: indicators that tell nobody apart, and scales set by very few answers.

In:  one unit group's indicators, values, numbers of answers and the bounds that were in force.
Out: warnings, added to the faults of the wave.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ddci.errors import Faults, Place
from ddci.framework.model import Framework
from ddci.index.framework_weights import consistency_ratios
from ddci.index.score import GROUP_BOUNDS, IndexScores, ScoringRule

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

CONSISTENT = 0.1  # Saaty's rule of thumb for the consistency ratio
OF_RANKS = frozenset({"rank", "percentile"})


def warn_of_group(
    faults: Faults,
    framework: Framework,
    group: str,
    *,
    values: FloatArray,
    n: FloatArray,
    rule: ScoringRule,
    scored: IndexScores,
) -> None:
    """Add the warnings about one unit group.

    values, n  (U, I) of the estimate; NaN in n = not known
    """
    indicators = framework.indicators_of_group(group)
    for position in np.flatnonzero(scored.equal_bounds):
        place = Place(element=indicators[position].code)
        faults.warn("BOUNDS_EQUAL", place, found=indicators[position].vi, group=group)
    if rule.normalisation in GROUP_BOUNDS:
        few = bounds_from_few(values, n, min_n=framework.min_n, low=scored.low, high=scored.high) & np.isnan(rule.low)
        if few.any():
            codes = ", ".join(indicators[position].code for position in np.flatnonzero(few))
            faults.warn(
                "BOUNDS_FROM_FEW",
                Place(element=group),
                found=int(few.sum()),
                indicators=codes,
                group=group,
                min_n=framework.min_n,
            )
    for parent, ratio in consistency_ratios(framework, group).items():
        if ratio > CONSISTENT:
            faults.warn(
                "AHP_INCONSISTENT", Place(element=parent), found=f"{ratio:.2f}", parent=parent, limit=CONSISTENT
            )
    is_of_ranks = rule.normalisation in OF_RANKS or "copeland" in (rule.aggregation, rule.aggregation_top)
    if is_of_ranks and scored.index.shape[0] > 1:
        found = rule.normalisation if rule.normalisation in OF_RANKS else "copeland"
        faults.warn("SCORES_OF_RANKS", Place(element=group), found=found)


def bounds_from_few(values: FloatArray, n: FloatArray, *, min_n: float, low: FloatArray, high: FloatArray) -> BoolArray:
    """(I,) which indicators have a bound that only units with fewer than ``min_n`` answers have.

    values, n  (U, I); NaN in n = not known, which is not few
    low, high  (..., 1, I) bounds in force; the first replicate counts

    >>> values, n = np.array([[0.1], [0.9], [0.5]]), np.array([[2.0], [50.0], [50.0]])
    >>> bounds_from_few(values, n, min_n=30, low=np.array([[0.1]]), high=np.array([[0.9]]))
    array([ True])
    """
    few = np.isfinite(n) & (n < min_n)
    found = np.zeros(values.shape[1], dtype=np.bool_)
    for bound in (low, high):
        at_bound = values == bound.reshape(-1, values.shape[1])[0]
        found |= at_bound.any(axis=0) & (few | ~at_bound).all(axis=0)
    return found
