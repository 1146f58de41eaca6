"""The change of the index taken apart: exact sums, hand-checked parts, the published Chi Lăng figures."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.index.rules import make_rule

from ddci.index.decomposition import add_up_exactly, decompose_change, scored_wave

# Published sub-indices of Chi Lăng, see tests/golden/chi-lang-change/SOURCE.md
CHI_LANG_2023 = [7.44, 5.18, 7.03, 4.63, 8.15, 6.63, 8.69, 5.51]
CHI_LANG_2024 = [6.3, 3.2, 3.63, 4.41, 7.99, 6.56, 7.81, 6.42, 8.46, 8.75]


def points_by_kind(result, unit=0):
    sums: dict[str, float] = {}
    for part, points in zip(result.parts, result.points[unit], strict=True):
        sums[part.kind] = sums.get(part.kind, 0.0) + points
    return sums


def test_chi_lang_fell_8_675_points_on_the_same_sub_indices_and_the_two_new_ones_hid_5_63_of_it():
    now = scored_wave(np.array([CHI_LANG_2024]), make_rule(list(range(10)), normalisation="none"))
    then = scored_wave(np.array([CHI_LANG_2023]), make_rule(list(range(8)), normalisation="none"))

    got = decompose_change(now, then, matches=np.array([0, 1, 2, 3, 4, 5, 6, 7, -1, -1]))

    by_kind = points_by_kind(got)
    assert by_kind["sub_index"] == pytest.approx(-8.675)  # 57.90 − 66.575
    assert by_kind["entering"] == pytest.approx(5.63)  # 63.53 − 57.90
    assert by_kind["bounds"] == 0.0
    assert got.change == pytest.approx([63.53 - 66.575])
    new = {part.place: points for part, points in zip(got.parts, got.points[0], strict=True) if part.kind == "entering"}
    assert new == pytest.approx({8: 84.6 / 10 - 5.79, 9: 87.5 / 10 - 5.79})  # share 0.1 × (10 × score − 57.90)


def test_a_sub_index_contributes_its_weight_times_the_change_of_its_score():
    rule = make_rule([0, 1], normalisation="none", sub_index_weights=[3.0, 1.0])

    got = decompose_change(
        scored_wave(np.array([[6.0, 4.0]]), rule), scored_wave(np.array([[5.0, 8.0]]), rule), matches=np.array([0, 1])
    )

    assert got.points[0] == pytest.approx([7.5, -10.0, 0.0, 0.0])  # 0.75·10·(6−5), 0.25·10·(4−8), bounds, weights


def test_moved_bounds_are_told_apart_from_moved_values():
    then_rule, now_rule = make_rule([0], low=[0.0], high=[10.0]), make_rule([0], low=[0.0], high=[20.0])

    got = decompose_change(
        scored_wave(np.array([[10.0]]), now_rule), scored_wave(np.array([[5.0]]), then_rule), matches=np.array([0])
    )

    # scores then 5.5, now 5.5; value at the old bounds +4.5, at the new +2.25, on average 3.375 score points
    assert points_by_kind(got) == pytest.approx({"sub_index": 33.75, "bounds": -33.75, "weights": 0.0})


def test_changed_weights_alone_are_a_part_of_their_own():
    values = np.array([[4.0, 8.0]])
    then_rule = make_rule([0, 1], normalisation="none")
    now_rule = replace(then_rule, sub_index_weights=np.array([1.0, 3.0]))

    got = decompose_change(scored_wave(values, now_rule), scored_wave(values, then_rule), matches=np.array([0, 1]))

    assert points_by_kind(got) == pytest.approx({"sub_index": 0.0, "bounds": 0.0, "weights": 10.0})  # 70 − 60


def test_an_indicator_missing_in_one_wave_leaves_for_that_unit_alone():
    rule = make_rule([0, 0, 1], normalisation="none")
    then = scored_wave(np.array([[4.0, 8.0, 5.0], [4.0, 8.0, 5.0]]), rule)
    now = scored_wave(np.array([[4.0, np.nan, 5.0], [4.0, 8.0, 5.0]]), rule)

    got = decompose_change(now, then, matches=np.array([0, 1, 2]))

    assert points_by_kind(got, 0)["leaving"] == pytest.approx(-10.0)  # share 1/4 × (40 − 80)
    assert points_by_kind(got, 1)["leaving"] == 0.0


def test_a_unit_of_one_wave_only_and_a_unit_with_nothing_comparable_have_no_parts():
    rule = make_rule([0, 1], normalisation="none")
    then = scored_wave(np.array([[4.0, np.nan], [np.nan, np.nan]]), replace(rule, min_weight_share=0.4))
    now = scored_wave(np.array([[np.nan, 5.0], [4.0, 5.0]]), replace(rule, min_weight_share=0.4))

    got = decompose_change(now, then, matches=np.array([0, 1]))

    assert np.isnan(got.points).all()
    assert np.isnan(got.change).all()


def test_waves_on_different_scales_are_compared_in_points():
    then = scored_wave(np.array([[50.0]]), make_rule([0], normalisation="none", scale=(0.0, 100.0)))
    now = scored_wave(np.array([[6.0]]), make_rule([0], normalisation="none"))

    got = decompose_change(now, then, matches=np.array([0]))

    assert got.change == pytest.approx([10.0])


def test_with_geometric_means_a_neutral_newcomer_changes_nothing():
    rule = make_rule([0, 1, 2], normalisation="none", aggregation="geometric", aggregation_top="geometric")
    then = scored_wave(np.array([[2.0, 8.0]]), make_rule([0, 1], normalisation="none", aggregation_top="geometric"))
    now = scored_wave(np.array([[2.0, 8.0, 4.0]]), rule)  # √(2·8) = 4

    got = decompose_change(now, then, matches=np.array([0, 1, -1]))

    assert got.points == pytest.approx(np.zeros((1, 5)), abs=1e-12)


@st.composite
def two_waves(draw):
    """Two waves of four units with different indicators, weights, bounds and aggregation, some values missing."""
    values = arrays(float, (4, 5), elements=st.floats(1, 10) | st.just(math.nan))
    weights = st.lists(st.floats(0.1, 5), min_size=5, max_size=5)
    waves = []
    for _ in range(2):
        aggregation = draw(st.sampled_from(["arithmetic", "geometric", "harmonic"]))
        rule = make_rule(
            draw(st.sampled_from([[0, 0, 1, 1, 2], [0, 1, 1, 2, 2], [0, 0, 0, 0, 0]])),
            normalisation=draw(st.sampled_from(["min_max", "none", "rank"])),
            aggregation=aggregation,
            aggregation_top=draw(st.sampled_from(["arithmetic", "geometric"])),
            indicator_weights=draw(weights),
            direction=draw(st.lists(st.sampled_from([-1.0, 1.0]), min_size=5, max_size=5)),
        )
        top = draw(st.lists(st.floats(0.1, 5), min_size=rule.n_sub_indices, max_size=rule.n_sub_indices))
        waves.append(scored_wave(draw(values), replace(rule, sub_index_weights=np.array(top))))
    matches = draw(st.permutations([0, 1, 2, -1, -1]))
    return waves[0], waves[1], np.array(matches)


@given(two_waves())
@settings(max_examples=60, deadline=None)
def test_parts_add_up_to_the_change_of_the_index_in_any_order(case):
    now, then, matches = case

    got = decompose_change(now, then, matches=matches)

    change = now.scored.index - then.scored.index
    for unit in np.flatnonzero(np.isfinite(got.change)):
        parts = list(got.points[unit])
        assert sum(parts) == sum(reversed(parts)) == math.fsum(parts) == got.change[unit]
        assert abs(got.change[unit] - change[unit]) < 1e-12


@given(two_waves())
@settings(max_examples=40, deadline=None)
def test_exchanging_the_waves_turns_the_sign_of_bounds_and_weights(case):
    now, then, matches = case
    places = np.full(5, -1)
    places[matches[matches >= 0]] = np.flatnonzero(matches >= 0)

    there, back = decompose_change(now, then, matches=matches), decompose_change(then, now, matches=places)

    for unit in np.flatnonzero(np.isfinite(there.change)):
        assert there.change[unit] == pytest.approx(-back.change[unit], abs=1e-12)
        for kind in ("bounds", "weights"):
            one, other = points_by_kind(there, unit)[kind], points_by_kind(back, unit)[kind]
            assert one == pytest.approx(-other, abs=1e-9)


def test_what_rounding_left_over_goes_to_the_largest_part():
    parts, total = add_up_exactly(np.array([[1.0, -20.0, 3.0]]), np.array([-16.5]))

    assert parts.tolist() == [[1.0, -20.5, 3.0]]
    assert total.tolist() == [-16.5]


def test_values_far_outside_the_other_wave_s_extremes_do_not_stop_a_geometric_mean():
    rule = make_rule([0, 0], aggregation="geometric", aggregation_top="geometric")
    then = scored_wave(np.array([[1.0, 2.0], [1.1, 3.0]]), rule)
    now = scored_wave(np.array([[0.0, 2.0], [5.0, 3.0]]), rule)  # 0 lies 9 points below the scale of then

    got = decompose_change(now, then, matches=np.array([0, 1]))

    assert got.points.sum(axis=1) == pytest.approx(now.scored.index - then.scored.index)
