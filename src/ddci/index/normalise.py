"""Bring indicator values to one scale, so that they can be added up.

In:  values (..., U, I), in each indicator's own unit, a leading replicate axis optional; NaN = not measured.
Out: scores of the same shape, larger = better, 1 (worst) to 10 (best) unless another ``scale`` is asked; NaN stays NaN.
Source: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 5.

``direction`` is +1 where more is better, −1 where less is better, one number or (I,). ``low`` and ``high`` broadcast
against the values, so that bounds may be fixed (I,) or differ by replicate (R, 1, I). An indicator on which all units
are equal does not tell them apart: each measured unit then gets the middle of the scale.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ddci.errors import MethodError
from ddci.framework.model import Normalisation, Ties
from ddci.index.rank import rank_scores

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Scale = tuple[float, float]

SCALE: Scale = (1.0, 10.0)
NOISE = 1e-12  # bounds closer than this share of their size differ by rounding only
SMALLEST = 1e-15  # and so do bounds this close to each other near zero
SPREADS_TO_END = 3.0  # z-score: the ends of the scale lie this many standard deviations from its middle


def normalise(
    values: npt.ArrayLike,
    *,
    method: Normalisation,
    direction: npt.ArrayLike,
    low: npt.ArrayLike | None = None,
    high: npt.ArrayLike | None = None,
    scale: Scale = SCALE,
    clip: bool = False,
) -> FloatArray:
    """Scores by the method that the framework names; each method's own function says what it does.

    values     (..., U, I) float, in the indicator's own unit; NaN passes through
    direction  number or (I,): +1 more is better, −1 less is better
    low, high  broadcastable to values: bounds of min_max, best value of distance_to_best; None = this wave's extremes
    clip       cut scores at the ends of the scale
    returns    (..., U, I) float

    Raises MethodError: NORMALISATION_UNKNOWN, BOUNDS_REVERSED, RATIO_NEGATIVE.

    >>> normalise([[2.0], [4.0]], method="min_max", direction=-1, low=[0.0], high=[4.0])
    array([[5.5],
           [1. ]])
    """
    array = np.asarray(values, dtype=np.float64)
    if method == "min_max":
        scores = normalise_min_max(array, direction=direction, low=low, high=high, scale=scale)
    elif method == "z_score":
        scores = normalise_z_score(array, direction=direction, scale=scale)
    elif method == "rank":
        scores = normalise_rank(array, direction=direction, scale=scale)
    elif method == "percentile":
        scores = normalise_percentile(array, direction=direction, scale=scale)
    elif method == "distance_to_best":
        best = _best(direction, low, high)
        scores = normalise_distance_to_best(array, direction=direction, best=best, scale=scale)
    elif method == "share_scale":
        scores = normalise_share_scale(array, direction=direction, scale=scale)
    elif method == "none":
        scores = normalise_none(array, direction=direction, scale=scale)
    else:
        raise MethodError("NORMALISATION_UNKNOWN", found=method)
    return np.clip(scores, *scale, out=scores) if clip else scores


def extremes(values: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The smallest and the largest value of each indicator over the units, missing ones left out.

    values   (..., U, I) float
    returns  (low, high), each (..., 1, I); NaN for an indicator without any value

    >>> extremes([[1.0, np.nan], [3.0, np.nan]])
    (array([[ 1., nan]]), array([[ 3., nan]]))
    """
    array = np.asarray(values, dtype=np.float64)
    # fmin and fmax pass over NaN without a warning and without a copy, unlike nanmin and nanmax.
    return np.fmin.reduce(array, axis=-2, keepdims=True), np.fmax.reduce(array, axis=-2, keepdims=True)


def equal_bounds(low: npt.ArrayLike, high: npt.ArrayLike) -> BoolArray:
    """Where the two bounds are the same but for rounding, so that min_max gives every measured unit the middle score.

    >>> equal_bounds([0.3, 0.0, np.nan], [0.1 + 0.2, 1.0, np.nan])
    array([ True, False, False])
    """
    bottom, top = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    return np.asarray(np.abs(top - bottom) <= NOISE * np.maximum(np.abs(top), np.abs(bottom)) + SMALLEST)


def normalise_min_max(
    values: npt.ArrayLike,
    *,
    direction: npt.ArrayLike,
    low: npt.ArrayLike | None = None,
    high: npt.ArrayLike | None = None,
    scale: Scale = SCALE,
) -> FloatArray:
    """Linear between the bounds: 1 + 9 (x − low)/(high − low), and 11 minus that where less is better.

    values     (..., U, I) float; beyond given bounds the score goes beyond the scale (``normalise`` can clip)
    low, high  broadcastable to values, same unit; None = the extremes of ``values`` over the units
    returns    (..., U, I) float; the middle of the scale where low = high

    Raises MethodError("BOUNDS_REVERSED") where low > high.
    Source: OECD/JRC Handbook (2008), step 5; COINr ``n_minmax``.

    >>> normalise_min_max([[2.0], [4.0]], low=[0.0], high=[4.0], direction=+1)
    array([[ 5.5],
           [10. ]])
    """
    array = np.asarray(values, dtype=np.float64)
    found_low, found_high = (None, None) if low is not None and high is not None else extremes(array)
    bottom = np.asarray(found_low if low is None else low, dtype=np.float64)
    top = np.asarray(found_high if high is None else high, dtype=np.float64)
    equal = equal_bounds(bottom, top)
    if np.any((bottom > top) & ~equal):
        raise MethodError("BOUNDS_REVERSED", found=_first_pair(bottom, top, (bottom > top) & ~equal))
    positive = np.asarray(direction, dtype=np.float64) > 0
    origin = np.where(positive, bottom, top)
    span = np.where(equal, 1.0, np.where(positive, top - bottom, bottom - top))
    scores = array - origin
    scores /= span  # dividing, not multiplying by a slope, keeps the ends of the scale exact
    scores *= scale[1] - scale[0]
    scores += scale[0]
    return _middle_where(equal, scores, scale)


def normalise_z_score(
    values: npt.ArrayLike,
    *,
    direction: npt.ArrayLike,
    scale: Scale = SCALE,
    centre: float | None = None,
    spread: float | None = None,
) -> FloatArray:
    """Standard deviations from the mean over the units, moved to the scale: centre + spread · z.

    values          (..., U, I) float; mean and standard deviation (divisor n − 1) are over the measured units
    centre, spread  score of the mean and score points of one standard deviation; by default the middle of the scale and
                    a sixth of its length, so that three standard deviations reach its ends (scores may go beyond)
    returns         (..., U, I) float; ``centre`` where all measured units are equal or only one is measured

    Source: OECD/JRC Handbook (2008), step 5; COINr ``n_zscore(c(centre, spread))``.

    >>> normalise_z_score([[1.0], [2.0], [3.0]], direction=1)
    array([[4. ],
           [5.5],
           [7. ]])
    """
    array = np.asarray(values, dtype=np.float64)
    middle = (scale[0] + scale[1]) / 2 if centre is None else centre
    step = (scale[1] - scale[0]) / (2 * SPREADS_TO_END) if spread is None else spread
    n, mean = _count_and_mean(array)
    deviation = array - mean
    squares = np.nansum(deviation**2, axis=-2, keepdims=True)
    sd = np.sqrt(squares / np.maximum(n - 1, 1))
    low, high = extremes(array)
    equal = equal_bounds(low, high)
    deviation *= np.asarray(direction, dtype=np.float64) * step / np.where(equal | (sd == 0), 1.0, sd)
    deviation += middle
    return np.where(equal & np.isfinite(array), middle, deviation) if equal.any() else deviation


def spread_bounds(values: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The bounds between which min_max gives the standard scores of ``normalise_z_score``: mean ± 3 standard deviations.

    values   (U, I) float; NaN = not measured
    returns  (low, high), each (1, I)

    >>> low, high = spread_bounds([[1.0], [2.0], [3.0]])
    >>> normalise_min_max([[1.0], [2.0], [3.0]], direction=1, low=low, high=high).ravel()
    array([4. , 5.5, 7. ])
    """
    array = np.asarray(values, dtype=np.float64)
    n, mean = _count_and_mean(array)
    squares = np.nansum((array - mean) ** 2, axis=-2, keepdims=True)
    reach = SPREADS_TO_END * np.sqrt(squares / np.maximum(n - 1, 1))
    return mean - reach, mean + reach


def normalise_rank(
    values: npt.ArrayLike, *, direction: npt.ArrayLike, scale: Scale | None = SCALE, ties: Ties = "average"
) -> FloatArray:
    """Rank among the measured units, the worst first, spread evenly over the scale; ties share their mean rank.

    values   (..., U, I) float
    scale    None gives the ranks themselves, 1 = worst … n = best
    returns  (..., U, I) float; the middle of the scale where all measured units are equal

    Source: OECD/JRC Handbook (2008), step 5; COINr ``n_rank`` with ``scale=None, ties="min"``.

    >>> normalise_rank([[5.0], [7.0], [90.0]], direction=1).ravel()
    array([ 1. ,  5.5, 10. ])
    """
    array = np.asarray(values, dtype=np.float64)
    ranks = _ranks_from_worst(array, direction, ties)
    return ranks if scale is None else _spread_ranks(ranks, array, scale)


def normalise_percentile(values: npt.ArrayLike, *, direction: npt.ArrayLike, scale: Scale = SCALE) -> FloatArray:
    """Share of the other measured units that are strictly worse, on the scale.

    values   (..., U, I) float
    scale    (0, 1) gives the share itself
    returns  (..., U, I) float; the middle of the scale where all measured units are equal

    Source: COINr ``n_prank`` (Excel's PERCENTRANK).

    >>> normalise_percentile([[5.0], [7.0], [7.0]], direction=1, scale=(0.0, 1.0)).ravel()
    array([0. , 0.5, 0.5])
    """
    array = np.asarray(values, dtype=np.float64)
    return _spread_ranks(_ranks_from_worst(array, direction, "min"), array, scale)


def normalise_distance_to_best(
    values: npt.ArrayLike, *, direction: npt.ArrayLike, best: npt.ArrayLike | None = None, scale: Scale = SCALE
) -> FloatArray:
    """The value as a share of the best one (x / best, or best / x where less is better), on the scale.

    values   (..., U, I) float, at least 0: a ratio to the best means nothing on an interval scale
    best     broadcastable to values; None = the largest value over the units, the smallest where less is better
    returns  (..., U, I) float; with best = 0 a zero counts as reaching it

    Raises MethodError("RATIO_NEGATIVE") for a negative value.
    Source: OECD/JRC Handbook (2008), step 5, "distance to a reference" with the best unit as the reference.

    >>> normalise_distance_to_best([[2.0], [4.0]], direction=-1, scale=(0.0, 1.0)).ravel()
    array([1. , 0.5])
    """
    array = np.asarray(values, dtype=np.float64)
    positive = np.broadcast_to(np.asarray(direction, dtype=np.float64) > 0, array.shape[-1:])
    if np.any(array < 0):
        raise MethodError("RATIO_NEGATIVE", found=float(np.nanmin(array)))
    low, high = extremes(array)
    target = np.where(positive, high, low) if best is None else np.asarray(best, dtype=np.float64)
    over, under = np.where(positive, array, target), np.where(positive, target, array)
    share = np.divide(over, under, out=np.where(np.isnan(over + under), np.nan, 1.0), where=under > 0)
    return scale[0] + (scale[1] - scale[0]) * share


def normalise_share_scale(values: npt.ArrayLike, *, direction: npt.ArrayLike, scale: Scale = SCALE) -> FloatArray:
    """A share from 0 to 1 laid on the whole scale, whatever the other units have; turned round where less is better.

    >>> normalise_share_scale([[0.5, 0.25]], direction=[1, -1])
    array([[5.5 , 7.75]])
    """
    array = np.asarray(values, dtype=np.float64)
    return normalise_min_max(array, direction=direction, low=0.0, high=1.0, scale=scale)


def normalise_none(values: npt.ArrayLike, *, direction: npt.ArrayLike, scale: Scale = SCALE) -> FloatArray:
    """Values that are already on the scale, as they are; mirrored in the scale where less is better.

    >>> normalise_none([[7.25, 3.0]], direction=[1, -1])
    array([[7.25, 8.  ]])
    """
    array = np.asarray(values, dtype=np.float64)
    positive = np.asarray(direction, dtype=np.float64) > 0
    return np.array(np.where(positive, array, scale[0] + scale[1] - array))


def _best(direction: npt.ArrayLike, low: npt.ArrayLike | None, high: npt.ArrayLike | None) -> FloatArray | None:
    if low is None or high is None:
        return None
    positive = np.asarray(direction, dtype=np.float64) > 0
    return np.where(positive, np.asarray(high, dtype=np.float64), np.asarray(low, dtype=np.float64))


def _middle_where(equal: BoolArray, scores: FloatArray, scale: Scale) -> FloatArray:
    if not equal.any():
        return scores
    return np.where(equal & np.isfinite(scores), (scale[0] + scale[1]) / 2, scores)


def _count_and_mean(array: FloatArray) -> tuple[FloatArray, FloatArray]:
    n = np.isfinite(array).sum(axis=-2, keepdims=True).astype(np.float64)
    total = np.nansum(array, axis=-2, keepdims=True)
    return n, np.divide(total, n, out=np.full_like(total, np.nan), where=n > 0)


def _ranks_from_worst(array: FloatArray, direction: npt.ArrayLike, ties: Ties) -> FloatArray:
    """Rank 1 for the worst; ``rank_scores`` calls the largest first, hence the turned sign."""
    badness = np.swapaxes(-array * np.asarray(direction, dtype=np.float64), -1, -2)
    return np.ascontiguousarray(np.swapaxes(rank_scores(badness, ties=ties), -1, -2))


def _spread_ranks(ranks: FloatArray, array: FloatArray, scale: Scale) -> FloatArray:
    """Ranks 1 … n evenly over the scale."""
    n = np.isfinite(array).sum(axis=-2, keepdims=True)
    scores = scale[0] + (scale[1] - scale[0]) * (ranks - 1) / np.maximum(n - 1, 1)
    return _middle_where(equal_bounds(*extremes(array)), scores, scale)


def _first_pair(low: FloatArray, high: FloatArray, wrong: BoolArray) -> str:
    pairs = np.broadcast_arrays(low, high, wrong)
    place = np.flatnonzero(pairs[2])[0]
    return f"[{pairs[0].flat[place]:g}, {pairs[1].flat[place]:g}]"
