"""What the intervals of values and scores cover, measured through the whole pipeline in worlds whose truth is known.

A coverage measured in T independent trials is itself uncertain by √(0.95·0.05/T): 0.4 of a hundred with 3,000 trials.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from ddci.compute import compute
from ddci.framework.model import Indicator
from ddci.wave.model import Wave
from tests.validation.worlds import (
    covered,
    framework_of,
    latent_answers,
    share_indicators,
    share_wave,
    wave_of,
)

N_TRIALS = 1200


def interval(wave: Wave, code: str) -> tuple[np.ndarray, np.ndarray]:
    result = compute(wave)
    column = result.node_column[code]
    return result.scores.low[:, column], result.scores.high[:, column]


def number_indicator(method: str, *questions: str) -> Indicator:
    return Indicator("X", "S", "Chỉ tiêu", kind="survey", method=method, direction=-1, unit="days", questions=questions)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("n", "share", "least", "most"),
    # Few answers near an end: no interval can hit 95 % there; the logit interval errs on the side of caution.
    [
        (25, 0.5, 0.93, 0.98),
        (25, 0.1, 0.93, 0.99),
        (60, 0.5, 0.93, 0.97),
        (60, 0.8, 0.93, 0.98),
        (175, 0.3, 0.93, 0.97),
    ],
)
def test_intervals_of_shares_cover(n, share, least, most):
    rng = np.random.default_rng(n)
    unit, answers = latent_answers(np.full((N_TRIALS, 1), share), n=n, rng=rng)
    wave = wave_of(framework_of(share_indicators(1, 1)), {"QS1I1": answers[:, 0]}, unit=unit, n_units=N_TRIALS)

    assert least <= covered(share, *interval(wave, "S1I1")) <= most


@pytest.mark.parametrize("method", ["mean", "median"])
@pytest.mark.parametrize("n", [25, 60])
def test_intervals_of_means_and_medians_of_days_cover(method, n):
    rng = np.random.default_rng(11)
    unit = np.repeat(np.arange(N_TRIALS), n)
    days = np.round(np.exp(2.5 + 0.5 * rng.standard_normal(len(unit))), 2)  # skewed: a few wait very long
    item = number_indicator(method, "Q")
    wave = wave_of(framework_of([item], question_types={"Q": "number"}), {"Q": days}, unit=unit, n_units=N_TRIALS)
    truth = np.exp(2.5 + 0.5**2 / 2) if method == "mean" else np.exp(2.5)

    # The mean of 25 skewed numbers is known to be covered a little less; a median's interval ends on observed values.
    assert 0.92 <= covered(truth, *interval(wave, "X")) <= 0.98


def test_intervals_of_ratios_cover():
    rng = np.random.default_rng(12)
    unit = np.repeat(np.arange(N_TRIALS), 60)
    sent = rng.integers(1, 20, len(unit)).astype(float)
    late = rng.binomial(sent.astype(int), 0.3).astype(float)
    item = number_indicator("ratio", "LATE", "SENT")
    framework = framework_of([item], question_types={"LATE": "number", "SENT": "number"})
    wave = wave_of(framework, {"LATE": late, "SENT": sent}, unit=unit, n_units=N_TRIALS)

    assert 0.93 <= covered(0.3, *interval(wave, "X")) <= 0.97


def test_intervals_cover_the_finite_population_of_a_stratified_sample():
    rng = np.random.default_rng(13)
    sizes, samples = {"small": 120, "large": 30}, {"small": 30, "large": 20}
    truth = np.empty(N_TRIALS)
    rows, population = [], {}
    for unit in range(N_TRIALS):
        firms = {"small": rng.random(120) < 0.3, "large": rng.random(30) < 0.7}
        truth[unit] = np.concatenate(list(firms.values())).mean()
        for stratum, size in sizes.items():
            drawn = firms[stratum][: samples[stratum]]  # exchangeable, so the first ones are a random sample
            population[f"{unit}-{stratum}"] = float(size)
            rows += [(unit, f"{unit}-{stratum}", size / samples[stratum], float(yes)) for yes in drawn]
    unit, stratum, weight, answers = (list(column) for column in zip(*rows, strict=True))
    wave = wave_of(
        framework_of(share_indicators(1, 1)), {"QS1I1": np.array(answers)}, unit=np.array(unit), stratum=stratum,
        weight=np.array(weight), n_units=N_TRIALS, population=population,
    )  # fmt: skip

    assert 0.93 <= covered(truth, *interval(wave, "S1I1")) <= 0.97


def test_errors_of_differences_between_units_count_firms_that_rate_several():
    """A firm's mood moves all units that it rates; the covariance of the index must know it."""
    rng = np.random.default_rng(14)
    n_trials, n_units, n_firms = 30, 6, 90
    framework = framework_of(share_indicators(1, 2, bounds=(0.0, 1.0)), n_groups=n_trials)
    trial = np.repeat(np.arange(n_trials), n_firms)
    mood = rng.standard_normal(len(trial))
    rated = np.argsort(rng.random((len(trial), n_units)), axis=1)[:, :3]
    respondent = np.repeat(np.arange(len(trial)), 3)
    unit = (trial[:, None] * n_units + rated).ravel()
    answers = {
        code: (0.8 * mood[respondent] + 0.6 * rng.standard_normal(len(unit)) < 0).astype(float)
        for code in ("QS1I1", "QS1I2")
    }

    result = compute(
        wave_of(framework, answers, unit=unit, respondent=respondent, stratum=[f"t{t}" for t in trial[respondent]],
                n_units=n_trials * n_units, replicates=300)
    )  # fmt: skip

    index = result.scores.score[:, 0].reshape(n_trials, n_units)
    first, second = np.triu_indices(n_units, 1)
    hits, variance, alone = [], [], []
    for place in range(n_trials):
        covariance = result.index_covariance[f"g{place}"]
        spread = np.diag(covariance)[first] + np.diag(covariance)[second] - 2 * covariance[first, second]
        hits.append(np.abs(index[place, first] - index[place, second]) <= 1.96 * np.sqrt(spread))
        variance.append(spread.mean())
        alone.append((np.diag(covariance)[first] + np.diag(covariance)[second]).mean())
    assert 0.92 <= np.mean(hits) <= 0.98
    assert np.mean(variance) < 0.85 * np.mean(alone)  # units that share firms differ less than their errors suggest


@pytest.mark.parametrize("n", [25, 100])
def test_intervals_of_sub_indices_and_the_index_under_given_bounds_cover(n):
    rng = np.random.default_rng(n + 1)
    shares = expit(rng.uniform(-1.2, 1.2, (240, 6)))
    framework = framework_of(share_indicators(2, 3, bounds=(0.0, 1.0)), n_groups=6)

    result = compute(share_wave(shares, framework, n=n, rng=rng, replicates=300))

    scores = 1 + 9 * shares
    sub_indices = np.stack([scores[:, :3].mean(axis=1), scores[:, 3:].mean(axis=1)], axis=1)
    truth = np.column_stack([10 * sub_indices.mean(axis=1), sub_indices])
    assert 0.93 <= covered(truth, result.scores.low[:, :3], result.scores.high[:, :3]) <= 0.975


@pytest.mark.parametrize(("n", "spread"), [(25, 0.0), (100, 0.4)])
def test_intervals_under_in_year_bounds_cover_what_surveys_of_this_size_show_on_average(n, spread):
    """Each unit group is another survey of the same eleven units; the mean over the groups is what is to be covered."""
    rng = np.random.default_rng(n + 2)
    n_groups, n_units = 60, 11
    shares = expit(rng.uniform(-1, 1, 6) + spread * rng.standard_normal((n_units, 6)))
    framework = framework_of(share_indicators(2, 3), n_groups=n_groups)

    result = compute(share_wave(np.tile(shares, (n_groups, 1)), framework, n=n, rng=rng, replicates=200))

    score, low, high = (
        array[:, :3].reshape(n_groups, n_units, 3)
        for array in (result.scores.score, result.scores.low, result.scores.high)
    )
    assert 0.93 <= covered(score.mean(axis=0), low, high) <= 0.985


@pytest.mark.parametrize("is_raked", [False, True])
def test_raking_removes_the_bias_of_unequal_response(is_raked):
    """Of a unit's 300 small firms 26 answer, of its 100 large and happier ones 34."""
    rng = np.random.default_rng(15)
    n_units, sizes, answered, happy = 600, (300, 100), (26, 34), (0.3, 0.7)
    firms = [rng.random((n_units, size)) < share for size, share in zip(sizes, happy, strict=True)]
    truth = np.concatenate(firms, axis=1).mean(axis=1)  # 0.4 on average
    answers = np.concatenate([some[:, :n] for some, n in zip(firms, answered, strict=True)], axis=1).astype(float)
    unit = np.repeat(np.arange(n_units), 60)
    stratum = [f"{u}-{'small' if place < 26 else 'large'}" for u in range(n_units) for place in range(60)]
    population = {
        f"{u}-{kind}": float(n) for u in range(n_units) for kind, n in zip(("small", "large"), sizes, strict=True)
    }
    wave = wave_of(
        framework_of(share_indicators(1, 1)), {"QS1I1": answers.ravel()}, unit=unit, stratum=stratum, n_units=n_units,
        population=population, rake=is_raked,
    )  # fmt: skip

    result = compute(wave)

    value = result.scores.value[:, result.node_column["S1I1"]]
    bias, noise = (value - truth).mean(), (value - truth).std() / np.sqrt(n_units)
    if is_raked:
        assert abs(bias) < 3 * noise
        assert 0.93 <= covered(truth, *interval(wave, "S1I1")) <= 0.97
    else:
        assert bias == pytest.approx((34 * 0.7 + 26 * 0.3) / 60 - 0.4, abs=0.01)


def test_item_count_and_crosswise_are_unbiased_and_their_intervals_cover():
    rng = np.random.default_rng(16)
    n_units, n, truth, p = 600, 200, 0.2, 0.25
    unit = np.repeat(np.arange(n_units), n)
    pays = rng.random(len(unit)) < truth
    others = rng.binomial(4, 0.4, len(unit)).astype(float)
    is_treated = rng.random(len(unit)) < 0.5
    same = (pays == (rng.random(len(unit)) < p)).astype(float)  # both or neither
    items = [
        Indicator("LIST", "S", "Danh sách", kind="survey", method="item_count", direction=-1, unit="share",
                  questions=("T", "C")),
        Indicator("CROSS", "S", "Chéo", kind="survey", method="crosswise", direction=-1, unit="share", questions=("X",),
                  positive=("1",), probability=p),
    ]  # fmt: skip
    answers = {
        "T": np.where(is_treated, others + pays, np.nan), "C": np.where(is_treated, np.nan, others), "X": same,
    }  # fmt: skip
    framework = framework_of(items, question_types={"T": "item_count", "C": "item_count"})

    result = compute(wave_of(framework, answers, unit=unit, n_units=n_units))

    for code in ("LIST", "CROSS"):
        column = result.node_column[code]
        value = result.scores.value[:, column]
        assert abs(value.mean() - truth) < 3 * value.std() / np.sqrt(n_units)
        assert 0.93 <= covered(truth, result.scores.low[:, column], result.scores.high[:, column]) <= 0.97


def test_a_single_answer_has_no_interval_but_a_share():
    """One answer shows no spread: a zero standard error must not be read as certainty."""
    frame = pl.DataFrame({"respondent": ["a", "b", "c"], "unit": ["u0000", "u0001", "u0001"], "stratum": ["x"] * 3,
                          "survey_weight": [1.0] * 3, "Q": ["7", "3", "9"], "QS1I1": ["1", "0", "1"]})  # fmt: skip
    items = [*share_indicators(1, 1), replace(number_indicator("mean", "Q"), parent="S1")]
    wave = wave_of(framework_of(items, question_types={"Q": "number"}), {}, unit=np.array([0, 1, 1]), n_units=2)

    scores = compute(replace(wave, responses=frame)).scores

    assert np.isnan(scores.low[0, 3])
    assert np.isfinite(scores.low[1, 3])
    assert (scores.low[0, 2], scores.high[0, 2]) == pytest.approx((0.025, 1.0))


def test_latent_answers_have_the_shares_asked_for():
    _, answers = latent_answers(np.array([[0.2, 0.9]]), n=40_000, rng=np.random.default_rng(1))

    assert answers.mean(axis=0) == pytest.approx([0.2, 0.9], abs=0.01)
