"""Finish the kernel's sums: values, standard errors, covariances and replicates of every unit.

In:  Plan and merged Sums.
Out: Points after the first pass, covariances after the second, replicate values after each block of the third.
Source: see ``indicators``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ddci.errors import Fault
from ddci.index.batches import Plan, Sums
from ddci.index.exact import join, power_of_two
from ddci.index.indicators import (
    Points,
    read_totals,
    replicate_units,
    respondent_total,
    score_exponents,
    weight_exponents,
    weighted_score_exponent,
)
from ddci.index.medians import median_of_levels, woodruff_se
from ddci.index.replicates import CountSource, normal_draws
from ddci.survey.design import SamplingDesign

FloatArray = npt.NDArray[np.float64]
HashArray = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class ValueEstimates:
    """What the answers say: U units, I indicators in the framework's order; NaN where there is nothing to say."""

    values: FloatArray  # (R + 1, U, I); replicate 0 is the estimate
    se: FloatArray  # (U, I) linearised
    n: FloatArray  # (U, I) rows in the base; 0 without answers, NaN for indicators not measured by answers
    n_effective: FloatArray  # (U, I) (Σw)²/Σw²
    covariance: FloatArray  # (U, I, I) linearised, between the indicators of one unit
    item_missing: FloatArray  # (U, I) share of those asked who gave no answer of substance
    warnings: tuple[Fault, ...] = ()


def finish_points(sums: Sums, plan: Plan) -> Points:
    """Values and what their linearisation needs, from the totals."""
    medians = plan.formulas.medians
    total = np.zeros((plan.n_units, 7, plan.n_features))
    for unit in np.flatnonzero(plan.unit_rows).tolist():
        for _, part in sums.cells("total", unit):
            total[unit] += part
    totals, base = read_totals(total, plan), plan.formulas.base
    values, weight = plan.formulas.values(totals.weight), totals.weight[:, base]
    below = np.full((plan.n_units, len(medians)), np.nan)
    for unit in np.flatnonzero(plan.unit_rows).tolist():
        for m, j in enumerate(medians):
            levels, (cumulative, _) = plan.levels[unit, m], _cumulative_levels(sums, plan, unit, m)
            values[unit, j] = median_of_levels(levels, cumulative)
            if np.isfinite(values[unit, j]):
                below[unit, m] = cumulative[np.searchsorted(levels, values[unit, j])] / cumulative[-1]
    gradient = np.nan_to_num(plan.formulas.gradient(totals.weight))
    return Points(
        values=values,
        n=totals.rows[:, base],
        weight=weight,
        weight_square=totals.weight_square[:, base],
        gradient=gradient,
        below=below,
        score_exponent=score_exponents(plan, gradient, weight),
    )


def finish_covariance(sums: Sums, points: Points, plan: Plan) -> FloatArray:
    """(U, J, J) linearised covariance of each unit's indicators, from the scores."""
    units, indicators = points.values.shape
    covariance = np.full((units, indicators, indicators), np.nan)
    for unit in range(units):
        products = sums.cells("product", unit)
        if products:
            _fill_covariance(covariance[unit], products[0][1], sums, points, plan, unit)
            _scale_medians(covariance[unit], sums, points, plan, unit)
        unknown = ~np.isfinite(points.values[unit])
        if unknown.any():
            covariance[unit, unknown, :] = np.nan
            covariance[unit, :, unknown] = np.nan
    correction = _lone_correction(plan.design)
    return covariance if correction == 1.0 else covariance * correction


def _fill_covariance(
    covariance: FloatArray, product: FloatArray, sums: Sums, points: Points, plan: Plan, unit: int
) -> None:
    """Put Σ score·scoreᵀ, less what the strata's means account for, into (J, J) ``covariance``."""
    design, bits = plan.design, plan.score_bits(unit)
    strata = sums.cells("stratum", unit)
    places = np.array([stratum for stratum, _ in strata], dtype=np.int64)
    if design.lone_stratum == "refuse" and design.is_lone[places].any():
        return
    exponent = points.score_exponent[unit]
    unit_of_score = power_of_two(-exponent)
    np.add(product[1], product[1].T, out=covariance)
    covariance *= power_of_two(-bits)
    covariance += product[0]
    covariance += product[2] * power_of_two(-2 * bits)
    covariance *= unit_of_score[:, None]
    covariance *= unit_of_score
    total = np.stack([join(part[0], part[1], exponent=exponent, bits=bits) for _, part in strata])
    raked = design.raked & np.isfinite(design.population[places]) & (design.weight_total[places] > 0)
    centred = ~raked & (design.n[places] > 1)
    covariance -= _outer(total[centred], total[centred], 1.0 / design.n[places][centred])
    if raked.any():
        weighted_exponent = weighted_score_exponent(plan, points, unit)
        weighted = np.stack([join(part[2], part[3], exponent=weighted_exponent, bits=bits) for _, part in strata])[
            raked
        ]
        mean = total[raked] / design.weight_total[places][raked, None]
        crossed = _outer(weighted, mean, np.ones(len(mean)))
        covariance += _outer(mean, mean, design.weight_square_total[places][raked]) - crossed - crossed.T
    variance: FloatArray = np.einsum("jj->j", covariance)
    np.maximum(variance, 0.0, out=variance)


def _outer(one: FloatArray, other: FloatArray, factor: FloatArray) -> FloatArray:
    """Σ_h factor_h·one_h·other_hᵀ, in the order of the strata (no BLAS, whose order depends on its threads)."""
    summed: FloatArray = np.einsum("hi,hj->ij", factor[:, None] * one, other)
    return summed


def _scale_medians(covariance: FloatArray, sums: Sums, points: Points, plan: Plan, unit: int) -> None:
    """Turn the score of a distribution function into that of the median: more below it, a lower median."""
    for m, j in enumerate(plan.formulas.medians):
        se = float(np.sqrt(covariance[j, j]))
        cumulative, _ = _cumulative_levels(sums, plan, unit, m)
        woodruff = woodruff_se(
            plan.levels[unit, m], cumulative, below=points.below[unit, m], se=se, degrees=plan.degrees[unit, m]
        )
        factor = -woodruff / se if se > 0 else 0.0
        covariance[j, :] *= factor
        covariance[:, j] *= factor


def _lone_correction(design: SamplingDesign) -> float:
    """Under "average" the variance of the strata that have one is carried over to those that have not."""
    lone = int(design.is_lone.sum())
    if design.lone_stratum != "average" or lone == 0:
        return 1.0
    return len(design.strata) / (len(design.strata) - lone) if lone < len(design.strata) else float("nan")


def _cumulative_levels(sums: Sums, plan: Plan, unit: int, median: int) -> tuple[FloatArray, FloatArray]:
    """(D,) Σ w, and Σ w·kept, up to and with each distinct value."""
    exponents, bits = weight_exponents(plan), plan.total_bits
    limbs = np.cumsum(np.asarray(sum(part for _, part in sums.cells("level", unit, median))), axis=-1)
    return (
        join(limbs[0], limbs[1], exponent=exponents[0], bits=bits),
        join(limbs[2], limbs[3], exponent=exponents[2], bits=bits),
    )


# Replicates -----------------------------------------------------------------------------------------------------------


def stratum_factors(plan: Plan, source: CountSource) -> FloatArray | None:
    """(S, b) by which each replicate's weights are multiplied to add up to the population again; None unless raked.

    Weights are rounded to fixed point, so that the sums are exact. A stratum that a replicate leaves empty counts as 0.
    """
    design, resampling = plan.design, plan.resampling
    if not design.raked:
        return None
    factors = np.ones((len(design.strata), source.stop - source.start))
    starts = np.concatenate([[0], np.cumsum(design.n)]).astype(np.int64)
    for stratum in np.flatnonzero(np.isfinite(design.population)):
        members = np.arange(starts[stratum], starts[stratum + 1])
        exact = respondent_total(design.respondent_weight[members], members, source)
        total = design.weight_total[stratum] * resampling.kept[stratum] + resampling.varied[stratum] * exact
        factors[stratum] = np.where(total > 0, design.weight_total[stratum] / np.where(total > 0, total, 1.0), 0.0)
    return factors


def finish_replicates(
    sums: Sums,
    totals: Sums,
    points: Points,
    plan: Plan,
    *,
    unit: int,
    factors: FloatArray | None,
    out: FloatArray | None = None,
) -> FloatArray:
    """(b, J) one unit's values in one block of replicates.

    sums     of ``accumulate_replicates``
    totals   of ``accumulate``
    factors  of ``stratum_factors``
    out      (b, J) where to put them

    A replicate that leaves a unit's base empty carries the estimate, so that it is neither missing nor an extreme.
    """
    replicated = _replicate_totals(sums, totals, plan, unit, factors)
    is_finite = plan.formulas.is_surely_finite(replicated)
    values = plan.formulas.values(replicated, out=out, is_finite=is_finite)
    if is_finite:
        return values
    for m, j in enumerate(plan.formulas.medians):
        values[:, j] = median_of_levels(plan.levels[unit, m], _replicate_levels(sums, totals, plan, unit, m, factors))
    empty = np.isnan(values.sum(axis=0))
    if empty.any():
        values[:, empty] = np.where(np.isnan(values[:, empty]), points.values[unit, empty], values[:, empty])
    return values


def _replicate_totals(sums: Sums, totals: Sums, plan: Plan, unit: int, factors: FloatArray | None) -> FloatArray:
    """(b, F) Σ replicate weight × feature, in any common unit."""
    cells = sums.cells("replicate", unit)
    if factors is None and plan.is_all_varied and plan.n_small == plan.n_features:
        return cells[0][1]
    worth, _ = replicate_units(plan, unit)
    kept = dict(totals.cells("total", unit))
    replicated: FloatArray | None = None
    for stratum, part in cells:
        cell = part * worth
        cell += read_totals(kept[stratum], plan).kept
        if factors is not None:
            cell *= factors[stratum][:, None]
        replicated = cell if replicated is None else np.add(replicated, cell, out=replicated)
    return np.asarray(replicated)


def _replicate_levels(
    sums: Sums, totals: Sums, plan: Plan, unit: int, median: int, factors: FloatArray | None
) -> FloatArray:
    """(b, D) Σ replicate weights up to and with each distinct value."""
    _, worth = replicate_units(plan, unit)
    exponent, bits = weight_exponents(plan)[2], plan.total_bits
    kept = dict(totals.cells("level", unit, median))
    cumulative = []
    for stratum, part in sums.cells("replicate_level", unit, median):
        limbs = np.cumsum(kept[stratum], axis=-1)
        fixed = join(limbs[2], limbs[3], exponent=exponent, bits=bits)
        weights = np.cumsum(part, axis=-1) * worth + fixed
        cumulative.append(weights if factors is None else weights * factors[stratum][:, None])
    return np.asarray(sum(cumulative))


def gaussian_replicates(
    points: Points, covariance: FloatArray, *, unit_hashes: HashArray, indicator_hashes: HashArray, replicates: int
) -> FloatArray:
    """(R, U, J) draws from the normal distribution with the linearised covariance of each unit, units independent."""
    values = np.broadcast_to(points.values, (replicates, *points.values.shape)).copy()
    for unit in range(points.values.shape[0]):
        known = np.flatnonzero(np.isfinite(np.einsum("jj->j", covariance[unit])))
        if len(known) == 0:
            continue
        spread, axes = np.linalg.eigh(covariance[unit][np.ix_(known, known)])
        root = axes * np.sqrt(np.maximum(spread, 0.0)) @ axes.T
        draws = normal_draws(unit_hashes[unit : unit + 1], indicator_hashes[known], replicates=replicates)[:, 0]
        values[:, unit, known] += draws @ root
    return values
