"""Aggregation: against COINr, by hand, at the edges, and its properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.index.golden import numbers, table

from ddci.errors import MethodError
from ddci.index.aggregate import aggregate, effective_weights
from ddci.index.rank import rank_scores

METHODS = ("arithmetic", "geometric", "harmonic", "power", "mazziotta_pareto", "copeland")
META = table("coinr", "in_iMeta").drop_nulls("Level")
CODES = {level: META.filter(META["Level"] == level)["iCode"].to_list() for level in (1, 2, 3, 4)}
PARENT = dict(zip(META["iCode"], META["Parent"], strict=True))
UNEQUAL = {row["iCode"]: row["Weight"] for row in table("coinr", "agg_unequal_weights").iter_rows(named=True)}
SCORES = arrays(np.float64, st.tuples(st.integers(1, 7), st.integers(1, 5)), elements=st.integers(1, 10).map(float))


def tree(name: str, methods: list[str], *, weights: dict[str, float] | None = None, power: float | None = None):
    """Aggregate a COINr input up its three levels; columns as in COINr's output."""
    columns = dict(zip(CODES[1], numbers("coinr", name, CODES[1], sort_by="uCode").T, strict=True))
    for level, method in zip((2, 3, 4), methods, strict=True):
        for code in CODES[level]:
            children = [child for child in PARENT if PARENT[child] == code]
            columns[code] = aggregate(
                np.column_stack([columns[child] for child in children]),
                [weights[child] if weights else 1.0 for child in children],
                method=method,
                power=power,
                min_weight_share=0.0,
            )
    return columns


@pytest.mark.parametrize(
    ("golden", "source", "methods", "weighted"),
    [
        ("agg_complete_amean", "agg_in_complete", ["arithmetic"] * 3, False),
        ("agg_complete_gmean", "agg_in_complete", ["geometric"] * 3, False),
        ("agg_complete_hmean", "agg_in_complete", ["harmonic"] * 3, False),
        ("agg_complete_genmean_p2", "agg_in_complete", ["power"] * 3, False),
        ("agg_complete_mixed_amean_gmean_hmean", "agg_in_complete", ["arithmetic", "geometric", "harmonic"], False),
        ("agg_complete_unequalw_amean", "agg_in_complete", ["arithmetic"] * 3, True),
        ("agg_complete_unequalw_gmean", "agg_in_complete", ["geometric"] * 3, True),
        ("agg_withNA_amean", "agg_in_withNA", ["arithmetic"] * 3, False),
        ("agg_withNA_gmean", "agg_in_withNA", ["geometric"] * 3, False),
        ("base_Aggregated", "base_Normalised", ["arithmetic"] * 3, False),
    ],
)
def test_the_means_agree_with_coinr(golden: str, source: str, methods: list[str], weighted: bool):
    got = tree(source, methods, weights=UNEQUAL if weighted else None, power=2.0)

    codes = CODES[2] + CODES[3] + CODES[4]
    expected = numbers("coinr", golden, codes, sort_by="uCode")
    np.testing.assert_allclose(np.column_stack([got[code] for code in codes]), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize(("golden", "source"), [("agg_complete_amean_ranks", "agg_in_complete")])
def test_the_ranks_of_the_aggregates_are_those_of_coinr(golden: str, source: str):
    got = tree(source, ["arithmetic"] * 3)

    codes = CODES[2] + CODES[3] + CODES[4]
    ranks = rank_scores(np.array([got[code] for code in codes])).T
    np.testing.assert_array_equal(ranks, numbers("coinr", golden, codes, sort_by="uCode"))


def test_missing_indicator_shares_its_weight_among_the_others():
    got = aggregate([[4.0, np.nan, 8.0]], [0.25, 0.5, 0.25], method="arithmetic")

    assert got == pytest.approx([6.0])  # (0.25·4 + 0.25·8) / 0.5


def test_missing_indicator_leaves_the_unit_without_a_result_when_refused():
    got = aggregate([[4.0, np.nan], [4.0, 6.0]], [1.0, 1.0], method="arithmetic", missing="refuse")

    np.testing.assert_array_equal(got, [np.nan, 5.0])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("missing", ["reweight", "refuse"])
def test_a_missing_indicator_without_weight_does_not_matter(method: str, missing: str):
    scores = np.array([[4.0, np.nan, 8.0], [2.0, 0.0, 3.0]])

    got = aggregate(scores, [1.0, 0.0, 3.0], method=method, missing=missing, power=2.0)

    np.testing.assert_allclose(got, aggregate(scores[:, [0, 2]], [1.0, 3.0], method=method, power=2.0), rtol=1e-14)


def test_a_unit_needs_the_stated_share_of_weight():
    scores = np.array([[4.0, np.nan], [np.nan, 8.0]])

    got = aggregate(scores, [0.3, 0.7], method="arithmetic", min_weight_share=0.5)

    np.testing.assert_array_equal(got, [np.nan, 8.0])


def test_exactly_the_stated_share_of_weight_is_enough():
    scores = np.array([[4.0, 5.0, 6.0] + [np.nan] * 7])

    got = aggregate(scores, [0.1] * 10, method="arithmetic", min_weight_share=0.3)

    assert got == pytest.approx([5.0])  # 0.1 + 0.1 + 0.1 is not 0.3 in binary


@pytest.mark.parametrize("method", METHODS)
def test_a_unit_without_any_score_has_no_result(method: str):
    got = aggregate([[np.nan, np.nan], [3.0, 3.0]], [1, 1], method=method, min_weight_share=0.0, power=2.0)

    assert np.isnan(got[0])
    assert np.isfinite(got[1])


def test_weights_that_are_all_zero_are_refused():
    with pytest.raises(MethodError, match="WEIGHTS_NONE_POSITIVE"):
        aggregate([[1.0, 2.0]], [0.0, 0.0], method="arithmetic")


@pytest.mark.parametrize("weights", [[-1.0, 2.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_weights_that_are_negative_or_no_numbers_are_refused(weights: list[float]):
    with pytest.raises(MethodError, match="WEIGHTS_NOT_VALID"):
        aggregate([[1.0, 2.0]], weights, method="arithmetic")


@pytest.mark.parametrize("method", ["geometric", "harmonic", "mazziotta_pareto"])
def test_negative_scores_are_refused_where_the_method_has_no_meaning(method: str):
    with pytest.raises(MethodError, match="SCORE_NEGATIVE"):
        aggregate([[-0.5, 2.0]], [1, 1], method=method)


@pytest.mark.parametrize(("method", "power"), [("geometric", None), ("harmonic", None), ("power", -2.0)])
def test_one_zero_makes_a_mean_without_compensation_zero(method: str, power: float | None):
    assert aggregate([[0.0, 9.0]], [1, 1], method=method, power=power).tolist() == [0.0]


def test_power_without_an_exponent_is_refused():
    with pytest.raises(MethodError, match="POWER_MISSING"):
        aggregate([[1.0]], [1.0], method="power")


@pytest.mark.parametrize(("power", "method"), [(1.0, "arithmetic"), (0.0, "geometric"), (-1.0, "harmonic")])
def test_power_has_the_three_means_as_special_cases(power: float, method: str):
    scores = np.array([[2.0, 8.0, 5.0]])

    got = aggregate(scores, [1, 2, 1], method="power", power=power)

    np.testing.assert_allclose(got, aggregate(scores, [1, 2, 1], method=method), rtol=1e-14)


@pytest.mark.parametrize(("penalty", "expected"), [("negative", 5 - 9 / 5), ("positive", 5 + 9 / 5)])
def test_mazziotta_pareto_takes_the_unbalance_off_the_mean(penalty: str, expected: float):
    got = aggregate([[2.0, 8.0]], [1, 1], method="mazziotta_pareto", penalty=penalty)

    assert got == pytest.approx([expected])  # mean 5, variance 9


def test_copeland_counts_contests_won_less_contests_lost():
    scores = np.array([[5.0, 5.0, 1.0], [4.0, 4.0, 9.0], [3.0, 6.0, 8.0]])

    got = aggregate(scores, [1, 1, 1], method="copeland")

    # Indicator by indicator: A beats B 2:1, C beats A 2:1, B beats C 2:1, each 1 won and 1 lost.
    assert got.tolist() == [5.5, 5.5, 5.5]


def test_copeland_runs_from_lost_against_all_to_won_against_all():
    got = aggregate([[1.0, 2.0], [9.0, 9.0], [5.0, 5.0]], [1, 3], method="copeland")

    assert got.tolist() == [1.0, 10.0, 5.5]


def test_copeland_compares_only_what_both_units_have():
    scores = np.array([[9.0, np.nan, 2.0], [1.0, 9.0, 3.0]])

    got = aggregate(scores, [3, 3, 1], method="copeland")

    assert got.tolist() == [10.0, 1.0]  # first indicator 3 against third 1; the second does not count


def test_copeland_gives_a_lone_unit_the_middle():
    assert aggregate([[7.0, 1.0]], [1, 1], method="copeland").tolist() == [5.5]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("gaps", [False, True])
def test_each_replicate_is_aggregated_by_itself(method: str, gaps: bool):
    rng = np.random.default_rng(3)
    replicates = rng.uniform(1, 10, (4, 6, 5))
    if gaps:
        replicates[rng.random(replicates.shape) < 0.2] = np.nan
    weights = [1, 2, 0, 1, 3]

    together = aggregate(replicates, weights, method=method, power=2.0)

    for replicate, result in zip(replicates, together, strict=True):
        np.testing.assert_allclose(result, aggregate(replicate, weights, method=method, power=2.0), rtol=1e-13)


@pytest.mark.parametrize("method", METHODS)
def test_weights_may_differ_by_replicate_or_by_unit(method: str):
    rng = np.random.default_rng(4)
    scores, by_replicate = rng.uniform(1, 10, (6, 5)), rng.random((3, 1, 5))

    got = aggregate(scores, by_replicate, method=method, power=2.0)
    by_unit = aggregate(scores, np.broadcast_to(by_replicate[1, 0], (6, 5)), method=method, power=2.0)

    assert got.shape == (3, 6)
    np.testing.assert_allclose(got[1], by_unit, rtol=1e-13)
    np.testing.assert_allclose(got[2], aggregate(scores, by_replicate[2, 0], method=method, power=2.0), rtol=1e-13)


def test_effective_weights_sum_to_one_or_are_all_zero():
    got = effective_weights([[True, False, True], [False, False, False], [False, True, False]], [1.0, 0.0, 3.0])

    assert got.tolist() == [[0.25, 0.0, 0.75], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


@given(SCORES, st.sampled_from(METHODS), st.data())
@settings(max_examples=80, deadline=None)
def test_raising_a_score_never_lowers_the_units_result(scores, method, data):
    if method == "mazziotta_pareto":
        method = "arithmetic"  # its penalty for unbalance may outweigh one raised score: no such promise
    unit = data.draw(st.integers(0, scores.shape[0] - 1))
    item = data.draw(st.integers(0, scores.shape[1] - 1))
    weights = data.draw(arrays(np.float64, scores.shape[1], elements=st.integers(1, 5).map(float)))
    raised = scores.copy()
    raised[unit, item] += 1.5

    before = aggregate(scores, weights, method=method, power=2.0)
    after = aggregate(raised, weights, method=method, power=2.0)

    assert after[unit] >= before[unit] - 1e-12


@given(SCORES, st.sampled_from(METHODS), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_units_and_of_indicators_does_not_matter(scores, method, random):
    units, items = list(range(scores.shape[0])), list(range(scores.shape[1]))
    random.shuffle(units)
    random.shuffle(items)
    weights = np.arange(1.0, scores.shape[1] + 1)

    got = aggregate(scores[np.ix_(units, items)], weights[items], method=method, power=2.0)

    np.testing.assert_allclose(got, aggregate(scores, weights, method=method, power=2.0)[units], rtol=1e-12)


@given(SCORES)
@settings(max_examples=60, deadline=None)
def test_the_means_stand_in_their_order(scores):
    weights = np.ones(scores.shape[1])

    harmonic, geometric, arithmetic = (
        aggregate(scores, weights, method=m) for m in ("harmonic", "geometric", "arithmetic")
    )

    assert (harmonic <= geometric + 1e-12).all()
    assert (geometric <= arithmetic + 1e-12).all()
