"""Change with its interval, like for like; units that are the same unit in both waves."""

from __future__ import annotations

import numpy as np
import pytest
from tests.index.rules import make_rule

from ddci.index.change import estimate_change, like_for_like, match_units
from ddci.index.score import score_values

# Published sub-indices of Chi Lăng, see tests/golden/chi-lang-change/SOURCE.md
CHI_LANG_2023 = [7.44, 5.18, 7.03, 4.63, 8.15, 6.63, 8.69, 5.51, np.nan, np.nan]
CHI_LANG_2024 = [6.3, 3.2, 3.63, 4.41, 7.99, 6.56, 7.81, 6.42, 8.46, 8.75]


def replicates(rng, estimate, spread, draws=1500):
    drawn = estimate + spread * rng.standard_normal((draws + 1, *estimate.shape))
    drawn[0] = estimate
    return drawn


def test_chi_lang_like_for_like_fell_from_66_575_to_57_90():
    rule = make_rule(list(range(10)), normalisation="none")

    got = like_for_like(np.array([CHI_LANG_2024]), np.array([CHI_LANG_2023]), rule=rule, comparable=np.arange(10) < 8)

    assert got.then == pytest.approx([66.575])
    assert got.now == pytest.approx([57.90])
    assert got.index.change == pytest.approx([-8.675])
    assert np.isnan(got.index.low).all()
    assert not got.index.conclusive.any()
    assert got.sub_indices.change[0, :2] == pytest.approx([-1.14, -1.98])
    assert np.isnan(got.sub_indices.change[0, 8:]).all()


def test_in_year_bounds_are_replaced_by_the_extremes_of_both_waves():
    rule = make_rule([0])

    got = like_for_like(np.array([[2.0], [6.0]]), np.array([[1.0], [4.0]]), rule=rule, comparable=np.array([True]))

    assert (got.low[0], got.high[0]) == (1.0, 6.0)
    assert got.index.change == pytest.approx([18.0, 36.0])  # 10 · 9 · Δ / 5


def test_given_bounds_of_this_wave_hold_in_both():
    rule = make_rule([0], low=[0.0], high=[10.0])

    got = like_for_like(np.array([[5.0]]), np.array([[4.0]]), rule=rule, comparable=np.array([True]))

    assert got.index.change == pytest.approx([9.0])


def test_a_group_scored_twice_the_same_has_not_changed_whatever_the_normalisation():
    values = np.random.default_rng(2).uniform(1, 5, (6, 3))

    for normalisation in ("min_max", "z_score", "rank", "percentile", "distance_to_best"):
        rule = make_rule([0, 0, 1], normalisation=normalisation)
        got = like_for_like(values, values, rule=rule, comparable=np.ones(3, bool))
        assert got.index.change == pytest.approx(np.zeros(6), abs=1e-12)


def test_an_indicator_missing_in_one_wave_is_left_out_of_the_other_for_that_unit():
    rule = make_rule([0, 0], normalisation="none")

    got = like_for_like(
        np.array([[4.0, np.nan], [4.0, 9.0]]),
        np.array([[3.0, 9.0], [3.0, 9.0]]),
        rule=rule,
        comparable=np.ones(2, bool),
    )

    assert got.index.change == pytest.approx([10.0, 5.0])


def test_a_unit_of_one_wave_only_sets_bounds_but_has_no_change():
    nan = np.nan
    now, then = np.array([[2.0], [nan], [4.0]]), np.array([[2.0], [0.0], [nan]])

    got = like_for_like(now, then, rule=make_rule([0]), comparable=np.array([True]))

    assert (got.low[0], got.high[0]) == (0.0, 4.0)
    assert got.index.change[0] == 0.0
    assert np.isnan(got.index.change[1:]).all()


def test_nothing_comparable_gives_no_like_for_like_change():
    got = like_for_like(np.ones((2, 1)), np.ones((2, 1)), rule=make_rule([0]), comparable=np.array([False]))

    assert np.isnan(got.index.change).all()
    assert got.sub_indices.change.shape == (2, 1)


def test_variances_of_fresh_samples_add():
    rng = np.random.default_rng(3)
    rule = make_rule([0], normalisation="none")
    now, then = replicates(rng, np.array([[5.0]]), 0.3), replicates(rng, np.array([[4.0]]), 0.4)

    got = like_for_like(now, then, rule=rule, comparable=np.array([True]))

    v1, v2 = now[1:, 0, 0].var(ddof=1), then[1:, 0, 0].var(ddof=1)
    assert got.index.se == pytest.approx([10 * np.sqrt(v1 + v2)])
    assert got.index.low == pytest.approx(got.index.change - 1.959963984540054 * got.index.se)


def test_a_panel_keeps_the_covariance_of_shared_replicates():
    rng = np.random.default_rng(4)
    rule = make_rule([0], normalisation="none")
    then = replicates(rng, np.array([[4.0]]), 0.4)

    got = like_for_like(then + 0.1, then, rule=rule, comparable=np.array([True]), panel=True)

    assert got.index.se == pytest.approx([0.0], abs=1e-9)
    assert got.index.conclusive.tolist() == [True]


def test_blocks_of_replicates_give_the_same_interval(monkeypatch):
    rng = np.random.default_rng(5)
    now, then = replicates(rng, np.full((4, 3), 5.0), 0.3, 50), replicates(rng, np.full((4, 3), 4.0), 0.3, 50)
    whole = like_for_like(now, then, rule=make_rule([0, 0, 1]), comparable=np.ones(3, bool))

    monkeypatch.setattr("ddci.index.change.CELLS_AT_A_TIME", 100)
    pieces = like_for_like(now, then, rule=make_rule([0, 0, 1]), comparable=np.ones(3, bool))

    assert np.array_equal(whole.index.se, pieces.index.se)


def test_without_true_change_the_interval_misses_zero_about_one_time_in_twenty():
    rng = np.random.default_rng(6)
    rule = make_rule([0, 0, 1], low=[0.0] * 3, high=[10.0] * 3)
    truth = np.linspace(3, 7, 300)[:, np.newaxis] + np.zeros(3)
    now, then = (replicates(rng, truth + 0.3 * rng.standard_normal(truth.shape), 0.3, 200) for _ in range(2))

    got = like_for_like(now, then, rule=rule, comparable=np.ones(3, bool))

    assert 0.02 < got.index.conclusive.mean() < 0.09


def test_estimated_change_works_on_scores_with_replicates():
    rng = np.random.default_rng(7)
    rule = make_rule([0, 1], low=[0.0, 0.0], high=[10.0, 10.0])
    now, then = (score_values(replicates(rng, np.full((3, 2), at), 0.2, 100), rule).index for at in (6.0, 5.0))

    got = estimate_change(now, then)

    assert got.change == pytest.approx(np.full(3, 9.0))
    assert got.conclusive.all()


def test_a_change_without_replicates_has_no_interval():
    got = estimate_change(np.array([[5.0]]), np.array([[4.0]]))

    assert got.change.tolist() == [1.0]
    assert np.isnan(got.se).all()


def test_split_and_merged_units_are_comparable_with_none():
    got = match_units(["p", "q", "m", "same"], [["d"], ["d"], ["e", "f"], []], earlier=["d", "e", "f", "same"])

    assert got.tolist() == [-1, -1, -1, 3]


def test_a_code_that_lost_part_of_its_area_to_another_unit_is_not_the_same_unit():
    assert match_units(["a", "b"], [[], ["a"]], earlier=["a"]).tolist() == [-1, -1]
