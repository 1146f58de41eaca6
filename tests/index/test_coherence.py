"""Coherence: against COINr and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.index.golden import numbers, table

from ddci.index.coherence import (
    audit_coherence,
    cronbach_alpha,
    first_component_share,
    item_rest_correlations,
    redundant_pairs,
)
from ddci.index.covariance import pairwise_correlation, pairwise_covariance

META = table("coinr", "in_iMeta").drop_nulls("Level")
PILLARS = table("coinr", "cronbach_by_pillar")


def children(code: str) -> list[str]:
    return META.filter(META["Parent"] == code)["iCode"].to_list()


@pytest.mark.parametrize("pillar", PILLARS["group"].to_list())
@pytest.mark.parametrize(
    ("column", "source"), [("alpha_Normalised", "base_Normalised"), ("alpha_Raw_pairwise", "in_iData")]
)
def test_alpha_of_each_pillar_agrees_with_coinr(pillar: str, column: str, source: str):
    expected = PILLARS.filter(PILLARS["group"] == pillar)[column].item()

    assert cronbach_alpha(numbers("coinr", source, children(pillar))) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "level", "source"), [("Level1_all", 1, "base_Normalised"), ("Level2_all", 2, "base_Aggregated")]
)
def test_alpha_of_all_agrees_with_coinr(name: str, level: int, source: str):
    overall = table("coinr", "cronbach_overall")
    codes = META.filter(META["Level"] == level)["iCode"].to_list()

    got = cronbach_alpha(numbers("coinr", source, codes))

    assert got == pytest.approx(overall.filter(overall["group"] == name)["alpha"].item(), abs=1e-9)


def test_alpha_is_missing_where_it_has_no_meaning():
    assert np.isnan(cronbach_alpha([[1.0], [2.0]]))
    assert np.isnan(cronbach_alpha([[5.0, 5.0], [5.0, 5.0]]))
    assert np.isnan(cronbach_alpha([[1.0, np.nan], [2.0, np.nan]]))


def test_pairwise_figures_equal_those_of_each_pair_alone():
    rng = np.random.default_rng(1)
    scores = rng.normal(50, 1, (30, 4)) @ rng.normal(size=(4, 4))
    scores[rng.random(scores.shape) < 0.2] = np.nan

    covariance, correlation = pairwise_covariance(scores), pairwise_correlation(scores)

    for a in range(4):
        for b in range(4):
            both = np.isfinite(scores[:, a]) & np.isfinite(scores[:, b])
            alone = np.cov(scores[both, a], scores[both, b])
            assert covariance[a, b] == pytest.approx(alone[0, 1], abs=1e-9)
            assert correlation[a, b] == pytest.approx(alone[0, 1] / np.sqrt(alone[0, 0] * alone[1, 1]), abs=1e-9)


def test_a_pair_without_two_shared_rows_has_no_covariance():
    got = pairwise_covariance([[1.0, np.nan], [2.0, 5.0], [3.0, np.nan]])

    np.testing.assert_array_equal(got, [[1.0, np.nan], [np.nan, np.nan]])


def test_a_column_that_varies_by_rounding_only_has_no_correlation():
    got = pairwise_correlation([[0.3, 1.0], [0.1 + 0.2, 2.0], [0.3, 4.0]])

    assert np.isnan(got[0, 1])
    assert np.isnan(got[0, 0])
    assert got[1, 1] == 1.0


def test_an_indicator_is_compared_with_the_mean_of_the_others():
    scores = np.random.default_rng(2).normal(size=(20, 3))

    got = item_rest_correlations(scores, index_weights=[1.0, 2.0, 1.0])

    rest = (2 * scores[:, 1] + scores[:, 2]) / 3
    assert got[0] == pytest.approx(np.corrcoef(scores[:, 0], rest)[0, 1], abs=1e-12)


def test_a_lone_indicator_has_nothing_to_be_compared_with():
    assert np.isnan(item_rest_correlations([[1.0], [2.0], [3.0]])).all()


def test_first_component_of_two_indicators_is_half_of_one_plus_their_correlation():
    scores = np.random.default_rng(3).normal(size=(40, 2))

    expected = (1 + abs(np.corrcoef(scores.T)[0, 1])) / 2
    assert first_component_share(scores) == pytest.approx(expected, abs=1e-12)
    assert np.isnan(first_component_share(np.ones((4, 2))))


def test_redundant_pairs_are_found_whichever_way_they_point():
    x = np.array([1.0, 2.0, 3.0, 4.0])
    scores = np.column_stack([x, -x, x**0.5 * [1, -1, 1, -1], 2 * x + 1])

    got = redundant_pairs(scores)

    assert {(a, b) for a, b, _ in got} == {(0, 1), (0, 3), (1, 3)}
    assert {(a, b): round(r, 9) for a, b, r in got}[0, 1] == -1.0


def test_the_audit_names_the_indicator_that_points_the_wrong_way():
    rng = np.random.default_rng(4)
    common = rng.normal(size=(50, 1))
    scores = np.hstack(
        [common + 0.3 * rng.normal(size=(50, 3)), -common + 0.3 * rng.normal(size=(50, 1)), rng.normal(size=(50, 1))]
    )
    parent = [0, 0, 0, 0, 1]
    parts = np.column_stack([scores[:, :4].mean(axis=1), scores[:, 4]])

    got = audit_coherence(scores, parts, parts.mean(axis=1), parent=parent)

    assert got.wrong_way == (3,)
    assert got.correlation_with_parent[0] > 0.5
    assert np.isnan(got.correlation_with_parent[4])
    assert got.correlation_with_index[0] == pytest.approx(np.corrcoef(parts[:, 0], parts.mean(axis=1))[0, 1], abs=1e-12)
    assert got.cronbach_alpha[0] == pytest.approx(cronbach_alpha(scores[:, :4]))
    assert got.first_component_share[1] == 1.0


def test_the_audit_of_a_group_of_one_unit_knows_nothing():
    got = audit_coherence([[5.0, 6.0]], [[5.5]], [5.5], parent=[0, 0])

    assert np.isnan(got.correlation_with_parent).all()
    assert np.isnan(got.cronbach_alpha).all()
    assert got.redundant == ()
    assert got.wrong_way == ()
