"""The study of method that goes with a publication: rank ranges under other rules, what moves ranks, each indicator left out.

In:  a wave. Out: one ``GroupStudy`` per unit group with two units or more, and its plain form for a JSON file. This is
uncertainty about the method; it is never mixed with sampling error.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ddci.compute import assemble_wave
from ddci.compute.assemble import Assembly, GroupScores
from ddci.index.rank import rank_scores
from ddci.index.sensitivity import leave_one_out, simulate_methods
from ddci.index.sobol import method_effects
from ddci.wave.model import Wave

RUNS = 10_000


@dataclass(frozen=True, slots=True)
class UnitRange:
    """Ranks of a unit over the drawn methods: as computed, median, and from the 5th to the 95th percentile."""

    unit: str
    rank: float | None
    median: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Factor:
    """Share of the variance of the mean rank shift: alone, and with its interactions (Sobol)."""

    name: str
    first: float | None
    total: float | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What leaving one indicator out does: how many units change rank, and by how much at most."""

    indicator: str
    n_changed: int
    largest: float


@dataclass(frozen=True, slots=True)
class GroupStudy:
    unit_group: str
    runs: int
    mean_shift: float | None  # places, over runs and units
    units: tuple[UnitRange, ...]  # best first
    factors: tuple[Factor, ...]
    left_out: tuple[LeftOut, ...]  # what moves most first


def study_methods(wave: Wave, *, runs: int = RUNS, engine: str = "local", threads: int = 2) -> tuple[GroupStudy, ...]:
    """Study every unit group of a wave, with the wave's own seed."""
    assembly = assemble_wave(replace(wave, replicates=0), engine=engine, threads=threads)
    return tuple(_study(assembly, group, runs) for group in assembly.groups.values() if len(group.rows) > 1)


def study_as_json(studies: tuple[GroupStudy, ...]) -> list[dict[str, Any]]:
    """Lists and dictionaries with missing numbers as None."""
    return [asdict(study) for study in studies]


def _study(assembly: Assembly, group: GroupScores, runs: int) -> GroupStudy:
    seed = assembly.wave.seed
    values = group.values[0]
    drawn = simulate_methods(values, group.rule, rng=np.random.default_rng(seed), n_runs=runs)
    spread = drawn.distribution
    units = tuple(
        UnitRange(
            assembly.wave.units[group.rows[place]].code,
            *(_known(column[place]) for column in (drawn.nominal, spread.median, spread.low, spread.high)),
        )
        for place in np.argsort(drawn.nominal, kind="stable")
    )
    effects = method_effects(values, group.rule, seed=seed).shift
    factors = tuple(
        Factor(name, _known(first), _known(total))
        for name, first, total in zip(effects.factors, effects.first, effects.total, strict=True)
    )
    shift = drawn.shift[np.isfinite(drawn.shift)]
    mean_shift = float(shift.mean()) if shift.size else None
    return GroupStudy(group.code, runs, mean_shift, units, factors, _left_out(assembly, group))


def _left_out(assembly: Assembly, group: GroupScores) -> tuple[LeftOut, ...]:
    without = leave_one_out(group.values[0], group.rule)
    as_computed = rank_scores(group.scored.index[0])
    moved = np.nan_to_num(np.abs(without.rank - as_computed))
    indicators = assembly.framework.indicators_of_group(group.code)
    found = [
        LeftOut(indicator.code, int((row > 0).sum()), float(row.max()))
        for indicator, row in zip(indicators, moved, strict=True)
    ]
    return tuple(sorted(found, key=lambda item: (-item.largest, -item.n_changed, item.indicator)))


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
