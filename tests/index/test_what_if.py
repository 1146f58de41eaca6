"""One thing different, the rest held: checked against scoring the changed table from scratch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.index.rules import make_rule

from ddci.index.score import score_values
from ddci.index.what_if import aggregate_scores, index_with_each_changed, index_without_each, select_indicators

PARENT = [0, 0, 0, 1, 1, 2]
AGGREGATIONS = ["arithmetic", "geometric", "harmonic", "mazziotta_pareto"]


@pytest.fixture
def scores():
    drawn = np.random.default_rng(1).uniform(1, 10, (5, 6))
    drawn[2, 1] = np.nan
    return drawn


def rule_of(aggregation):
    return make_rule(
        PARENT,
        aggregation=aggregation,
        aggregation_top=aggregation,
        indicator_weights=[1.0, 2, 3, 1, 4, 1],
        sub_index_weights=[1.0, 2, 3],
    )


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_each_changed_score_gives_the_index_of_the_changed_table(scores, aggregation):
    rule = rule_of(aggregation)
    changed = np.where(np.isnan(scores), np.nan, 10.0)

    got = index_with_each_changed(scores, changed, rule)

    for column in range(6):
        table = scores.copy()
        table[:, column] = changed[:, column]
        expected = np.where(np.isnan(changed[:, column]), np.nan, aggregate_scores(table, rule).index)
        assert got[column] == pytest.approx(expected, nan_ok=True, abs=1e-12)


@pytest.mark.parametrize("aggregation", [*AGGREGATIONS, "copeland"])
def test_leaving_one_indicator_out_is_scoring_the_framework_without_it(scores, aggregation):
    rule = rule_of(aggregation)

    got = index_without_each(scores, rule)

    for column in range(6):
        others = np.array([place for place in range(6) if place != column])
        selected, _ = select_indicators(rule, others)
        assert got[column] == pytest.approx(aggregate_scores(scores[:, others], selected).index, abs=1e-12)


def test_leaving_out_the_only_indicator_leaves_no_index():
    assert np.isnan(index_without_each(np.array([[5.0]]), make_rule([0]))).all()


def test_an_indicator_beside_weightless_ones_takes_its_sub_index_with_it():
    rule = make_rule([0, 0, 1], indicator_weights=[1.0, 0.0, 1.0])

    assert index_without_each(np.array([[2.0, 9.0, 6.0]]), rule)[0] == pytest.approx([60.0])


def test_normalised_scores_are_not_turned_round_again_where_less_is_better():
    rule = make_rule([0, 0], direction=[-1.0, 1.0])
    scored = score_values(np.array([[1.0, 2.0], [3.0, 4.0]]), rule)

    assert aggregate_scores(scored.scores, rule).index == pytest.approx(scored.index)


def test_selected_indicators_keep_their_sub_indices_and_weights():
    rule = replace(rule_of("arithmetic"), low=np.arange(6.0))

    selected, kept = select_indicators(rule, np.array([5, 0]))

    assert kept.tolist() == [0, 2]
    assert selected.parent.tolist() == [1, 0]
    assert selected.sub_index_weights.tolist() == [1.0, 3.0]
    assert selected.low.tolist() == [5.0, 0.0]
