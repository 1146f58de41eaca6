"""Replicates scored between the bounds of the estimate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.waves import small_framework

from ddci.index.framework_weights import stated_weights
from ddci.index.score import score_values, score_with_held_bounds, scoring_rule

VALUES = np.array([[[0.2], [0.4], [0.6]], [[0.1], [0.4], [0.8]]])  # estimate and one replicate of three units


def rule_of(**changes):
    framework = small_framework(1, 1, **changes)
    nothing = np.full(1, np.nan)
    return scoring_rule(framework, "nhom", floor=nothing, ceiling=nothing, weights=stated_weights(framework, "nhom"))


def scores_with_held_bounds(rule, values=VALUES):
    return score_with_held_bounds(values, rule, score_values(values, rule)).scores[..., 0]


def test_a_replicate_is_scored_between_the_bounds_of_the_estimate():
    got = scores_with_held_bounds(rule_of())

    assert got[0] == pytest.approx([1.0, 5.5, 10.0])
    assert got[1] == pytest.approx([-1.25, 5.5, 14.5])  # 1 + 9·(0.1 − 0.2)/0.4 and 1 + 9·(0.8 − 0.2)/0.4


def test_given_bounds_still_cut():
    rule = replace(rule_of(), low=np.array([0.15]), high=np.array([0.75]))

    assert scores_with_held_bounds(rule)[1] == pytest.approx([1.0, 4.75, 10.0])


def test_standard_scores_keep_the_mean_and_spread_of_the_estimate():
    got = scores_with_held_bounds(rule_of(normalisation="z_score"))

    assert got[0] == pytest.approx([4.0, 5.5, 7.0])  # mean 0.4, standard deviation 0.2, 1.5 points each
    assert got[1] == pytest.approx([3.25, 5.5, 8.5])


def test_a_mean_that_needs_positive_scores_gets_them_cut():
    assert scores_with_held_bounds(rule_of(aggregation="geometric"))[1] == pytest.approx([1.0, 5.5, 10.0])


def test_ranks_have_no_bounds_to_hold():
    rule = rule_of(normalisation="rank")
    scored = score_values(VALUES, rule)

    assert score_with_held_bounds(VALUES, rule, scored) is scored


def test_the_estimate_is_the_same_to_the_byte():
    values = np.random.default_rng(1).random((5, 4, 1))
    rule = rule_of()
    scored = score_values(values, rule)

    held = score_with_held_bounds(values, rule, scored)

    assert np.array_equal(held.index[0], scored.index[0])
    assert np.array_equal(held.scores[0], scored.scores[0])
