"""How much the ranks hang on choices of method: thousands of runs with other rules, and without each indicator.

In:  values (U, I) of one unit group and the group's rule.
Out: ranks (N, U) under N drawn methods, their distribution by unit, index and ranks (I, U) without each indicator.
This is uncertainty about the method. It is kept apart from sampling error and never mixed with it.

A run draws five things: the normalisation, one kind of mean for both levels, index weights at both levels around the
given ones, and which indicator is left out, if any. Weights are Dirichlet within each parent, with parameters
concentration × number of children × share, so that a weight among equal ones varies by about 1/√concentration
(16: 25 %) however many they are. Missing scores are treated by the framework's rule.
Source: Saisana, Saltelli and Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools for the quality
assessment of composite indicators, JRSS A 168(2); OECD/JRC Handbook (2008), step 7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from ddci.framework.model import Normalisation
from ddci.index.rank import rank_scores, stability
from ddci.index.score import ScoringRule, score_values
from ddci.index.what_if import index_without_each, points_per_score

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Mean = Literal["arithmetic", "geometric", "harmonic"]

NORMALISATIONS: tuple[Normalisation, ...] = ("min_max", "z_score", "rank", "percentile", "distance_to_best")
MEANS: tuple[Mean, ...] = ("arithmetic", "geometric", "harmonic")
CONCENTRATION = 16.0
NOTHING_LEFT_OUT = -1
RUNS_AT_A_TIME = 2048  # keeps the working arrays of a block in the processor's cache


@dataclass(frozen=True)
class MethodDraws:
    """N drawn methods. ``normalisation`` and ``mean`` are places in the two tuples of names."""

    normalisations: tuple[Normalisation, ...]
    means: tuple[Mean, ...]
    normalisation: IntArray  # (N,)
    mean: IntArray  # (N,)
    indicator_weights: FloatArray  # (N, I) relative within the sub-index, before anything is left out
    sub_index_weights: FloatArray  # (N, S) relative
    left_out: IntArray  # (N,) place of an indicator, or NOTHING_LEFT_OUT

    def __len__(self) -> int:
        return len(self.normalisation)


@dataclass(frozen=True)
class RankDistribution:
    """What the runs did to each unit's rank; all (U,) but ``share``. NaN for a unit that is not scored."""

    median: FloatArray
    mean: FloatArray
    low: FloatArray  # 5th percentile
    high: FloatArray  # 95th percentile
    share: FloatArray  # (U, U) share of runs at rank 1, 2, …


@dataclass(frozen=True)
class MethodSensitivity:
    nominal: FloatArray  # (U,) ranks by the framework itself
    ranks: FloatArray  # (N, U)
    distribution: RankDistribution
    shift: FloatArray  # (N,) mean over units of |rank − nominal rank|
    draws: MethodDraws


@dataclass(frozen=True)
class WithoutEach:
    index: FloatArray  # (I, U) points of the total
    rank: FloatArray  # (I, U)
    shift: FloatArray  # (I,) mean over units of |rank − rank with all indicators|


def simulate_methods(
    values: FloatArray,
    rule: ScoringRule,
    *,
    rng: np.random.Generator,
    n_runs: int = 10_000,
    normalisations: tuple[Normalisation, ...] | None = None,
    means: tuple[Mean, ...] = MEANS,
    concentration: float = CONCENTRATION,
    leave_out: bool = True,
) -> MethodSensitivity:
    """Rank the group under many drawn methods.

    values          (U, I) in each indicator's own unit; NaN = not measured
    normalisations  to draw from; None = the usual five and the framework's own
    returns         ranks under every run and their distribution
    """
    draws = draw_methods(
        n_runs,
        rule=rule,
        rng=rng,
        normalisations=normalisations,
        means=means,
        concentration=concentration,
        leave_out=leave_out,
    )
    nominal = rank_scores(score_values(values, rule).index)
    ranks = ranks_under(values, rule, draws)
    return MethodSensitivity(nominal, ranks, rank_distribution(ranks), mean_rank_shift(ranks, nominal), draws)


def draw_methods(
    n_runs: int,
    *,
    rule: ScoringRule,
    rng: np.random.Generator,
    normalisations: tuple[Normalisation, ...] | None = None,
    means: tuple[Mean, ...] = MEANS,
    concentration: float = CONCENTRATION,
    leave_out: bool = True,
) -> MethodDraws:
    """Draw methods independently, every choice equally likely; leaving nothing out is one of the I + 1 choices."""
    names = normalisations or tuple(dict.fromkeys((rule.normalisation, *NORMALISATIONS)))
    indicator_weights, sub_index_weights = draw_weights(n_runs, rule=rule, rng=rng, concentration=concentration)
    n_indicators = len(rule.parent)
    nothing = np.full(n_runs, NOTHING_LEFT_OUT, dtype=np.int64)
    return MethodDraws(
        names,
        means,
        rng.integers(len(names), size=n_runs),
        rng.integers(len(means), size=n_runs),
        indicator_weights,
        sub_index_weights,
        rng.integers(-1, n_indicators, size=n_runs) if leave_out else nothing,
    )


def draw_weights(
    n_runs: int, *, rule: ScoringRule, rng: np.random.Generator, concentration: float = CONCENTRATION
) -> tuple[FloatArray, FloatArray]:
    """Weights (N, I) and (N, S) around the given ones; a weight of 0 stays 0.

    Weights that differ between units are drawn around their mean over the units.
    """
    given, top = np.atleast_2d(rule.indicator_weights).mean(axis=0), np.atleast_2d(rule.sub_index_weights).mean(axis=0)
    shape = np.empty_like(given)
    for place in range(rule.n_sub_indices):
        children = rule.parent == place
        shape[children] = _dirichlet_parameters(given[children], concentration)
    # Gamma draws of one parent are Dirichlet draws up to their sum, which relative weights do not need.
    return (
        rng.standard_gamma(shape, size=(n_runs, shape.size)),
        rng.standard_gamma(_dirichlet_parameters(top, concentration), size=(n_runs, top.size)),
    )


def ranks_under(values: FloatArray, rule: ScoringRule, draws: MethodDraws) -> FloatArray:
    """Ranks (N, U) of the group under each drawn method, 1 = best; NaN for a unit that is not scored."""
    return rank_scores(index_under(values, rule, draws))


def index_under(values: FloatArray, rule: ScoringRule, draws: MethodDraws) -> FloatArray:
    """The index (N, U) under each drawn method, in points of the total; NaN where a unit is not scored.

    Runs with the same normalisation and mean are done together: the transformed scores are fixed, so that a sub-index
    of all these runs is one matrix product with their weights.
    """
    index = np.empty((len(draws), len(values)))
    for number, name in enumerate(draws.normalisations):
        chosen = draws.normalisation == number
        if not chosen.any():
            continue
        scores = _scores_by(name, values, rule)
        for place, mean in enumerate(draws.means):
            runs = np.flatnonzero(chosen & (draws.mean == place))
            for start in range(0, runs.size, RUNS_AT_A_TIME):
                block = runs[start : start + RUNS_AT_A_TIME]
                index[block] = _index_of_block(scores, rule, draws, block, mean)
    return index * points_per_score(rule)


def rank_distribution(ranks: FloatArray) -> RankDistribution:
    """Summarise ranks (N, U) by unit; runs in which a unit has no rank are left out.

    >>> rank_distribution(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0], [1.0, 2.0]])).share
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    n_units = ranks.shape[1]
    low, median, high, mean = (np.full(n_units, np.nan) for _ in range(4))
    ranked = np.isfinite(ranks).any(axis=0)
    if ranked.any():
        usable = ranks[:, ranked]
        # nanpercentile goes unit by unit, so it is kept for tables that need it.
        percentile = np.nanpercentile if np.isnan(usable).any() else np.percentile
        low[ranked], median[ranked], high[ranked] = percentile(usable, [5, 50, 95], axis=0)
        mean[ranked] = np.nanmean(usable, axis=0)
    return RankDistribution(median, mean, low, high, stability(ranks, n_units))


def mean_rank_shift(ranks: FloatArray, nominal: FloatArray) -> FloatArray:
    """Mean over the units of |rank − nominal rank| (N,), of the units ranked in both; NaN without any.

    >>> mean_rank_shift(np.array([[2.0, 1.0, 3.0]]), np.array([1.0, 2.0, 3.0])).round(4)
    array([0.6667])
    """
    distance = np.abs(ranks - nominal)
    n = np.isfinite(distance).sum(axis=1)
    return np.asarray(np.divide(np.nansum(distance, axis=1), n, out=np.full(len(ranks), np.nan), where=n > 0))


def leave_one_out(values: FloatArray, rule: ScoringRule) -> WithoutEach:
    """Index and rank of every unit without each indicator, by the framework's own rule."""
    scored = score_values(values, rule)
    index = index_without_each(scored.scores, rule)
    ranks = rank_scores(index)
    return WithoutEach(index, ranks, mean_rank_shift(ranks, rank_scores(scored.index)))


def _dirichlet_parameters(weights: FloatArray, concentration: float) -> FloatArray:
    used = weights > 0
    return concentration * used.sum() * weights / weights.sum() if used.any() else np.zeros_like(weights)


def _scores_by(name: Normalisation, values: FloatArray, rule: ScoringRule) -> FloatArray:
    """Scores (U, I) by another normalisation; a ratio to the best means nothing where values are below 0: min_max."""
    if name != "distance_to_best":
        return score_values(values, replace(rule, normalisation=name)).scores
    has_ratio = ~(np.fmin.reduce(values, axis=0) < 0)
    by_ratio = score_values(np.where(has_ratio, values, 1.0), replace(rule, normalisation=name)).scores
    between = score_values(values, replace(rule, normalisation="min_max")).scores
    return np.asarray(np.where(has_ratio, by_ratio, between))


def _index_of_block(
    scores: FloatArray, rule: ScoringRule, draws: MethodDraws, runs: IntArray, mean: Mean
) -> FloatArray:
    """The index (n, U) on the scale, for runs that share the scores and the kind of mean.

    A geometric or harmonic mean is an arithmetic one of logarithms or reciprocals; as both levels use the same kind,
    the way back is taken once, at the end.
    """
    weights = draws.indicator_weights[runs].copy()
    left_out = draws.left_out[runs]
    rows = np.flatnonzero(left_out != NOTHING_LEFT_OUT)
    weights[rows, left_out[rows]] = 0.0
    top = draws.sub_index_weights[runs]
    present = np.isfinite(scores)
    moved = np.where(present, _forward(scores, mean, rule.scale), 0.0)
    total, used, all_of_it = np.zeros((3, len(runs), len(scores)))
    for place in range(rule.n_sub_indices):
        columns = np.flatnonzero(rule.parent == place)
        within = weights[:, columns]
        whole = within.sum(axis=1)
        # A sub-index all of whose weight was left out is not part of this run's framework.
        share = np.where(whole > 0, top[:, place], 0.0)[:, np.newaxis]
        divisor = np.where(whole > 0, whole, 1.0)[:, np.newaxis]
        part = within @ moved[:, columns].T / divisor
        if present[:, columns].all():
            total += share * part
            used += share
        else:
            there = within @ present[:, columns].T.astype(np.float64) / divisor
            counts = _enough(there, rule)
            total += share * np.divide(part, there, out=np.zeros_like(part), where=counts)
            used += share * counts
        all_of_it += share
    there = np.divide(used, all_of_it, out=np.zeros_like(used), where=all_of_it > 0)
    scored = _enough(there, rule)
    return _back(np.divide(total, used, out=np.full_like(total, np.nan), where=scored), mean)


def _enough(share: FloatArray, rule: ScoringRule) -> npt.NDArray[np.bool_]:
    """Whether the share of weight that is present satisfies the framework's rule for missing scores."""
    needed = 1.0 if rule.missing == "refuse" else rule.min_weight_share
    return (share >= needed - 1e-12) & (share > 0)


def _forward(scores: FloatArray, mean: Mean, scale: tuple[float, float]) -> FloatArray:
    if mean == "arithmetic":
        return scores
    # Standardised scores can fall below the scale; logarithms and reciprocals need a floor above 0.
    floor = scale[0] if scale[0] > 0 else scale[1] / 100
    floored = np.maximum(scores, floor)
    return np.log(floored) if mean == "geometric" else 1.0 / floored


def _back(means: FloatArray, mean: Mean) -> FloatArray:
    if mean == "arithmetic":
        return means
    return np.exp(means) if mean == "geometric" else 1.0 / means
