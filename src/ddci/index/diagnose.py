"""What holds a unit back and what would move it: gaps, strengths, weaknesses, importance, gains and quick wins.

In:  values and scores (R, U, I) of one unit group (replicate 0 is the estimate), and the group's rule.
Out: gaps in score points and in each indicator's own unit, gains in points of the index, lists by unit.
A gap is negative when the unit is worse, whichever direction the indicator has. Bounds and the other units are held.

Stated rules
* importance = effective weight × Pearson correlation of the indicator's scores with the index over the group's units
  (derived from the data, not asked from respondents); NaN with fewer than three units or without differences.
* quick win: the unit is below the median; more than half of the other units already score at least a sixth of the scale
  higher; and the indicator weighs at least as much as the average one. Ordered by gain × share of those units.
* strength and weakness: ordered by effective weight × gap to the median.
* beyond noise: the interval of the gap to the median, from the replicates of both, does not contain 0.
Source: Martilla and James (1977), Importance-Performance Analysis, Journal of Marketing 41(1), for the quadrants.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

from ddci.framework.model import MedianRule
from ddci.index.score import IndexScores, ScoringRule, shares_of_index
from ddci.index.what_if import index_with_each_changed, top_of

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
FindingKind = Literal["strength", "weakness", "quick_win"]
Quadrant = Literal["improve_first", "keep_up", "low_priority", "more_than_needed"]

QUADRANTS: tuple[Quadrant, ...] = ("improve_first", "keep_up", "low_priority", "more_than_needed")
MUCH_BETTER = 1 / 6  # of the scale's length: 1.5 points of a 1–10 scale
MOST_OTHERS = 0.5
REPLICATES_FOR_NOISE = 500  # a standard error from these is known to about 3 %


@dataclass(frozen=True)
class Gaps:
    """Distances of every unit to its group; negative = worse."""

    median: FloatArray  # (K,)
    best: FloatArray
    to_median: FloatArray  # (U, K)
    to_best: FloatArray


@dataclass(frozen=True, slots=True)
class Found:
    """A strength, a weakness or a quick win; ``unit`` and ``indicator`` are places in the arrays."""

    unit: int
    kind: FindingKind
    indicator: int
    gap_to_median: float  # score points
    gap_to_best: float
    gain: float  # points of the index if the group's best were reached
    beyond_noise: bool | None  # None without replicates


@dataclass(frozen=True)
class Diagnosis:
    score_gaps: Gaps  # score points
    value_gaps: Gaps  # each indicator's own unit
    sub_index_gaps: Gaps  # score points, (U, S)
    below_median: FloatArray  # (U, I) 1, 0 or NaN
    n_below: IntArray  # (U, S) indicators below the median
    n_compared: IntArray  # (U, S) of so many
    gain_to_best: FloatArray  # (U, I) points of the index if this indicator alone reached the group's best
    gain_to_median: FloatArray  # (U, I) likewise the median; 0 where the unit is there already
    gain_of_sub_index: FloatArray  # (U, S) if this sub-index alone reached the group's best
    beyond_noise: FloatArray  # (U, I) 1, 0, or NaN without replicates
    importance: FloatArray  # (I,)
    quadrant: IntArray  # (U, I) place in QUADRANTS, -1 = not known
    quick_win: FloatArray  # (U, I) gain × share of other units that are much better; NaN = no quick win
    findings: tuple[Found, ...]


def diagnose(
    values: FloatArray,
    scored: IndexScores,
    rule: ScoringRule,
    *,
    median_rule: MedianRule = "strict",
    confidence: float = 0.95,
    limit: int = 5,
) -> Diagnosis:
    """Diagnose every unit of one group.

    values   (R, U, I) or (U, I), own units; NaN = not measured
    scored   of the same values, by ``score_values``
    limit    longest list of strengths, weaknesses and quick wins of one unit
    returns  NaN wherever a unit has no score on an indicator
    """
    replicated = scored.scores if scored.scores.ndim == 3 else scored.scores[np.newaxis]
    first = (0,) * (scored.index.ndim - 1)
    scores, sub_indices, index = scored.scores[first], scored.sub_indices[first], scored.index[first]
    shares = shares_of_index(scored, rule)[0]
    gaps = group_gaps(scores)
    below = below_median(scores, median_rule=median_rule)
    to_best = index_gains(scores, np.broadcast_to(gaps.best, scores.shape), rule)
    importance = derived_importance(scores, index, shares)
    noise = gaps_beyond_noise(replicated, confidence=confidence)
    wins = quick_wins(scores, below=below == 1, gains=to_best, shares=shares, scale=rule.scale)
    n_below, n_compared = count_below(below, rule)
    return Diagnosis(
        score_gaps=gaps,
        value_gaps=group_gaps(values[first], direction=rule.direction),
        sub_index_gaps=group_gaps(sub_indices),
        below_median=below,
        n_below=n_below,
        n_compared=n_compared,
        gain_to_best=to_best,
        gain_to_median=index_gains(scores, np.maximum(scores, gaps.median), rule),
        gain_of_sub_index=_sub_index_gains(sub_indices, index, rule),
        beyond_noise=noise,
        importance=importance,
        quadrant=quadrants(importance, gaps.to_median),
        quick_win=wins,
        findings=_findings(gaps, to_best, shares, noise, wins, limit),
    )


def group_gaps(figures: FloatArray, *, direction: npt.ArrayLike = 1.0) -> Gaps:
    """Distance to the group's median and best.

    figures    (U, K); NaN = no figure
    direction  (K,) or one number: -1 where less is better
    returns    gaps in the figures' unit, negative = worse than the median or the best

    >>> group_gaps(np.array([[3.0], [5.0], [10.0]]), direction=-1.0).to_median.ravel()
    array([ 2.,  0., -5.])
    """
    sign = np.broadcast_to(np.asarray(direction, dtype=np.float64), figures.shape[-1:])
    goodness = figures * sign
    median, best = _medians(goodness), np.fmax.reduce(goodness, axis=0)
    return Gaps(median * sign, best * sign, goodness - median, goodness - best)


def below_median(
    figures: FloatArray, *, direction: npt.ArrayLike = 1.0, median_rule: MedianRule = "strict"
) -> FloatArray:
    """Who is below the group's median: 1, 0, or NaN without a figure (U, K).

    median_rule  strict: worse than the median; at_or_below: the median unit itself counts too (rank 6 of 11)

    >>> below_median(np.array([[1.0], [2.0], [3.0]]), median_rule="at_or_below").ravel()
    array([1., 1., 0.])
    """
    gap = group_gaps(figures, direction=direction).to_median
    below = gap < 0 if median_rule == "strict" else gap <= 0
    return np.where(np.isnan(gap), np.nan, below)


def count_below(below: FloatArray, rule: ScoringRule) -> tuple[IntArray, IntArray]:
    """Per sub-index (U, S): how many indicators are below the median, and how many were compared ("16/18")."""
    member = (rule.parent[:, np.newaxis] == np.arange(rule.n_sub_indices)).astype(np.int64)
    return (below == 1).astype(np.int64) @ member, np.isfinite(below).astype(np.int64) @ member


def index_gains(scores: FloatArray, reached: FloatArray, rule: ScoringRule) -> FloatArray:
    """Points of the index (U, I) that each unit gains if one indicator alone moves to ``reached`` (U, I).

    An indicator the unit has no score on gains nothing that can be told: NaN.
    """
    wanted = np.where(np.isnan(scores), np.nan, reached)
    held = index_with_each_changed(scores, scores, rule)
    return (index_with_each_changed(scores, wanted, rule) - held).T


def gaps_beyond_noise(scores: FloatArray, *, confidence: float = 0.95) -> FloatArray:
    """Whether the gap to the median is more than sampling noise.

    scores   (R, U, I), replicate 0 the estimate; the median is taken anew in every replicate, so what it shares with
             the unit's own error is accounted for
    returns  (U, I) 1 where |gap| > z·se, else 0; NaN without replicates or without a score
    """
    gap = scores[0] - _medians(scores[0])
    draws = scores[1 : REPLICATES_FOR_NOISE + 1]
    if len(draws) < 2:
        return np.full(gap.shape, np.nan)
    drawn = draws - _medians(draws)[:, np.newaxis, :]
    n = np.isfinite(drawn).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(drawn, axis=0) / n
        variance = np.nansum((drawn - mean) ** 2, axis=0) / (n - 1)
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * np.sqrt(np.where(n > 1, variance, np.nan))
    return np.where(np.isnan(gap + reach), np.nan, np.abs(gap) > reach)


def derived_importance(scores: FloatArray, index: FloatArray, shares: FloatArray) -> FloatArray:
    """Importance (I,) = mean effective weight × correlation of the scores (U, I) with the index (U,)."""
    both = np.isfinite(scores) & np.isfinite(index)[:, np.newaxis]
    n = both.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        x = np.where(both, scores, 0.0)
        x = np.where(both, x - x.sum(axis=0) / n, 0.0)
        y = np.where(both, index[:, np.newaxis], 0.0)
        y = np.where(both, y - y.sum(axis=0) / n, 0.0)
        spread = np.sqrt((x**2).sum(axis=0) * (y**2).sum(axis=0))
        correlation = np.where((n >= 3) & (spread > 1e-12), (x * y).sum(axis=0) / spread, np.nan)
    counted = np.isfinite(index)
    return shares[counted].mean(axis=0) * correlation if counted.any() else np.full(scores.shape[1], np.nan)


def quadrants(importance: FloatArray, gap_to_median: FloatArray) -> IntArray:
    """Place in ``QUADRANTS`` (U, I): importance from the indicators' median up is high, a gap from 0 up is good."""
    known = np.isfinite(importance)
    high = importance >= (np.median(importance[known]) if known.any() else np.nan)
    good = gap_to_median >= 0
    place = np.where(high, np.where(good, 1, 0), np.where(good, 3, 2))
    return np.where(known & np.isfinite(gap_to_median), place, -1).astype(np.int64)


def quick_wins(
    scores: FloatArray, *, below: BoolArray, gains: FloatArray, shares: FloatArray, scale: tuple[float, float]
) -> FloatArray:
    """Gain × share of other units that are much better (U, I); NaN where the indicator is no quick win."""
    step = MUCH_BETTER * (scale[1] - scale[0])
    ease = np.full(scores.shape, np.nan)
    for unit, own in enumerate(scores):
        others = np.delete(scores, unit, axis=0)
        n = np.isfinite(others).sum(axis=0)
        ease[unit] = np.divide((others >= own + step).sum(axis=0), n, out=np.full(n.shape, np.nan), where=n > 0)
    average = 1 / np.maximum((shares > 0).sum(axis=1, keepdims=True), 1)
    chosen = below & (ease > MOST_OTHERS) & (shares >= average * (1 - 1e-9)) & (gains > 0)
    return np.where(chosen, gains * ease, np.nan)


def _medians(figures: FloatArray) -> FloatArray:
    """Median over the units (axis -2), missing ones left out; NaN where there is none."""
    ordered = np.sort(figures, axis=-2)  # NaN last
    n = np.isfinite(figures).sum(axis=-2, keepdims=True)
    lower = np.take_along_axis(ordered, np.maximum(n - 1, 0) // 2, axis=-2)
    upper = np.take_along_axis(ordered, np.minimum(n // 2, figures.shape[-2] - 1), axis=-2)
    # An odd number has one middle unit: taken as it is, so that its gap is exactly 0.
    middle = np.where(n % 2 == 1, lower, (lower + upper) / 2)
    return np.asarray(middle[..., 0, :])


def _sub_index_gains(sub_indices: FloatArray, index: FloatArray, rule: ScoringRule) -> FloatArray:
    best = np.fmax.reduce(sub_indices, axis=0)
    n = rule.n_sub_indices
    trials = np.repeat(sub_indices[np.newaxis], n, axis=0)
    each = np.arange(n)
    trials[each, :, each] = np.where(np.isnan(sub_indices), np.nan, best).T
    gains = top_of(trials, rule).T - index[:, np.newaxis]
    return np.where(np.isnan(sub_indices), np.nan, gains)


def _findings(
    gaps: Gaps, gains: FloatArray, shares: FloatArray, noise: FloatArray, wins: FloatArray, limit: int
) -> tuple[Found, ...]:
    weighted = shares * gaps.to_median
    orders: tuple[tuple[FindingKind, FloatArray], ...] = (
        ("strength", np.where(weighted > 0, weighted, np.nan)),
        ("weakness", np.where(weighted < 0, -weighted, np.nan)),
        ("quick_win", wins),
    )
    found = []
    for unit in range(len(weighted)):
        for kind, size in orders:
            for indicator in _largest(size[unit], limit):
                cell = (unit, indicator)
                beyond = None if np.isnan(noise[cell]) else bool(noise[cell])
                figures = (float(gaps.to_median[cell]), float(gaps.to_best[cell]), float(gains[cell]))
                found.append(Found(unit, kind, indicator, *figures, beyond))
    return tuple(found)


def _largest(sizes: FloatArray, limit: int) -> list[int]:
    """Places of the largest finite sizes, largest first; equal ones in the framework's order."""
    order = np.argsort(np.where(np.isnan(sizes), np.inf, -sizes), kind="stable")
    return [int(place) for place in order[:limit] if np.isfinite(sizes[place])]
