"""Ranks under drawn methods: the fast way equals scoring each run on its own; COINr's rank statistics."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.index.rules import make_rule

from ddci.index.rank import rank_scores
from ddci.index.score import score_values
from ddci.index.sensitivity import (
    MethodDraws,
    draw_methods,
    draw_weights,
    index_under,
    leave_one_out,
    mean_rank_shift,
    rank_distribution,
    ranks_under,
    simulate_methods,
)
from ddci.index.what_if import select_indicators

GOLDEN = Path(__file__).parents[1] / "golden" / "coinr-sensitivity"


def one_by_one(values, rule, draws):
    """Every run scored on its own through the ordinary pipeline."""
    rows = []
    for run in range(len(draws)):
        kept = np.array([place for place in range(len(rule.parent)) if place != draws.left_out[run]])
        mean = draws.means[draws.mean[run]]
        drawn = replace(
            rule,
            normalisation=draws.normalisations[draws.normalisation[run]],
            aggregation=mean,
            aggregation_top=mean,
            indicator_weights=draws.indicator_weights[run],
            sub_index_weights=draws.sub_index_weights[run],
        )
        selected, _ = select_indicators(drawn, kept)
        rows.append(score_values(values[:, kept], selected).index)
    return np.array(rows)


@given(st.integers(0, 10_000), st.sampled_from(["reweight", "refuse"]), st.booleans())
@settings(max_examples=40, deadline=None)
def test_runs_done_together_equal_runs_scored_one_by_one(seed, missing, with_gaps):
    rng = np.random.default_rng(seed)
    values = rng.uniform(1, 5, (7, 6))
    if with_gaps:
        values[rng.random(values.shape) < 0.2] = np.nan
    rule = make_rule([0, 0, 1, 1, 1, 2], direction=[1.0, -1, 1, 1, -1, 1], missing=missing)
    draws = draw_methods(12, rule=rule, rng=rng)

    got = index_under(values, rule, draws)

    assert got == pytest.approx(one_by_one(values, rule, draws), nan_ok=True, abs=1e-9)


def test_rank_statistics_under_500_sets_of_weights_agree_with_coinr_s_within_monte_carlo_error():
    structure = pl.read_csv(GOLDEN / "structure.csv")
    parent = dict(structure.select("iCode", "Parent").iter_rows())
    scores = pl.read_csv(GOLDEN / "scores.csv")
    weights = {row[0]: np.array(row[2:]) for row in pl.read_csv(GOLDEN / "weights.csv").iter_rows()}
    indicators = scores.columns[1:]
    pillars = structure.filter(pl.col("Level") == 2)["iCode"].to_list()
    # COINr has one level more; a pillar's weight in the index is its share in its parent times the parent's.
    top = {
        pillar: weights[parent[pillar]]
        * weights[pillar]
        / sum(weights[other] for other in pillars if parent[other] == parent[pillar])
        for pillar in pillars
    }
    rule = make_rule(
        [pillars.index(parent[code]) for code in indicators], normalisation="none", scale=(0.0, 100.0), total=100.0
    )
    draws = MethodDraws(
        ("none",),
        ("arithmetic",),
        np.zeros(500, int),
        np.zeros(500, int),
        np.column_stack([weights[code] for code in indicators]),
        np.column_stack([top[pillar] for pillar in pillars]),
        np.full(500, -1),
    )

    ranks = ranks_under(scores.select(indicators).to_numpy(), rule, draws)
    got = rank_distribution(ranks)

    expected = pl.read_csv(GOLDEN / "rank_statistics.csv")
    assert expected["uCode"].to_list() == scores["uCode"].to_list()
    # Both means have an error of sd/√500; a unit whose rank never moved must agree exactly.
    error = np.sqrt(2 / 500) * ranks.std(axis=0)
    assert (np.abs(got.mean - expected["Mean"].to_numpy()) <= 3.5 * error).all()
    for name, figures in (("Median", got.median), ("Q5", got.low), ("Q95", got.high)):
        assert (np.abs(figures - expected[name].to_numpy()) <= 1).all()


def test_nominal_ranks_are_coinr_s():
    structure = pl.read_csv(GOLDEN / "structure.csv")
    parent = dict(structure.select("iCode", "Parent").iter_rows())
    scores = pl.read_csv(GOLDEN / "scores.csv")
    pillars = structure.filter(pl.col("Level") == 2)["iCode"].to_list()
    in_parent = [sum(parent[other] == parent[pillar] for other in pillars) for pillar in pillars]
    rule = make_rule(
        [pillars.index(parent[code]) for code in scores.columns[1:]],
        normalisation="none",
        scale=(0.0, 100.0),
        sub_index_weights=[1 / n for n in in_parent],
    )

    got = rank_scores(score_values(scores.drop("uCode").to_numpy(), rule).index)

    assert got.tolist() == pl.read_csv(GOLDEN / "rank_statistics.csv")["Nominal"].to_list()


def test_drawn_weights_vary_by_a_quarter_around_the_given_ones_and_zero_stays_zero():
    rule = make_rule([0] * 10 + [1, 1, 1], indicator_weights=[1.0] * 10 + [2.0, 2.0, 0.0])

    indicator_weights, _ = draw_weights(4000, rule=rule, rng=np.random.default_rng(1))

    shares = indicator_weights[:, :10] / indicator_weights[:, :10].sum(axis=1, keepdims=True)
    assert shares.mean(axis=0) == pytest.approx(np.full(10, 0.1), abs=0.002)
    assert shares.std(axis=0) / 0.1 == pytest.approx(np.full(10, np.sqrt(0.9 / 0.1 / 161)), rel=0.08)
    assert (indicator_weights[:, 12] == 0).all()


def test_a_unit_better_in_everything_is_first_under_every_method():
    values = np.vstack([np.full(6, 9.0), np.random.default_rng(2).uniform(1, 5, (5, 6))])

    got = simulate_methods(values, make_rule([0, 0, 1, 1, 2, 2]), rng=np.random.default_rng(3), n_runs=400)

    assert (got.ranks[:, 0] == 1).all()
    assert got.distribution.share[0].tolist() == [1, 0, 0, 0, 0, 0]
    assert got.nominal[0] == 1


def test_the_same_seed_gives_the_same_runs():
    values, rule = np.random.default_rng(4).uniform(1, 5, (6, 4)), make_rule([0, 0, 1, 1])

    first, second = (simulate_methods(values, rule, rng=np.random.default_rng(5), n_runs=300) for _ in range(2))

    assert first.ranks.tobytes() == second.ranks.tobytes()


def test_a_unit_without_values_has_no_rank_distribution():
    values = np.array([[1.0, 2.0], [np.nan, np.nan], [3.0, 1.0]])

    got = simulate_methods(values, make_rule([0, 1]), rng=np.random.default_rng(6), n_runs=50).distribution

    assert np.isnan(got.median[1])
    assert np.isnan(got.share[1]).all()
    assert got.share[[0, 2]].sum(axis=1) == pytest.approx([1.0, 1.0])


def test_values_below_zero_are_scored_between_bounds_where_a_ratio_means_nothing():
    values = np.array([[-0.5, 2.0], [0.5, 4.0]])
    rule = make_rule([0, 1])
    draws = MethodDraws(
        ("distance_to_best",),
        ("arithmetic",),
        np.array([0]),
        np.array([0]),
        np.ones((1, 2)),
        np.ones((1, 2)),
        np.array([-1]),
    )

    got = index_under(values, rule, draws)

    assert got == pytest.approx(np.array([[32.5, 100.0]]))  # (1 + 5.5)/2 and (10 + 10)/2 score points


def test_leaving_one_out_shows_the_indicator_that_decides_the_order():
    values = np.array([[9.0, 1.0, 2.0], [1.0, 2.0, 3.0]])
    rule = make_rule([0, 0, 0], normalisation="none", indicator_weights=[8.0, 1.0, 1.0])

    got = leave_one_out(values, rule)

    assert got.index == pytest.approx(np.array([[15.0, 25.0], [740 / 9, 110 / 9], [730 / 9, 100 / 9]]))
    assert got.rank.tolist() == [[2, 1], [1, 2], [1, 2]]
    assert got.shift.tolist() == [1.0, 0.0, 0.0]


def test_mean_rank_shift_counts_only_units_ranked_in_both():
    assert mean_rank_shift(np.array([[2.0, np.nan, 1.0]]), np.array([1.0, 2.0, np.nan])).tolist() == [1.0]
