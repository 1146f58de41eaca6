"""Fay–Herriot: against sae, by hand, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from tests.index.golden import table

from ddci.errors import MethodError
from ddci.index.small_area import fay_herriot, fay_herriot_shares, smooth_variances

FITTINGS = {"restricted_likelihood": "REML", "maximum_likelihood": "ML", "moments": "FH"}
FITS = table("sae", "fh_fits")


def data(name: str):
    frame = table("sae", f"data_{name}")
    if name == "grapes":
        return frame["grapehect"].to_numpy(), frame["var"].to_numpy(), frame.select("area", "workdays").to_numpy()
    dummies = [(frame["MajorArea"] == area).cast(float).to_numpy() for area in (2, 3, 4)]
    return frame["yi"].to_numpy(), frame["SD"].to_numpy() ** 2, np.column_stack([np.ones(frame.height), *dummies])


@pytest.mark.parametrize("fitting", list(FITTINGS))
@pytest.mark.parametrize(("name", "suffix"), [("milk", "_tight"), ("grapes", "")])
def test_estimates_and_errors_agree_with_sae(name: str, suffix: str, fitting: str):
    expected = table("sae", f"fh_{name}_areas")

    got = fay_herriot(*data(name), fitting=fitting)

    np.testing.assert_allclose(got.estimate, expected[f"eblup_{FITTINGS[fitting]}{suffix}"].to_numpy(), rtol=1e-9)
    np.testing.assert_allclose(got.mse, expected[f"mse_{FITTINGS[fitting]}{suffix}"].to_numpy(), rtol=1e-9)


@pytest.mark.parametrize("fitting", list(FITTINGS))
@pytest.mark.parametrize("name", ["milk", "grapes"])
def test_coefficients_and_model_variance_agree_with_sae(name: str, fitting: str):
    chosen = (FITS["dataset"] == name) & (FITS["method"] == FITTINGS[fitting]) & (FITS["precision"] < 1e-10)
    expected = FITS.filter(chosen)
    coefficients = expected.filter(expected["quantity"].str.starts_with("beta"))

    got = fay_herriot(*data(name), fitting=fitting)

    variance = expected.filter(expected["quantity"] == "refvar")["value"].item()
    assert got.model_variance == pytest.approx(variance, rel=1e-9)
    np.testing.assert_allclose(got.coefficients, coefficients["value"].to_numpy(), rtol=1e-8)
    np.testing.assert_allclose(got.coefficient_se, coefficients["se"].to_numpy(), rtol=1e-8)
    assert got.converged


def test_many_units_are_fitted_by_restricted_likelihood_unless_asked_otherwise():
    got = fay_herriot(*data("milk"))

    assert got.fitting == "restricted_likelihood"
    assert got.model_variance == pytest.approx(0.018550334762766685, rel=1e-9)


def test_with_few_units_the_adjusted_likelihood_keeps_each_units_own_data_in_use():
    direct, variance = np.array([5.0, 5.1, 4.9, 5.05, 4.95, 5.0]), np.full(6, 0.5)

    plain = fay_herriot(direct, variance, np.ones((6, 1)), fitting="restricted_likelihood")
    adjusted = fay_herriot(direct, variance, np.ones((6, 1)))

    assert plain.model_variance == 0.0
    assert plain.own_share.tolist() == [0.0] * 6
    assert adjusted.fitting == "adjusted"
    assert (adjusted.own_share > 0).all()


def test_a_model_variance_of_zero_turns_many_units_to_the_adjusted_likelihood():
    direct = np.tile([5.0, 5.1, 4.9, 5.05], 5)

    got = fay_herriot(direct, np.full(20, 0.5), np.ones((20, 1)))

    assert got.fitting == "adjusted"
    assert got.model_variance > 0


def test_the_adjustment_hardly_moves_a_model_variance_that_is_well_determined():
    got = fay_herriot(*data("milk"), fitting="adjusted")

    assert got.model_variance == pytest.approx(0.018550334762766685, rel=1e-3)


def test_moments_of_equal_sampling_variances_are_the_spread_less_the_sampling_variance():
    got = fay_herriot([1.0, 2.0, 3.0, 4.0], [0.5] * 4, [[1.0]] * 4, fitting="moments")

    assert got.model_variance == pytest.approx(5 / 3 - 0.5, rel=1e-12)
    np.testing.assert_allclose(got.own_share, 0.7, rtol=1e-12)  # (7/6) / (7/6 + 1/2)
    np.testing.assert_allclose(got.estimate, 2.5 + 0.7 * np.array([-1.5, -0.5, 0.5, 1.5]), rtol=1e-12)


def test_a_unit_without_answers_is_predicted_and_changes_no_other():
    direct, variance, covariates = data("milk")
    with_gap = np.append(direct, np.nan), np.append(variance, np.nan), np.vstack([covariates, [1.0, 0.0, 1.0, 0.0]])

    got, without = fay_herriot(*with_gap), fay_herriot(direct, variance, covariates)

    np.testing.assert_array_equal(got.estimate[:-1], without.estimate)
    assert got.own_share[-1] == 0.0
    assert got.estimate[-1] == pytest.approx(without.coefficients[0] + without.coefficients[2])
    assert got.mse[-1] > without.model_variance


def test_noisy_units_lean_on_the_covariates_and_precise_ones_on_their_own_data():
    direct, variance, covariates = data("milk")

    got = fay_herriot(direct, variance, covariates)

    order = np.argsort(variance)
    assert (np.diff(got.own_share[order]) <= 0).all()
    between = (np.minimum(direct, got.prediction) <= got.estimate) & (
        got.estimate <= np.maximum(direct, got.prediction)
    )
    assert between.all()


def test_intervals_of_the_model_cover_the_truth():
    rng = np.random.default_rng(15)
    hits = []
    for _ in range(60):
        truth = 5 + 0.5 * rng.standard_normal(65)
        variance = rng.uniform(0.1, 0.6, 65)
        got = fay_herriot(truth + np.sqrt(variance) * rng.standard_normal(65), variance, np.ones((65, 1)))
        hits.append((got.low <= truth) & (truth <= got.high))

    assert np.mean(hits) == pytest.approx(0.95, abs=0.015)


def test_shares_are_drawn_together_and_stay_shares():
    rng = np.random.default_rng(16)
    truth = rng.beta(8, 4, 65)
    shares = rng.binomial(25, truth) / 25
    shares[0], shares[1] = 1.0, np.nan

    got = fay_herriot_shares(shares, np.full(65, 25.0), np.ones((65, 1)))

    measured = np.arange(65) != 1
    assert ((got.low >= 0) & (got.low <= got.estimate) & (got.estimate <= got.high) & (got.high <= 1)).all()
    assert got.estimate[0] < 1.0
    assert got.own_share[1] == 0.0
    direct_error = np.mean((shares - truth)[measured] ** 2)
    assert np.mean((got.estimate - truth)[measured] ** 2) < direct_error


def test_the_back_transformation_is_the_mean_over_what_is_left_open():
    got = fay_herriot_shares([0.9, 0.8, 0.7, 0.6, 0.5], [10.0] * 5, np.ones((5, 1)))

    open_variance = got.own_share[0] * 0.025
    angle = np.arcsin(np.sqrt([0.9, 0.8, 0.7, 0.6, 0.5]))
    centre = got.coefficients[0] + got.own_share[0] * (angle[0] - got.coefficients[0])
    draws = np.random.default_rng(17).normal(centre, np.sqrt(open_variance), 400_000)
    assert got.estimate[0] == pytest.approx(np.mean(np.sin(draws) ** 2), abs=1e-3)


def test_smoothed_variances_fall_with_the_number_of_answers():
    got = smooth_variances([0.0, 0.2, np.nan], [11, 21, 14])

    np.testing.assert_allclose(got, [2.8 / 11, 2.8 / 21, 2.8 / 14], rtol=1e-14)  # (10·0 + 20·4.2) / 30 = 2.8


def test_smoothing_needs_at_least_one_variance():
    with pytest.raises(MethodError, match="SMALL_AREA_VARIANCE"):
        smooth_variances([np.nan, 0.0], [20, 20])


@pytest.mark.parametrize(
    ("direct", "variance", "covariates", "code"),
    [
        ([1, 2, 3, 4, 5], [1, 1, 0, 1, 1], np.ones((5, 1)), "SMALL_AREA_VARIANCE"),
        ([1, 2, 3, 4, 5], [1, 1, np.nan, 1, 1], np.ones((5, 1)), "SMALL_AREA_VARIANCE"),
        ([1, 2, np.nan], [1, 1, 1], np.ones((3, 1)), "SMALL_AREA_TOO_FEW"),
        ([1, 2, 3, 4, 5], [1] * 5, np.ones((5, 2)), "SMALL_AREA_COVARIATES"),
        ([1, 2, 3, 4, 5], [1] * 5, [[1], [1], [np.nan], [1], [1]], "SMALL_AREA_COVARIATES"),
        ([1, 2, 3], [1] * 4, np.ones((3, 1)), "SMALL_AREA_SHAPE"),
    ],
)
def test_what_the_model_cannot_use_is_named(direct, variance, covariates, code: str):
    with pytest.raises(MethodError, match=code):
        fay_herriot(direct, variance, covariates)


def test_an_unknown_fitting_and_an_impossible_confidence_are_refused():
    with pytest.raises(MethodError, match="SMALL_AREA_FITTING"):
        fay_herriot([1, 2, 3, 4, 5], [1] * 5, np.ones((5, 1)), fitting="guess")
    with pytest.raises(MethodError, match="CONFIDENCE_RANGE"):
        fay_herriot([1, 2, 3, 4, 5], [1] * 5, np.ones((5, 1)), confidence=95)


def test_percentages_in_place_of_shares_are_refused():
    with pytest.raises(MethodError, match="SHARE_RANGE"):
        fay_herriot_shares([50.0, 0.5, 0.5, 0.5], [10] * 4, np.ones((4, 1)))
