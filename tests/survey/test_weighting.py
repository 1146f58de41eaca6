"""Weights agree with R survey (origin: tests/golden/rsurvey/SOURCE.md) and meet their totals."""

import numpy as np
import polars as pl
import pytest
from tests.survey.rsurvey_reference import FOLDER, reference, schools

from ddci.errors import MethodError
from ddci.survey.weighting import (
    calibrate,
    calibration_residuals,
    kish_design_effect,
    post_stratify,
    rake,
    trim,
)

# The calls in reference.csv, case cal_mean: totals of the population of 6,194 schools.
TYPES = {"E": 4421.0, "H": 755.0, "M": 1018.0}
SCHOOL_WIDE = {"No": 1072.0, "Yes": 5122.0}
TOTALS = np.array([6194.0, 755.0, 1018.0, 3914069.0])


def weights(design, column):
    return pl.read_csv(FOLDER / f"weights_calibrated_{design}.csv")[column].to_numpy()


def auxiliary(frame, *columns):
    named = {
        "one": np.ones(frame.height),
        "stypeH": (frame["stype"] == "H").to_numpy().astype(float),
        "stypeM": (frame["stype"] == "M").to_numpy().astype(float),
        "api99": frame["api99"].cast(pl.Float64).to_numpy(),
        "yes": (frame["sch_wide"] == "Yes").to_numpy().astype(float),
    }
    return np.stack([named[column] for column in columns], axis=1)


@pytest.mark.parametrize("design", ["strat", "clus1"])
def test_post_stratification(design):
    frame = schools(design)

    got = post_stratify(weights(design, "base"), cells=frame["stype"].to_list(), population=TYPES)

    assert got == pytest.approx(weights(design, "post"), rel=1e-12)


@pytest.mark.parametrize("design", ["strat", "clus1"])
def test_raking_to_two_margins(design):
    frame = schools(design)
    margins = [(frame["stype"].to_list(), TYPES), (frame["sch_wide"].to_list(), SCHOOL_WIDE)]

    got = rake(weights(design, "base"), margins=margins, tolerance=1e-13)

    assert got == pytest.approx(weights(design, "rake"), rel=1e-9)


@pytest.mark.parametrize("design", ["strat", "clus1"])
@pytest.mark.parametrize(
    ("column", "options"),
    [
        ("cal_greg", {}),
        ("cal_raking", {"distance": "raking"}),
        ("cal_logit", {"distance": "logit", "bounds": (0.6, 1.7)}),
        ("cal_bounded", {"bounds": (0.6, 1.7)}),
    ],
)
def test_calibration_to_a_total(design, column, options):
    x = auxiliary(schools(design), "one", "stypeH", "stypeM", "api99")

    got = calibrate(weights(design, "base"), x, totals=TOTALS, **options)

    assert got == pytest.approx(weights(design, column), rel=1e-7)
    assert x.T @ got == pytest.approx(TOTALS, rel=1e-9)


@pytest.mark.parametrize("design", ["strat", "clus1"])
def test_calibration_with_the_raking_distance_is_raking(design):
    x = auxiliary(schools(design), "one", "stypeH", "stypeM", "yes")

    got = calibrate(weights(design, "base"), x, totals=np.array([6194.0, 755.0, 1018.0, 5122.0]), distance="raking")

    assert got == pytest.approx(weights(design, "cal_raking_margins"), rel=1e-9)


@pytest.mark.parametrize("column", ["cal_greg", "cal_raking", "cal_logit", "cal_bounded"])
def test_residuals_give_the_standard_error_of_a_calibrated_mean(column):
    frame, base, weight = schools("strat"), weights("strat", "base"), weights("strat", column)
    x = auxiliary(frame, "one", "stypeH", "stypeM", "api99")
    value = frame["api00"].cast(pl.Float64).to_numpy()
    mean = weight @ value / weight.sum()

    left = calibration_residuals((value - mean) / weight.sum(), x, weights=base) * weight

    variance = 0.0
    for code, n in (("E", 100), ("H", 50), ("M", 50)):
        part = left[(frame["stype"] == code).to_numpy()]
        variance += (1 - n / TYPES[code]) * n / (n - 1) * ((part - part.mean()) ** 2).sum()
    row = reference("cal_mean", f"strat|{column}", variable="api00")[0]
    assert mean == pytest.approx(float(row["estimate"]), rel=1e-9)
    assert np.sqrt(variance) == pytest.approx(float(row["se"]), rel=1e-6)


@pytest.mark.parametrize("design", ["strat", "clus1"])
def test_trimming(design):
    got = trim(weights(design, "rake"), low=10, high=50)

    assert got == pytest.approx(weights(design, "trim"), rel=1e-9)


def test_trimmed_weights_keep_their_sum():
    got = trim(np.array([1.0, 2.0, 3.0, 30.0]), low=1.5, high=12.0)

    assert got.sum() == pytest.approx(36.0)
    assert got.max() <= 12.0
    assert got.min() >= 1.5


def test_limits_without_room_for_the_sum_are_refused():
    with pytest.raises(MethodError, match="TRIM_LIMITS"):
        trim(np.array([1.0, 5.0]), high=2.0)


def test_a_cell_without_respondents_is_refused():
    with pytest.raises(MethodError, match="CELL_EMPTY"):
        post_stratify(np.ones(2), cells=["a", "a"], population={"a": 2.0, "b": 3.0})


def test_margins_that_disagree_are_refused():
    with pytest.raises(MethodError, match="RAKING_NOT_CONVERGED"):
        rake(np.ones(2), margins=[(["a", "b"], {"a": 1, "b": 1}), (["x", "x"], {"x": 3})], most_rounds=20)


def test_totals_out_of_reach_are_refused():
    with pytest.raises(MethodError, match="CALIBRATION_NOT_CONVERGED"):
        calibrate(np.ones(2), np.ones((2, 1)), totals=np.array([100.0]), distance="logit", bounds=(0.5, 2.0))


def test_logit_needs_bounds_around_one():
    with pytest.raises(MethodError, match="CALIBRATION_BOUNDS"):
        calibrate(np.ones(2), np.ones((2, 1)), totals=np.array([2.0]), distance="logit")


def test_equal_weights_have_no_design_effect():
    assert kish_design_effect(np.full(7, 3.0)) == pytest.approx(1.0)
    assert np.isnan(kish_design_effect(np.zeros(3)))
