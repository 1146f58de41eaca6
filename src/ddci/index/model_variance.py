"""The between-unit variance A of the Fay–Herriot model, found in four ways.

In:  direct estimates y (U,), their known sampling variances D (U,), covariates X (U, P), all complete.
Out: A ≥ 0 with whether and after how many steps it was found.
Sources: Fay and Herriot (1979), JASA 74 (moments); Rao and Molina (2015), Small Area Estimation, section 6.1.2
(scoring); Yoshimori and Lahiri (2014), J. Multivariate Analysis 124 (adjusted likelihood).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Fitting = Literal["restricted_likelihood", "maximum_likelihood", "moments", "adjusted"]

STEPS = 500
PRECISION = 1e-13  # of A, relative: golden values need ten digits
GOLDEN = (5**0.5 - 1) / 2
WIDTH = 1e-10  # of log A


@dataclass(frozen=True, slots=True)
class Fit:
    model_variance: float
    converged: bool
    iterations: int


@dataclass(frozen=True, slots=True)
class LeastSquares:
    """Generalised least squares at a given A."""

    coefficients: FloatArray  # (P,)
    covariance: FloatArray  # (P, P) (X' V⁻¹ X)⁻¹
    residuals: FloatArray  # (U,) y − X β


def generalised_least_squares(
    y: FloatArray, variance: FloatArray, x: FloatArray, model_variance: float
) -> LeastSquares:
    """Coefficients with each unit weighted by 1/(A + D)."""
    weighted = x / (model_variance + variance)[:, None]
    covariance = np.asarray(np.linalg.inv(x.T @ weighted), dtype=np.float64)
    coefficients = covariance @ (weighted.T @ y)
    return LeastSquares(coefficients, covariance, y - x @ coefficients)


def fit_restricted_likelihood(y: FloatArray, variance: FloatArray, x: FloatArray) -> Fit:
    """Restricted maximum likelihood by Fisher scoring; 0 where the likelihood falls from the start."""

    def step(model_variance: float) -> float:
        least_squares = generalised_least_squares(y, variance, x, model_variance)
        inverse = 1.0 / (model_variance + variance)
        second = least_squares.covariance @ (x.T @ (inverse[:, None] ** 2 * x))
        third = least_squares.covariance @ (x.T @ (inverse[:, None] ** 3 * x))
        trace = inverse.sum() - np.trace(second)  # of P = V⁻¹ − V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹
        trace_of_square = (inverse**2).sum() - 2.0 * np.trace(third) + np.trace(second @ second)
        squares = ((inverse * least_squares.residuals) ** 2).sum()  # y'PPy
        return float((squares - trace) / trace_of_square)

    return _climb(step, float(np.median(variance)))


def fit_maximum_likelihood(y: FloatArray, variance: FloatArray, x: FloatArray) -> Fit:
    """Maximum likelihood by Fisher scoring."""

    def step(model_variance: float) -> float:
        residuals = generalised_least_squares(y, variance, x, model_variance).residuals
        inverse = 1.0 / (model_variance + variance)
        return float((((inverse * residuals) ** 2).sum() - inverse.sum()) / (inverse**2).sum())

    return _climb(step, float(np.median(variance)))


def fit_moments(y: FloatArray, variance: FloatArray, x: FloatArray) -> Fit:
    """Fay and Herriot's moment equation Σ residual²/(A + D) = U − P, solved by Newton steps."""
    freedom = len(y) - x.shape[1]

    def step(model_variance: float) -> float:
        squares = generalised_least_squares(y, variance, x, model_variance).residuals ** 2
        total = model_variance + variance
        return float(((squares / total).sum() - freedom) / (squares / total**2).sum())

    return _climb(step, 0.0)


def fit_adjusted(y: FloatArray, variance: FloatArray, x: FloatArray) -> Fit:
    """Restricted likelihood × (arctan Σ A/(A + D))^(1/U): never 0, and as precise as the restricted likelihood.

    The factor vanishes at A = 0 and hardly moves the maximum elsewhere, so that g1 + g2 + 2 g3 stays the right error.
    """

    def loss(log_variance: float) -> float:
        model_variance = float(np.exp(log_variance))
        pull = np.log(np.arctan((model_variance / (model_variance + variance)).sum())) / len(y)
        return -float(_restricted_log_likelihood(y, variance, x, model_variance) + pull)

    # A coarse grid first: the adjusted likelihood may have a second maximum close to 0.
    spread = max(float(np.var(y)), float(variance.max()))
    grid = np.log(spread) + np.linspace(-20.0, 4.0, 97)
    losses = [loss(point) for point in grid]
    best = int(np.clip(np.argmin(losses), 1, len(grid) - 2))
    lowest, calls = _lowest(loss, float(grid[best - 1]), float(grid[best + 1]))
    return Fit(float(np.exp(lowest)), True, calls + len(grid))


def _restricted_log_likelihood(y: FloatArray, variance: FloatArray, x: FloatArray, model_variance: float) -> float:
    least_squares = generalised_least_squares(y, variance, x, model_variance)
    total = model_variance + variance
    determinant = np.linalg.slogdet(least_squares.covariance)[1]
    return float(-0.5 * (np.log(total).sum() - determinant + (least_squares.residuals**2 / total).sum()))


def _lowest(loss: Callable[[float], float], low: float, high: float) -> tuple[float, int]:
    """Where a loss with one dip between two points is least, by golden sections, and how often it was asked.

    Not SciPy's search: importing ``scipy.optimize`` takes longer than all fits of a wave.
    """
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    loss_left, loss_right = loss(left), loss(right)
    calls = 2
    while high - low > WIDTH:
        if loss_left < loss_right:
            high, right, loss_right = right, left, loss_left
            left = high - GOLDEN * (high - low)
            loss_left = loss(left)
        else:
            low, left, loss_left = left, right, loss_right
            right = low + GOLDEN * (high - low)
            loss_right = loss(right)
        calls += 1
    return (low + high) / 2, calls


def _climb(step: Callable[[float], float], start: float) -> Fit:
    """Follow the steps, never below 0, until they no longer move A; a step back to 0 twice running settles at 0."""
    current = start
    for iteration in range(1, STEPS + 1):
        following = max(current + step(current), 0.0)
        if abs(following - current) <= PRECISION * max(following, current):
            return Fit(following, True, iteration)
        current = following
    return Fit(current, False, STEPS)
