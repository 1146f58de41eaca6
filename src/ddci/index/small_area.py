"""Steadier estimates for units with few answers: the Fay–Herriot model.

In:  direct estimates (U,) with their sampling variances, and covariates (U, P) known for every unit.
Out: a mixture of each unit's own data and what the covariates predict, with its mean squared error and the share of own
     data. Shown beside the direct estimate, never in its place, and never used to test a change.
Model: direct = X β + u + e, Var(u) = A (one for all units), Var(e) = D (known, one per unit).
Sources: Fay and Herriot (1979), JASA 74; Prasad and Rao (1990), JASA 85; Datta and Lahiri (2000), Statistica Sinica 10;
Datta, Rao and Smith (2005), Biometrika 92; Yoshimori and Lahiri (2014), J. Multivariate Analysis 124; Rao and Molina
(2015), Small Area Estimation, chapter 6. Numbers agree with R package sae. ``model_variance`` fits A.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from ddci.errors import MethodError
from ddci.index.model_variance import (
    Fit,
    Fitting,
    fit_adjusted,
    fit_maximum_likelihood,
    fit_moments,
    fit_restricted_likelihood,
    generalised_least_squares,
)

FloatArray = npt.NDArray[np.float64]

FEW_UNITS = 15  # up to here a fitted model variance is often 0, which would throw each unit's own data away


@dataclass(frozen=True, slots=True)
class SmallAreaEstimates:
    """Estimates (U,) by the Fay–Herriot model; a unit without a direct estimate has the prediction alone."""

    estimate: FloatArray
    mse: FloatArray  # mean squared error, in the estimate's unit squared
    low: FloatArray
    high: FloatArray
    own_share: FloatArray  # γ = A / (A + D): 1 = the unit's own data only, 0 = the covariates only
    prediction: FloatArray  # X β
    coefficients: FloatArray  # (P,) β
    coefficient_se: FloatArray  # (P,)
    model_variance: float  # A
    fitting: Fitting  # how A was found, after the rule for few units and A = 0
    converged: bool
    iterations: int


def fay_herriot(
    direct: npt.ArrayLike,
    sampling_variance: npt.ArrayLike,
    covariates: npt.ArrayLike,
    *,
    fitting: Fitting | None = None,
    confidence: float = 0.95,
) -> SmallAreaEstimates:
    """Empirical best linear unbiased predictor of each unit, with second-order correct mean squared error.

    direct             (U,) float; NaN = no answers: the unit is predicted but does not enter the fit
    sampling_variance  (U,) float, above 0 where ``direct`` is given; ``smooth_variances`` makes noisy ones usable
    covariates         (U, P) float, complete; put a column of ones first for the intercept
    fitting            of A: restricted_likelihood, maximum_likelihood, moments, adjusted; None = restricted likelihood,
                       but adjusted with 15 units or fewer, or where A would be 0
    returns            SmallAreaEstimates; limits are estimate ± z · √mse

    Raises MethodError: SMALL_AREA_SHAPE, SMALL_AREA_COVARIATES, SMALL_AREA_VARIANCE, SMALL_AREA_TOO_FEW,
    SMALL_AREA_FITTING, CONFIDENCE_RANGE.

    >>> fit = fay_herriot([1.0, 2.0, 3.0, 4.0], [0.5] * 4, [[1.0]] * 4, fitting="moments")
    >>> round(fit.model_variance, 4), fit.own_share.round(2)[0], fit.estimate.round(2)  # A = S² − D = 1.6667 − 0.5
    (1.1667, np.float64(0.7), array([1.45, 2.15, 2.85, 3.55]))
    """
    y, variance, x = _checked(direct, sampling_variance, covariates)
    if not 0 < confidence < 1:
        raise MethodError("CONFIDENCE_RANGE", found=confidence)
    measured = np.isfinite(y)
    fit, used = _fit(y[measured], variance[measured], x[measured], fitting)
    least_squares = generalised_least_squares(y[measured], variance[measured], x[measured], fit.model_variance)
    prediction = x @ least_squares.coefficients
    own_share = np.where(measured, fit.model_variance / (fit.model_variance + np.where(measured, variance, 1.0)), 0.0)
    estimate = prediction + own_share * (np.where(measured, y, prediction) - prediction)
    mse = _mean_squared_error(variance, x, least_squares.covariance, own_share, measured, fit, used)
    reach = float(ndtri(0.5 + confidence / 2)) * np.sqrt(mse)
    return SmallAreaEstimates(
        estimate=estimate,
        mse=mse,
        low=estimate - reach,
        high=estimate + reach,
        own_share=own_share,
        prediction=prediction,
        coefficients=least_squares.coefficients,
        coefficient_se=np.sqrt(np.diag(least_squares.covariance)),
        model_variance=fit.model_variance,
        fitting=used,
        converged=fit.converged,
        iterations=fit.iterations,
    )


def fay_herriot_shares(
    shares: npt.ArrayLike,
    n_effective: npt.ArrayLike,
    covariates: npt.ArrayLike,
    *,
    fitting: Fitting | None = None,
    confidence: float = 0.95,
) -> SmallAreaEstimates:
    """Fay–Herriot for shares from 0 to 1, on the arcsine scale: there the sampling variance is 1/(4 n) for any share.

    shares       (U,) float; NaN = no answers
    n_effective  (U,) float, above 0 where a share is given: n divided by a (smoothed) design effect
    returns      SmallAreaEstimates in shares: estimate, limits and prediction are inside 0–1, ``mse`` is carried over
                 by the slope; coefficients and model variance stay on the arcsine scale, where the model is

    The estimate is the mean of sin²θ over what the model leaves open about θ, (1 − exp(−2 g) cos 2θ̂)/2 with g = γD:
    plain sin²θ̂ would be too extreme. Limits are the transformed limits of θ.
    Raises MethodError as ``fay_herriot``, and SHARE_RANGE.
    Source: Sugasawa and Kubokawa (2017), Computational Statistics & Data Analysis 114; Hadam et al. (2020).
    """
    share, n = np.asarray(shares, dtype=np.float64), np.asarray(n_effective, dtype=np.float64)
    if np.any((share < 0) | (share > 1)):
        raise MethodError("SHARE_RANGE", found=share[(share < 0) | (share > 1)][:5].tolist())
    variance = np.divide(0.25, n, out=np.full_like(n, np.nan), where=n > 0)
    angles = fay_herriot(np.arcsin(np.sqrt(share)), variance, covariates, fitting=fitting, confidence=confidence)
    open_variance = np.where(
        angles.own_share > 0, angles.own_share * np.where(np.isfinite(variance), variance, 0.0), angles.model_variance
    )
    estimate = (1.0 - np.exp(-2.0 * open_variance) * np.cos(2.0 * angles.estimate)) / 2.0
    low, high, prediction = (
        np.sin(np.clip(angle, 0.0, np.pi / 2)) ** 2 for angle in (angles.low, angles.high, angles.prediction)
    )
    slope = np.sin(2.0 * np.clip(angles.estimate, 0.0, np.pi / 2))
    return SmallAreaEstimates(
        estimate=np.clip(estimate, 0.0, 1.0),
        mse=angles.mse * slope**2,
        low=low,
        high=high,
        own_share=angles.own_share,
        prediction=prediction,
        coefficients=angles.coefficients,
        coefficient_se=angles.coefficient_se,
        model_variance=angles.model_variance,
        fitting=angles.fitting,
        converged=angles.converged,
        iterations=angles.iterations,
    )


def smooth_variances(sampling_variance: npt.ArrayLike, n: npt.ArrayLike) -> FloatArray:
    """Sampling variances that share one variance of a single answer among all units: D_u = σ²/n_u.

    sampling_variance  (U,) float, as estimated; NaN = none
    n                  (U,) float, answers (or effective answers); 0 or NaN = none
    returns            (U,) float; NaN where n is missing

    A variance estimated from 25 answers is itself uncertain by almost a third, and is 0 when all gave the same answer:
    the model takes it as known. σ² is the mean of n·D weighted by the degrees of freedom n − 1.
    Raises MethodError("SMALL_AREA_VARIANCE") when no unit has a variance and two answers, or all variances are 0.
    Source: generalised variance functions, Wolter (2007), Introduction to Variance Estimation, chapter 7.

    >>> smooth_variances([0.0, 0.2], [11, 21])  # σ² = (10·0 + 20·4.2) / 30 = 2.8
    array([0.25454545, 0.13333333])
    """
    variance, answers = np.asarray(sampling_variance, dtype=np.float64), np.asarray(n, dtype=np.float64)
    known = np.isfinite(variance) & np.isfinite(answers) & (answers > 1)
    freedom = answers[known] - 1
    of_one_answer = float(freedom @ (answers[known] * variance[known]) / freedom.sum()) if known.any() else 0.0
    if not of_one_answer > 0:
        raise MethodError("SMALL_AREA_VARIANCE", found=of_one_answer)
    return np.asarray(np.divide(of_one_answer, answers, out=np.full_like(answers, np.nan), where=answers > 0))


def _checked(
    direct: npt.ArrayLike, sampling_variance: npt.ArrayLike, covariates: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    y, variance = np.asarray(direct, dtype=np.float64), np.asarray(sampling_variance, dtype=np.float64)
    x = np.asarray(covariates, dtype=np.float64)
    if y.ndim != 1 or variance.shape != y.shape or x.ndim != 2 or len(x) != len(y):
        raise MethodError("SMALL_AREA_SHAPE", found=f"{y.shape}, {variance.shape}, {x.shape}")
    measured = np.isfinite(y)
    if not np.isfinite(x).all() or (measured.any() and np.linalg.matrix_rank(x[measured]) < x.shape[1]):
        raise MethodError("SMALL_AREA_COVARIATES", found=x.shape[1])
    wrong = measured & ~(np.isfinite(variance) & (variance > 0))
    if wrong.any():
        raise MethodError("SMALL_AREA_VARIANCE", found=variance[wrong][:5].tolist())
    if measured.sum() < x.shape[1] + 3:
        raise MethodError("SMALL_AREA_TOO_FEW", found=int(measured.sum()), expected=x.shape[1] + 3)
    return y, variance, x


def _fit(y: FloatArray, variance: FloatArray, x: FloatArray, fitting: Fitting | None) -> tuple[Fit, Fitting]:
    if fitting == "maximum_likelihood":
        return fit_maximum_likelihood(y, variance, x), fitting
    if fitting == "moments":
        return fit_moments(y, variance, x), fitting
    if fitting == "restricted_likelihood":
        return fit_restricted_likelihood(y, variance, x), fitting
    if fitting is None and len(y) > FEW_UNITS:
        fit = fit_restricted_likelihood(y, variance, x)
        if fit.model_variance > 0 and fit.converged:
            return fit, "restricted_likelihood"
    elif fitting not in (None, "adjusted"):
        raise MethodError("SMALL_AREA_FITTING", found=fitting)
    return fit_adjusted(y, variance, x), "adjusted"


def _mean_squared_error(
    variance: FloatArray,
    x: FloatArray,
    coefficient_covariance: FloatArray,
    own_share: FloatArray,
    measured: npt.NDArray[np.bool_],
    fit: Fit,
    fitting: Fitting,
) -> FloatArray:
    """g1 + g2 + 2 g3, less the bias of g1 where the fitting of A has one; g1 + g2 with A for a unit without own data.

    g1: what is open with all parameters known; g2: the coefficients' uncertainty; g3: the model variance's uncertainty.
    """
    model_variance = fit.model_variance
    total = 1.0 / (model_variance + variance[measured])
    own = np.where(measured, variance, 1.0)
    shrink = np.where(measured, own / (model_variance + own), 1.0)  # B = 1 − γ
    g1 = np.where(measured, own_share * own, model_variance)
    g2 = shrink**2 * np.einsum("up,pq,uq->u", x, coefficient_covariance, x)
    if fitting == "moments":
        variance_of_fit = 2.0 * len(total) / total.sum() ** 2
        bias = 2.0 * (len(total) * (total**2).sum() - total.sum() ** 2) / total.sum() ** 3
    else:
        variance_of_fit = 2.0 / (total**2).sum()
        curvature = np.einsum("up,u,uq->pq", x[measured], total**2, x[measured])
        bias = (
            -np.trace(coefficient_covariance @ curvature) / (total**2).sum() if fitting == "maximum_likelihood" else 0.0
        )
    g3 = np.where(measured, shrink**2 * variance_of_fit / (model_variance + own), 0.0)
    corrected = g1 + g2 + 2.0 * g3 - np.where(measured, bias * shrink**2, 0.0)
    return np.asarray(np.where(corrected > 0, corrected, g1 + g2))
