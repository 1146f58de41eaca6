"""Rows as numbers, what must be known of all of them before the first is summed, and sums that merge.

In:  rows of the response table as features.
Out: Batch (any rows), Plan (maxima and counts over all rows), Sums (integer-valued sums by key).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ddci.index.exact import DOUBLE_BITS, bits_of
from ddci.index.formulas import Formulas
from ddci.index.replicates import LARGEST_COUNT, Resampling
from ddci.survey.design import SamplingDesign

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
SmallArray = npt.NDArray[np.int8]

ROWS_AT_ONCE = 2048  # 2048 × 127 × 31 < 2**24: a float32 product over so many rows is exact whatever the features
LIMB_BITS = 26
WHOLE_UNIT = -1  # the cell of a unit whose strata need not be kept apart

Key = tuple[str, int, int, int]  # what is summed, unit, stratum (or WHOLE_UNIT), median


@dataclass(frozen=True)
class Batch:
    """Rows of the response table as numbers, in any order. Rows of one respondent for one unit stand in one batch."""

    unit: IntArray  # (n,)
    stratum: IntArray
    respondent: IntArray
    weight: FloatArray
    small: SmallArray  # (n, Fs)
    wide: FloatArray  # (n, Fw)
    ordered: FloatArray  # (n, M)

    def take(self, rows: IntArray | slice) -> Batch:
        """Some of the rows."""
        return Batch(
            self.unit[rows],
            self.stratum[rows],
            self.respondent[rows],
            self.weight[rows],
            self.small[rows],
            self.wide[rows],
            self.ordered[rows],
        )

    def __len__(self) -> int:
        return len(self.unit)

    @cached_property
    def in_order(self) -> Batch:
        """The same rows by unit and, within it, by respondent, whose numbers ascend with the stratum."""
        unit, respondent = np.diff(self.unit), np.diff(self.respondent)
        if bool(((unit > 0) | ((unit == 0) & (respondent >= 0))).all()):
            return self
        return self.take(np.lexsort((self.respondent, self.unit)))

    @cached_property
    def units(self) -> tuple[tuple[int, Batch], ...]:
        """The rows of each unit, in the order of stratum and respondent."""
        rows = self.in_order
        units, starts = np.unique(rows.unit, return_index=True)
        if len(units) == 1:
            return ((int(units[0]), rows),)
        stops = np.append(starts, len(rows))[1:]
        return tuple(
            (int(unit), rows.take(slice(int(start), int(stop))))
            for unit, start, stop in zip(units, starts, stops, strict=True)
        )

    def cut(self, count: int) -> list[Batch]:
        """At most ``count`` batches of whole units, with about as many rows each."""
        ends = np.cumsum([len(rows) for _, rows in self.units])
        wanted = len(self) * np.arange(1, count + 1) / count
        stops = np.unique(ends[np.searchsorted(ends, wanted)]) if len(self) else np.array([], dtype=np.int64)
        starts = [0, *stops[:-1].tolist()]
        return [self.in_order.take(slice(start, stop)) for start, stop in zip(starts, stops.tolist(), strict=False)]


@dataclass(frozen=True)
class Plan:
    """What must be known of all rows before the first is summed: maxima and counts, themselves easily merged."""

    design: SamplingDesign
    formulas: Formulas
    resampling: Resampling
    n_units: int
    n_features: int
    unit_rows: IntArray  # (U,) rows
    unit_factor: FloatArray  # (U,) the replicate factor that all of the unit's rows share, NaN where they differ
    weight_max: float
    factor_max: float
    feature_max: FloatArray  # (F,) largest magnitude
    n_small: int  # Fs
    rows_per_respondent: int  # most rows of one respondent for one unit
    levels: dict[tuple[int, int], FloatArray]  # (unit, median) → its distinct values, ascending
    degrees: dict[tuple[int, int], float]  # (unit, median) → sampling units − strata in its base

    @cached_property
    def small_max(self) -> float:
        """Largest magnitude of a small whole number, at least 1."""
        return float(self.feature_max[: self.n_small].max(initial=1.0))

    @property
    def wide_max(self) -> FloatArray:
        """(Fw,) largest magnitude of the other features."""
        return self.feature_max[self.n_small :]

    @cached_property
    def score_scale(self) -> FloatArray:
        """(S,) (1 − n/N)·n/(n − 1); a lone stratum counts with 1 − n/N under "adjust", else not at all."""
        n = self.design.n
        lone = np.where(self.design.lone_stratum == "adjust", 1.0, 0.0)
        scale: FloatArray = self.design.sampled_fraction_left * np.where(n > 1, n / np.maximum(n - 1.0, 1.0), lone)
        return scale

    @cached_property
    def is_all_varied(self) -> bool:
        """Whether replicates vary the weights whole: no stratum was sampled from a known number."""
        return not self.resampling.kept.any()

    @property
    def is_celled(self) -> bool:
        """Whether a unit's strata are kept apart, because their weights are calibrated anew in every replicate."""
        return self.design.raked

    @cached_property
    def total_bits(self) -> int:
        """Bits of one limb of a weight, so that Σ weight × feature stays exact."""
        return min(LIMB_BITS, DOUBLE_BITS - bits_of(self.small_max) - bits_of(float(self.unit_rows.sum()) + 1) - 1)

    def score_bits(self, unit: int) -> int:
        """Bits of one limb of a score, so that Σ score × score stays exact."""
        return (DOUBLE_BITS - 1 - bits_of(float(self.unit_rows[unit])) - 2 * bits_of(self.rows_per_respondent)) // 2

    def replicate_bits(self, unit: int, largest: float) -> int:
        """Bits of a weight (times a feature up to ``largest``) in a replicate's sum."""
        return DOUBLE_BITS - bits_of(LARGEST_COUNT + 1) - bits_of(float(self.unit_rows[unit])) - bits_of(largest)


@dataclass(frozen=True)
class Sums:
    """Integer-valued sums by key; adding them up is all that merging needs."""

    parts: dict[Key, FloatArray] = field(default_factory=dict)

    def cells(self, what: str, unit: int, median: int = 0) -> list[tuple[int, FloatArray]]:
        """The parts of one unit, by stratum."""
        return [
            (stratum, self.parts[what, unit, stratum, median]) for stratum in self._strata.get((what, unit, median), ())
        ]

    @cached_property
    def _strata(self) -> dict[tuple[str, int, int], list[int]]:
        """(what, unit, median) → the strata that have such a part, ascending."""
        strata: dict[tuple[str, int, int], list[int]] = {}
        for what, unit, stratum, median in sorted(self.parts):
            strata.setdefault((what, unit, median), []).append(stratum)
        return strata


def merge(one: Sums, other: Sums) -> Sums:
    """The sums of two batches together."""
    return merge_all([one, other])


def merge_all(sums: Iterable[Sums]) -> Sums:
    """The sums of many batches together."""
    parts: dict[Key, FloatArray] = {}
    for some in sums:
        for key, part in some.parts.items():
            parts[key] = parts[key] + part if key in parts else part
    return Sums(parts)


def plan_kernel(
    batch: Batch, *, design: SamplingDesign, formulas: Formulas, resampling: Resampling, n_units: int
) -> Plan:
    """Read off what the fixed-point sums must allow for; ``batch`` holds all rows."""
    factor = batch.weight * resampling.varied[batch.stratum]
    rows = np.bincount(batch.unit, minlength=n_units)
    highest, lowest = np.full(n_units, -np.inf), np.full(n_units, np.inf)
    np.maximum.at(highest, batch.unit, factor)
    np.minimum.at(lowest, batch.unit, factor)
    pairs = batch.unit * (len(design.respondents) + 1) + batch.respondent
    _, repeats = np.unique(pairs, return_counts=True)
    levels = {
        (unit, m): np.unique(values[np.isfinite(values)])
        for unit, rows_of_unit in batch.units
        for m, values in enumerate(rows_of_unit.ordered.T)
    }
    degrees = {
        (unit, m): _degrees(rows_of_unit.stratum[known], rows_of_unit.respondent[known])
        for unit, rows_of_unit in batch.units
        for m, known in enumerate(np.isfinite(rows_of_unit.ordered).T)
    }
    return Plan(
        design=design,
        formulas=formulas,
        resampling=resampling,
        n_units=n_units,
        n_features=batch.small.shape[1] + batch.wide.shape[1],
        unit_rows=rows.astype(np.int64),
        unit_factor=np.where(highest == lowest, highest, np.nan),
        weight_max=float(batch.weight.max(initial=0.0)),
        factor_max=float(factor.max(initial=0.0)),
        feature_max=np.concatenate(
            [
                np.maximum(batch.small.max(axis=0, initial=0), -batch.small.min(axis=0, initial=0)),
                np.abs(batch.wide).max(axis=0, initial=0.0),
            ]
        ),
        n_small=batch.small.shape[1],
        rows_per_respondent=int(repeats.max(initial=1)),
        levels=levels,
        degrees=degrees,
    )


def _degrees(stratum: IntArray, respondent: IntArray) -> float:
    """Degrees of freedom of a base: its sampling units less its strata."""
    return float(len(np.unique(respondent)) - len(np.unique(stratum)))


def cells_of(batch: Batch, plan: Plan) -> Iterator[tuple[int, int, Batch]]:
    """The rows of each unit or, where strata are kept apart, of each unit and stratum."""
    for unit, rows in batch.units:
        if not plan.is_celled:
            yield unit, WHOLE_UNIT, rows
            continue
        strata, starts = np.unique(rows.stratum, return_index=True)
        for stratum, start, stop in zip(strata, starts, [*starts[1:], len(rows)], strict=True):
            yield unit, int(stratum), rows.take(slice(int(start), int(stop)))


def chunks_of(n: int) -> Iterator[slice]:
    for start in range(0, n, ROWS_AT_ONCE):
        yield slice(start, min(n, start + ROWS_AT_ONCE))


def respondent_chunks_of(cell: Batch) -> Iterator[slice]:
    """Chunks that never part the rows of one respondent."""
    start = 0
    while start < len(cell):
        stop = min(len(cell), start + ROWS_AT_ONCE)
        while stop < len(cell) and cell.respondent[stop] == cell.respondent[stop - 1]:
            stop += 1
        yield slice(start, stop)
        start = stop
