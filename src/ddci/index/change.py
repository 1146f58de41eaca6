"""Change between two waves: with its interval, and like for like. ``decomposition.py`` takes it apart.

In:  the values or scores of both waves, units in the same rows (NaN where a unit did not exist or was not measured),
     and which indicators continue.
Out: change with confidence limits (U, ...); the like-for-like change (U,) in points of the total.
Three figures belong together on a page: the published change, the like-for-like change, and its interval. Where the
interval contains 0 there is not enough evidence for a rise or a fall.
Source: variances of independent samples add; Wolter (2007), Introduction to Variance Estimation, for replicates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from ddci.index.score import ScoringRule, bounds_in_force, held_bounds, score_between, score_values
from ddci.index.what_if import select_indicators

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
CELLS_AT_A_TIME = 4_000_000  # numbers held at once while scoring replicates: 32 MB


@dataclass(frozen=True)
class ChangeEstimate:
    """A change and its confidence limits; NaN limits where there is no sampling error on either side."""

    change: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    conclusive: BoolArray  # the interval does not contain 0; False where there is no interval


@dataclass(frozen=True)
class LikeForLike:
    """Both waves scored on the comparable indicators, by this wave's rule, between the same bounds."""

    now: FloatArray  # (U,) points of the total
    then: FloatArray
    index: ChangeEstimate  # (U,)
    sub_indices: ChangeEstimate  # (U, S) score points; NaN for a sub-index without a comparable indicator
    low: FloatArray  # (I,) bounds used for both waves; NaN where not comparable
    high: FloatArray


def match_units(codes: Sequence[str], succeeds: Sequence[Sequence[str]], *, earlier: Sequence[str]) -> IntArray:
    """The row of each unit in the earlier wave, -1 where the two are not the same unit.

    codes      of this wave's units
    succeeds   for each of them the codes of its predecessors; empty = it continues under its own code
    earlier    codes of the earlier wave's units

    A predecessor that was split among several units, or merged with another one, is comparable with none of them.

    >>> match_units(["a", "b2", "c", "d"], [[], ["b"], ["x", "y"], ["z"]], earlier=["a", "b", "x", "y", "z"])
    array([ 0,  1, -1,  4])
    """
    heirs: dict[str, int] = {}
    origins = [tuple(before) or (code,) for code, before in zip(codes, succeeds, strict=True)]
    for before in origins:
        for code in before:
            heirs[code] = heirs.get(code, 0) + 1
    row = {code: place for place, code in enumerate(earlier)}
    alone = [len(before) == 1 and heirs[before[0]] == 1 for before in origins]
    return np.array([row.get(o[0], -1) if one else -1 for o, one in zip(origins, alone, strict=True)], dtype=np.int64)


def estimate_change(
    now: FloatArray, then: FloatArray, *, panel: bool = False, confidence: float = 0.95
) -> ChangeEstimate:
    """The change of anything that carries replicates.

    now, then    (R, ...) of the two waves; replicate 0 is the estimate; the numbers of replicates may differ
    panel        True: the same respondents answered both times and a replicate number means the same draw in both, so
                 the covariance is kept by differencing replicate by replicate. False: fresh independent samples, whose
                 variances add.
    confidence   of the normal interval, change ± z·se
    returns      arrays (...); NaN where either wave has no figure; no limits where the figures of one wave never vary,
                 for then its sampling error is not known rather than 0

    >>> now, then = np.array([[5.0], [4.0], [6.0]]), np.array([[4.0], [3.0], [5.0]])
    >>> estimate_change(now, then).se.round(6)              # √(2 + 2)
    array([2.])
    >>> estimate_change(now, then, panel=True).se           # every replicate moved alike
    array([0.])
    """
    change = now[0] - then[0]
    draws = min(len(now), len(then))
    if draws < 3 or not (_varies(now) and _varies(then)):
        nothing = np.full(change.shape, np.nan)
        return ChangeEstimate(change, nothing, nothing.copy(), nothing.copy(), np.zeros(change.shape, dtype=bool))
    variance = _variance(now[1:draws] - then[1:draws]) if panel else _variance(now[1:]) + _variance(then[1:])
    return _with_limits(change, np.sqrt(variance), confidence=confidence)


def like_for_like(
    now: FloatArray,
    then: FloatArray,
    *,
    rule: ScoringRule,
    comparable: BoolArray,
    panel: bool = False,
    confidence: float = 0.95,
) -> LikeForLike:
    """Change of the index measured the same way in both waves.

    now, then    (R, U, I) or (U, I) values of this and of the earlier wave in this wave's units and indicators; rows of
                 units that existed in one wave only are welcome (they belong to the group's bounds) and get NaN
    rule         of this wave: its weights and aggregation; its given bounds hold in both waves. Where it takes the
                 group's extremes (or ranks, or standardises), the two waves are scored together as one pooled group.
    comparable   (I,) the indicators that mean the same in both waves; a unit's indicator that is missing in one wave is
                 left out of the other too
    panel        as in ``estimate_change``. For fresh samples each wave's replicates are scored against the other wave's
                 estimate, so the variances add also where pooled bounds tie the two waves together.
    returns      NaN where nothing is comparable
    """
    now, then = (array if array.ndim == 3 else array[np.newaxis] for array in (now, then))
    columns = np.flatnonzero(comparable).astype(np.int64)
    n_units, n_sub_indices = now.shape[-2], rule.n_sub_indices
    if not columns.size:
        return _nothing_comparable(n_units, n_sub_indices, now.shape[-1])
    selected, places = select_indicators(rule, columns)
    selected = _twice(selected, n_units)
    now, then = now[..., columns], then[..., columns]
    low, high = bounds_in_force(np.concatenate([now[:1], then[:1]], axis=-2), selected)
    index_now, index_then, subs_now, subs_then = _score_together(now[:1], then[:1], selected)
    estimate = (index_now[0], index_then[0], subs_now[0], subs_then[0])
    index_change = _with_limits(estimate[0] - estimate[1], np.full(n_units, np.nan), confidence=confidence)
    subs_change = _with_limits(estimate[2] - estimate[3], np.full(estimate[2].shape, np.nan), confidence=confidence)
    if min(len(now), len(then)) >= 3 and _varies(now) and _varies(then):
        index_se, subs_se = _replicate_errors(now, then, selected, panel=panel)
        index_change = _with_limits(index_change.change, index_se, confidence=confidence)
        subs_change = _with_limits(subs_change.change, subs_se, confidence=confidence)
    return LikeForLike(
        now=estimate[0],
        then=estimate[1],
        index=index_change,
        sub_indices=_spread_estimate(subs_change, places, n_sub_indices),
        low=_spread(low[0, 0], columns, comparable.size),
        high=_spread(high[0, 0], columns, comparable.size),
    )


def _score_together(
    now: FloatArray, then: FloatArray, rule: ScoringRule, *, held: tuple[FloatArray, FloatArray] | None = None
) -> tuple[FloatArray, ...]:
    """Index (R, U) and sub-indices (R, U, S) of both waves, scored as one pooled group of 2U rows, block by block.

    held  bounds (1, I) to keep in all replicates instead of taking the group's own
    """
    n_units = now.shape[-2]
    draws = max(len(now), len(then))
    block = max(1, CELLS_AT_A_TIME // max(1, 2 * n_units * now.shape[-1]))
    pieces = []
    for start in range(0, draws, block):
        stop = min(draws, start + block)
        shape = (stop - start, *now.shape[1:])
        first = np.broadcast_to(now[start:stop] if len(now) > 1 else now, shape)
        second = np.broadcast_to(then[start:stop] if len(then) > 1 else then, shape)
        whole = np.concatenate([first, second], axis=-2)
        bounds = bounds_in_force(whole, rule)
        # The bounds are those of all that was measured; the scores only of what was measured both times.
        whole = _only_twice_measured(first, second)
        scored = score_values(whole, rule, bounds=bounds) if held is None else score_between(whole, rule, held)
        pieces.append((scored.index, scored.sub_indices))
    index = np.concatenate([piece[0] for piece in pieces])
    subs = np.concatenate([piece[1] for piece in pieces])
    return index[:, :n_units], index[:, n_units:], subs[:, :n_units], subs[:, n_units:]


def _only_twice_measured(now: FloatArray, then: FloatArray) -> FloatArray:
    """(..., 2U, I) both waves' values, NaN where either is missing."""
    one_sided = np.isnan(now) | np.isnan(then)
    return np.concatenate([np.where(one_sided, np.nan, now), np.where(one_sided, np.nan, then)], axis=-2)


def _replicate_errors(
    now: FloatArray, then: FloatArray, rule: ScoringRule, *, panel: bool
) -> tuple[FloatArray, FloatArray]:
    """Standard errors of the like-for-like change: (U,) of the index and (U, S) of the sub-indices."""
    draws = min(len(now), len(then))
    both = np.concatenate([now[0], then[0]])
    low, high = bounds_in_force(both, rule)
    held = held_bounds(_only_twice_measured(now[0], then[0]), rule, between=(low, high))
    pairs = [(now[1:draws], then[1:draws])] if panel else [(now[1:], then[:1]), (now[:1], then[1:])]
    index_variance = np.zeros(now.shape[-2])
    subs_variance = np.zeros((now.shape[-2], rule.n_sub_indices))
    for first, second in pairs:
        index_now, index_then, subs_now, subs_then = _score_together(first, second, rule, held=held)
        index_variance = index_variance + _variance(index_now - index_then)
        subs_variance = subs_variance + _variance(subs_now - subs_then)
    return np.sqrt(index_variance), np.sqrt(subs_variance)


def _twice(rule: ScoringRule, n_units: int) -> ScoringRule:
    """Weights that differ between units hold for a unit's rows in both waves."""
    return replace(
        rule,
        indicator_weights=_for_both_waves(rule.indicator_weights, n_units),
        sub_index_weights=_for_both_waves(rule.sub_index_weights, n_units),
    )


def _for_both_waves(weights: FloatArray, n_units: int) -> FloatArray:
    return np.concatenate([weights, weights]) if weights.ndim == 2 and len(weights) == n_units else weights


def _varies(replicated: FloatArray) -> bool:
    """Whether any figure differs between replicates."""
    return bool((replicated[1:] != replicated[:1]).any(where=np.isfinite(replicated[:1])))


def _variance(draws: FloatArray) -> FloatArray:
    """Variance over axis 0 of the draws that exist; NaN with fewer than two."""
    n = np.isfinite(draws).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(draws, axis=0) / n
        return np.where(n > 1, np.nansum((draws - mean) ** 2, axis=0) / (n - 1), np.nan)


def _with_limits(change: FloatArray, se: FloatArray, *, confidence: float) -> ChangeEstimate:
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * se
    low, high = change - reach, change + reach
    return ChangeEstimate(change, np.where(np.isnan(change), np.nan, se), low, high, (low > 0) | (high < 0))


def _spread(part: FloatArray, places: IntArray, size: int) -> FloatArray:
    """Put (..., P) at ``places`` of an array (..., size) of NaN."""
    whole = np.full((*part.shape[:-1], size), np.nan)
    whole[..., places] = part
    return whole


def _spread_estimate(part: ChangeEstimate, places: IntArray, size: int) -> ChangeEstimate:
    change, se, low, high = (_spread(item, places, size) for item in (part.change, part.se, part.low, part.high))
    return ChangeEstimate(change, se, low, high, (low > 0) | (high < 0))


def _nothing_comparable(n_units: int, n_sub_indices: int, n_indicators: int) -> LikeForLike:
    units, subs = np.full(n_units, np.nan), np.full((n_units, n_sub_indices), np.nan)
    bounds = np.full(n_indicators, np.nan)
    of_units = _with_limits(units, units, confidence=0.95)
    return LikeForLike(units, units.copy(), of_units, _with_limits(subs, subs, confidence=0.95), bounds, bounds.copy())
