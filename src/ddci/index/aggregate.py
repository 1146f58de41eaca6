"""Bring several scores of a unit together into one: indicators into a sub-index, sub-indices into the index.

In:  scores (..., U, I) on the common scale, a leading replicate axis optional, NaN = missing; index weights, relative.
Out: aggregated (..., U); NaN where the rule for missing scores refuses the unit.
Sources: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 6; Mazziotta and Pareto (2016) for the
penalty for unbalance; Copeland (1951) for the contest of each unit with each other.

A missing score passes its weight on to the others in proportion ("reweight") or leaves the unit without a result
("refuse"). Either way a score whose weight is zero does not matter, missing or not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt

from ddci.errors import MethodError
from ddci.framework.model import Aggregation, Missing

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Penalty = Literal["negative", "positive"]

ROUNDING = 1e-12  # shares of weight and differences of scores below this are rounding


def aggregate(
    scores: npt.ArrayLike,
    index_weights: npt.ArrayLike,
    *,
    method: Aggregation,
    missing: Missing = "reweight",
    min_weight_share: float = 0.5,
    power: float | None = None,
    penalty: Penalty | str = "negative",
    scale: tuple[float, float] = (1.0, 10.0),
) -> FloatArray:
    """One score per unit from several, by the method that the framework names.

    scores            (..., U, I) float; NaN = missing
    index_weights     (I,), (U, I) or (..., 1, I): relative, at least 0
    missing           reweight: the others take over the weight; refuse: NaN when anything with weight is missing
    min_weight_share  share of weight that must be present, else NaN
    power             exponent of method "power"; 1 is arithmetic, 0 geometric, −1 harmonic
    penalty           mazziotta_pareto: "negative" takes unbalance off (more is better), "positive" adds it on
    scale             copeland: (lost against all, won against all)
    returns           (..., U) float; NaN also for a unit without any score of positive weight

    Raises MethodError: WEIGHTS_NONE_POSITIVE, WEIGHTS_NOT_VALID, POWER_MISSING, AGGREGATION_UNKNOWN, PENALTY_UNKNOWN;
    SCORE_NEGATIVE for the methods that need scores of at least 0 (all but arithmetic and copeland).

    >>> aggregate([[4.0, np.nan, 8.0]], [0.25, 0.5, 0.25], method="arithmetic")  # (0.25·4 + 0.25·8) / 0.5
    array([6.])
    """
    array, weights = np.asarray(scores, dtype=np.float64), _checked_weights(index_weights)
    if method == "arithmetic":
        result = weighted_mean(array, weights)
    elif method in ("geometric", "harmonic", "power"):
        result = _power_mean(array, weights, _exponent(method, power))
    elif method == "mazziotta_pareto":
        result = _mazziotta_pareto(array, weights, penalty)
    elif method == "copeland":
        result = _copeland(array, weights, _enough(array, weights, missing, min_weight_share), scale)
    else:
        raise MethodError("AGGREGATION_UNKNOWN", found=method)
    enough = _enough(array, weights, missing, min_weight_share)
    return np.where(enough, result, np.nan)


def effective_weights(present: npt.ArrayLike, index_weights: npt.ArrayLike) -> FloatArray:
    """The weights that are in force once missing scores have passed theirs on.

    present        (U, I) bool: the score is there
    index_weights  (I,) or (U, I): relative, at least 0
    returns        (U, I) float; each row sums to 1, or is all 0 where nothing with weight is present

    >>> effective_weights([[True, False, True]], [1.0, 2.0, 3.0])
    array([[0.25, 0.  , 0.75]])
    """
    used = np.where(np.asarray(present, dtype=np.bool_), _checked_weights(index_weights), 0.0)
    total = used.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(used, total, out=np.zeros_like(used), where=total > 0))


def weighted_mean(scores: FloatArray, index_weights: FloatArray) -> FloatArray:
    """Weighted mean over the last axis; missing scores are left out with their weight.

    scores   (..., U, I) float; NaN = missing
    returns  (..., U) float; NaN where nothing with positive weight is present

    >>> weighted_mean(np.array([[1.0, 4.0], [np.nan, 4.0]]), np.array([2.0, 1.0]))
    array([2., 4.])
    """
    plain = _weighted_sum(scores, index_weights) / _positive(index_weights.sum(axis=-1))
    gaps = np.isnan(plain)
    if not gaps.any():
        return plain
    # Only the rows with a gap are summed again, so that complete data cost one matrix product.
    rows = scores[gaps]
    weights = np.where(np.isnan(rows), 0.0, np.broadcast_to(index_weights, scores.shape)[gaps])
    total = weights.sum(axis=-1)
    summed = (np.where(weights > 0, rows, 0.0) * weights).sum(axis=-1)
    plain[gaps] = np.divide(summed, total, out=np.full_like(total, np.nan), where=total > 0)
    return plain


def _checked_weights(index_weights: npt.ArrayLike) -> FloatArray:
    weights = np.asarray(index_weights, dtype=np.float64)
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise MethodError("WEIGHTS_NOT_VALID", found=weights[~np.isfinite(weights) | (weights < 0)][:5])
    if not (weights > 0).any():
        raise MethodError("WEIGHTS_NONE_POSITIVE", found=weights.shape[-1] if weights.ndim else 0)
    return weights


def _positive(totals: FloatArray) -> FloatArray:
    return np.where(totals > 0, totals, np.nan)


def _weighted_sum(scores: FloatArray, weights: FloatArray) -> FloatArray:
    """Σ w z over the last axis; a plain matrix product where the weights are the same for all units."""
    if weights.ndim == 1:
        return np.asarray(scores @ weights)
    if weights.shape[-2] == 1:
        return np.asarray((scores @ np.swapaxes(weights, -1, -2))[..., 0])
    return np.asarray(np.einsum("...i,...i->...", scores, weights))


def _enough(scores: FloatArray, weights: FloatArray, missing: Missing, min_weight_share: float) -> BoolArray:
    """Which units have enough of the weight present to be given a result."""
    absent = np.isnan(scores)
    total = _positive(weights.sum(axis=-1))
    if not absent.any():
        return np.broadcast_to(np.isfinite(total), np.broadcast_shapes(scores.shape[:-1], total.shape))
    lost = _weighted_sum(absent.astype(np.float64), weights) / total
    allowed = 0.0 if missing == "refuse" else min(1.0 - min_weight_share, 1.0 - ROUNDING)
    return np.asarray(lost <= allowed + ROUNDING / 2)


def _exponent(method: str, power: float | None) -> float:
    if method == "power":
        if power is None or not np.isfinite(power):
            raise MethodError("POWER_MISSING", found=power)
        return float(power)
    return 0.0 if method == "geometric" else -1.0


def _power_mean(scores: FloatArray, weights: FloatArray, exponent: float) -> FloatArray:
    """(Σ w z^p / Σ w)^(1/p), its limit exp(Σ w ln z / Σ w) at p = 0; one zero makes it 0 when p ≤ 0."""
    if exponent == 1.0:
        return weighted_mean(scores, weights)
    if np.any(scores < 0):
        raise MethodError("SCORE_NEGATIVE", found=float(np.nanmin(scores)))
    forward, back = _transforms(exponent)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        # Zero scores become ∓infinity on the way and come back as 0; a zero weight keeps them out (row by row).
        return back(weighted_mean(forward(scores), weights))


def _transforms(exponent: float) -> tuple[Callable[[FloatArray], FloatArray], Callable[[FloatArray], FloatArray]]:
    if exponent == 0.0:
        return np.log, np.exp
    return (lambda z: np.power(z, exponent)), (lambda m: np.power(m, 1.0 / exponent))


def _mazziotta_pareto(scores: FloatArray, weights: FloatArray, penalty: str) -> FloatArray:
    """Mean − S²/mean, or + with penalty "positive": S · cv measures how unbalanced the scores of a unit are."""
    if penalty not in ("negative", "positive"):
        raise MethodError("PENALTY_UNKNOWN", found=penalty)
    if np.any(scores < 0):
        raise MethodError("SCORE_NEGATIVE", found=float(np.nanmin(scores)))
    mean = weighted_mean(scores, weights)
    variance = weighted_mean((scores - mean[..., None]) ** 2, weights)
    unbalance = np.divide(variance, mean, out=np.zeros_like(mean), where=mean > 0)
    return mean - unbalance if penalty == "negative" else mean + unbalance


def _copeland(scores: FloatArray, weights: FloatArray, enough: BoolArray, scale: tuple[float, float]) -> FloatArray:
    """Contests won less contests lost against every other scored unit, on the scale.

    A unit wins a contest when the indicators on which it is better carry more weight than those on which it is worse,
    among those that both have; no common indicator, or a balance, is a draw. A lone unit gets the middle.
    """
    n_units = scores.shape[-2]
    shape = np.broadcast_shapes(scores.shape, weights.shape)
    scores = np.where(enough[..., None], np.broadcast_to(scores, shape), np.nan)
    width = ROUNDING * max(abs(scale[0]), abs(scale[1]))
    wins = np.zeros(shape[:-1])
    for unit in range(n_units - 1):
        difference = scores[..., [unit], :] - scores[..., unit + 1 :, :]
        verdict = (difference > width).astype(np.float64) - (difference < -width)
        own = weights if weights.ndim == 1 or weights.shape[-2] == 1 else weights[..., [unit], :]
        balance = _weighted_sum(verdict, own)
        outcome = np.where(np.abs(balance) <= ROUNDING * own.sum(axis=-1), 0.0, np.sign(balance))
        wins[..., unit] += outcome.sum(axis=-1)
        wins[..., unit + 1 :] -= outcome
    rivals = np.maximum(enough.sum(axis=-1, keepdims=True) - 1, 1)
    return np.asarray(scale[0] + (scale[1] - scale[0]) * (wins / rivals + 1.0) / 2.0)
