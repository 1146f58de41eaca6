"""Ranks and their stability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from ddci.errors import MethodError
from ddci.index.rank import rank_scores, stability


@pytest.mark.parametrize(
    ("ties", "expected"),
    [("min", [1, 2, 2, 4, np.nan]), ("average", [1, 2.5, 2.5, 4, np.nan]), ("dense", [1, 2, 2, 3, np.nan])],
)
def test_ties_share_a_rank_by_the_rule_of_the_framework(ties: str, expected: list[float]):
    np.testing.assert_array_equal(rank_scores([9.0, 7.0, 7.0, 1.0, np.nan], ties=ties), expected)


def test_rounding_of_the_arithmetic_does_not_break_a_tie():
    assert rank_scores([0.3, 0.1 + 0.2, 0.1 * 3]).tolist() == [1.0, 1.0, 1.0]


def test_a_difference_that_rounding_for_print_would_hide_still_ranks():
    assert rank_scores([66.5700001, 66.5700002]).tolist() == [2.0, 1.0]


def test_nothing_to_rank_gives_nothing():
    assert rank_scores(np.zeros((3, 0))).shape == (3, 0)
    np.testing.assert_array_equal(rank_scores([np.nan, np.nan]), [np.nan, np.nan])
    assert rank_scores([5.0]).tolist() == [1.0]


def test_an_unknown_rule_for_ties_is_refused():
    with pytest.raises(MethodError, match="TIES_UNKNOWN"):
        rank_scores([1.0], ties="max")


@given(
    arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 9)), elements=st.integers(-5, 5).map(float)),
    st.sampled_from(["min", "average", "dense"]),
)
@settings(max_examples=80, deadline=None)
def test_ranks_agree_with_scipy_whatever_the_leading_axes(scores, ties):
    np.testing.assert_array_equal(rank_scores(scores, ties=ties), rankdata(-scores, method=ties, axis=-1))
    np.testing.assert_array_equal(rank_scores(scores[:, None], ties=ties)[:, 0], rank_scores(scores, ties=ties))


@given(arrays(np.float64, 8, elements=st.sampled_from([1.0, 2.0, 3.0, np.nan])), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_units_does_not_matter(scores, random):
    order = list(range(8))
    random.shuffle(order)

    np.testing.assert_array_equal(rank_scores(scores[order]), rank_scores(scores)[order])


def test_stability_is_the_share_of_replicates_at_each_rank():
    ranks = np.array([[1, 2, np.nan], [1, 3, 2], [2, 1, 3], [1, 2, 3]], dtype=float)

    got = stability(ranks, 3)

    np.testing.assert_allclose(got, [[0.75, 0.25, 0], [0.25, 0.5, 0.25], [0, 1 / 3, 2 / 3]], rtol=1e-15)


def test_stability_of_a_unit_that_was_never_ranked_is_missing():
    got = stability([[1.0, np.nan]], 2)

    np.testing.assert_array_equal(got, [[1.0, 0.0], [np.nan, np.nan]])


def test_a_rank_beyond_the_group_is_refused():
    with pytest.raises(MethodError, match="RANK_OUT_OF_RANGE"):
        stability([[3.0]], 2)
