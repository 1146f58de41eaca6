"""The microdata kernel: answers → values, standard errors, covariances and replicates, by sums alone.

``accumulate``, ``accumulate_scores`` and ``accumulate_replicates`` turn any batch of rows into Sums; ``merge`` adds Sums;
``finish`` turns them into ValueEstimates. Nothing else ever sees a row, so one thread, many threads and a cluster run
the same code, and get the same bytes: all sums are sums of integers (see ``exact``).

Three passes, each a sum over rows:

1. totals      Σ w·f of every feature f, per unit → values θ (``Formulas``), n, n_effective;
2. scores      the linearised score of a row, z = w·Σ ∂θ/∂(Σw·f)·f, one per indicator: Σ zzᵀ per unit and Σ z per unit
               and stratum → covariance. Summing scores instead of all pairs of features costs a quarter, and nothing is
               lost by subtracting large numbers;
3. replicates  per unit, counts[R × rows] @ features[rows × F], counts being small integers made on the spot.
               Where all rows of a unit have one weight, the features are bytes and the product runs in float32; else
               weights are rounded to integers of 53 − 5 − log2(127·rows) or so bits, and it runs in float64, or in
               float32 for each long run of rows with one weight (a stratum's). Either way gives the same bytes.

Variance of a unit's estimates, a domain of the sample: Σ_h (1 − n_h/N_h)·n_h/(n_h − 1)·Σ (z − z̄_h)(z − z̄_h)ᵀ over all n_h
sampling units of the stratum, z = 0 outside the unit. With raked weights z is first replaced by its residual from the
stratum's weighted mean. The score of a median is that of its distribution function at the median, scaled to the
standard error of Woodruff's interval (``medians``).

In:  Batch (rows as numbers), Plan (what must be known of all rows before the first is read).
Out: ValueEstimates.
Source: Särndal, Swensson, Wretman (1992), sections 5.5, 5.7, 10.3; Deville and Särndal (1992), JASA 87, 376-382.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from ddci.index.batches import (
    WHOLE_UNIT,
    Batch,
    Key,
    Plan,
    SmallArray,
    Sums,
    cells_of,
    chunks_of,
    respondent_chunks_of,
)
from ddci.index.exact import DOUBLE_BITS, bits_of, exponent_within, join, power_of_two, round_to, split
from ddci.index.medians import level_sums, median_score
from ddci.index.replicates import LARGEST_COUNT, CountArray, CountSource

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ROWS_WORTH_APART = 256  # so many rows of one weight are faster apart in float32 than with others in float64


# Pass 1: totals -------------------------------------------------------------------------------------------------------


def accumulate(batch: Batch, plan: Plan) -> Sums:
    """Sums of features: rows, weights, squared weights, and the part of the weights that no replicate varies.

    Key "total": (7, F) = Σ f, then high and low limb of Σ w·f, Σ w²·f, Σ w·kept·f. Key "level": see ``medians``.
    """
    parts: dict[Key, FloatArray] = {}
    for unit, stratum, cell in cells_of(batch, plan):
        multipliers = _multipliers(cell, plan)
        total = np.zeros((7, plan.n_features))
        width = cell.small.shape[1]
        for rows in chunks_of(len(cell)):
            total[:, :width] += multipliers[:, rows] @ cell.small[rows].astype(np.float64)
        total[:, width:] = _wide_totals(cell, plan)
        parts["total", unit, stratum, 0] = total
        for m in range(cell.ordered.shape[1]):
            parts["level", unit, stratum, m] = level_sums(
                cell.ordered[:, m], plan.levels[unit, m], multipliers[[1, 2, 5, 6]].T
            ).T
    return Sums(parts)


def _multipliers(cell: Batch, plan: Plan) -> FloatArray:
    """(7, n) ones, then two limbs each of w, w², w·kept."""
    bits = plan.total_bits
    exponents = weight_exponents(plan)
    kinds = (cell.weight, cell.weight**2, cell.weight * plan.resampling.kept[cell.stratum])
    limbs = [
        limb
        for kind, exponent in zip(kinds, exponents, strict=True)
        for limb in split(kind, exponent=exponent, bits=bits)
    ]
    return np.stack([np.ones(len(cell)), *limbs])


def weight_exponents(plan: Plan) -> list[int]:
    """Of w, w² and w·kept."""
    largest = (plan.weight_max, plan.weight_max**2, plan.weight_max)
    return [int(exponent_within(bound, bits=plan.total_bits)) for bound in largest]


def _wide_exponents(plan: Plan) -> IntArray:
    """(Fw,) for w·f of features that are not small whole numbers."""
    return exponent_within(plan.weight_max * plan.wide_max, bits=plan.total_bits)


def _wide_totals(cell: Batch, plan: Plan) -> FloatArray:
    """(7, Fw) as for small features; n and Σ w² are never asked of these."""
    total = np.zeros((7, cell.wide.shape[1]))
    if not cell.wide.shape[1]:
        return total
    exponents, kept = _wide_exponents(plan), plan.resampling.kept[cell.stratum]
    for row, weight in ((1, cell.weight), (5, cell.weight * kept)):
        high, low = split(weight[:, None] * cell.wide, exponent=exponents, bits=plan.total_bits)
        total[row], total[row + 1] = high.sum(axis=0), low.sum(axis=0)
    return total


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of features as real numbers; (…, F) each."""

    rows: FloatArray
    weight: FloatArray
    weight_square: FloatArray
    kept: FloatArray


def read_totals(total: FloatArray, plan: Plan) -> Totals:
    """Turn the limbs of "total", (…, 7, F), back into real numbers."""
    small = plan.n_small
    first, second, third = weight_exponents(plan)
    wide = _wide_exponents(plan)

    def real(row: int, exponent: int) -> FloatArray:
        exponents = np.concatenate([np.full(small, exponent), wide])
        return join(total[..., row, :], total[..., row + 1, :], exponent=exponents, bits=plan.total_bits)

    return Totals(total[..., 0, :], real(1, first), real(3, second), real(5, third))


# Pass 2: scores -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Points:
    """What pass 1 knows: one row per unit."""

    values: FloatArray  # (U, J)
    n: FloatArray  # (U, J)
    weight: FloatArray  # (U, J) Σ w over the base
    weight_square: FloatArray  # (U, J)
    gradient: FloatArray  # (U, F) 0 where the indicator has no value
    below: FloatArray  # (U, M) share of the weight at or below the median
    score_exponent: IntArray  # (U, J) power of two that a score is multiplied by


def accumulate_scores(batch: Batch, plan: Plan, points: Points) -> Sums:
    """Sums of linearised scores, scaled by √((1 − n/N)·n/(n − 1)) of their stratum.

    Key "product": (3, J, J) = Σ high·highᵀ, Σ high·lowᵀ, Σ low·lowᵀ. Key "stratum": (4, J) = limbs of Σ score and of Σ w·score.
    """
    parts: dict[Key, FloatArray] = {}
    factor, indicators = np.sqrt(plan.score_scale), points.values.shape[1]
    # One array for all units: the system gives large arrays large pages, and so much faster.
    products = np.empty((len(batch.units), 3, indicators, indicators))
    for place, (unit, cell) in enumerate(batch.units):
        bits = plan.score_bits(unit)
        for rows in respondent_chunks_of(cell):
            part = cell if len(cell) <= rows.stop - rows.start else cell.take(rows)
            score = _scores(part, plan, points, unit)
            score *= (part.weight * factor[part.stratum])[:, None]
            high, low = split(score, exponent=points.score_exponent[unit], bits=bits)
            _add_strata(parts, part, high, low, score, plan, points, unit)
            high, low = _by_respondent(part, high), _by_respondent(part, low)
            _add(
                parts,
                ("product", unit, WHOLE_UNIT, 0),
                _limb_products(high, low, out=None if rows.start else products[place]),
            )
    return Sums(parts)


def _limb_products(high: FloatArray, low: FloatArray, *, out: FloatArray | None) -> FloatArray:
    """(3, J, J) highᵀ·high, highᵀ·low, lowᵀ·low."""
    products = np.empty((3, high.shape[1], high.shape[1])) if out is None else out
    for one, other, product in zip((high, high, low), (high, low, low), products, strict=True):
        np.matmul(one.T, other, out=product)
    return products


def _add_strata(
    parts: dict[Key, FloatArray],
    part: Batch,
    high: FloatArray,
    low: FloatArray,
    score: FloatArray,
    plan: Plan,
    points: Points,
    unit: int,
) -> None:
    """Add Σ score and, for raked weights, Σ w·score of every stratum."""
    starts = np.concatenate([[0], np.flatnonzero(np.diff(part.stratum)) + 1])
    stacked = [np.add.reduceat(limb, starts, axis=0) for limb in (high, low)]
    if plan.design.raked:
        exponent = weighted_score_exponent(plan, points, unit)
        limbs = split(part.weight[:, None] * score, exponent=exponent, bits=plan.score_bits(unit))
        stacked += [np.add.reduceat(limb, starts, axis=0) for limb in limbs]
    for place, stratum in enumerate(part.stratum[starts].tolist()):
        _add(parts, ("stratum", unit, stratum, 0), np.stack([limb[place] for limb in stacked]))


def weighted_score_exponent(plan: Plan, points: Points, unit: int) -> IntArray:
    """(J,) of w·score."""
    _, power = np.frexp(plan.weight_max)
    exponent: IntArray = points.score_exponent[unit] - int(power)
    return exponent


def _scores(cell: Batch, plan: Plan, points: Points, unit: int) -> FloatArray:
    """(n, J) linearised scores of one unit's rows, without their weight; 0 where the indicator has no value."""
    features = cell.small.astype(np.float64)
    if cell.wide.shape[1]:
        features = np.concatenate([features, cell.wide], axis=1)
    features *= points.gradient[unit]
    if plan.formulas.is_plain:
        score = features[:, plan.formulas.numerator.features]
        return np.add(score, features[:, plan.formulas.denominator.features])
    score = np.zeros((len(cell), points.values.shape[1]))
    for slot in plan.formulas.slots:
        score[:, slot.indicators] += features[:, slot.features]
    for m, j in enumerate(plan.formulas.medians):
        score[:, j] = median_score(
            cell.ordered[:, m], points.values[unit, j], below=points.below[unit, m], weight=points.weight[unit, j]
        )
    return score


def score_exponents(plan: Plan, gradient: FloatArray, weight: FloatArray) -> IntArray:
    """(U, J) from the largest score that a unit's gradient and the largest weight and features allow.

    gradient  (U, F)
    weight    (U, J) Σ w over the base
    """
    reach = np.abs(gradient) * plan.feature_max
    largest = np.zeros(weight.shape)
    for slot in plan.formulas.slots:
        largest[:, slot.indicators] += reach[:, slot.features]
    for j in plan.formulas.medians:
        largest[:, j] = np.divide(1.0, weight[:, j], out=np.zeros(len(weight)), where=weight[:, j] > 0)
    scale = plan.weight_max * np.sqrt(plan.score_scale.max(initial=0.0))
    bits = np.array([plan.score_bits(unit) for unit in range(plan.n_units)], dtype=np.int64)
    return exponent_within(largest * scale, bits=bits[:, None])


def _by_respondent(cell: Batch, limb: FloatArray) -> FloatArray:
    """Sum the rows of each respondent; they stand together."""
    changes = np.flatnonzero(np.diff(cell.respondent)) + 1
    if len(changes) + 1 == len(cell):
        return limb
    summed: FloatArray = np.add.reduceat(limb, np.concatenate([[0], changes]), axis=0)
    return summed


# Pass 3: replicates ---------------------------------------------------------------------------------------------------


def accumulate_replicates(batch: Batch, plan: Plan, source: CountSource) -> Sums:
    """Sums of features in a block of replicates, in integer units.

    Key "replicate": (b, F) = Σ count·w·varied·f. Key "replicate_level": (b, D) the same over a median's levels.
    """
    parts: dict[Key, FloatArray] = {}
    for unit, stratum, cell in cells_of(batch, plan):
        for rows in chunks_of(len(cell)):
            chunk = cell if len(cell) <= rows.stop - rows.start else cell.take(rows)
            counts = source.counts(chunk.respondent)
            weight = _replicate_weight(chunk, plan, unit)
            _add(parts, ("replicate", unit, stratum, 0), _replicate_product(chunk, counts, weight, plan, unit))
            for m in range(chunk.ordered.shape[1]):
                whole = counts.astype(np.float64) if weight is None else weight[:, None] * counts
                levels = level_sums(chunk.ordered[:, m], plan.levels[unit, m], whole)
                _add(parts, ("replicate_level", unit, stratum, m), levels.T)
    return Sums(parts)


def _add(parts: dict[Key, FloatArray], key: Key, part: FloatArray) -> None:
    """Add in float64; the first part stays as it is, since a product of bytes is exact in float32."""
    if key in parts and parts[key].dtype == np.float64:
        parts[key] += part
    else:
        parts[key] = np.add(parts[key], part, dtype=np.float64) if key in parts else part


def _replicate_product(
    chunk: Batch, counts: CountArray, weight: FloatArray | None, plan: Plan, unit: int
) -> FloatArray:
    """(b, F) countsᵀ @ features. Exact whatever the way, so the fastest may be taken."""
    small = _small_product(chunk, counts, weight)
    if not chunk.wide.shape[1]:
        return small
    wide = counts.astype(np.float64).T @ _replicate_wide(chunk, plan, unit)
    return np.concatenate([small, wide], axis=1, dtype=np.float64)


def _small_product(chunk: Batch, counts: CountArray, weight: FloatArray | None) -> FloatArray:
    """(b, Fs) in float32, which is three times faster, for rows of one weight; in float64 for rows of many."""
    if weight is None:
        return _byte_product(counts, chunk.small)
    edges = np.flatnonzero(np.diff(weight)) + 1
    if (len(edges) + 1) * ROWS_WORTH_APART > len(weight) and len(edges):
        product: FloatArray = counts.astype(np.float64).T @ np.multiply(weight[:, None], chunk.small)
        return product
    runs = [slice(start, stop) for start, stop in zip([0, *edges], [*edges, len(weight)], strict=True)]
    products = [weight[run.start] * _byte_product(counts[run], chunk.small[run]).astype(np.float64) for run in runs]
    summed: FloatArray = sum(products[1:], start=products[0])
    return summed


def _byte_product(counts: CountArray, small: SmallArray) -> FloatArray:
    """(b, Fs) in float32, which holds these whole numbers exactly; float64 comes with the first addition or division."""
    return cast(FloatArray, counts.astype(np.float32).T @ small.astype(np.float32))


def _replicate_weight(chunk: Batch, plan: Plan, unit: int) -> FloatArray | None:
    """(n,) w·varied as integers; None where all rows of the unit have the same."""
    if np.isfinite(plan.unit_factor[unit]):
        return None
    factor = chunk.weight * plan.resampling.varied[chunk.stratum]
    return round_to(factor, exponent=_replicate_exponent(plan, unit))


def _replicate_exponent(plan: Plan, unit: int) -> int:
    return int(exponent_within(plan.factor_max, bits=plan.replicate_bits(unit, plan.small_max)))


def _wide_replicate_exponents(plan: Plan, unit: int) -> IntArray:
    return exponent_within(plan.factor_max * plan.wide_max, bits=plan.replicate_bits(unit, 1.0))


def _replicate_wide(chunk: Batch, plan: Plan, unit: int) -> FloatArray:
    """(n, Fw) w·varied·f as integers."""
    factor = chunk.weight * plan.resampling.varied[chunk.stratum]
    return round_to(factor[:, None] * chunk.wide, exponent=_wide_replicate_exponents(plan, unit))


def replicate_units(plan: Plan, unit: int) -> tuple[FloatArray, float]:
    """What one integer unit of "replicate" (F,) and of "replicate_level" is worth."""
    wide = power_of_two(-_wide_replicate_exponents(plan, unit))
    shared = plan.unit_factor[unit]
    small = shared if np.isfinite(shared) else float(power_of_two(-_replicate_exponent(plan, unit)))
    return np.concatenate([np.full(plan.n_small, small), wide]), float(small)


def respondent_total(weight: FloatArray, respondents: IntArray, source: CountSource) -> FloatArray:
    """(b,) Σ weight·count over respondents, exact whatever the chunks."""
    bits = DOUBLE_BITS - bits_of(LARGEST_COUNT + 1) - bits_of(float(len(weight)))
    exponent = exponent_within(weight.max(initial=0.0), bits=bits)
    whole = round_to(weight, exponent=exponent)
    total = np.zeros(source.stop - source.start)
    for rows in chunks_of(len(weight)):
        total += whole[rows] @ source.counts(respondents[rows]).astype(np.float64)
    return total * power_of_two(-exponent)
