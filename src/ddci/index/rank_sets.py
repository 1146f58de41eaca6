"""What the data prove about ranks: rank sets with a stated confidence, proven differences, tiers.

In:  estimates (U,) of final scores with their covariance (U, U), or with replicates; larger = better; NaN = left out.
Out: for each unit the smallest and largest rank it may truly have, and which units are proven to be better or worse.
Source: Mogstad, Romano, Shaikh and Wilhelm (2024), Inference for Ranks, Review of Economic Studies 91(1),
doi 10.1093/restud/rdad006. The largest standardised difference over all pairs is drawn from the normal law with the
covariance given (bounds taken from the wave's own extremes make the scores of all units depend on each other); a pair
is proven different beyond its quantile; proven pairs are put aside and the quantile is found anew until no more follow.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from ddci.errors import MethodError
from ddci.index.covariance import pairwise_covariance

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Draws = npt.NDArray[np.float32]  # the quantile of the draws is uncertain in its third digit; single precision is enough

DRAWS = 4000
DRAWS_OF_NODES = 1000
NO_VARIANCE = 1e-12  # of a difference, as a share of the two variances: the two move as one
TIE = 1e-12


@dataclass(frozen=True, slots=True)
class RankSets:
    """Ranks that the data do not exclude. Arrays (U,), or (K, U) for several nodes at once; NaN = left out.

    ``low``, ``high``: sets that hold for all units at once with the confidence asked; ``low_single``, ``high_single``:
    for one unit taken alone. ``worse_than`` (…, U, U): row unit proven worse than column unit, simultaneously.
    """

    low: FloatArray
    high: FloatArray
    low_single: FloatArray
    high_single: FloatArray
    worse_than: BoolArray

    @property
    def proven_better(self) -> BoolArray:
        """(…, U, U): row unit proven better than column unit."""
        return np.swapaxes(self.worse_than, -1, -2)


def rank_sets(
    estimate: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
    step_down: bool = True,
) -> RankSets:
    """Rank sets of units from their scores and the covariance of these.

    estimate    (U,) float, larger = better; NaN = left out
    covariance  (U, U) float, of the estimates; a unit whose variance is NaN is left out too
    draws       number of draws behind the critical value; the same seed gives the same sets
    step_down   find the critical value anew without the pairs already proven
    returns     RankSets; two units that move as one (their difference has no variance) differ if their scores do

    Raises MethodError: CONFIDENCE_RANGE, COVARIANCE_SHAPE.

    >>> sets = rank_sets([9.0, 5.0, 4.9], np.diag([0.01, 0.01, 0.01]))
    >>> sets.low, sets.high
    (array([1., 2., 2.]), array([1., 3., 3.]))
    """
    scores = np.asarray(estimate, dtype=np.float64)
    spread = np.asarray(covariance, dtype=np.float64)
    _check(scores, spread, confidence)
    normals = _normals(draws, scores.shape[0], seed)
    return _rank_sets(scores, spread, confidence, normals, step_down)


def rank_sets_of_nodes(
    estimates: npt.ArrayLike,
    replicates: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    draws: int = DRAWS_OF_NODES,
    seed: int = 0,
    step_down: bool = True,
) -> RankSets:
    """Rank sets of many nodes (index, sub-indices, indicators), each with the covariance of its own replicates.

    estimates   (K, U) float; NaN = left out
    replicates  (K, R, U) float, without the estimate itself; a NaN leaves the replicate out of that pair's covariance
    draws       normal draws, shared by all nodes
    returns     RankSets of arrays (K, U); each node's sets hold for its own units at once
    """
    scores, repeated = np.asarray(estimates, dtype=np.float64), np.asarray(replicates, dtype=np.float64)
    if repeated.ndim != 3 or repeated.shape[::2] != scores.shape:
        raise MethodError(
            "COVARIANCE_SHAPE", found=repeated.shape, expected=f"({scores.shape[0]}, R, {scores.shape[1]})"
        )
    _check_confidence(confidence)
    normals = _normals(draws, scores.shape[1], seed)
    found = [
        _rank_sets(row, _replicate_covariance(repeated[node]), confidence, normals, step_down)
        for node, row in enumerate(scores)
    ]
    return RankSets(*(np.stack([getattr(sets, item.name) for sets in found]) for item in fields(RankSets)))


def tiers(estimate: npt.ArrayLike, proven_better: npt.ArrayLike) -> list[list[int]]:
    """Units in groups that cannot be told apart from the group's best one, best group first.

    estimate       (U,) float; NaN = left out
    proven_better  (U, U) bool: row unit proven better than column unit (``RankSets.proven_better``)
    returns        positions of the units, best first within each tier

    The best unit opens a tier; each next one by score joins while it is not proven worse than the unit that opened the
    tier, else it opens the next. Units of one tier may still differ among themselves, and neighbours across a border
    need not be proven different: the tier says "not proven worse than its best".
    Source: comparison with the best as in Gupta (1965), On some multiple decision (selection and ranking) rules,
    Technometrics 7(2), applied again to the units that remain.

    >>> tiers([5.0, 9.0, 8.9], [[False] * 3, [True, False, False], [True, False, False]])
    [[1, 2], [0]]
    """
    scores, better = np.asarray(estimate, dtype=np.float64), np.asarray(proven_better, dtype=np.bool_)
    ranked = np.flatnonzero(np.isfinite(scores))
    groups: list[list[int]] = []
    for unit in ranked[np.argsort(-scores[ranked], kind="stable")].tolist():
        if not groups or better[groups[-1][0], unit]:
            groups.append([])
        groups[-1].append(unit)
    return groups


def _check(scores: FloatArray, covariance: FloatArray, confidence: float) -> None:
    if scores.ndim != 1 or covariance.shape != scores.shape * 2:
        raise MethodError("COVARIANCE_SHAPE", found=covariance.shape, expected=scores.shape * 2)
    _check_confidence(confidence)


def _check_confidence(confidence: float) -> None:
    if not 0.5 <= confidence < 1:
        raise MethodError("CONFIDENCE_RANGE", found=confidence)


def _normals(draws: int, n_units: int, seed: int) -> Draws:
    return np.random.default_rng(seed).standard_normal((n_units, draws), dtype=np.float32)


def _replicate_covariance(replicates: FloatArray) -> FloatArray:
    if np.isnan(replicates).any():
        return pairwise_covariance(replicates)
    centred = replicates - replicates.mean(axis=0)
    return np.asarray(centred.T @ centred) / max(len(centred) - 1, 1)


def _rank_sets(
    estimate: FloatArray, covariance: FloatArray, confidence: float, normals: Draws, step_down: bool
) -> RankSets:
    """The sets of the units that have an estimate and a variance, laid back into their places."""
    n_units = len(estimate)
    used = np.flatnonzero(np.isfinite(estimate) & np.isfinite(np.diag(covariance)))
    used = used[np.argsort(-estimate[used], kind="stable")]  # best first, so that a later unit is never proven better
    low, high, low_single, high_single = (np.full(n_units, np.nan) for _ in range(4))
    worse_than = np.zeros((n_units, n_units), dtype=np.bool_)
    if used.size:
        better, differs = _proven(estimate[used], covariance[np.ix_(used, used)], confidence, normals, step_down)
        low[used], high[used] = 1 + better.sum(axis=0), used.size - better.sum(axis=1)
        low_single[used] = 1 + np.tril(differs).sum(axis=1)
        high_single[used] = used.size - np.triu(differs).sum(axis=1)
        worse_than[np.ix_(used, used)] = better.T
    return RankSets(low, high, low_single, high_single, worse_than)


def _proven(
    scores: FloatArray, covariance: FloatArray, confidence: float, normals: Draws, step_down: bool
) -> tuple[BoolArray, BoolArray]:
    """Pairs proven different, units in order of their scores, best first.

    returns  (U, U) bool, upper triangle: row proven better than column, for all pairs at once; and (U, U) bool, row j:
             the units that differ from j when only the pairs with j are looked at
    """
    inverse_sd = _inverse_sd_of_difference(covariance)
    gap = np.abs(scores[:, None] - scores[None, :])
    tied = gap <= TIE * np.maximum(np.abs(scores)[:, None], np.abs(scores)[None, :])
    statistic = np.where(tied, 0.0, np.where(inverse_sd > 0, gap * inverse_sd, np.inf))
    drawn = _DrawnDifferences(_draw(covariance, normals), inverse_sd.astype(np.float32), confidence)
    if not step_down:
        return np.triu(statistic > drawn.critical_of_all), statistic > drawn.critical_of_each[:, None]
    return drawn.step_down_all(statistic), drawn.step_down_each(statistic)


def _inverse_sd_of_difference(covariance: FloatArray) -> FloatArray:
    """1 / sd of the difference of each pair; 0 where the two move as one."""
    variance = np.diag(covariance)
    both = variance[:, None] + variance[None, :]
    difference = both - covariance - covariance.T
    moves = difference > NO_VARIANCE * both
    return np.where(moves, 1.0 / np.sqrt(np.where(moves, difference, 1.0)), 0.0)


def _draw(covariance: FloatArray, normals: Draws) -> Draws:
    """(U, draws) errors with the covariance given; negative eigenvalues, which are rounding, are cut."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))).astype(np.float32)
    return np.asarray(root @ normals[: len(root)])


class _DrawnDifferences:
    """Drawn standardised differences T_jk = (Z_j − Z_k) / sd_jk, made row by row when needed and never stored.

    Units are in order of their scores, so of the two claims about a pair only "the earlier is better" can be proven.
    The other claim stays in every maximum, so no critical value falls below the quantile over those claims (``floor``).
    """

    def __init__(self, errors: Draws, inverse_sd: Draws, confidence: float) -> None:
        self.errors, self.inverse_sd = errors, inverse_sd
        n_units, n_draws = errors.shape
        self.place = min(int(np.ceil(confidence * (n_draws + 1))) - 1, n_draws - 1)
        highest, lowest = np.zeros_like(errors), np.zeros_like(errors)  # (U, draws): over the pairs of each unit
        later = np.full_like(errors, -np.inf)  # (U, draws): over the pairs with later units
        for unit in range(n_units - 1):
            against = self._against(unit, np.arange(unit + 1, n_units))
            later[unit] = against.max(axis=0)
            np.maximum(highest[unit], later[unit], out=highest[unit])
            np.maximum(highest[unit + 1 :], against, out=highest[unit + 1 :])
            np.minimum(lowest[unit], against.min(axis=0), out=lowest[unit])
            np.minimum(lowest[unit + 1 :], against, out=lowest[unit + 1 :])
        other = np.negative(lowest, out=lowest)
        both = np.maximum(highest, other, out=highest)
        self.critical_of_all = float(self._quantile(both.max(axis=0)))
        self.critical_of_each = self._quantile(both)
        self.later_of_each = later
        self.other_of_each, self.other_of_all = other, other.max(axis=0)
        self.floor_of_each = self._quantile(other)

    def step_down_all(self, statistic: FloatArray) -> BoolArray:
        """Upper triangle: row proven better than column, over all pairs at once, the critical value found anew."""
        upper = np.triu(statistic, k=1)
        critical, floor = self.critical_of_all, float(self._quantile(self.other_of_all))
        proven = upper > critical
        seen, later = np.zeros_like(proven), self.later_of_each.copy()
        while np.any((upper > floor) & ~proven):
            for unit in np.flatnonzero((proven != seen).any(axis=1)).tolist():
                chosen = np.flatnonzero(~proven[unit, unit + 1 :]) + unit + 1
                later[unit] = self._against(unit, chosen).max(axis=0) if chosen.size else -np.inf
            seen = proven.copy()
            largest = np.maximum(later.max(axis=0), self.other_of_all)
            again = upper > float(self._quantile(largest))
            if np.array_equal(again, proven):
                break
            proven |= again
        return proven

    def step_down_each(self, statistic: FloatArray) -> BoolArray:
        """Row j: the units that differ from j among the pairs with j, the critical value found anew."""
        differs = statistic > self.critical_of_each[:, None]
        undecided = ((statistic > self.floor_of_each[:, None]) & ~differs).any(axis=1) & differs.any(axis=1)
        for unit in np.flatnonzero(undecided).tolist():
            rest = np.flatnonzero(~differs[unit])
            against = self._against(unit, rest)
            against[: np.searchsorted(rest, unit)] *= -1.0  # earlier units are better: their claim is the one to prove
            while True:
                still = ~differs[unit, rest]
                open_pairs = (against if still.all() else against[still]).max(axis=0)
                largest = np.maximum(open_pairs, self.other_of_each[unit])
                again = statistic[unit] > float(self._quantile(largest))
                if np.array_equal(again, differs[unit]):
                    break
                differs[unit] |= again
        return differs

    def _against(self, unit: int, others: npt.NDArray[np.intp]) -> Draws:
        """(len(others), draws) standardised differences of one unit from others, which ascend."""
        first, last = int(others[0]), int(others[-1])
        beside: slice | npt.NDArray[np.intp] = slice(first, last + 1) if last - first + 1 == len(others) else others
        difference = self.errors[unit] - self.errors[beside]  # neighbours need no copy
        difference *= self.inverse_sd[unit, beside, None]
        return np.asarray(difference)

    def _quantile(self, drawn: Draws) -> FloatArray:
        """The order statistic at or just above the confidence, over the last axis."""
        return np.partition(drawn, self.place, axis=-1)[..., self.place].astype(np.float64)
