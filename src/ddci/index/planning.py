"""How many respondents per unit until the first third of the units can be told from the last third?

In:  how far the true scores of the units lie apart, how much one answer scatters, the design effect, numbers to try.
Out: a PlanningCurve: for each n the share of pairs (first third × last third) that are proven different, the expected
     width of rank sets and of intervals, and how well the ranks found agree with the true ones.

Model: unit u's score is its true score plus a normal error with variance deff · sd² / n, independent between units. Then
every figure here is a sum of normal probabilities and needs no simulation: the number of units proven better or worse
is a sum over pairs, Kendall's tau counts pairs in the right order, and Spearman's rho is linear in the ranks found.
Pairs are proven one at a time (``pairwise``) or all at once (``simultaneous``: Tukey's studentised range, which is the
first step of the rank sets of ``ddci.index.rank_sets``; their later steps can only prove more, so n errs to the safe side).
Source: Tukey (1953), The problem of multiple comparisons; Kendall (1938), Biometrika 30, 81-93; Mogstad et al. (2024),
Inference for Ranks, doi 10.1093/restud/rdad006.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from ddci.errors import MethodError
from ddci.index.rank_sets import rank_sets

FloatArray = npt.NDArray[np.float64]

N_PER_UNIT = (25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1200)
MOST = 1_000_000  # respondents per unit, beyond which nobody plans
DRAWS_IN_REPLICATION = 1000


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a plan needs to know; scores in any unit, the same for ``spread`` and ``sd``.

    spread  standard deviation of the units' true scores
    sd      standard deviation of one respondent's contribution to a score: standard error · √(n / deff)
    """

    spread: float
    sd: float
    deff: float = 1.0

    def standard_error(self, n: float) -> float:
        return float(np.sqrt(self.deff / n) * self.sd)


@dataclass(frozen=True, slots=True)
class PlanningCurve:
    """All arrays (points,), one per number of respondents. Widths in score units or ranks, agreement −1…1."""

    n_units: int
    n_per_unit: npt.NDArray[np.int64]
    pairwise: FloatArray  # share of pairs first third × last third proven different, each pair taken alone
    simultaneous: FloatArray  # … all pairs of units at once
    stepped: FloatArray  # … by the full rank sets, from replications; NaN without them
    half_width: FloatArray  # of one unit's interval
    rank_set_width: FloatArray  # expected number of ranks in a unit's simultaneous set
    kendall: FloatArray  # expected agreement of the ranks found with the true ones
    spearman: FloatArray


def true_scores(n_units: int, spread: float) -> FloatArray:
    """(U,) typical true scores, best first: expected normal order statistics with standard deviation ``spread``.

    Source: Blom (1958), Statistical Estimates and Transformed Beta-Variables.

    >>> true_scores(3, 1.0)
    array([ 1.,  0., -1.])
    """
    place = np.arange(n_units, 0, -1)
    scores = ndtri((place - 0.375) / (n_units + 0.25))
    scores -= scores.mean()
    deviation = scores.std(ddof=1) if n_units > 1 else 1.0
    return np.asarray(spread * scores / deviation) + 0.0


def planning_curve(
    parameters: Parameters,
    *,
    units: int,
    n_per_unit: Sequence[int] = N_PER_UNIT,
    confidence: float = 0.95,
    replications: int = 0,
    seed: int = 0,
) -> PlanningCurve:
    """The curve over ``n_per_unit``; see the module's docstring.

    replications  0: closed form only; more: ``stepped`` by as many simulated waves for each point

    Raises MethodError: PLANNING_PARAMETERS, PLANNING_UNITS, CONFIDENCE_RANGE.

    >>> curve = planning_curve(Parameters(spread=3.0, sd=30.0), units=11, n_per_unit=[50, 200, 800])
    >>> curve.pairwise.round(2)
    array([0.23, 0.65, 0.98])
    """
    _check(parameters, units, confidence)
    truth = true_scores(units, parameters.spread)
    numbers = np.asarray(n_per_unit, dtype=np.int64)
    points = [_point(truth, parameters.standard_error(n), confidence) for n in numbers.tolist()]
    stepped = np.full(len(numbers), np.nan)
    for place, n in enumerate(numbers.tolist() if replications else []):
        rng = np.random.default_rng([seed, n])
        error = parameters.standard_error(n)
        stepped[place] = _replicated_share(truth, error, confidence, replications, rng)
    pairwise, simultaneous, half_width, width, kendall, spearman = (
        np.array(column) for column in zip(*points, strict=True)
    )
    return PlanningCurve(units, numbers, pairwise, simultaneous, stepped, half_width, width, kendall, spearman)


def respondents_needed(
    parameters: Parameters,
    *,
    units: int,
    power: float = 0.8,
    confidence: float = 0.95,
    simultaneous: bool = True,
) -> int | None:
    """The smallest number of respondents per unit that proves a share ``power`` of the pairs first × last third.

    None when a million per unit are not enough, e.g. where the units do not differ.

    Raises MethodError as ``planning_curve`` does.

    >>> respondents_needed(Parameters(spread=3.0, sd=30.0), units=11, simultaneous=False)
    312
    """
    _check(parameters, units, confidence)
    truth = true_scores(units, parameters.spread)
    critical = _critical(units, confidence) if simultaneous else float(ndtri((1.0 + confidence) / 2.0))

    def is_enough(n: int) -> bool:
        return _share_of_thirds(_proven(truth, parameters.standard_error(n), critical)) >= power

    if not is_enough(MOST):
        return None
    low, high = 0, MOST  # too few, enough
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def estimate_parameters(scores: npt.ArrayLike, standard_errors: npt.ArrayLike, n: npt.ArrayLike) -> Parameters:
    """Parameters from an earlier wave: the variance between scores less what sampling explains (method of moments).

    scores, standard_errors, n  (U,) of one unit group; units with NaN are left out. The design effect is already in the
                                standard errors, so ``sd`` contains it and ``deff`` is 1.

    Raises MethodError("PLANNING_UNITS") with fewer than three units.

    >>> estimate_parameters([50.0, 60.0, 70.0], [3.0, 3.0, 3.0], [100, 100, 100])
    Parameters(spread=9.539392014169456, sd=30.0, deff=1.0)
    """
    score, error, count = (np.asarray(item, dtype=np.float64) for item in (scores, standard_errors, n))
    usable = np.isfinite(score) & np.isfinite(error) & np.isfinite(count) & (count > 0)
    if usable.sum() < 3:
        raise MethodError("PLANNING_UNITS", found=int(usable.sum()))
    score, error, count = score[usable], error[usable], count[usable]
    between = float(score.var(ddof=1) - np.mean(error**2))
    return Parameters(spread=float(np.sqrt(max(between, 0.0))), sd=float(np.sqrt(np.mean(error**2 * count))))


def _check(parameters: Parameters, units: int, confidence: float) -> None:
    if min(parameters.spread, parameters.sd, parameters.deff) < 0 or parameters.sd * parameters.deff == 0:
        raise MethodError("PLANNING_PARAMETERS", found=parameters)
    if units < 3:
        raise MethodError("PLANNING_UNITS", found=units)
    if not 0.5 <= confidence < 1:
        raise MethodError("CONFIDENCE_RANGE", found=confidence)


def _critical(n_units: int, confidence: float) -> float:
    """Quantile of the largest |Z_j − Z_k| / √2 over all pairs of independent standard normals."""
    from scipy.stats import studentized_range  # here: scipy.stats takes longer to import than all plans to compute

    return float(studentized_range.ppf(confidence, n_units, np.inf) / np.sqrt(2.0))


def _proven(truth: FloatArray, error: float, critical: float) -> FloatArray:
    """(U, U) probability that row is proven better than column."""
    difference = (truth[:, None] - truth[None, :]) / (error * np.sqrt(2.0))
    probability = ndtr(difference - critical)
    np.fill_diagonal(probability, 0.0)
    return np.asarray(probability)


def _share_of_thirds(better: FloatArray) -> float:
    """Mean over the pairs first third × last third; units are in true order."""
    third = len(better) // 3
    return float(better[:third, -third:].mean())


def _point(truth: FloatArray, error: float, confidence: float) -> tuple[float, ...]:
    n_units = len(truth)
    alone = float(ndtri((1.0 + confidence) / 2.0))
    together = _proven(truth, error, _critical(n_units, confidence))
    in_order = _proven(truth, error, 0.0)
    upper = np.triu_indices(n_units, k=1)
    kendall = float(np.mean(2.0 * in_order[upper] - 1.0))
    expected_rank = 1.0 + in_order.sum(axis=0)  # of each unit, 1 = best: one plus the units expected above it
    centred = np.arange(1, n_units + 1) - (n_units + 1) / 2.0
    spearman = float(centred @ (expected_rank - expected_rank.mean()) / (centred @ centred))
    width = n_units - float((together + together.T).sum(axis=1).mean())
    pairwise = _share_of_thirds(_proven(truth, error, alone))
    return pairwise, _share_of_thirds(together), alone * error, width, kendall, spearman


def _replicated_share(
    truth: FloatArray, error: float, confidence: float, replications: int, rng: np.random.Generator
) -> float:
    covariance = np.diag(np.full(len(truth), error**2))
    shares = [
        _share_of_thirds(
            rank_sets(
                truth + error * rng.standard_normal(len(truth)),
                covariance,
                confidence=confidence,
                draws=DRAWS_IN_REPLICATION,
                seed=number,
            ).proven_better.astype(np.float64)
        )
        for number in range(replications)
    ]
    return float(np.mean(shares))
