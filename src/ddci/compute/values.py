"""Indicator values of a wave from every source: answers through the engine, tables as they stand.

Both may be mixed in one wave (survey and hard indicators). Table values with a standard error are drawn from a normal
distribution in the replicates; those without one are constants.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ddci.engine import local
from ddci.errors import Fault
from ddci.framework.compare import comparable_codes
from ddci.index.replicates import normal_replicates
from ddci.result import Result
from ddci.survey.unasked import note_unasked
from ddci.wave.model import Wave

FloatArray = npt.NDArray[np.float64]
ENGINES = {"local": local.estimate_values}


@dataclass(frozen=True)
class Values:
    """Indicator values of a wave from every source. ``value`` (R+1, U, I), the others (U, I)."""

    value: FloatArray
    se: FloatArray
    n: FloatArray
    n_effective: FloatArray
    half_unit: FloatArray
    warnings: tuple[Fault, ...]


def wave_values(wave: Wave, *, engine: str = "local", threads: int = 2) -> Values:
    """Indicator values from answers and tables together; a table's cell stands where there is one."""
    shape = (wave.replicates + 1, len(wave.units), len(wave.framework.indicators))
    value = np.full(shape, np.nan)
    se, n, n_effective, half_unit = (np.full(shape[1:], np.nan) for _ in range(4))
    warnings: tuple[Fault, ...] = ()
    if wave.responses is not None:
        estimates = ENGINES[engine](wave, threads=threads)
        value, se, n, n_effective = (
            estimates.values,
            estimates.se.copy(),
            estimates.n.copy(),
            estimates.n_effective.copy(),
        )
        warnings = estimates.warnings
        if wave.framework.questionnaire is not None:
            warnings += note_unasked(wave.responses, wave.framework.questionnaire)
    if wave.values is not None:
        table = wave.values
        given = np.isfinite(table.value)
        drawn = normal_replicates(
            table.value,
            table.se,
            seed=wave.seed,
            unit_codes=[unit.code for unit in wave.units],
            indicator_codes=[item.code for item in wave.framework.indicators],
            replicates=wave.replicates,
        )
        value = np.where(given, drawn, value)
        se, n = np.where(given, table.se, se), np.where(given, table.n, n)
        n_effective = np.where(given, table.n, n_effective)
        half_unit = table.half_unit
    return Values(value, se, n, n_effective, half_unit, warnings)


def pooled_extremes(wave: Wave, group: str) -> tuple[FloatArray, FloatArray]:
    """The extremes of other waves' values that widen this wave's bounds, (I,) each over a group's indicators.

    They come from the ``previous`` and the ``pooled`` waves, over the indicators that mean the same there; NaN where the
    framework's bounds are not pooled, or nothing comparable was measured.
    """
    framework = wave.framework
    indicators = framework.indicators_of_group(group)
    pooled = np.array([(item.bounds or framework.bounds) == "pooled" for item in indicators], dtype=bool)
    floor, ceiling = np.full(len(indicators), np.nan), np.full(len(indicators), np.nan)
    others = [other for other in (wave.previous, *wave.pooled) if other is not None]
    for other in others if pooled.any() else []:
        codes = comparable_codes(other.framework, framework)
        place = {item.code: position for position, item in enumerate(other.framework.indicators)}
        rows = [row for row, unit in enumerate(other.units) if unit.group == group]
        estimate = _estimate_of(other)[rows]
        for position, indicator in enumerate(indicators):
            column = place.get(codes.get(indicator.code, ""))
            if pooled[position] and column is not None and np.isfinite(estimate[:, column]).any():
                floor[position] = np.fmin(floor[position], np.nanmin(estimate[:, column]))
                ceiling[position] = np.fmax(ceiling[position], np.nanmax(estimate[:, column]))
    return floor, ceiling


def _estimate_of(other: Wave | Result) -> FloatArray:
    """(U, I) indicator values of another wave, without replicates."""
    if isinstance(other, Result):
        return other.scores.value[:, other.columns("indicator")]
    estimate: FloatArray = wave_values(replace(other, replicates=0)).value[0]
    return estimate
