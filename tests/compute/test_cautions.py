"""Warnings about scales that few answers set, and about scores made of ranks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.waves import answer_wave, small_framework, table_wave

from ddci.compute import compute
from ddci.compute.cautions import bounds_from_few
from ddci.framework.model import Band
from ddci.result import Result


def warned(result: Result) -> set[str]:
    return {warning.code for warning in result.warnings}


def three_units(n_of_the_worst: float, **changes: object) -> Result:
    """One share; the worst unit's comes from so many answers."""
    framework = small_framework(1, 1, kind="hard", min_n=30, **changes)
    return compute(table_wave([[0.1], [0.5], [0.9]], n=[[n_of_the_worst], [50.0], [50.0]], framework=framework))


def test_a_bound_from_a_unit_with_few_answers_is_said():
    assert "BOUNDS_FROM_FEW" in warned(three_units(2.0))
    assert "BOUNDS_FROM_FEW" not in warned(three_units(30.0))


def test_given_bounds_cannot_come_from_few():
    framework = small_framework(1, 1, kind="hard", min_n=30)
    item = replace(framework.indicators[0], bounds=(0.0, 1.0))

    assert "BOUNDS_FROM_FEW" not in warned(three_units(2.0, indicators=(item,)))


def test_a_bound_that_a_well_answered_unit_shares_does_not_come_from_few():
    values, n = np.array([[0.1], [0.1], [0.9]]), np.array([[2.0], [50.0], [50.0]])

    got = bounds_from_few(values, n, min_n=30, low=np.array([[0.1]]), high=np.array([[0.9]]))

    assert got.tolist() == [False]


@pytest.mark.parametrize(("normalisation", "is_warned"), [("rank", True), ("percentile", True), ("min_max", False)])
def test_scores_of_ranks_are_said_to_shrink_in_replicates(normalisation, is_warned):
    framework = small_framework(1, 2, normalisation=normalisation)

    result = compute(answer_wave([[0.4, 0.5], [0.6, 0.5], [0.5, 0.7]], framework=framework))

    assert ("SCORES_OF_RANKS" in warned(result)) == is_warned


def test_a_band_is_reached_but_for_rounding_noise():
    """Seven sub-indices of 7.1 weighted alike add up to 71.0 or to a last digit below it."""
    weights = [0.1, 0.2, 0.3, 0.1, 0.1, 0.1, 0.1]
    framework = small_framework(7, 1, kind="hard", normalisation="none", bands=(Band(71.0, "Tốt"), Band(0.0, "Thấp")))
    parts = tuple(replace(item, index_weight=w) for item, w in zip(framework.sub_indices, weights, strict=True))

    result = compute(table_wave(np.full((2, 7), 7.1), framework=replace(framework, sub_indices=parts)))

    assert result.scores.score[:, 0] == pytest.approx([71.0, 71.0])
    assert result.band == (0, 0)


def test_firms_asked_twice_tell_a_change_more_sharply():
    """The same answers in both waves: nothing changed, and the panel knows it; fresh samples could not."""
    wave = answer_wave([[0.4, 0.5], [0.6, 0.5], [0.5, 0.7]], framework=small_framework(1, 2))
    before = replace(wave, code="truoc", framework=replace(wave.framework))

    panel, fresh = (compute(replace(wave, previous=before, panel=asked)) for asked in (True, False))

    assert panel.change is not None
    assert fresh.change is not None
    assert panel.change.like_for_like_high == pytest.approx(0.0, abs=1e-9)
    assert (fresh.change.like_for_like_high > 1).all()


def test_no_interval_of_change_without_sampling_error_in_both_waves():
    framework = small_framework(1, 2)
    wave = answer_wave([[0.4, 0.5], [0.6, 0.5], [0.5, 0.7]], framework=framework)
    known = table_wave([[0.4, 0.5], [0.6, 0.5], [0.5, 0.7]], framework=framework)

    change = compute(replace(wave, previous=replace(known, code="truoc"))).change

    assert change is not None
    assert np.isfinite(change.like_for_like).all()
    assert np.isnan(change.like_for_like_high).all()
    assert np.isnan(change.high[:, 0]).all()
