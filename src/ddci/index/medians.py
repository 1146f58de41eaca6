"""Weighted medians by sums over distinct values, with Woodruff's standard error.

The median is the smallest value at or below which lies at least half of the weight (R survey: ``qrule = "math"``, its
default; with an even number of equal weights it is the lower of the two middle values). Its interval turns the interval
of the distribution function at the median back into values (``interval.type = "mean"``); the standard error is half of
the interval's width over the t quantile.

In:  values of rows, sums of weights by distinct value ("level").
Out: medians, linearised scores, standard errors.
Source: Woodruff (1952), JASA 47, 635-646; R package survey 4.5, svyquantile.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

FloatArray = npt.NDArray[np.float64]

WOODRUFF_CONFIDENCE = 0.95


def level_sums(values: FloatArray, levels: FloatArray, multipliers: FloatArray) -> FloatArray:
    """Sums of multipliers by level.

    values       (n,) each one of the levels, or NaN: left out
    levels       (D,) ascending
    multipliers  (n, K)
    returns      (D, K)

    >>> level_sums(np.array([2.0, 1.0, 2.0]), np.array([1.0, 2.0]), np.array([[1.0], [5.0], [3.0]]))
    array([[5.],
           [4.]])
    """
    sums = np.zeros((len(levels), multipliers.shape[1]))
    rows = np.flatnonzero(np.isfinite(values))
    if len(rows) == 0:
        return sums
    place = np.searchsorted(levels, values[rows])
    order = np.argsort(place, kind="stable")
    present, starts = np.unique(place[order], return_index=True)
    sums[present] = np.add.reduceat(multipliers[rows[order]], starts, axis=0)
    return sums


def median_of_levels(levels: FloatArray, cumulative: FloatArray) -> FloatArray:
    """The smallest level that has at least half of the weight at or below it.

    levels      (D,) ascending
    cumulative  (…, D) Σ w up to and with each level
    returns     (…); NaN without weight

    >>> median_of_levels(np.array([1.0, 2.0, 9.0]), np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 5.0]]))
    array([2., 9.])
    """
    if len(levels) == 0:
        return np.full(cumulative.shape[:-1], np.nan)
    total = cumulative[..., -1:]
    place = np.argmax(2.0 * cumulative >= total, axis=-1)
    median: FloatArray = np.where(total[..., 0] > 0, levels[place], np.nan)
    return median


def median_score(values: FloatArray, median: float, *, below: float, weight: float) -> FloatArray:
    """Linearised scores, without the row's weight, of the distribution function at the median.

    values   (n,) NaN = not in the base: 0
    below    share of the weight at or below the median
    weight   Σ w over the base
    returns  (n,)
    """
    if not (np.isfinite(median) and weight > 0):
        return np.zeros(len(values))
    is_below = (values <= median).astype(np.float64)
    score: FloatArray = np.where(np.isfinite(values), is_below - below, 0.0) / weight
    return score


def woodruff_se(levels: FloatArray, cumulative: FloatArray, *, below: float, se: float, degrees: float) -> float:
    """Standard error of a median from the one of its distribution function.

    levels, cumulative  (D,) ascending, and Σ w up to and with each
    below               distribution function at the median
    se                  its standard error
    degrees             sampling units − strata, at least 1

    Limits beyond 0 or 1 are the smallest and the largest value. NaN without weight.
    """
    if len(levels) == 0 or not (cumulative[-1] > 0 and np.isfinite(se)):
        return float("nan")
    quantile = float(stdtrit(max(degrees, 1.0), 0.5 + WOODRUFF_CONFIDENCE / 2))
    # A limit that only rounding keeps from a step of the distribution function stands on that step.
    reach = cumulative[-1] * (1.0 - 1e-12)
    limits = [min(max(below + side * quantile * se, 0.0), 1.0) * reach for side in (-1.0, 1.0)]
    low, high = (levels[min(int(np.searchsorted(cumulative, limit)), len(levels) - 1)] for limit in limits)
    return float(high - low) / (2.0 * quantile)
