"""The kernel's passes: any cut into batches gives the same sums."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.test_local import ITEMS, answers
from tests.survey.rsurvey_reference import wave

from ddci.index.batches import Batch, merge, merge_all, plan_kernel
from ddci.index.estimates import finish_points
from ddci.index.exact import exponent_within, join, split
from ddci.index.formulas import build_formulas
from ddci.index.indicators import accumulate, accumulate_replicates, accumulate_scores
from ddci.index.replicates import resample
from ddci.survey.design import build_design
from ddci.survey.features import read_features


def kernel(rake=False, equal=False):
    frame = answers(equal=equal)
    asked = wave(frame, *ITEMS)
    design = build_design(frame, population={"s0": 90.0}, rake=rake)
    unit = np.array([int(code[1:]) for code in frame["unit"]])
    rows = np.arange(frame.height)
    features = read_features(frame, framework=asked.framework, unit=unit, group=["g"] * 4, order=rows)
    batch = Batch(
        unit,
        design.row_stratum,
        design.row_respondent,
        design.row_weight,
        features.small,
        features.wide,
        features.ordered,
    )
    plan = plan_kernel(
        batch,
        design=design,
        formulas=build_formulas(features.columns, indicators=asked.framework.indicators),
        resampling=resample(
            respondents=design.respondents,
            strata=design.strata,
            n=design.n,
            fraction_left=design.sampled_fraction_left,
            method="poisson",
            seed=1,
        ),
        n_units=4,
    )
    return batch, plan


def equal_sums(one, other):
    return one.parts.keys() == other.parts.keys() and all(
        np.array_equal(one.parts[key], other.parts[key]) for key in one.parts
    )


@pytest.mark.parametrize("rake", [False, True])
@pytest.mark.parametrize("equal", [False, True])
@given(st.integers(0, 2**32 - 1), st.integers(2, 9))
@settings(max_examples=10, deadline=None)
def test_any_cut_into_batches_gives_the_same_sums(rake, equal, seed, pieces):
    batch, plan = kernel(rake, equal)
    piece = np.random.default_rng(seed).integers(0, pieces, len(batch))
    cut = [batch.take(np.flatnonzero(piece == number)) for number in range(pieces) if (piece == number).any()]
    source = plan.resampling.source(start=0, stop=40)

    whole = accumulate(batch, plan)
    points = finish_points(whole, plan)

    assert equal_sums(whole, merge_all(accumulate(part, plan) for part in cut))
    assert equal_sums(
        accumulate_scores(batch, plan, points), merge_all(accumulate_scores(part, plan, points) for part in cut)
    )
    assert equal_sums(
        accumulate_replicates(batch, plan, source), merge_all(accumulate_replicates(part, plan, source) for part in cut)
    )


def test_merging_is_commutative():
    batch, plan = kernel()
    one, other = accumulate(batch.take(slice(0, 100)), plan), accumulate(batch.take(slice(100, None)), plan)

    assert equal_sums(merge(one, other), merge(other, one))


def test_every_sum_is_a_whole_number_below_the_limit():
    batch, plan = kernel()
    totals = accumulate(batch, plan)
    points = finish_points(totals, plan)
    source = plan.resampling.source(start=0, stop=40)

    sums = [totals, accumulate_scores(batch, plan, points), accumulate_replicates(batch, plan, source)]

    for part in (part for some in sums for part in some.parts.values()):
        assert np.array_equal(part, np.rint(part))
        assert np.abs(part).max(initial=0.0) < 2.0**53


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.integers(4, 26))
def test_two_limbs_carry_a_number(numbers, bits):
    values = np.array(numbers)
    exponent = exponent_within(np.abs(values).max(), bits=bits)

    high, low = split(values, exponent=exponent, bits=bits)

    assert np.abs(high).max() <= 2.0**bits
    assert join(high, low, exponent=exponent, bits=bits) == pytest.approx(
        values, abs=max(1e-300, np.abs(values).max()) * 4.0**-bits * 2
    )


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_a_cut_keeps_units_whole_and_loses_no_row(count):
    batch, _ = kernel()

    parts = batch.take(np.random.default_rng(3).permutation(len(batch))).cut(count)

    units = [set(part.unit.tolist()) for part in parts]
    assert len(parts) <= count
    assert sum(len(part) for part in parts) == len(batch)
    assert sum(len(some) for some in units) == len(set(batch.unit.tolist()))


def test_no_rows_are_cut_into_no_batches():
    batch, _ = kernel()

    assert batch.take(slice(0, 0)).cut(2) == []


def test_rows_of_one_weight_multiplied_apart_give_the_same_bytes(monkeypatch):
    batch, plan = kernel()
    plan = dataclasses.replace(plan, factor_max=4.0)
    steps = dataclasses.replace(batch, weight=1.0 + batch.stratum / 3.0)  # two or three weights per unit
    source = plan.resampling.source(start=0, stop=40)

    together = accumulate_replicates(steps, plan, source)
    monkeypatch.setattr("ddci.index.indicators.ROWS_WORTH_APART", 1)
    apart = accumulate_replicates(steps, plan, source)

    assert equal_sums(together, apart)
