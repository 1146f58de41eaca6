"""Targets: hand-checked plans, brute force on small tables, recomputed bounds, what cannot be reached."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.index.rules import make_rule

from ddci.errors import MethodError
from ddci.index.score import score_values
from ddci.index.targets import implied_index, plan_target
from ddci.index.what_if import aggregate_scores

CHI_LANG_2023 = [7.44, 5.18, 7.03, 4.63, 8.15, 6.63, 8.69, 5.51]  # tests/golden/chi-lang-change/SOURCE.md
TARGETS_2024 = [8.3, 7.6, 8.0, 6.0, 8.7, 9.26, 9.33, 6.0]


def chosen(plan):
    return [step.indicator for step in plan.steps]


def test_one_indicator_with_room_enough_is_chosen_and_moved_just_far_enough():
    rule = make_rule([0, 1], normalisation="none", sub_index_weights=[3.0, 1.0])

    got = plan_target(np.array([[4.0, 4.0], [9.0, 9.0]]), rule, unit=0, score=55.0)

    assert chosen(got) == [0]
    assert got.steps[0].score_needed == pytest.approx(6.0)  # 15 points / (0.75 · 10)
    assert got.index_reached == pytest.approx(55.0)
    assert got.effort == pytest.approx(2.0)


def test_the_fewest_indicators_come_before_the_least_effort():
    rule = make_rule([0, 1, 2], normalisation="none", sub_index_weights=[2.0, 1.0, 1.0])
    values = np.array([[5.0, 1.0, 4.0], [7.0, 9.0, 9.0]])

    fewest = plan_target(values, rule, unit=0, score=55.0)  # from 37.5
    least = plan_target(values, rule, unit=0, score=55.0, goal="least_effort")

    assert chosen(fewest) == [1]  # 7 points of one light indicator
    assert len(least.steps) == 2  # 2 points of the heavy one, 3 of a light one
    assert least.effort == pytest.approx(5.0)
    assert fewest.effort == pytest.approx(7.0)


def test_dear_indicators_are_left_alone_when_cheap_ones_do():
    rule = make_rule([0, 1], normalisation="none")

    got = plan_target(np.array([[4.0, 4.0], [9.0, 9.0]]), rule, unit=0, score=50.0, cost=[5.0, 1.0])

    assert chosen(got) == [1]


def test_held_indicators_and_yearly_limits_are_respected():
    rule = make_rule([0, 1, 2], normalisation="none")
    values = np.array([[4.0, 4.0, 4.0], [9.0, 9.0, 9.0]])

    got = plan_target(values, rule, unit=0, score=50.0, max_gain=1.5, allowed=np.array([True, False, True]))

    assert got.reachable
    assert chosen(got) == [0, 2]
    assert [step.score_needed for step in got.steps] == pytest.approx([5.5, 5.5])


def test_what_cannot_be_reached_says_how_far_one_can_get():
    rule = make_rule([0, 1], normalisation="none")

    got = plan_target(np.array([[4.0, 4.0], [6.0, 8.0]]), rule, unit=0, score=90.0)

    assert not got.reachable
    assert got.steps == ()
    assert got.best_index == pytest.approx(70.0)
    assert got.best_rank == 1


def test_more_indicators_than_allowed_would_be_needed():
    rule = make_rule([0, 1, 2], normalisation="none")

    got = plan_target(np.array([[4.0, 4.0, 4.0], [6.0, 6.0, 6.0]]), rule, unit=0, score=55.0, max_indicators=2)

    assert not got.reachable
    assert got.best_index == pytest.approx(160 / 3)  # two of three at 6


def test_beyond_the_group_s_best_only_when_asked():
    rule = make_rule([0], normalisation="none")
    values = np.array([[4.0], [6.0]])

    assert not plan_target(values, rule, unit=0, score=80.0).reachable
    assert plan_target(values, rule, unit=0, score=80.0, beyond_best=True).steps[0].value_needed == pytest.approx(8.0)


def test_a_rank_takes_the_score_of_its_holder_and_a_margin():
    rule = make_rule([0], normalisation="none")
    values = np.array([[4.0], [9.0], [7.0], [6.0]])

    got = plan_target(values, rule, unit=0, rank=2, margin=0.05)

    assert got.wanted_index == pytest.approx(70.05)
    assert got.rank_reached == 2
    assert got.index_reached == pytest.approx(70.05)


def test_a_target_already_met_needs_nothing():
    got = plan_target(np.array([[4.0], [9.0]]), make_rule([0], normalisation="none"), unit=1, rank=1)

    assert (got.reachable, got.steps, got.rank_reached) == (True, (), 1)


def test_values_are_given_in_the_indicator_s_own_unit_and_direction():
    rule = make_rule([0], direction=[-1.0], low=[0.0], high=[30.0])

    got = plan_target(np.array([[20.0], [5.0]]), rule, unit=0, score=70.0)

    assert got.steps[0].value_needed == pytest.approx(10.0)  # score 7 = 11 − (1 + 9·10/30)


def test_when_the_unit_itself_moves_the_bounds_the_plan_holds_after_recomputing():
    values = np.array([[0.1, 0.1], [0.4, 0.5], [0.5, 0.3], [0.9, 0.8]])  # unit 0 sets both lower bounds
    rule = make_rule([0, 1])

    got = plan_target(values, rule, unit=0, score=50.0, goal="least_effort")

    changed = values.copy()
    for step in got.steps:
        changed[0, step.indicator] = step.value_needed
    assert got.reachable
    assert got.index_reached >= 50.0 - 1e-6
    assert score_values(changed, rule).index[0] == pytest.approx(got.index_reached)


@pytest.mark.parametrize("normalisation", ["min_max", "z_score", "rank", "percentile", "distance_to_best"])
def test_the_verified_rank_is_the_wanted_one_under_every_normalisation(normalisation):
    values = np.random.default_rng(1).uniform(1, 5, (8, 6))
    rule = make_rule([0, 0, 1, 1, 2, 2], normalisation=normalisation, direction=[1.0, -1, 1, 1, -1, 1])
    last = int(np.argmin(score_values(values, rule).index))

    got = plan_target(values, rule, unit=last, rank=3)

    assert got.reachable
    assert got.rank_reached <= 3


def test_geometric_means_are_planned_on_the_true_index():
    rule = make_rule([0, 1], normalisation="none", aggregation_top="geometric")

    got = plan_target(np.array([[2.0, 8.0], [9.0, 9.0]]), rule, unit=0, score=60.0)

    assert chosen(got) == [0]  # √(4.5 · 8) = 6
    assert got.steps[0].score_needed == pytest.approx(4.5, abs=1e-6)
    assert got.index_reached == pytest.approx(60.0, abs=1e-6)


def fewest_by_trying(values, rule, unit, wanted):
    """The smallest number of indicators that reach the wanted index when moved to the group's best."""
    scores = values
    best = np.fmax(scores[unit], np.nanmax(scores, axis=0))
    for size in range(values.shape[1] + 1):
        for subset in combinations(range(values.shape[1]), size):
            table = scores.copy()
            table[unit, list(subset)] = best[list(subset)]
            if aggregate_scores(table, rule).index[unit] >= wanted - 1e-9:
                return size
    return None


@given(st.integers(0, 100_000), st.sampled_from(["arithmetic", "geometric", "harmonic"]))
@settings(max_examples=40, deadline=None)
def test_no_smaller_set_of_indicators_reaches_the_target(seed, aggregation):
    rng = np.random.default_rng(seed)
    values = rng.uniform(1, 10, (4, 6))
    rule = make_rule(
        [0, 0, 0, 1, 1, 2],
        normalisation="none",
        aggregation=aggregation,
        aggregation_top=aggregation,
        indicator_weights=list(rng.uniform(0.5, 3, 6)),
    )
    wanted = float(rng.uniform(40, 80))

    got = plan_target(values, rule, unit=0, score=wanted)

    expected = fewest_by_trying(values, rule, 0, wanted)
    assert got.reachable == (expected is not None)
    if expected is not None:
        assert got.proven
        assert len(got.steps) == expected
        assert got.index_reached >= wanted - 1e-6


def least_effort_by_trying(scores, best, weights, wanted, size):
    """Cheapest gains over all sets of ``size`` indicators: with equal costs the heaviest are filled first."""
    found = np.inf
    for subset in combinations(range(len(weights)), size):
        short, effort = wanted - 10 * weights @ scores, 0.0
        for place in sorted(subset, key=lambda place: -weights[place]):
            gain = min(best[place] - scores[place], max(short, 0) / (10 * weights[place]))
            short, effort = short - 10 * weights[place] * gain, effort + gain
        if short <= 1e-9:
            found = min(found, effort)
    return found


@given(st.integers(0, 100_000))
@settings(max_examples=40, deadline=None)
def test_no_cheaper_plan_of_as_few_indicators_exists(seed):
    rng = np.random.default_rng(seed)
    values = rng.uniform(1, 10, (3, 6))
    weights = rng.dirichlet(np.full(6, 3.0))
    rule = make_rule(list(range(6)), normalisation="none", sub_index_weights=list(weights))
    wanted = float(10 * weights @ values[0] + rng.uniform(1, 15))

    got = plan_target(values, rule, unit=0, score=wanted)

    if got.reachable:
        best = np.maximum(values[0], values.max(axis=0))
        expected = least_effort_by_trying(values[0], best, weights, wanted, len(got.steps))
        assert got.effort == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("mean", ["geometric", "harmonic", "mazziotta_pareto"])
def test_many_indicators_under_other_means_get_a_plan_that_reaches_the_target(mean):
    values = np.random.default_rng(8).uniform(1, 10, (9, 40))
    rule = make_rule(np.sort(np.arange(40) % 5).tolist(), normalisation="none", aggregation=mean, aggregation_top=mean)
    last = int(np.argmin(score_values(values, rule).index))

    fewest = plan_target(values, rule, unit=last, rank=3)
    least = plan_target(values, rule, unit=last, rank=3, goal="least_effort")

    assert fewest.rank_reached == least.rank_reached == 3
    assert len(fewest.steps) < len(least.steps)
    assert least.effort < fewest.effort
    assert not fewest.proven
    assert least.proven == (mean != "mazziotta_pareto")


def test_missing_indicators_are_not_improved():
    rule = make_rule([0, 0], normalisation="none")

    got = plan_target(np.array([[4.0, np.nan], [9.0, 9.0]]), rule, unit=0, score=60.0)

    assert chosen(got) == [0]
    assert got.steps[0].score_needed == pytest.approx(6.0)


def test_indicators_on_which_all_are_equal_cannot_help():
    got = plan_target(np.array([[0.5, 0.2], [0.5, 0.4]]), make_rule([0, 1]), unit=0, score=90.0, beyond_best=True)

    assert not got.reachable


def test_chi_lang_s_targets_for_2024_imply_a_total_of_78_99():
    got = implied_index(np.array([CHI_LANG_2023]), np.array([TARGETS_2024]), make_rule(list(range(8))))

    assert got == pytest.approx([78.9875])


def test_a_target_below_the_present_does_not_pull_down():
    got = implied_index(np.array([[5.0, 5.0]]), np.array([[4.0, np.nan]]), make_rule([0, 1]))

    assert got == pytest.approx([50.0])


@pytest.mark.parametrize(
    ("changes", "asked", "code"),
    [
        ({}, {"score": 1.0, "rank": 1}, "TARGET_NOT_ONE"),
        ({}, {}, "TARGET_NOT_ONE"),
        ({"aggregation_top": "copeland"}, {"rank": 1}, "TARGET_AGGREGATION"),
        ({"missing": "refuse"}, {"rank": 1}, "TARGET_NOT_SCORED"),
    ],
)
def test_calls_that_make_no_sense_are_refused(changes, asked, code):
    with pytest.raises(MethodError) as caught:
        plan_target(np.array([[np.nan, 1.0], [2.0, 3.0]]), make_rule([0, 0], **changes), unit=0, **asked)

    assert caught.value.code == code
