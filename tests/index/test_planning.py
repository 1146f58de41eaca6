"""The planning curve against what simulated waves show, and against plain arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kendalltau, norm, spearmanr

from ddci.errors import MethodError
from ddci.index.planning import (
    Parameters,
    estimate_parameters,
    planning_curve,
    respondents_needed,
    true_scores,
)
from ddci.index.rank_sets import rank_sets

PARAMETERS = Parameters(spread=4.0, sd=35.0, deff=1.2)
UNITS = 11


def waves(n: int, count: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray, float]:
    """True scores (U,), estimated scores (count, U) and their standard error."""
    truth = true_scores(UNITS, PARAMETERS.spread)
    error = 35.0 * np.sqrt(1.2 / n)
    return truth, truth + error * np.random.default_rng(seed).standard_normal((count, UNITS)), error


def test_true_scores_have_the_spread_asked_for():
    assert true_scores(65, 2.5).std(ddof=1) == pytest.approx(2.5)


def test_three_units_by_hand():
    curve = planning_curve(Parameters(spread=1.0, sd=10.0), units=3, n_per_unit=[100])

    # thirds of one unit: scores 1 and −1, standard error 1, so d / √2 = √2 and power = Φ(√2 − 1.96)
    assert curve.pairwise[0] == pytest.approx(norm.cdf(np.sqrt(2.0) - 1.959963985))
    assert curve.half_width[0] == pytest.approx(1.959963985)


def test_all_curves_improve_with_n():
    curve = planning_curve(PARAMETERS, units=UNITS, n_per_unit=[10, 30, 100, 300, 1000])

    for rising in (curve.pairwise, curve.simultaneous, curve.kendall, curve.spearman):
        assert (np.diff(rising) > 0).all()
    for falling in (curve.half_width, curve.rank_set_width):
        assert (np.diff(falling) < 0).all()


def test_all_pairs_at_once_prove_less_than_each_pair_alone():
    curve = planning_curve(PARAMETERS, units=UNITS)

    assert (curve.simultaneous <= curve.pairwise).all()


@pytest.mark.parametrize("n", [40, 150])
def test_pairwise_share_agrees_with_simulated_waves(n):
    _, scores, error = waves(n, 20_000)
    difference = scores[:, :3, None] - scores[:, None, -3:]

    found = (difference > norm.ppf(0.975) * error * np.sqrt(2)).mean()

    assert planning_curve(PARAMETERS, units=UNITS, n_per_unit=[n]).pairwise[0] == pytest.approx(found, abs=0.01)


@pytest.mark.parametrize("n", [40, 150])
def test_agreement_with_the_true_ranks_agrees_with_simulated_waves(n):
    truth, scores, _ = waves(n, 2_000)
    curve = planning_curve(PARAMETERS, units=UNITS, n_per_unit=[n])

    assert curve.kendall[0] == pytest.approx(np.mean([kendalltau(truth, row)[0] for row in scores]), abs=0.015)
    assert curve.spearman[0] == pytest.approx(np.mean([spearmanr(truth, row)[0] for row in scores]), abs=0.015)


def test_simultaneous_share_and_rank_set_width_agree_with_one_step_rank_sets():
    n = 150
    _, scores, error = waves(n, 300)
    covariance = np.diag(np.full(UNITS, error**2))
    sets = [rank_sets(row, covariance, step_down=False, seed=seed) for seed, row in enumerate(scores)]

    curve = planning_curve(PARAMETERS, units=UNITS, n_per_unit=[n])

    assert curve.simultaneous[0] == pytest.approx(np.mean([s.proven_better[:3, -3:].mean() for s in sets]), abs=0.035)
    assert curve.rank_set_width[0] == pytest.approx(np.mean([s.high - s.low + 1 for s in sets]), abs=0.25)


def test_full_rank_sets_prove_at_least_as_much_as_their_first_step():
    curve = planning_curve(PARAMETERS, units=UNITS, n_per_unit=[150], replications=200, seed=1)

    assert curve.stepped[0] >= curve.simultaneous[0] - 0.03
    assert curve.stepped[0] <= curve.pairwise[0] + 0.03


def test_the_same_seed_gives_the_same_replications():
    first, second = (
        planning_curve(PARAMETERS, units=6, n_per_unit=[80], replications=20, seed=9).stepped for _ in range(2)
    )

    assert first.tolist() == second.tolist()


@pytest.mark.parametrize("simultaneous", [True, False])
def test_respondents_needed_is_the_first_n_that_reaches_the_power(simultaneous):
    n = respondents_needed(PARAMETERS, units=UNITS, power=0.8, simultaneous=simultaneous)
    assert n is not None

    curve = planning_curve(PARAMETERS, units=UNITS, n_per_unit=[n - 1, n])
    share = curve.simultaneous if simultaneous else curve.pairwise

    assert share[0] < 0.8 <= share[1]


def test_units_that_do_not_differ_are_never_told_apart():
    assert respondents_needed(Parameters(spread=0.0, sd=10.0), units=8) is None


def test_parameters_come_back_from_simulated_scores():
    rng = np.random.default_rng(3)
    n = np.full(4000, 120.0)
    scores = 60 + 5.0 * rng.standard_normal(4000) + 30.0 / np.sqrt(n) * rng.standard_normal(4000)

    found = estimate_parameters(scores, 30.0 / np.sqrt(n), n)

    assert found.spread == pytest.approx(5.0, abs=0.2)
    assert found.sd == pytest.approx(30.0)


def test_less_variance_than_sampling_explains_means_no_spread():
    assert estimate_parameters([50.0, 50.1, 49.9], [3.0, 3.0, 3.0], [100, 100, 100]).spread == 0.0


@pytest.mark.parametrize(
    ("parameters", "units", "confidence", "code"),
    [
        (Parameters(-1.0, 1.0), 5, 0.95, "PLANNING_PARAMETERS"),
        (Parameters(1.0, 0.0), 5, 0.95, "PLANNING_PARAMETERS"),
        (PARAMETERS, 2, 0.95, "PLANNING_UNITS"),
        (PARAMETERS, 5, 1.0, "CONFIDENCE_RANGE"),
    ],
)
def test_senseless_plans_are_refused(parameters, units, confidence, code):
    with pytest.raises(MethodError) as caught:
        planning_curve(parameters, units=units, confidence=confidence)

    assert caught.value.code == code
