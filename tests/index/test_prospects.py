"""Is a target realistic: history and sampling noise, against closed forms."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from ddci.index.prospects import chances, past_record

CHI_LANG_TOTALS = [71.64, 70.92, 74.03, 66.57, 63.25]  # tests/golden/chi-lang-change/SOURCE.md


def test_chi_lang_never_gained_the_12_points_that_its_targets_for_2024_took():
    got = past_record(CHI_LANG_TOTALS[:4], index_now=66.57, wanted=78.9875)

    assert got.needed_gain == pytest.approx(12.4175)
    assert got.best_gain == pytest.approx(3.11)
    assert got.gain_ever_made is False
    assert got.total_ever_reached is False


def test_without_history_nothing_is_claimed():
    got = past_record([np.nan, 60.0], index_now=60.0, wanted=65.0)

    assert (got.best_gain, got.gain_ever_made, got.total_ever_reached) == (None, None, False)
    assert past_record([], index_now=60.0, wanted=65.0).total_ever_reached is None


def test_more_answers_make_the_target_show_more_surely():
    few, many = (
        chances(
            np.array([60.0, 50.0]),
            np.eye(2) * 4,
            unit=1,
            reached=56.0,
            score=55.0,
            n_ratio=ratio,
            rng=np.random.default_rng(1),
        )
        for ratio in (1.0, 4.0)
    )

    assert few.reaching == pytest.approx(NormalDist().cdf(0.5))
    assert many.reaching == pytest.approx(NormalDist().cdf(1.0))
    assert (few.se_planned, many.se_planned) == (2.0, 1.0)
    assert many.conclusive_rise > few.conclusive_rise


def test_the_chance_of_a_rank_among_two_uses_the_covariance():
    index, covariance = np.array([60.0, 50.0]), np.array([[4.0, 3.0], [3.0, 4.0]])

    got = chances(index, covariance, unit=1, reached=61.0, rank=1, rng=np.random.default_rng(2), draws=200_000)

    assert got.reaching == pytest.approx(NormalDist().cdf(1 / np.sqrt(2)), abs=0.005)  # 4 + 4 − 2·3 = 2


def test_units_that_are_not_scored_take_no_rank():
    index = np.array([np.nan, 50.0, 40.0])
    covariance = np.full((3, 3), np.nan)
    covariance[1:, 1:] = np.eye(2) * 1e-6

    got = chances(index, covariance, unit=2, reached=60.0, rank=1, rng=np.random.default_rng(3))

    assert got.reaching == 1.0


def test_without_sampling_error_there_are_no_chances():
    got = chances(
        np.array([50.0]), np.full((1, 1), np.nan), unit=0, reached=60.0, score=55.0, rng=np.random.default_rng(4)
    )

    assert np.isnan([got.reaching, got.conclusive_rise, got.se_planned]).all()


def test_a_figure_without_noise_is_reached_or_not():
    sure = chances(np.array([50.0]), np.zeros((1, 1)), unit=0, reached=60.0, score=55.0, rng=np.random.default_rng(5))

    assert (sure.reaching, sure.conclusive_rise) == (1.0, 1.0)
