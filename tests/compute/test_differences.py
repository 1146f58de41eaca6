"""The difference of two units is told with the covariance of the two, and never where there is no sampling error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.factories import make_result
from tests.waves import answer_wave, small_framework

from ddci.compute import compute
from ddci.compute.differences import difference_interval, part_differences, times_answers


def with_covariance(result, covariance):
    return replace(result, index_covariance={"dia-phuong": np.asarray(covariance)})


def with_figures(result, **figures):
    """The first two units' figures of the first nodes, as lists by name."""
    scores = {name: getattr(result.scores, name).copy() for name in figures}
    for name, value in figures.items():
        array = np.asarray(value, dtype=float)
        scores[name][: array.shape[0], : array.shape[1]] = array
    return replace(result, scores=replace(result.scores, **scores))


def two_units():
    """60 and 50 points; standard errors 2 and 1."""
    result = make_result(groups={"dia-phuong": 2}, n_sub_indices=2, per_sub_index=1)
    return with_figures(result, score=[[60.0], [50.0]], n_effective=[[np.inf], [np.inf]])


def test_the_variance_of_a_difference_leaves_out_what_both_have_in_common():
    result = with_covariance(two_units(), [[4.0, 1.5], [1.5, 1.0]])

    found = difference_interval(result, "di-01", "di-02")

    assert found.points == pytest.approx(10.0)
    assert found.se == pytest.approx(np.sqrt(4.0 + 1.0 - 2 * 1.5))
    assert (found.low, found.high) == pytest.approx((10 - 1.959964 * 2**0.5, 10 + 1.959964 * 2**0.5), abs=1e-6)
    assert found.is_proven is True


def test_turning_the_units_round_turns_the_interval_round():
    result = with_covariance(two_units(), [[4.0, 0.0], [0.0, 1.0]])

    one, other = difference_interval(result, "di-01", "di-02"), difference_interval(result, "di-02", "di-01")

    assert (one.points, one.low, one.high) == pytest.approx((-other.points, -other.high, -other.low))


def test_several_differences_at_once_are_each_given_more_room():
    result = with_covariance(two_units(), [[4.0, 0.0], [0.0, 1.0]])

    alone = difference_interval(result, "di-01", "di-02")
    among_six = difference_interval(result, "di-01", "di-02", comparisons=6)

    assert among_six.low < alone.low
    assert among_six.high - 10 == pytest.approx(5**0.5 * 2.638257, abs=1e-5)  # z at 1 − 0.05/12


def test_few_answers_widen_the_interval():
    result = with_figures(with_covariance(two_units(), [[4.0, 0.0], [0.0, 1.0]]), n_effective=[[11.0], [500.0]])

    found = difference_interval(result, "di-01", "di-02")

    assert found.high - found.points == pytest.approx(5**0.5 * 2.228139, abs=1e-5)  # t with 10 degrees of freedom


@pytest.mark.parametrize("covariance", [None, [[0.0, 0.0], [0.0, 0.0]], [[np.nan, 0.0], [0.0, 1.0]]])
def test_without_sampling_error_nothing_is_proven(covariance):
    result = two_units() if covariance is None else with_covariance(two_units(), covariance)

    found = difference_interval(result, "di-01", "di-02")

    assert found.points == pytest.approx(10.0)
    assert np.isnan([found.se, found.low, found.high]).all()
    assert found.is_proven is None


def test_units_of_two_groups_are_not_compared():
    result = make_result(groups={"dia-phuong": 2, "so-nganh": 2})

    with pytest.raises(ValueError, match="different unit groups"):
        difference_interval(result, "di-01", "so-01")


def test_a_large_difference_in_a_computed_wave_is_proven():
    wave = answer_wave([[0.9, 0.8], [0.3, 0.5], [0.5, 0.1]], framework=small_framework(1, 2))

    found = difference_interval(compute(wave), "u00", "u01")

    assert found.se > 0
    assert found.is_proven is True


def test_half_the_reach_takes_four_times_the_answers():
    result = with_covariance(two_units(), [[50.0, 0.0], [0.0, 50.0]])  # standard error 10, difference 10

    assert times_answers(result, "di-01", "di-02") == pytest.approx(1.959964**2, abs=1e-4)
    assert times_answers(result, "di-01", "di-02", comparisons=3) > 1.959964**2


def test_answers_needed_are_not_guessed():
    result = two_units()

    assert np.isnan(times_answers(result, "di-01", "di-02"))
    assert times_answers(with_covariance(result, [[1.0, 0.0], [0.0, 1.0]]), "di-01", "di-02") == 1.0
    equal = with_figures(with_covariance(result, [[1.0, 0.0], [0.0, 1.0]]), score=[[50.0], [50.0]])
    assert times_answers(equal, "di-01", "di-02") == np.inf


def test_parts_are_told_apart_by_the_distances_of_both_to_their_own_limits():
    result = two_units()
    first = result.columns("sub_index")[0]
    figures = {name: getattr(result.scores, name).copy() for name in ("score", "low", "high")}
    for name, pair in (("score", (7.0, 4.0)), ("low", (5.8, 3.5)), ("high", (7.6, 4.9))):
        figures[name][:, first] = pair
    result = replace(result, scores=replace(result.scores, **figures))

    found = part_differences(result, "di-01", "di-02", [first], comparisons=1)

    assert found.points == pytest.approx([3.0])
    assert found.low == pytest.approx([3.0 - np.hypot(1.2, 0.9)])
    assert found.high == pytest.approx([3.0 + np.hypot(0.6, 0.5)])
    assert found.better.tolist() == [1.0]


def test_a_smaller_value_is_better_where_less_is_better():
    result = two_units()
    column = next(column for column in result.columns("indicator"))
    nodes = tuple(replace(node, direction=-1) if place == column else node for place, node in enumerate(result.nodes))
    figures = {name: getattr(result.scores, name).copy() for name in ("value", "low", "high")}
    for name, pair in (("value", (2.0, 9.0)), ("low", (1.0, 8.0)), ("high", (3.0, 10.0))):
        figures[name][:, column] = pair
    result = replace(result, nodes=nodes, scores=replace(result.scores, **figures))

    found = part_differences(result, "di-01", "di-02", [column])

    assert found.points.tolist() == [-7.0]
    assert found.better.tolist() == [1.0]


def test_parts_without_intervals_are_not_judged():
    result = make_result(groups={"dia-phuong": 2}, sampled=False)

    found = part_differences(result, "di-01", "di-02", result.columns("sub_index"))

    assert np.isfinite(found.points).all()
    assert np.isnan(found.better).all()


def test_units_alike_are_seldom_told_apart_however_many_indicators_are_asked_about():
    shares = np.full((2, 40), 0.5)
    told = 0
    for seed in range(20):
        result = compute(answer_wave(shares, n=80, seed=seed, framework=small_framework(1, 40)))
        told += bool((np.abs(part_differences(result, "u00", "u01", result.columns("indicator")).better) == 1).any())

    assert told <= 3  # 5 % of 20 expected at most
