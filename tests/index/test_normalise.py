"""Normalisation: against COINr, at the edges, and its properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.index.golden import numbers, table

from ddci.errors import MethodError
from ddci.index.normalise import (
    equal_bounds,
    extremes,
    normalise,
    normalise_distance_to_best,
    normalise_min_max,
    normalise_none,
    normalise_percentile,
    normalise_rank,
    normalise_share_scale,
    normalise_z_score,
)

METHODS = ("min_max", "z_score", "rank", "percentile", "distance_to_best", "share_scale", "none")
META = table("coinr", "in_iMeta")
INDICATORS = META.filter(META["Level"] == 1)["iCode"].to_list()
DIRECTION = META.filter(META["Level"] == 1)["Direction"].cast(float).to_numpy()
RAW = numbers("coinr", "in_iData", INDICATORS, sort_by="uCode")
# Whole numbers, so that a difference between two values is never one of rounding.
VALUES = arrays(np.float64, st.tuples(st.integers(2, 8), st.integers(1, 4)), elements=st.integers(0, 50).map(float))


def golden(name: str) -> np.ndarray:
    return numbers("coinr", name, INDICATORS, sort_by="uCode")


def test_min_max_agrees_with_coinr():
    got = normalise(RAW, method="min_max", direction=DIRECTION)

    np.testing.assert_allclose(got, golden("norm_Raw_minmax_1_10"), rtol=0, atol=1e-9)


def test_z_score_agrees_with_coinr():
    got = normalise_z_score(RAW, direction=DIRECTION, centre=10.0, spread=2.0)

    np.testing.assert_allclose(got, golden("norm_Raw_zscore_10_2"), rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["rank", "prank"])
def test_ranks_and_percentiles_agree_with_coinr(name: str):
    keep = [column for column, code in enumerate(INDICATORS) if code != "TolMin"]  # ties up to rounding: see SOURCE.md
    if name == "rank":
        got = normalise_rank(RAW, direction=DIRECTION, scale=None, ties="min")
    else:
        got = normalise_percentile(RAW, direction=DIRECTION, scale=(0.0, 1.0))

    np.testing.assert_allclose(got[:, keep], golden(f"norm_Raw_{name}")[:, keep], rtol=0, atol=1e-12)


def test_values_equal_up_to_rounding_share_a_rank():
    got = normalise_rank([[5.1], [5.1000000000000005], [3.0]], direction=1, scale=None, ties="min")

    assert got.ravel().tolist() == [2.0, 2.0, 1.0]


def test_negative_direction_is_eleven_minus_the_positive_score():
    values = np.array([[2.0], [3.0], [10.0]])

    up, down = (normalise_min_max(values, direction=sign) for sign in (1, -1))

    np.testing.assert_allclose(up + down, 11.0, rtol=0, atol=1e-14)


def test_the_ends_of_the_scale_are_exact():
    values = np.array([[0.1], [0.2], [0.7]])

    got = normalise(values, method="min_max", direction=[-1])

    assert got[0, 0] == 10.0
    assert got[2, 0] == 1.0


@pytest.mark.parametrize(
    ("clip", "expected"),
    [(False, [-3.5, 5.5, 14.5]), (True, [1.0, 5.5, 10.0])],
)
def test_values_beyond_fixed_bounds_are_cut_only_when_asked(clip: bool, expected: list[float]):
    got = normalise([[-1.0], [1.0], [3.0]], method="min_max", direction=1, low=[0.0], high=[2.0], clip=clip)

    assert got.ravel() == pytest.approx(expected)


@pytest.mark.parametrize("method", ["min_max", "z_score", "rank", "percentile"])
def test_units_that_are_all_equal_get_the_middle_score(method: str):
    values = np.array([[0.3], [0.1 + 0.2], [np.nan]])  # equal but for the last binary digit

    got = normalise(values, method=method, direction=1)

    np.testing.assert_array_equal(got, [[5.5], [5.5], [np.nan]])


@pytest.mark.parametrize("method", ["min_max", "z_score", "rank", "percentile"])
def test_a_group_of_one_unit_gets_the_middle_score(method: str):
    assert normalise([[7.0, 0.0]], method=method, direction=[1, -1]).tolist() == [[5.5, 5.5]]


@pytest.mark.parametrize("method", METHODS)
def test_an_indicator_without_any_value_stays_missing(method: str):
    got = normalise([[np.nan, 0.25], [np.nan, 0.75]], method=method, direction=1)

    assert np.isnan(got[:, 0]).all()
    assert np.isfinite(got[:, 1]).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_missing_value_stays_missing_and_disturbs_no_other(method: str):
    complete = np.array([[0.2], [0.9], [0.4]])
    with_gap = np.vstack([complete, [[np.nan]]])

    got = normalise(with_gap, method=method, direction=-1)

    np.testing.assert_array_equal(got[:3], normalise(complete, method=method, direction=-1))
    assert np.isnan(got[3, 0])


@pytest.mark.parametrize("method", METHODS)
def test_each_replicate_is_normalised_by_itself(method: str):
    replicates = np.random.default_rng(7).random((5, 6, 3))
    direction = [1, -1, 1]

    together = normalise(replicates, method=method, direction=direction)

    for replicate, scores in zip(replicates, together, strict=True):
        np.testing.assert_array_equal(scores, normalise(replicate, method=method, direction=direction))


@pytest.mark.parametrize("method", METHODS)
def test_the_values_given_are_not_changed(method: str):
    values = np.array([[0.2, 0.5], [0.9, 0.5]])

    normalise(values, method=method, direction=-1, clip=True)

    assert values.tolist() == [[0.2, 0.5], [0.9, 0.5]]


def test_distance_to_best_is_the_share_of_the_best():
    got = normalise_distance_to_best([[2.0, 10.0], [8.0, 40.0]], direction=[1, -1])

    np.testing.assert_allclose(got, [[1 + 9 * 0.25, 10.0], [10.0, 1 + 9 * 0.25]], rtol=0, atol=1e-14)


def test_distance_to_a_best_of_zero_is_reached_by_zero_alone():
    got = normalise_distance_to_best([[0.0], [5.0]], direction=-1, scale=(0.0, 1.0))

    assert got.ravel().tolist() == [1.0, 0.0]


def test_distance_to_best_refuses_negative_values():
    with pytest.raises(MethodError, match="RATIO_NEGATIVE"):
        normalise([[-1.0], [2.0]], method="distance_to_best", direction=1)


def test_share_scale_does_not_depend_on_the_other_units():
    got = normalise_share_scale([[0.0], [0.5], [1.0]], direction=1)

    assert got.ravel().tolist() == [1.0, 5.5, 10.0]


def test_values_already_on_the_scale_are_kept_or_mirrored():
    assert normalise_none([[6.56, 6.56]], direction=[1, -1]).tolist() == [[6.56, 11.0 - 6.56]]


def test_reversed_bounds_are_refused():
    with pytest.raises(MethodError, match=r"BOUNDS_REVERSED: found=\[5, 2\]"):
        normalise_min_max([[3.0]], direction=1, low=[5.0], high=[2.0])


def test_an_unknown_method_is_refused():
    with pytest.raises(MethodError, match="NORMALISATION_UNKNOWN"):
        normalise([[1.0]], method="logit", direction=1)


def test_extremes_keep_the_replicate_axis():
    values = np.array([[[1.0, np.nan], [4.0, np.nan]], [[2.0, 5.0], [np.nan, 3.0]]])

    low, high = extremes(values)

    np.testing.assert_array_equal(low, [[[1.0, np.nan]], [[2.0, 3.0]]])
    np.testing.assert_array_equal(high, [[[4.0, np.nan]], [[2.0, 5.0]]])


def test_bounds_near_zero_that_differ_by_rounding_are_equal():
    assert equal_bounds([0.0, 0.0], [1e-17, 1e-6]).tolist() == [True, False]


@given(VALUES, st.sampled_from(METHODS), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_units_does_not_matter(values, method, random):
    order = list(range(len(values)))
    random.shuffle(order)

    got = normalise(values[order], method=method, direction=1)

    np.testing.assert_allclose(got, normalise(values, method=method, direction=1)[order], rtol=0, atol=1e-12)


@given(
    VALUES, st.sampled_from(["min_max", "z_score", "rank", "percentile"]), st.integers(1, 100), st.integers(-100, 100)
)
@settings(max_examples=60, deadline=None)
def test_the_unit_of_measurement_does_not_matter(values, method, factor, shift):
    got = normalise(values * factor + shift, method=method, direction=-1)

    np.testing.assert_allclose(got, normalise(values, method=method, direction=-1), rtol=0, atol=1e-9)


@given(VALUES, st.sampled_from(METHODS), st.sampled_from([1, -1]))
@settings(max_examples=60, deadline=None)
def test_a_better_value_never_has_a_lower_score(values, method, direction):
    scores = normalise(values, method=method, direction=direction)

    for column in range(values.shape[1]):
        order = np.argsort(values[:, column] * direction, kind="stable")
        assert (np.diff(scores[order, column]) >= -1e-12).all()
