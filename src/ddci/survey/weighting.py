"""Survey weights that add up to known totals: post-stratification, raking, calibration, trimming.

In:  weights (n,), who stands in which cell or what each respondent has of the calibration variables, known totals.
Out: weights (n,), and what calibration leaves of a variable (for standard errors).
Source: Deville and Särndal (1992), JASA 87, 376-382 (calibration; linear, raking and logit distances); Deming and Stephan
(1940), Annals of Mathematical Statistics 11, 427-444 (raking); Kish (1965), Survey Sampling, 11.7 (design effect).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from ddci.errors import MethodError

FloatArray = npt.NDArray[np.float64]
Distance = Literal["linear", "raking", "logit"]


def post_stratify(weights: FloatArray, *, cells: Sequence[str], population: Mapping[str, float]) -> FloatArray:
    """Multiply the weights of each cell so that they add up to its population.

    weights     (n,) ≥ 0
    cells       (n,) code of each respondent's cell
    population  code → N; cells that are not in it keep their weights

    Raises MethodError("CELL_EMPTY") where a cell with a population has respondents but no weight, or no respondents.

    >>> post_stratify(np.array([1.0, 1.0, 2.0]), cells=["a", "a", "b"], population={"a": 10.0})
    array([5., 5., 2.])
    """
    codes = np.asarray(cells, dtype=object)
    calibrated = np.array(weights, dtype=np.float64)
    for code, known in population.items():
        members = codes == code
        total = calibrated[members].sum()
        if known > 0 and not total > 0:
            raise MethodError("CELL_EMPTY", found=code, expected="respondents with weight in every cell")
        calibrated[members] *= known / total if total > 0 else 0.0
    return calibrated


def rake(
    weights: FloatArray,
    *,
    margins: Sequence[tuple[Sequence[str], Mapping[str, float]]],
    tolerance: float = 1e-10,
    most_rounds: int = 1000,
) -> FloatArray:
    """Post-stratify to one margin after the other until all hold.

    margins    (codes (n,), population by code) per margin
    tolerance  largest distance of a margin's total from its population, as a share of the population

    Raises MethodError("RAKING_NOT_CONVERGED") when the margins cannot be met together in ``most_rounds`` rounds.

    >>> rake(np.ones(4), margins=[(["a", "a", "b", "b"], {"a": 6, "b": 2}), (["x", "y", "x", "y"], {"x": 4, "y": 4})])
    array([3., 3., 1., 1.])
    """
    calibrated = np.array(weights, dtype=np.float64)
    for _ in range(most_rounds):
        for cells, population in margins:
            calibrated = post_stratify(calibrated, cells=cells, population=population)
        if all(_margin_error(calibrated, cells, population) <= tolerance for cells, population in margins):
            return calibrated
    raise MethodError("RAKING_NOT_CONVERGED", found=most_rounds, expected="margins that agree with each other")


def _margin_error(weights: FloatArray, cells: Sequence[str], population: Mapping[str, float]) -> float:
    codes = np.asarray(cells, dtype=object)
    largest = max(population.values())
    return max(abs(float(weights[codes == code].sum()) - known) for code, known in population.items()) / largest


def calibrate(
    weights: FloatArray,
    auxiliary: FloatArray,
    *,
    totals: FloatArray,
    distance: Distance = "linear",
    bounds: tuple[float, float] | None = None,
    tolerance: float = 1e-11,
    most_rounds: int = 100,
) -> FloatArray:
    """Weights nearest to the given ones under which the auxiliary variables have their known totals.

    weights    (n,) > 0
    auxiliary  (n, K) full column rank
    totals     (K,)
    distance   linear (regression estimator), raking (always positive), logit (within ``bounds``)
    bounds     lowest and highest ratio of new to old weight; required for logit, optional for linear
    tolerance  largest distance from a total, relative to 1 + |total|

    Raises MethodError("CALIBRATION_NOT_CONVERGED") when no such weights exist or are not found in ``most_rounds``.

    >>> calibrate(np.ones(2), np.array([[1.0, 0.0], [1.0, 2.0]]), totals=np.array([5.0, 4.0]))
    array([3., 2.])
    """
    if distance == "logit" and (bounds is None or not bounds[0] < 1.0 < bounds[1]):
        raise MethodError("CALIBRATION_BOUNDS", found=bounds, expected="low < 1 < high")
    ratio_of, slope_of = _distance(distance, bounds)
    multipliers = np.zeros(auxiliary.shape[1])
    for _ in range(most_rounds):
        exponent: FloatArray = auxiliary @ multipliers
        ratio = ratio_of(exponent)
        missing: FloatArray = totals - auxiliary.T @ (weights * ratio)
        if np.all(np.abs(missing) <= tolerance * (1.0 + np.abs(totals))):
            return np.asarray(weights * ratio, dtype=np.float64)
        curvature = auxiliary.T @ (auxiliary * (weights * slope_of(exponent))[:, None])
        step: FloatArray = np.linalg.lstsq(curvature, missing, rcond=None)[0].astype(np.float64)
        multipliers = multipliers + _damped(step, multipliers, auxiliary, weights, totals, ratio_of)
        if not np.all(np.isfinite(multipliers)):
            break
    raise MethodError("CALIBRATION_NOT_CONVERGED", found=distance, expected="totals that such weights can reach")


def _distance(
    distance: Distance, bounds: tuple[float, float] | None
) -> tuple[Callable[[FloatArray], FloatArray], Callable[[FloatArray], FloatArray]]:
    """The ratio of new to old weight as a function of xᵀλ, and its slope."""
    low, high = bounds if bounds is not None else (-np.inf, np.inf)
    if distance == "raking":
        return np.exp, np.exp
    if distance == "linear":
        return (
            lambda exponent: np.clip(1.0 + exponent, low, high),
            lambda exponent: ((1.0 + exponent >= low) & (1.0 + exponent <= high)).astype(np.float64),
        )
    scale = (high - low) / ((1.0 - low) * (high - 1.0))

    def ratio(exponent: FloatArray) -> FloatArray:
        growth = np.exp(np.clip(scale * exponent, -500.0, 500.0))
        return np.asarray((low * (high - 1.0) + high * (1.0 - low) * growth) / (high - 1.0 + (1.0 - low) * growth))

    return ratio, lambda exponent: scale * (ratio(exponent) - low) * (high - ratio(exponent)) / (high - low)


def _damped(
    step: FloatArray,
    multipliers: FloatArray,
    auxiliary: FloatArray,
    weights: FloatArray,
    totals: FloatArray,
    ratio_of: Callable[[FloatArray], FloatArray],
) -> FloatArray:
    """Halve Newton's step until it does not lead further away from the totals."""

    def distance(candidate: FloatArray) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            missing = totals - auxiliary.T @ (weights * ratio_of(auxiliary @ candidate))
        return float(np.max(np.abs(missing) / (1.0 + np.abs(totals))))

    start = distance(multipliers)
    for _ in range(20):
        if distance(multipliers + step) <= start:
            return step
        step = step / 2.0
    return step


def calibration_residuals(variable: FloatArray, auxiliary: FloatArray, *, weights: FloatArray) -> FloatArray:
    """What weighted regression on the calibration variables leaves of a variable: its sampling error after calibration.

    variable   (n,) or (n, J): the linearised score, without weight
    auxiliary  (n, K), rank-deficient allowed
    weights    (n,) the weights before calibration

    >>> calibration_residuals(np.array([1.0, 3.0]), np.ones((2, 1)), weights=np.array([3.0, 1.0]))
    array([-0.5,  1.5])
    """
    root = np.sqrt(weights)
    shape = (-1,) + (1,) * (variable.ndim - 1)
    fit = np.linalg.lstsq(auxiliary * root[:, None], variable * root.reshape(shape), rcond=None)[0]
    residuals: FloatArray = variable - auxiliary @ fit
    return residuals


def trim(weights: FloatArray, *, low: float = 0.0, high: float = np.inf, most_rounds: int = 100) -> FloatArray:
    """Cut weights at two limits and share what was cut equally among the weights within, until none is beyond.

    The sum of the weights stays. Raises MethodError("TRIM_LIMITS") where the limits leave no room for the sum.

    >>> trim(np.array([1.0, 1.0, 4.0]), high=3.0)
    array([1.5, 1.5, 3. ])
    """
    if not low * len(weights) <= weights.sum() <= high * len(weights):
        raise MethodError("TRIM_LIMITS", found=f"{low}, {high}", expected="limits around the mean weight")
    trimmed = np.array(weights, dtype=np.float64)
    fixed = np.zeros(len(trimmed), dtype=np.bool_)
    for _ in range(most_rounds):
        beyond = (trimmed < low) | (trimmed > high)
        if not beyond.any():
            break
        fixed |= beyond
        cut = np.clip(trimmed, low, high)
        excess = trimmed.sum() - cut.sum()
        trimmed = cut
        if not fixed.all():
            trimmed[~fixed] += excess / (~fixed).sum()
    return np.clip(trimmed, low, high)


def kish_design_effect(weights: FloatArray) -> float:
    """n Σw² / (Σw)²: how much unequal weights alone inflate a variance; NaN without weight.

    >>> kish_design_effect(np.array([1.0, 1.0, 2.0, 0.0]))
    1.5
    """
    total = float(weights.sum())
    return len(weights) * float((weights**2).sum()) / total**2 if total > 0 else float("nan")
