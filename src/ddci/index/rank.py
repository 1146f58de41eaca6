"""Ranks of scores, and how often each rank comes up.

In:  scores (..., U), larger = better; NaN = not ranked. Out: ranks, 1 = best; NaN stays NaN.
Ranks are taken from unrounded scores, but scores that differ by rounding of the arithmetic only are ties.
Rank sets and tiers, which say what the data prove, are in ``rank_sets`` and re-exported here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ddci.errors import MethodError
from ddci.framework.model import Ties
from ddci.index.rank_sets import RankSets, rank_sets, rank_sets_of_nodes, tiers

__all__ = ["RankSets", "rank_scores", "rank_sets", "rank_sets_of_nodes", "stability", "tiers"]

FloatArray = npt.NDArray[np.float64]

TIE = 1e-12  # scores within this share of their size are equal


def rank_scores(scores: npt.ArrayLike, *, ties: Ties = "min") -> FloatArray:
    """Rank over the last axis, 1 = largest score.

    scores   (..., U) float; NaN = not ranked
    ties     min: equal scores share the best of their ranks (1, 1, 3); average: its mean (1.5, 1.5, 3);
             dense: no rank is left out (1, 1, 2)
    returns  (..., U) float; NaN where the score is NaN

    Raises MethodError("TIES_UNKNOWN").

    >>> rank_scores([7.0, np.nan, 9.0, 7.0])
    array([ 2., nan,  1.,  2.])
    """
    array = np.asarray(scores, dtype=np.float64)
    if ties not in ("min", "average", "dense"):
        raise MethodError("TIES_UNKNOWN", found=ties)
    if array.shape[-1] == 0:
        return array.copy()
    badness = -array
    order = np.argsort(badness, axis=-1)  # best first, NaN last
    ordered = np.take_along_axis(badness, order, axis=-1)
    opens = _opens_a_rank(ordered)
    ranks = np.empty_like(array)
    np.put_along_axis(ranks, order, _ranks_in_order(opens, ordered, ties), axis=-1)
    return ranks


def stability(ranks: npt.ArrayLike, n_ranks: int) -> FloatArray:
    """How often each unit came at each rank: the share of the replicates in which it was ranked.

    ranks    (R, U) float, 1 = best, NaN = not ranked in this replicate; a shared mean rank such as 2.5 counts as 2
    returns  (U, n_ranks) float, each row summing to 1; NaN for a unit that was never ranked

    It says what resampling does to a rank. It is not the probability that the unit is truly at that rank.

    >>> stability([[1, 2], [1, 2], [2, 1], [1, 2]], 2)
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    array = np.asarray(ranks, dtype=np.float64)
    n_units = array.shape[-1]
    ranked = np.isfinite(array)
    place = np.where(ranked, np.floor(array), 1.0).astype(np.int64) - 1
    if place.size and (place.min() < 0 or place.max() >= n_ranks):
        raise MethodError("RANK_OUT_OF_RANGE", found=float(np.nanmax(array)), expected=n_ranks)
    cells = place + n_ranks * np.arange(n_units)
    counts = np.bincount(cells[ranked], minlength=n_units * n_ranks).reshape(n_units, n_ranks).astype(np.float64)
    total = ranked.sum(axis=0)[:, None]
    return np.asarray(np.divide(counts, total, out=np.full_like(counts, np.nan), where=total > 0))


def _opens_a_rank(ordered: FloatArray) -> npt.NDArray[np.bool_]:
    """Where a value, best first, differs from the one before it by more than rounding."""
    size = np.abs(ordered)
    gap = ordered[..., 1:] - ordered[..., :-1]
    opens = np.ones(ordered.shape, dtype=np.bool_)
    np.greater(gap, TIE * np.maximum(size[..., 1:], size[..., :-1]), out=opens[..., 1:])
    return opens


def _ranks_in_order(opens: npt.NDArray[np.bool_], ordered: FloatArray, ties: Ties) -> FloatArray:
    n = opens.shape[-1]
    position = np.arange(1.0, n + 1)
    if ties == "dense":
        ranks = np.cumsum(opens, axis=-1, dtype=np.float64)
    else:
        ranks = np.maximum.accumulate(np.where(opens, position, 0.0), axis=-1)
        if ties == "average":
            ranks = (ranks + _last_of_tie(opens, ordered, position)) / 2
    return np.where(np.isnan(ordered), np.nan, ranks)


def _last_of_tie(opens: npt.NDArray[np.bool_], ordered: FloatArray, position: FloatArray) -> FloatArray:
    """The place of the last value tied with each; a missing value after the last one also closes it."""
    n = opens.shape[-1]
    closes = np.ones(opens.shape, dtype=np.bool_)
    closes[..., :-1] = opens[..., 1:] | np.isnan(ordered[..., 1:])
    last = np.where(closes, position, n + 1.0)
    return np.minimum.accumulate(last[..., ::-1], axis=-1)[..., ::-1]
