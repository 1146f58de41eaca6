"""Gaps, below-median counts, gains, importance and quick wins, on tables small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.index.rules import make_rule

from ddci.index.diagnose import (
    QUADRANTS,
    below_median,
    count_below,
    derived_importance,
    diagnose,
    gaps_beyond_noise,
    group_gaps,
    index_gains,
    quadrants,
)
from ddci.index.score import score_values

ELEVEN = np.arange(11.0)[::-1, np.newaxis]  # row r is rank r + 1


def test_rank_6_of_11_is_the_median_and_counts_only_where_the_rule_says_so():
    strict, seed = below_median(ELEVEN), below_median(ELEVEN, median_rule="at_or_below")

    assert strict.ravel().tolist() == [0] * 6 + [1] * 5
    assert seed.ravel().tolist() == [0] * 5 + [1] * 6


def test_gaps_are_negative_for_the_worse_whichever_the_direction():
    days = np.array([[2.0], [4.0], [10.0]])

    got = group_gaps(days, direction=[-1.0])

    assert (got.median[0], got.best[0]) == (4.0, 2.0)
    assert got.to_median.ravel().tolist() == [2.0, 0.0, -6.0]
    assert got.to_best.ravel().tolist() == [0.0, -2.0, -8.0]


def test_missing_figures_have_no_part_in_the_median():
    got = group_gaps(np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan], [4.0, np.nan], [9.0, np.nan]]))

    assert got.median[0] == 3.5
    assert np.isnan(got.median[1])
    assert np.isnan(got.to_median[2, 0])


def test_sixteen_of_eighteen_are_counted_per_sub_index():
    below = np.array([[1.0] * 16 + [0.0] * 2 + [1.0, np.nan]])

    n_below, n_compared = count_below(below, make_rule([0] * 18 + [1, 1]))

    assert n_below.tolist() == [[16, 1]]
    assert n_compared.tolist() == [[18, 1]]


def test_gain_is_effective_weight_times_gap_times_ten():
    rule = make_rule([0, 0, 1], normalisation="none")
    scores = np.array([[4.0, 5.0, 6.0], [8.0, 5.0, 2.0]])

    got = index_gains(scores, np.broadcast_to([8.0, 5.0, 6.0], scores.shape), rule)

    assert got == pytest.approx(np.array([[10.0, 0.0, 0.0], [0.0, 0.0, 20.0]]))  # ¼·4·10; ½·4·10


def test_gain_of_a_geometric_index_is_the_recomputed_one():
    rule = make_rule([0, 1], normalisation="none", aggregation_top="geometric")

    got = index_gains(np.array([[2.0, 8.0]]), np.array([[8.0, 8.0]]), rule)

    assert got == pytest.approx(np.array([[40.0, 0.0]]))  # √(8·8) − √(2·8) = 4 score points


def test_importance_is_weight_times_correlation():
    index = np.array([10.0, 20.0, 30.0])
    scores = np.array([[1.0, 3.0, 5.0], [2.0, 2.0, 5.0], [3.0, 1.0, 5.0]])

    got = derived_importance(scores, index, np.full((3, 3), [0.5, 0.3, 0.2]))

    assert got[:2] == pytest.approx([0.5, -0.3])
    assert np.isnan(got[2])  # no differences, no correlation


def test_quadrants_put_the_important_and_weak_first():
    got = quadrants(np.array([0.5, 0.1, np.nan]), np.array([[-1.0, -1.0, 1.0], [1.0, 1.0, 1.0]]))

    assert [QUADRANTS[place] for place in got[:, :2].ravel()] == [
        "improve_first",
        "low_priority",
        "keep_up",
        "more_than_needed",
    ]
    assert got[:, 2].tolist() == [-1, -1]


def test_a_quick_win_is_what_most_others_already_do_much_better():
    scores = np.array([[3.0, 3.0, 5.0], [8.0, 3.5, 5.0], [8.0, 3.5, 5.0], [7.0, 9.0, 5.0]])
    rule = make_rule([0, 0, 0], normalisation="none")

    got = diagnose(scores, score_values(scores, rule), rule)

    wins = [(item.unit, item.indicator) for item in got.findings if item.kind == "quick_win"]
    assert wins == [(0, 0)]
    assert got.quick_win[0, 0] == pytest.approx(50 / 3)  # ⅓·5·10, all three others are much better


def test_an_indicator_of_little_weight_is_no_quick_win():
    scores = np.array([[3.0, 5.0], [8.0, 5.0], [8.0, 5.0]])
    rule = make_rule([0, 0], normalisation="none", indicator_weights=[1.0, 9.0])

    assert np.isnan(diagnose(scores, score_values(scores, rule), rule).quick_win).all()


def test_strengths_and_weaknesses_come_in_the_order_of_weighted_gaps():
    scores = np.array([[2.0, 1.0, 9.0, 5.0], [5.0, 5.0, 5.0, 5.0], [8.0, 8.0, 4.0, 5.0]])
    rule = make_rule([0, 0, 0, 0], normalisation="none", indicator_weights=[3.0, 1.0, 1.0, 1.0])

    got = diagnose(scores, score_values(scores, rule), rule).findings

    of_first = [
        (item.kind, item.indicator, item.gap_to_median) for item in got if item.unit == 0 and item.kind != "quick_win"
    ]
    assert of_first == [("strength", 2, 4.0), ("weakness", 0, -3.0), ("weakness", 1, -4.0)]
    assert {item.beyond_noise for item in got} == {None}


def test_a_gap_is_beyond_noise_where_replicates_never_close_it():
    rng = np.random.default_rng(1)
    estimate = np.array([[2.0], [5.0], [5.1], [5.2], [8.0]])
    scores = estimate + 0.3 * rng.standard_normal((400, 5, 1))
    scores[0] = estimate

    assert gaps_beyond_noise(scores).ravel().tolist() == [1, 0, 0, 0, 1]


def test_a_group_of_one_unit_has_no_gaps_and_no_findings():
    values = np.array([[0.4, 0.7]])
    rule = make_rule([0, 1])

    got = diagnose(values, score_values(values, rule), rule)

    assert got.score_gaps.to_best.tolist() == [[0.0, 0.0]]
    assert got.findings == ()
    assert np.isnan(got.importance).all()


def test_value_gaps_stay_in_the_indicator_s_own_unit():
    values = np.array([[0.2, 30.0], [0.5, 10.0], [0.9, 20.0]])
    rule = make_rule([0, 0], direction=[1.0, -1.0])

    got = diagnose(values, score_values(values, rule), rule)

    assert got.value_gaps.to_best[0] == pytest.approx([-0.7, -20.0])
    # scores (1, 1), (4 6/7, 10), (10, 5½): sub-indices 1, 7 3/7, 7¾
    assert got.gain_of_sub_index[:, 0] == pytest.approx([67.5, 77.5 - 520 / 7, 0.0])


@given(st.integers(0, 10_000), st.sampled_from(["arithmetic", "geometric", "harmonic"]))
@settings(max_examples=40, deadline=None)
def test_reaching_the_best_never_costs_points_and_the_best_gains_nothing(seed, aggregation):
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((6, 5)) < 0.1, np.nan, rng.uniform(0, 1, (6, 5)))
    rule = make_rule([0, 0, 1, 1, 1], aggregation=aggregation, direction=[1.0, -1, 1, -1, 1])

    got = diagnose(values, score_values(values, rule), rule)

    gains = got.gain_to_best[np.isfinite(got.gain_to_best)]
    assert (gains >= -1e-9).all()
    at_best = got.score_gaps.to_best == 0
    assert np.nan_to_num(got.gain_to_best[at_best]) == pytest.approx(0.0, abs=1e-9)
    assert (np.nan_to_num(got.gain_to_best - got.gain_to_median) >= -1e-9).all()
