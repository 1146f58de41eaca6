"""Rank sets: against csranks, their coverage, and the edges; tiers."""

from __future__ import annotations

import numpy as np
import pytest
from tests.index.golden import table

from ddci.errors import MethodError
from ddci.index.rank import rank_scores, rank_sets, rank_sets_of_nodes, tiers

ELEVEN = table("csranks", "csranks_11units")
PISA = table("csranks", "data_pisa2018").drop_nulls()
EXPECTED_PISA = table("csranks", "csranks_pisa")


@pytest.mark.parametrize("step_down", [True, False])
@pytest.mark.parametrize("simultaneous", [True, False])
@pytest.mark.parametrize(("case", "correlation"), [("indep", 0.0), ("rho03", 0.3)])
def test_rank_sets_of_eleven_units_agree_with_csranks(
    case: str, correlation: float, simultaneous: bool, step_down: bool
):
    chosen = (ELEVEN["sigma"] == case) & (ELEVEN["simul"] == simultaneous) & (ELEVEN["stepdown"] == step_down)
    expected = ELEVEN.filter(chosen)
    se = expected["se"].to_numpy()
    covariance = np.outer(se, se) * (correlation + (1 - correlation) * np.eye(11))

    sets = rank_sets(expected["x"].to_numpy(), covariance, step_down=step_down, draws=20_000)

    low, high = (sets.low, sets.high) if simultaneous else (sets.low_single, sets.high_single)
    assert np.abs(low - expected["L"].to_numpy()).max() <= 1
    assert np.abs(high - expected["U"].to_numpy()).max() <= 1
    assert (low != expected["L"].to_numpy()).sum() + (high != expected["U"].to_numpy()).sum() <= 2


@pytest.mark.parametrize("simultaneous", [True, False])
@pytest.mark.parametrize("subject", ["math", "reading", "science"])
def test_rank_sets_of_pisa_agree_with_csranks(subject: str, simultaneous: bool):
    expected = EXPECTED_PISA.filter((EXPECTED_PISA["subject"] == subject) & (EXPECTED_PISA["simul"] == simultaneous))
    assert expected["country"].to_list() == PISA["jurisdiction"].to_list()

    sets = rank_sets(PISA[f"{subject}_score"].to_numpy(), np.diag(PISA[f"{subject}_se"].to_numpy() ** 2), draws=20_000)

    low, high = (sets.low, sets.high) if simultaneous else (sets.low_single, sets.high_single)
    assert np.abs(low - expected["L"].to_numpy()).max() <= 1
    assert np.abs(high - expected["U"].to_numpy()).max() <= 1


def covered(sets, truth: np.ndarray) -> bool:
    """Whether each unit's true ranks (from the best to the worst a tie allows) lie in its set."""
    best = rank_scores(truth)
    worst = len(truth) + 1 - rank_scores(-truth)
    return bool(((sets.low <= best) & (worst <= sets.high)).all())


@pytest.mark.parametrize("spacing", [0.01, 1.0])
def test_simultaneous_sets_cover_all_true_ranks_in_at_least_95_of_100_samples(spacing: float):
    rng = np.random.default_rng(20241122)
    truth = spacing * np.arange(11.0)
    root = np.linalg.cholesky(0.2 + 0.8 * np.eye(11)) * np.linspace(0.6, 1.6, 11)[:, None]
    samples = truth + rng.standard_normal((300, 11)) @ root.T

    hits = [covered(rank_sets(sample, root @ root.T, draws=1000, seed=n), truth) for n, sample in enumerate(samples)]

    assert np.mean(hits) >= 0.95


def test_simultaneous_sets_cover_exactly_equal_units_at_the_confidence_asked():
    # All 11 units equal: any proven difference is an error, so that coverage is 95 % and not more.
    rng = np.random.default_rng(5)
    samples = rng.standard_normal((400, 11))

    hits = [
        covered(rank_sets(sample, np.eye(11), draws=1000, seed=n), np.zeros(11)) for n, sample in enumerate(samples)
    ]

    assert np.mean(hits) >= 0.95 - 2 * np.sqrt(0.95 * 0.05 / 400)


def test_the_set_of_one_unit_lies_within_the_set_for_all():
    rng = np.random.default_rng(2)
    estimate, root = rng.normal(0, 2, 30), rng.normal(0, 0.3, (30, 30)) + np.eye(30) * 0.5

    sets = rank_sets(estimate, root @ root.T)

    assert (sets.low <= sets.low_single).all()
    assert (sets.high >= sets.high_single).all()


def test_step_down_proves_at_least_as_much():
    rng = np.random.default_rng(3)
    estimate, covariance = rng.normal(0, 3, 25), np.eye(25) * 0.4

    once, again = (rank_sets(estimate, covariance, step_down=flag) for flag in (False, True))

    assert (again.worse_than | ~once.worse_than).all()
    assert again.worse_than.sum() > once.worse_than.sum()


def test_sets_contain_the_rank_and_follow_from_the_proven_differences():
    rng = np.random.default_rng(4)
    estimate = rng.normal(0, 2, 12)

    sets = rank_sets(estimate, np.diag(rng.uniform(0.1, 1, 12)))

    ranks = rank_scores(estimate)
    assert ((sets.low <= ranks) & (ranks <= sets.high)).all()
    np.testing.assert_array_equal(sets.low, 1 + sets.worse_than.sum(axis=1))
    np.testing.assert_array_equal(sets.high, 12 - sets.proven_better.sum(axis=1))


def test_the_order_of_units_does_not_matter():
    rng = np.random.default_rng(6)
    estimate, covariance = rng.normal(0, 2, 9), np.diag(rng.uniform(0.2, 0.8, 9))
    order = rng.permutation(9)

    straight, shuffled = rank_sets(estimate, covariance), rank_sets(estimate[order], covariance[np.ix_(order, order)])

    np.testing.assert_array_equal(shuffled.low, straight.low[order])
    np.testing.assert_array_equal(shuffled.high_single, straight.high_single[order])
    np.testing.assert_array_equal(shuffled.worse_than, straight.worse_than[np.ix_(order, order)])


def test_the_same_seed_gives_the_same_sets():
    estimate, covariance = np.linspace(0, 3, 8), np.eye(8) * 0.3

    first, second = (rank_sets(estimate, covariance, seed=9, draws=200) for _ in range(2))

    np.testing.assert_array_equal(first.high, second.high)


def test_units_without_an_estimate_or_a_variance_are_left_out():
    covariance = np.diag([0.01, 0.01, np.nan, 0.01])

    sets = rank_sets([1.0, np.nan, 5.0, 9.0], covariance)

    np.testing.assert_array_equal(sets.low, [2, np.nan, np.nan, 1])
    np.testing.assert_array_equal(sets.high, [2, np.nan, np.nan, 1])
    assert not sets.worse_than[[1, 2]].any()


def test_one_unit_has_rank_one_and_no_unit_has_none():
    assert rank_sets([5.0], [[1.0]]).high.tolist() == [1.0]
    np.testing.assert_array_equal(rank_sets([np.nan], [[1.0]]).low_single, [np.nan])


def test_units_that_move_as_one_differ_exactly_when_their_scores_do():
    covariance = np.full((3, 3), 4.0)  # all differences have no variance

    sets = rank_sets([5.0, 5.1, 5.0], covariance)

    assert sets.low.tolist() == [2.0, 1.0, 2.0]
    assert sets.high.tolist() == [3.0, 1.0, 3.0]
    assert sets.low_single.tolist() == [2.0, 1.0, 2.0]


def test_scores_without_sampling_error_have_their_own_rank():
    sets = rank_sets([3.0, 1.0, 2.0], np.zeros((3, 3)))

    assert sets.low.tolist() == sets.high.tolist() == [1.0, 3.0, 2.0]


def test_nodes_have_the_sets_of_their_own_covariance():
    rng = np.random.default_rng(8)
    replicates = rng.normal(0, [[[0.1]], [[1.0]]], (2, 500, 6)) + np.arange(6.0)
    estimates = np.vstack([np.arange(6.0), np.arange(6.0)])

    nodes = rank_sets_of_nodes(estimates, replicates, draws=2000, seed=1)

    for node in range(2):
        alone = rank_sets(estimates[node], np.cov(replicates[node], rowvar=False), draws=2000, seed=1)
        np.testing.assert_array_equal(nodes.low[node], alone.low)
        np.testing.assert_array_equal(nodes.high_single[node], alone.high_single)
        np.testing.assert_array_equal(nodes.worse_than[node], alone.worse_than)
    assert (nodes.high - nodes.low).sum(axis=1)[0] < (nodes.high - nodes.low).sum(axis=1)[1]


def test_a_replicate_without_a_unit_leaves_the_other_replicates_in_use():
    rng = np.random.default_rng(9)
    replicates = rng.normal(0, 0.1, (1, 300, 3)) + np.array([1.0, 2.0, 3.0])
    replicates[0, ::10, 0] = np.nan

    sets = rank_sets_of_nodes([[1.0, 2.0, 3.0]], replicates)

    assert sets.low.tolist() == [[3.0, 2.0, 1.0]]


@pytest.mark.parametrize("confidence", [0.3, 1.0, 95])
def test_a_confidence_outside_its_range_is_refused(confidence: float):
    with pytest.raises(MethodError, match="CONFIDENCE_RANGE"):
        rank_sets([1.0, 2.0], np.eye(2), confidence=confidence)


def test_a_covariance_of_another_size_is_refused():
    with pytest.raises(MethodError, match="COVARIANCE_SHAPE"):
        rank_sets([1.0, 2.0], np.eye(3))


def test_a_unit_joins_the_tier_while_it_is_not_proven_worse_than_the_tiers_best():
    estimate = np.array([7.0, 9.0, 8.0, 6.0])
    better = np.zeros((4, 4), dtype=bool)
    better[1, [0, 3]] = True  # the best is proven better than the third and the fourth

    assert tiers(estimate, better) == [[1, 2], [0, 3]]


def test_tiers_leave_out_units_without_a_score():
    assert tiers([np.nan, 2.0], np.zeros((2, 2), dtype=bool)) == [[1]]
    assert tiers([np.nan], [[False]]) == []
