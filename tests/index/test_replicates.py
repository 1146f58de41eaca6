import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ddci.index.replicates import (
    POISSON_TABLE,
    hash_keys,
    normal_replicates,
    poisson_counts,
    rao_wu_counts,
    resample,
)

KEYS = [f"firm {number}" for number in range(400)]


def test_poisson_table_has_mean_and_variance_exactly_one():
    counts = np.arange(len(POISSON_TABLE))
    times = np.array(POISSON_TABLE)

    assert times.sum() == 256
    assert (times * counts).sum() == 256
    assert (times * (counts - 1) ** 2).sum() == 256


def test_poisson_counts_follow_the_table():
    counts = poisson_counts(hash_keys(KEYS, seed=5), start=0, stop=1024)

    share = np.bincount(counts.ravel(), minlength=6) / counts.size
    assert share == pytest.approx(np.array(POISSON_TABLE) / 256, abs=0.004)  # 6 standard errors


def test_poisson_counts_of_two_respondents_and_of_two_replicates_are_uncorrelated():
    counts = poisson_counts(hash_keys(KEYS, seed=5), start=0, stop=1024).astype(float) - 1.0

    between_respondents = counts @ counts.T / 1024
    between_replicates = counts.T @ counts / 400
    for product, size in ((between_respondents, 1024), (between_replicates, 400)):
        beside = product[~np.eye(len(product), dtype=bool)]
        assert beside.mean() == pytest.approx(0.0, abs=0.002)
        assert beside.std() == pytest.approx(1 / np.sqrt(size), rel=0.05)


@given(st.integers(0, 90), st.integers(1, 60), st.permutations(range(12)))
@settings(max_examples=40, deadline=None)
def test_a_count_depends_on_its_key_and_number_alone(start, width, order):
    hashes = hash_keys(KEYS[:12], seed=1)
    whole = poisson_counts(hashes, start=0, stop=200)

    part = poisson_counts(hashes[list(order)], start=start, stop=start + width)

    assert np.array_equal(part, whole[list(order), start : start + width])


@given(st.integers(1, 40), st.integers(0, 50), st.integers(1, 30))
@settings(max_examples=40, deadline=None)
def test_rao_wu_draws_one_fewer_than_there_are(n, start, width):
    counts = rao_wu_counts(77, n=n, start=start, stop=start + width)

    assert counts.shape == (n, width)
    assert (counts.sum(axis=0) == max(n - 1, 1)).all()
    assert np.array_equal(counts, rao_wu_counts(77, n=n, start=0, stop=100)[:, start : start + width])


def test_rao_wu_counts_have_the_variance_of_a_multinomial():
    counts = rao_wu_counts(7, n=10, start=0, stop=20_000).astype(float)

    assert counts.mean(axis=1) == pytest.approx(0.9, abs=0.04)
    assert counts.var(axis=1) == pytest.approx(9 * 0.1 * 0.9, rel=0.06)


def test_replicate_weights_have_mean_one_and_the_designs_variance():
    n, population = 20, 50
    plan = resample(
        respondents=KEYS[:n],
        strata=["a"],
        n=np.array([float(n)]),
        fraction_left=np.array([1 - n / population]),
        method="rao_wu",
        seed=2,
    )

    counts = plan.source(start=0, stop=20_000).counts(np.arange(n))
    weights = plan.kept[0] + plan.varied[0] * counts

    assert weights.mean() == pytest.approx(1.0, abs=1e-12)
    assert weights.var(axis=1).mean() == pytest.approx((1 - n / population), rel=0.02)  # λ²·n/(n−1)·(1−1/n) = λ²


def test_a_lone_respondent_keeps_its_weight_under_rao_wu():
    plan = resample(respondents=["a"], strata=["x"], n=np.ones(1), fraction_left=np.ones(1), method="rao_wu", seed=1)

    assert plan.kept[0] == 1.0
    assert plan.varied[0] == 0.0


def test_hashes_do_not_depend_on_the_other_keys():
    alone = hash_keys(["0101234567"], seed=9)
    together = hash_keys(["x" * 200, "0101234567", ""], seed=9)

    assert alone[0] == together[1]
    assert len(set(hash_keys(KEYS, seed=9).tolist())) == len(KEYS)
    assert alone[0] != hash_keys(["0101234567"], seed=10)[0]


def test_draws_of_a_table_do_not_depend_on_the_order_of_units():
    value, se = np.array([[1.0, 2.0], [3.0, np.nan]]), np.array([[0.5, np.nan], [0.1, 0.2]])
    codes = {"seed": 4, "indicator_codes": ["x", "y"], "replicates": 50}

    got = normal_replicates(value, se, unit_codes=["a", "b"], **codes)
    turned = normal_replicates(value[::-1], se[::-1], unit_codes=["b", "a"], **codes)

    assert np.array_equal(got, turned[:, ::-1], equal_nan=True)
    assert (got[:, 0, 1] == 2.0).all()
    assert np.isnan(got[:, 1, 1]).all()
    assert np.array_equal(got[0], value, equal_nan=True)


def test_draws_of_a_table_have_its_standard_error():
    value, se = np.full((30, 4), 10.0), np.full((30, 4), 2.0)

    got = normal_replicates(value, se, seed=8, unit_codes=KEYS[:30], indicator_codes=list("abcd"), replicates=2000)

    assert got[1:].mean() == pytest.approx(10.0, abs=0.02)
    assert got[1:].std(axis=0) == pytest.approx(2.0, rel=0.08)
