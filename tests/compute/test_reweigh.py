"""Other weights on a stored Result give what computing the wave with these weights gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.waves import answer_wave, small_framework, table_wave

from ddci.compute import compute
from ddci.compute.reweigh import ranks_beside, reweighted, sub_index_weights
from ddci.errors import MethodError
from ddci.wave.load import load_wave

EXAMPLES = Path(__file__).parents[2] / "examples"
MEANS = ["arithmetic", "geometric", "harmonic", "mazziotta_pareto", "copeland"]


def weighed(framework, weights):
    sub_indices = tuple(replace(item, index_weight=weights[item.code]) for item in framework.sub_indices)
    return replace(framework, sub_indices=sub_indices, weighting_top="given")


def assert_equals_computing(wave, weights, group):
    result = compute(wave)
    anew = compute(replace(wave, framework=weighed(wave.framework, weights)))

    got = reweighted(result, group, weights)

    rows = result.rows_of_group(group)
    assert got.scores == pytest.approx(anew.scores.score[rows, 0], abs=1e-9, nan_ok=True)
    assert got.ranks == pytest.approx(anew.scores.rank[rows, 0], nan_ok=True)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.0, 5.0), min_size=3, max_size=3).filter(lambda w: max(w) > 0.01), st.sampled_from(MEANS))
def test_weights_given_later_equal_weights_given_at_first(weights, mean):
    values = np.random.default_rng(2).random((7, 6))
    values[1, 2] = np.nan
    framework = small_framework(3, 2, kind="hard", aggregation=mean)
    weights = [0.0 if weight < 1e-6 else weight for weight in weights]

    assert_equals_computing(
        table_wave(values, framework=framework), dict(zip(("S1", "S2", "S3"), weights, strict=True)), "nhom"
    )


def test_units_with_too_few_answers_stay_without_a_rank():
    framework = small_framework(2, 1, min_n=50)
    wave = answer_wave([[0.9, 0.2], [0.3, 0.5], [0.5, 0.1]], n=40, framework=framework, changes={"replicates": 0})

    assert_equals_computing(wave, {"S1": 1.0, "S2": 4.0}, "nhom")
    assert np.isnan(reweighted(compute(wave), "nhom", {"S1": 1.0, "S2": 4.0}).ranks).all()


def test_the_published_pci_is_reproduced_with_its_own_weights_and_with_others():
    wave = load_wave(EXAMPLES / "pci-2016")
    codes = [item.code for item in wave.framework.sub_indices]

    assert_equals_computing(wave, {code: float(place % 4) for place, code in enumerate(codes)}, "tinh")


def test_the_own_weights_of_a_result_change_nothing():
    result = compute(load_wave(EXAMPLES / "pci-2016"))

    got = reweighted(result, "tinh", sub_index_weights(result, "tinh"))

    assert got.scores == pytest.approx(result.scores.score[:, 0], abs=1e-9)
    assert (got.ranks == result.scores.rank[:, 0]).all()


@pytest.mark.parametrize("weighting", ["entropy", "pca", "equal"])
def test_weights_from_the_data_are_found_again(weighting):
    values = np.random.default_rng(4).random((8, 6))
    result = compute(table_wave(values, framework=small_framework(3, 2, kind="hard", weighting_top=weighting)))

    got = reweighted(result, "nhom", sub_index_weights(result, "nhom"))

    assert got.scores == pytest.approx(result.scores.score[:, 0], abs=1e-9)


def test_a_unit_with_a_suppressed_part_gets_no_figure_that_would_tell_it():
    result = compute(table_wave(np.random.default_rng(5).random((4, 2)), framework=small_framework(2, 1, kind="hard")))
    hidden = np.zeros((4, len(result.nodes)), dtype=bool)
    hidden[1, result.node_column["S1"]] = True
    scores = result.scores.score.copy()
    scores[hidden] = np.nan
    result = replace(result, scores=replace(result.scores, score=scores), flags={**result.flags, "suppressed": hidden})

    got = reweighted(result, "nhom", {"S1": 1.0, "S2": 1.0})
    without = reweighted(result, "nhom", {"S1": 0.0, "S2": 1.0})

    assert np.isnan(got.scores).tolist() == [False, True, False, False]
    assert np.isfinite(without.scores).all()


def test_a_suppressed_unit_lifts_nobody():
    result = compute(table_wave(np.random.default_rng(5).random((4, 2)), framework=small_framework(2, 1, kind="hard")))
    first = int(np.nanargmin(result.scores.rank[:, 0]))
    hidden = np.zeros((4, len(result.nodes)), dtype=bool)
    hidden[first] = True
    figures = {name: np.where(hidden, np.nan, getattr(result.scores, name)) for name in ("score", "rank")}
    result = replace(result, scores=replace(result.scores, **figures), flags={**result.flags, "suppressed": hidden})
    anew = reweighted(result, "nhom", sub_index_weights(result, "nhom"))

    now = ranks_beside(result, "nhom", anew)

    assert np.array_equal(now, anew.ranks, equal_nan=True)
    assert sorted(now[np.isfinite(now)]) == [1, 2, 3]


@pytest.mark.parametrize(
    ("weights", "code"), [((0.0, 0.0), "WEIGHTS_NONE_POSITIVE"), ((-1.0, 2.0), "WEIGHTS_NOT_VALID")]
)
def test_weights_that_mean_nothing_are_refused(weights, code):
    result = compute(table_wave(np.random.default_rng(5).random((4, 2)), framework=small_framework(2, 1, kind="hard")))

    with pytest.raises(MethodError) as caught:
        reweighted(result, "nhom", dict(zip(("S1", "S2"), weights, strict=True)))

    assert caught.value.code == code
