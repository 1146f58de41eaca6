"""Estimators for sensitive questions, asked so that no single answer tells anything about the one who gives it.

A random device (the respondent's own, never the software's) or a list of items hides the answer; the share is found
again from the group of answers. Estimates may fall outside 0–1: they are reported as they come, with a warning, because
cutting them would bias every mean over units.

In:  observed shares or means, any shape; NaN stays NaN.
Out: estimates of the same shape, and sampling variances for simple random samples.
Source: Warner (1965), JASA 60, 63-69; Greenberg et al. (1969), JASA 64, 520-539; Boruch (1971), American Sociologist 6,
308-311; Miller (1984), list experiment; Yu, Tian and Tang (2008), Metrika 67, 251-263 (crosswise); Atsusaka and
Stevenson (2023), Political Analysis 31 (crosswise with an anchor item).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ddci.errors import MethodError
from ddci.framework.model import Indicator

FloatArray = npt.NDArray[np.float64]

SENSITIVE_METHODS = frozenset({"item_count", "crosswise", "unrelated", "forced"})


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line: estimate = intercept + slope × observed share."""

    intercept: float
    slope: float

    def __call__(self, observed: npt.ArrayLike) -> FloatArray:
        return self.intercept + self.slope * np.asarray(observed, dtype=np.float64)

    def variance(self, observed: npt.ArrayLike, *, n: npt.ArrayLike) -> FloatArray:
        """Unbiased sampling variance λ(1 − λ)/(n − 1) × slope² under simple random sampling with replacement.

        observed, n  share λ and number of answers, same shape; n ≤ 1 gives NaN
        """
        share, count = np.asarray(observed, dtype=np.float64), np.asarray(n, dtype=np.float64)
        degrees = np.where(count > 1, count - 1, np.nan)
        variance: FloatArray = self.slope**2 * share * (1.0 - share) / degrees
        return variance


PLAIN = Line(0.0, 1.0)


def crosswise(*, probability: float) -> Line:
    """Crosswise model: the share that says "both or neither", λ, gives (λ + p − 1)/(2p − 1).

    probability  p, share with the innocuous trait, known; not 0.5

    Raises MethodError("CROSSWISE_PROBABILITY") where p is 0.5 or outside 0–1.

    >>> round(float(crosswise(probability=0.25)(0.7)), 12)  # (0.7 + 0.25 − 1) / (0.5 − 1)
    0.1
    """
    if not 0.0 < probability < 1.0 or probability == 0.5:
        raise MethodError("CROSSWISE_PROBABILITY", found=probability, expected="0 < p < 1, p ≠ 0.5")
    slope = 1.0 / (2.0 * probability - 1.0)
    return Line((probability - 1.0) * slope, slope)


def unrelated(*, probability: float, innocuous: float) -> Line:
    """Unrelated question: with chance p the sensitive question, else one whose share π is known: (λ − (1 − p)π)/p.

    >>> round(float(unrelated(probability=0.8, innocuous=0.5)(0.26)), 12)  # (0.26 − 0.1) / 0.8
    0.2
    """
    _require_share("UNRELATED_PROBABILITY", probability, innocuous)
    return Line(-(1.0 - probability) * innocuous / probability, 1.0 / probability)


def forced(*, probability: float, forced_yes: float) -> Line:
    """Forced response: with chance p a true answer, with chance p₁ a forced "yes": (λ − p₁)/p.

    >>> round(float(forced(probability=0.75, forced_yes=0.125)(0.2)), 12)  # 0.075 / 0.75
    0.1
    """
    _require_share("FORCED_PROBABILITY", probability, forced_yes)
    if probability + forced_yes > 1.0 + 1e-12:
        raise MethodError("FORCED_PROBABILITY", found=probability + forced_yes, expected="p + p1 ≤ 1")
    return Line(-forced_yes / probability, 1.0 / probability)


def crosswise_anchored(observed: npt.ArrayLike, *, anchor: npt.ArrayLike) -> FloatArray:
    """Crosswise share corrected for respondents who answer at random, with an anchor item that nobody has.

    observed  λ, share of "both or neither" on the sensitive item
    anchor    λ′, the same on an item whose true share is 0, with the same random device
    returns   ½ − ½ (λ − ½)/(λ′ − ½); NaN where the anchor is exactly ½ (everybody answers at random)

    With attention γ both shares shrink towards ½ by γ, which therefore cancels, and so does p.

    >>> round(float(crosswise_anchored(0.7, anchor=0.75)), 12)  # nobody careless, p = 0.25
    0.1
    """
    lean = np.asarray(anchor, dtype=np.float64) - 0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        corrected: FloatArray = 0.5 - 0.5 * (np.asarray(observed, dtype=np.float64) - 0.5) / np.where(
            lean == 0, np.nan, lean
        )
    return corrected


def item_count(treatment: npt.ArrayLike, *, control: npt.ArrayLike) -> FloatArray:
    """List experiment: the mean count with the sensitive item less the mean count without it.

    >>> float(item_count(2.25, control=2.0))
    0.25
    """
    difference: FloatArray = np.asarray(treatment, dtype=np.float64) - np.asarray(control, dtype=np.float64)
    return difference


def item_count_variance(
    treatment_variance: npt.ArrayLike,
    control_variance: npt.ArrayLike,
    *,
    n_treatment: npt.ArrayLike,
    n_control: npt.ArrayLike,
) -> FloatArray:
    """s²_T/n_T + s²_C/n_C, both arms independent simple random samples.

    >>> float(item_count_variance(1.0, 0.5, n_treatment=10, n_control=5))
    0.2
    """
    variance: FloatArray = np.asarray(treatment_variance) / np.asarray(n_treatment) + np.asarray(
        control_variance
    ) / np.asarray(n_control)
    return variance


def line_of(indicator: Indicator) -> Line:
    """The line from an indicator's observed ratio to its value; methods without a random device keep the ratio.

    Raises MethodError where the random device's probability is missing or impossible.
    """
    probability = indicator.probability if indicator.probability is not None else float("nan")
    second = indicator.probability_yes if indicator.probability_yes is not None else float("nan")
    match indicator.method:
        case "crosswise":
            return crosswise(probability=probability)
        case "unrelated":
            return unrelated(probability=probability, innocuous=second)
        case "forced":
            return forced(probability=probability, forced_yes=second)
        case _:
            return PLAIN


def _require_share(code: str, probability: float, second: float) -> None:
    if not 0.0 < probability <= 1.0:
        raise MethodError(code, found=probability, expected="0 < p ≤ 1")
    if not 0.0 <= second <= 1.0:
        raise MethodError(code, found=second, expected="0–1")
