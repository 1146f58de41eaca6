"""Intervals and small formulas of sampling error.

In:  estimates, standard errors, replicates; any shape, NaN stays NaN.
Out: lower and upper limits, standard errors.
Source: R package survey (Lumley 2010, Complex Surveys), functions confint, svyciprop; Korn and Graubard (1998), Survey
Methodology 24, 193-201; Woodruff (1952), JASA 47, 635-646.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtri, stdtrit

FloatArray = npt.NDArray[np.float64]
Limits = tuple[FloatArray, FloatArray]


def normal_interval(value: FloatArray, se: FloatArray, *, confidence: float = 0.95) -> Limits:
    """value ± z·se.

    >>> [round(float(limit), 2) for limit in normal_interval(np.array(5.0), np.array(1.0))]
    [3.04, 6.96]
    """
    reach = ndtri(0.5 + confidence / 2) * se
    return value - reach, value + reach


def t_interval(value: FloatArray, se: FloatArray, n: FloatArray, *, confidence: float = 0.95) -> Limits:
    """value ± t·se with n − 1 degrees of freedom (at least 1); the normal interval where n is not known.

    n  same shape: answers, or effective answers; NaN for a single answer without a standard error of its own

    >>> [round(float(limit), 2) for limit in t_interval(np.array(5.0), np.array(1.0), np.array(10.0))]
    [2.74, 7.26]
    """
    degrees = np.where(np.isfinite(n), np.maximum(np.nan_to_num(n, posinf=np.inf) - 1.0, 1.0), np.inf)
    reach = np.where(np.isfinite(n) & (n <= 1.0) & (se == 0), np.nan, _quantile(confidence, degrees) * se)
    return value - reach, value + reach


def logit_interval(
    share: FloatArray, se: FloatArray, *, degrees: npt.ArrayLike = np.inf, confidence: float = 0.95
) -> Limits:
    """Interval of a share on the logit scale, so that it stays within 0–1; where the share is 0 or 1, that point.

    degrees  of the t distribution: sampling units − strata

    >>> [round(float(limit), 3) for limit in logit_interval(np.array(0.5), np.array(0.05))]
    [0.403, 0.597]
    """
    inside = (share > 0) & (share < 1)
    safe = np.where(inside, share, 0.5)
    reach = _quantile(confidence, degrees) * se / (safe * (1.0 - safe))
    logit = np.log(safe / (1.0 - safe))
    low, high = 1.0 / (1.0 + np.exp(reach - logit)), 1.0 / (1.0 + np.exp(-reach - logit))
    return np.where(inside, low, share), np.where(inside, high, share)


def beta_interval(
    share: FloatArray, se: FloatArray, *, n: npt.ArrayLike, degrees: npt.ArrayLike, confidence: float = 0.95
) -> Limits:
    """Korn and Graubard's exact interval: Clopper-Pearson with the effective number of answers.

    n        answers in the sample, before any design effect
    degrees  sampling units − strata

    >>> [round(float(limit), 3) for limit in beta_interval(np.array(0.5), np.array(0.05), n=100, degrees=99)]
    [0.398, 0.602]
    """
    count, freedom = np.asarray(n, dtype=np.float64), np.asarray(degrees, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where(se > 0, share * (1.0 - share) / se**2, count)
    effective = effective * (_quantile(confidence, count - 1.0) / _quantile(confidence, freedom)) ** 2
    tail = (1.0 - confidence) / 2
    hits = effective * share
    low = betaincinv(hits, effective - hits + 1.0, tail)
    high = betaincinv(hits + 1.0, effective - hits, 1.0 - tail)
    return np.where(share <= 0, 0.0, low), np.where(share >= 1, 1.0, high)


def replicate_se(values: FloatArray) -> FloatArray:
    """Standard error from replicates: the standard deviation of the replicates.

    values   (R + 1, …); replicate 0, the estimate, is left out
    returns  (…); NaN with fewer than two replicates

    >>> float(replicate_se(np.array([9.0, 1.0, 2.0, 3.0])))
    1.0
    """
    if values.shape[0] < 3:
        return np.full(values.shape[1:], np.nan)
    spread: FloatArray = values[1:].std(axis=0, ddof=1)
    return spread


def replicate_interval(values: FloatArray, *, confidence: float = 0.95) -> Limits:
    """Percentile interval from replicates (replicate 0 left out).

    >>> low, high = replicate_interval(np.arange(102.0), confidence=0.5)
    >>> float(low), float(high)
    (26.0, 76.0)
    """
    if values.shape[0] < 2:
        nothing = np.full(values.shape[1:], np.nan)
        return nothing, nothing.copy()
    tail = (1.0 - confidence) / 2
    low, high = np.quantile(values[1:], [tail, 1.0 - tail], axis=0)
    return low, high


def effective_n(weight_sum: FloatArray, weight_square_sum: FloatArray) -> FloatArray:
    """Kish's effective number of answers (Σw)²/Σw²; 0 where there is no weight.

    >>> float(effective_n(np.array(4.0), np.array(8.0)))
    2.0
    """
    has_weight = weight_square_sum > 0
    return np.where(has_weight, weight_sum**2 / np.where(has_weight, weight_square_sum, 1.0), 0.0)


def _quantile(confidence: float, degrees: npt.ArrayLike) -> FloatArray:
    freedom = np.asarray(degrees, dtype=np.float64)
    quantile: FloatArray = np.where(
        np.isfinite(freedom), stdtrit(freedom, 0.5 + confidence / 2), ndtri(0.5 + confidence / 2)
    )
    return quantile


def share_interval(share: FloatArray, se: FloatArray, n: FloatArray, *, confidence: float = 0.95) -> Limits:
    """Interval of a share between 0 and 1: on the logit scale; exact (Clopper-Pearson) where nobody or everybody said yes.

    n  same shape: effective answers; n − 1 degrees of freedom; the normal quantile where n is not known

    >>> low, high = share_interval(np.array([0.5, 0.0]), np.array([0.05, 0.0]), np.array([100.0, 20.0]))
    >>> low.round(3), high.round(3)
    (array([0.402, 0.   ]), array([0.598, 0.168]))
    """
    known = np.isfinite(n)
    degrees = np.where(known, np.maximum(np.nan_to_num(n) - 1.0, 1.0), np.inf)
    low, high = logit_interval(share, se, degrees=degrees, confidence=confidence)
    count = np.maximum(np.where(known, n, np.nan), 1.0)
    alike = (share <= 0) | (share >= 1)
    tail = (1.0 - confidence) / 2
    reach = 1.0 - tail ** (1.0 / count)  # the share at which so many equal answers still have that chance
    low = np.where(alike & (share >= 1), 1.0 - reach, low)
    high = np.where(alike & (share <= 0), reach, high)
    unknown = np.isnan(se)
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)
