import numpy as np
import pytest
from tests.survey.rsurvey_reference import indicator

from ddci.errors import MethodError
from ddci.survey.sensitive import (
    crosswise,
    crosswise_anchored,
    forced,
    item_count,
    item_count_variance,
    line_of,
    unrelated,
)

DRAWS, N, TRUE = 4000, 200, 0.15


def simulate(yes_share, line):
    """Estimates and their estimated variances over many samples of N answers."""
    observed = np.random.default_rng(3).binomial(N, yes_share, DRAWS) / N
    return line(observed), line.variance(observed, n=N)


@pytest.mark.parametrize(
    ("line", "yes_share"),
    [
        (crosswise(probability=0.25), 0.25 * TRUE + 0.75 * (1 - TRUE)),
        (unrelated(probability=0.7, innocuous=0.4), 0.7 * TRUE + 0.3 * 0.4),
        (forced(probability=0.75, forced_yes=1 / 6), 0.75 * TRUE + 1 / 6),
    ],
    ids=["crosswise", "unrelated", "forced"],
)
def test_estimates_and_variances_are_unbiased(line, yes_share):
    estimate, variance = simulate(yes_share, line)

    exact = line.slope**2 * yes_share * (1 - yes_share) / N
    assert estimate.mean() == pytest.approx(TRUE, abs=4 * np.sqrt(exact / DRAWS))
    assert variance.mean() == pytest.approx(exact, rel=0.02)
    assert estimate.var() == pytest.approx(exact, rel=0.1)


def test_item_count_is_unbiased_and_so_is_its_variance():
    rng = np.random.default_rng(4)
    control = rng.binomial(4, 0.5, (DRAWS, N))
    treatment = rng.binomial(4, 0.5, (DRAWS, N)) + (rng.random((DRAWS, N)) < TRUE)

    estimate = item_count(treatment.mean(axis=1), control=control.mean(axis=1))
    variance = item_count_variance(
        treatment.var(axis=1, ddof=1), control.var(axis=1, ddof=1), n_treatment=N, n_control=N
    )

    exact = (1.0 + TRUE * (1 - TRUE) + 1.0) / N
    assert estimate.mean() == pytest.approx(TRUE, abs=4 * np.sqrt(exact / DRAWS))
    assert variance.mean() == pytest.approx(exact, rel=0.02)


def test_anchor_removes_the_bias_of_careless_answers():
    attentive, p = 0.8, 0.2
    observed = attentive * (p * TRUE + (1 - p) * (1 - TRUE)) + (1 - attentive) * 0.5
    anchor = attentive * (1 - p) + (1 - attentive) * 0.5

    assert float(crosswise_anchored(observed, anchor=anchor)) == pytest.approx(TRUE)
    assert float(crosswise(probability=p)(observed)) > TRUE + 0.05


def test_an_anchor_at_one_half_tells_nothing():
    assert np.isnan(crosswise_anchored(0.6, anchor=0.5))


def test_a_single_answer_has_no_variance():
    assert np.isnan(crosswise(probability=0.3).variance(0.5, n=1))


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (indicator("x", "crosswise", probability=0.5), "CROSSWISE_PROBABILITY"),
        (indicator("x", "crosswise"), "CROSSWISE_PROBABILITY"),
        (indicator("x", "unrelated", probability=0.0, probability_yes=0.5), "UNRELATED_PROBABILITY"),
        (indicator("x", "unrelated", probability=0.5), "UNRELATED_PROBABILITY"),
        (indicator("x", "forced", probability=0.9, probability_yes=0.2), "FORCED_PROBABILITY"),
    ],
)
def test_impossible_devices_are_refused(item, code):
    with pytest.raises(MethodError, match=code):
        line_of(item)
