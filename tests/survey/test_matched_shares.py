"""Turning answers until a share is met."""

from __future__ import annotations

import numpy as np
import pytest

from ddci.survey.matched_shares import rows_to_turn


def turned(counts, share, weight=None, cost=None, base=None):
    weight = np.ones(len(counts)) if weight is None else np.asarray(weight, dtype=float)
    cost = np.arange(len(counts), dtype=float) if cost is None else np.asarray(cost, dtype=float)
    rows = rows_to_turn(
        np.array(counts, dtype=bool),
        weight=weight,
        cost=cost,
        base_weight=weight.sum() if base is None else base,
        share=share,
    )
    after = np.array(counts, dtype=bool)
    after[rows] = ~after[rows]
    return rows, float(weight[after].sum() / (weight.sum() if base is None else base))


@pytest.mark.parametrize("share", [0.0, 0.2114, 0.5, 0.7216, 1.0])
@pytest.mark.parametrize("start", [0.1, 0.9])
def test_equal_weights_come_within_half_a_respondent(share, start):
    counts = np.random.default_rng(1).random(175) < start

    _, reached = turned(counts, share)

    assert abs(reached - share) <= 0.5 / 175 + 1e-12


def test_the_cheapest_answers_turn_first_and_no_more_than_needed():
    rows, reached = turned([False] * 10, 0.3, cost=[9, 8, 7, 6, 5, 4, 3, 2, 1, 0])

    assert rows.tolist() == [7, 8, 9]
    assert reached == pytest.approx(0.3)


def test_a_share_that_is_met_turns_nothing():
    rows, _ = turned([True, False, False, False], 0.25)

    assert rows.tolist() == []


def test_unequal_weights_come_closer_than_the_largest_weight_allows():
    rng = np.random.default_rng(2)
    weight = rng.choice([1.3, 2.9, 4.1, 7.7], size=120)

    _, reached = turned(rng.random(120) < 0.6, 0.3977, weight=weight)

    assert abs(reached - 0.3977) < 0.5 * 1.3 / weight.sum()


def test_rows_of_the_base_that_cannot_turn_count_in_the_share():
    _, reached = turned([False] * 8, 0.5, base=10.0)

    assert reached == pytest.approx(0.5)  # five of the eight that can turn, of a base of ten
