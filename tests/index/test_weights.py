"""Index weights from judgements, budgets and data."""

from __future__ import annotations

import numpy as np
import pytest

from ddci.errors import MethodError
from ddci.index.weights import (
    RANDOM_INDEX,
    ahp_weights,
    benefit_of_the_doubt,
    budget_weights,
    entropy_weights,
    equal_weights,
    judgement_matrix,
    pca_weights,
)


def test_equal_weights_sum_to_one():
    assert equal_weights(8).tolist() == [0.125] * 8
    assert equal_weights(0).size == 0


def test_consistent_judgements_give_back_the_weights_they_were_made_from():
    weights = np.array([0.5, 0.3, 0.15, 0.05])

    got, consistency_ratio = ahp_weights(weights[:, None] / weights[None, :])

    np.testing.assert_allclose(got, weights, rtol=0, atol=1e-12)
    assert consistency_ratio == pytest.approx(0.0, abs=1e-12)


def test_three_judgements_agree_with_the_closed_form_of_order_three():
    a, b, c = 3.0, 5.0, 2.0  # A over B, A over C, B over C
    matrix = judgement_matrix("ABC", [("A", "B", a), ("A", "C", b), ("B", "C", c)])

    weights, consistency_ratio = ahp_weights(matrix)

    # Order 3: the eigenvector is the rows' geometric means, λ = 1 + t + 1/t with t = (a·c/b)^(1/3).
    by_hand = np.array([a * b, c / a, 1 / (b * c)]) ** (1 / 3)
    t = (a * c / b) ** (1 / 3)
    np.testing.assert_allclose(weights, by_hand / by_hand.sum(), rtol=0, atol=1e-12)
    assert consistency_ratio == pytest.approx((1 + t + 1 / t - 3) / 2 / 0.58, abs=1e-12)


def test_contradicting_judgements_have_a_high_consistency_ratio():
    circle = judgement_matrix("ABC", [("A", "B", 5), ("B", "C", 5), ("C", "A", 5)])

    weights, consistency_ratio = ahp_weights(circle)

    np.testing.assert_allclose(weights, 1 / 3, rtol=0, atol=1e-12)
    assert consistency_ratio > 1


def test_the_order_of_a_pair_does_not_matter_and_several_judges_are_averaged():
    got = judgement_matrix("AB", [("A", "B", 4.0), ("B", "A", 1.0)])

    np.testing.assert_allclose(got, [[1, 2], [0.5, 1]], rtol=1e-14)  # √(4 · 1) = 2


def test_missing_pairs_are_all_named():
    with pytest.raises(MethodError, match="AHP_PAIRS_MISSING: found=A–C, B–C, n=2"):
        judgement_matrix("ABC", [("A", "B", 3.0)])


@pytest.mark.parametrize(
    ("judgement", "code"),
    [(("A", "X", 2.0), "AHP_CODE_UNKNOWN"), (("A", "B", 0.0), "AHP_RATIO"), (("A", "A", 2.0), "AHP_RATIO")],
)
def test_impossible_judgements_are_refused(judgement: tuple[str, str, float], code: str):
    with pytest.raises(MethodError, match=code):
        judgement_matrix("AB", [judgement])


@pytest.mark.parametrize("matrix", [[[1, 2], [2, 1]], [[1, -1], [-1, 1]], [[1, 2, 3]]])
def test_a_matrix_that_is_not_reciprocal_is_refused(matrix: list[list[float]]):
    with pytest.raises(MethodError, match="AHP_MATRIX"):
        ahp_weights(matrix)


def test_one_and_two_parts_are_always_consistent():
    assert ahp_weights([[1.0]])[1] == 0.0
    assert ahp_weights([[1, 9], [1 / 9, 1]])[1] == 0.0


def test_more_parts_than_the_table_of_random_indices_are_possible():
    weights = np.arange(1.0, 21.0)
    rng = np.random.default_rng(1)
    noise = np.triu(np.exp(rng.normal(0, 0.3, (20, 20))), 1)
    upper = np.triu(weights[:, None] / weights[None, :], 1) * noise
    matrix = upper + np.eye(20) + np.divide(1, upper, out=np.zeros_like(upper), where=upper > 0).T

    got, consistency_ratio = ahp_weights(matrix)

    assert len(RANDOM_INDEX) < 20
    assert got.sum() == pytest.approx(1.0)
    assert 0 < consistency_ratio < 0.1


def test_budgets_are_compared_as_shares_of_each_experts_points():
    weights, disagreement = budget_weights([[60, 40], [8, 2]])

    np.testing.assert_allclose(weights, [0.7, 0.3], rtol=1e-14)
    np.testing.assert_allclose(disagreement, [np.sqrt(0.02)] * 2, rtol=1e-12)  # shares 0.6, 0.8


def test_one_expert_disagrees_with_nobody():
    weights, disagreement = budget_weights([[3, 1]])

    assert weights.tolist() == [0.75, 0.25]
    assert np.isnan(disagreement).all()


@pytest.mark.parametrize("points", [[[0, 0]], [[1, -1]], [[np.nan, 1]], np.zeros((0, 3))])
def test_budgets_without_points_are_refused(points: object):
    with pytest.raises(MethodError, match="BUDGET_POINTS"):
        budget_weights(points)


def test_entropy_gives_weight_to_what_is_unevenly_spread():
    scores = np.array([[1.0, 4.0, 5.0], [3.0, 6.0, 5.0]])

    got = entropy_weights(scores)

    spread = [1 + (p * np.log(p) + (1 - p) * np.log(1 - p)) / np.log(2) for p in (0.25, 0.4)]
    np.testing.assert_allclose(got, [spread[0] / sum(spread), spread[1] / sum(spread), 0.0], rtol=1e-12)


def test_entropy_leaves_out_missing_scores_and_falls_back_to_equal_weights():
    assert entropy_weights([[5.0, np.nan], [5.0, 3.0]]).tolist() == [0.5, 0.5]
    assert entropy_weights([[np.nan, 1.0], [np.nan, 2.0]]).tolist() == [0.0, 1.0]


def test_entropy_refuses_negative_scores():
    with pytest.raises(MethodError, match="SCORE_NEGATIVE"):
        entropy_weights([[-1.0], [2.0]])


def test_pca_shares_weight_among_the_groups_by_what_they_explain():
    rng = np.random.default_rng(11)
    first, second = rng.standard_normal((2, 4000))
    noise = 0.3 * rng.standard_normal((4000, 5))
    scores = np.column_stack([first, first, first, second, second]) + noise

    got = pca_weights(scores)

    assert got.sum() == pytest.approx(1.0)
    assert got[:3].sum() == pytest.approx(0.6, abs=0.01)  # three of the five indicators carry the first factor
    np.testing.assert_allclose(got, 0.2, rtol=0, atol=0.01)


def test_pca_weights_do_not_depend_on_sign_scale_or_order():
    scores = np.random.default_rng(12).normal(size=(60, 6)) @ np.random.default_rng(13).normal(size=(6, 6))
    order = [3, 0, 5, 1, 4, 2]

    got = pca_weights(scores * [1, -2, 3, -1, 5, 1])

    np.testing.assert_allclose(got, pca_weights(scores), rtol=0, atol=1e-9)
    np.testing.assert_allclose(pca_weights(scores[:, order]), got[order], rtol=0, atol=1e-6)


def test_pca_of_indicators_that_do_not_vary_is_equal_weights():
    assert pca_weights(np.full((5, 4), 3.0)).tolist() == [0.25] * 4


def test_benefit_of_the_doubt_without_limits_lets_each_unit_shine_where_it_is_best():
    scores = np.array([[10.0, 2.0], [2.0, 10.0], [5.0, 5.0], [6.0, 6.0]])

    index, weights = benefit_of_the_doubt(scores, lower_share=0.0, upper_share=1.0)

    # The first two are best in one each and the fourth lies on the line between them: 6·w + 6·w ≤ 1 at w = 1/12.
    np.testing.assert_allclose(index, [1.0, 1.0, 5 / 6, 1.0], rtol=0, atol=1e-9)
    np.testing.assert_allclose((weights * scores).sum(axis=1), index, rtol=1e-12)


def test_benefit_of_the_doubt_keeps_each_part_within_its_share():
    scores = np.random.default_rng(14).uniform(1, 10, (12, 5))

    index, weights = benefit_of_the_doubt(scores, lower_share=0.1, upper_share=0.3)

    shares = weights * scores / index[:, None]
    assert shares.min() >= 0.1 - 1e-9
    assert shares.max() <= 0.3 + 1e-9
    assert (scores @ weights.T).max() <= 1 + 1e-9
    assert index.max() == pytest.approx(1.0)


def test_benefit_of_the_doubt_weighs_only_what_a_unit_has():
    index, weights = benefit_of_the_doubt([[8.0, np.nan], [4.0, 6.0], [np.nan, np.nan]])

    assert index[0] == pytest.approx(1.0)
    assert weights[0, 1] == 0.0
    assert np.isnan(index[2])
    assert weights[2].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("limits", [(0.5, 0.2), (-0.1, 0.5), (0.1, 1.5)])
def test_limits_that_are_no_shares_are_refused(limits: tuple[float, float]):
    with pytest.raises(MethodError, match="SHARE_LIMITS"):
        benefit_of_the_doubt([[1.0, 2.0]], lower_share=limits[0], upper_share=limits[1])
