"""Run the microdata kernel on this machine, in threads.

In:  a Wave with responses.
Out: ValueEstimates for all its units and all indicators of its framework.

Threads share nothing but what they read: the first two passes are cut by unit, the third by blocks of replicates. All
sums are exact, so neither the number of threads nor the cut changes a byte. NumPy releases the interpreter during the
heavy parts; its BLAS should use one thread (``OMP_NUM_THREADS=1``, set by the command line before NumPy is imported).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from ddci.errors import Fault, Faults, Place
from ddci.framework.model import Indicator
from ddci.index.batches import ROWS_AT_ONCE, Batch, Plan, Sums, merge_all, plan_kernel
from ddci.index.estimates import (
    ValueEstimates,
    finish_covariance,
    finish_points,
    finish_replicates,
    gaussian_replicates,
    stratum_factors,
)
from ddci.index.formulas import build_formulas
from ddci.index.indicators import Points, accumulate, accumulate_replicates, accumulate_scores
from ddci.index.replicates import hash_keys, resample
from ddci.index.uncertainty import effective_n
from ddci.survey.design import SamplingDesign, build_design
from ddci.survey.features import Features, read_features
from ddci.survey.sensitive import SENSITIVE_METHODS
from ddci.wave.model import Wave

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

REPLICATES_AT_ONCE = 512
LARGEST_BLOCK = 1 << 26  # counts held at once by a thread, bytes
CACHED_COUNTS = 1 << 20  # counts of a chunk of rows × a block of replicates that a processor's cache can hold
NOISY_SE = 0.1  # above it a sensitive estimate says nothing about one unit


def estimate_values(wave: Wave, *, threads: int = 2) -> ValueEstimates:
    """Values of all survey indicators of all units, with standard errors, covariances and ``wave.replicates`` replicates.

    The result is the same, to the byte, whatever ``threads`` and the order of the response rows.
    A wave without responses gives NaN throughout.
    """
    frame = (
        wave.responses
        if wave.responses is not None
        else pl.DataFrame(schema={"respondent": pl.String, "unit": pl.String})
    )
    design = build_design(frame, population=wave.population, rake=wave.rake, lone_stratum=wave.lone_stratum)
    unit = _unit_of_rows(frame, [unit.code for unit in wave.units])
    order = np.lexsort((design.row_respondent, design.row_stratum, unit))
    order = order[unit[order] >= 0]
    features = read_features(
        frame,
        framework=wave.framework,
        unit=unit,
        group=[unit.group for unit in wave.units],
        order=order,
        listwise=wave.listwise,
    )
    return estimate(wave, design, unit[order], order, features, threads=threads)


def estimate(
    wave: Wave, design: SamplingDesign, unit: IntArray, order: IntArray, features: Features, *, threads: int = 2
) -> ValueEstimates:
    """Run the three passes over features that are already read; rows in the order of ``features``.

    unit   (n,) rated unit of each row
    order  (n,) the row of the response table that it was
    """
    indicators = wave.framework.indicators
    formulas = build_formulas(features.columns, indicators=indicators)
    resampling = resample(
        respondents=design.respondents,
        strata=design.strata,
        n=design.n,
        fraction_left=design.sampled_fraction_left,
        method=wave.replicate_method,
        seed=wave.seed,
    )
    batch = Batch(
        unit=unit,
        stratum=design.row_stratum[order],
        respondent=design.row_respondent[order],
        weight=design.row_weight[order],
        small=features.small,
        wide=features.wide,
        ordered=features.ordered,
    )
    plan = plan_kernel(batch, design=design, formulas=formulas, resampling=resampling, n_units=len(wave.units))
    rows_of_units = [rows for _, rows in batch.units]
    tasks = batch.cut(threads)
    totals = merge_all(_run(lambda rows: accumulate(rows, plan), tasks, threads))
    points = finish_points(totals, plan)
    scores = merge_all(_run(lambda rows: accumulate_scores(rows, plan, points), tasks, threads))
    covariance = finish_covariance(Sums({**totals.parts, **scores.parts}), points, plan)
    places = np.array([column.indicator for column in features.columns], dtype=np.intp)
    values = _empty_values(wave, places, plan.unit_rows)
    values[:1, :, places] = points.values
    if wave.replicates and wave.replicate_method == "gaussian":
        values[1:, :, places] = gaussian_replicates(
            points,
            covariance,
            unit_hashes=hash_keys([item.code for item in wave.units], seed=wave.seed),
            indicator_hashes=hash_keys([indicators[place].code for place in places], seed=wave.seed),
            replicates=wave.replicates,
        )
    elif wave.replicates:
        _fill_replicates(values, places, rows_of_units, plan, points, totals, threads)
    return _label(wave, values, places, points, covariance, features, design)


def _empty_values(wave: Wave, places: IntArray, unit_rows: IntArray) -> FloatArray:
    """(R + 1, U, I), NaN wherever nothing will be written: touching the whole array would cost more than filling it.

    One unit's values lie together in memory, since they are written together.
    """
    values = np.empty((len(wave.units), wave.replicates + 1, len(wave.framework.indicators))).transpose(1, 0, 2)
    values[:, :, np.setdiff1d(np.arange(values.shape[2]), places)] = np.nan
    values[:, unit_rows == 0] = np.nan
    return values


def _fill_replicates(
    values: FloatArray,
    places: IntArray,
    rows_of_units: list[Batch],
    plan: Plan,
    points: Points,
    totals: Sums,
    threads: int,
) -> None:
    """Compute all replicates, block by block, straight into ``values``."""
    replicates = values.shape[0] - 1
    is_whole = np.array_equal(places, np.arange(values.shape[2]))

    def fill(task: tuple[int, int, list[Batch]]) -> None:
        start, stop, some_units = task
        source = plan.resampling.source(start=start, stop=stop)
        factors = stratum_factors(plan, source)
        for rows in some_units:
            sums = accumulate_replicates(rows, plan, source)
            unit = int(rows.unit[0])
            block = values[1 + start : 1 + stop, unit]
            if is_whole:  # survey indicators only: written in place
                finish_replicates(sums, totals, points, plan, unit=unit, factors=factors, out=block)
            else:
                block[:, places] = finish_replicates(sums, totals, points, plan, unit=unit, factors=factors)

    _run(fill, _replicate_tasks(replicates, rows_of_units, plan, threads), threads)


def _replicate_tasks(
    replicates: int, rows_of_units: list[Batch], plan: Plan, threads: int
) -> list[tuple[int, int, list[Batch]]]:
    """(start, stop, units) of blocks that one thread fills; no byte depends on the cut.

    Where a block needs something of all respondents first (Rao-Wu counts, factors of raking), the cut is by replicates
    alone; else also by units, in blocks whose counts and sums stay in the processor's cache.
    """
    respondents = max(1, len(plan.design.respondents))
    if plan.resampling.is_rao_wu or plan.is_celled:
        width = min(REPLICATES_AT_ONCE, LARGEST_BLOCK // respondents // 8 * 8, -(-replicates // threads // 8) * 8)
        parts = [rows_of_units]
    else:
        rows = min(ROWS_AT_ONCE, max((len(rows) for rows in rows_of_units), default=1))
        width = CACHED_COUNTS // rows // 8 * 8
        parts = [rows_of_units[first::threads] for first in range(threads)]
    width = max(8, width)
    return [
        (start, min(replicates, start + width), part) for start in range(0, replicates, width) for part in parts if part
    ]


def _run(work: Callable[[Task], Outcome], tasks: Sequence[Task], threads: int) -> list[Outcome]:
    """The outcomes in the order of the tasks."""
    if threads <= 1 or len(tasks) <= 1:
        return [work(task) for task in tasks]
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(work, tasks))


def _unit_of_rows(frame: pl.DataFrame, codes: list[str]) -> IntArray:
    """(rows,) place of the rated unit; −1 where it is not one of the wave's."""
    place_of = {code: place for place, code in enumerate(codes)}
    distinct = frame["unit"].cast(pl.String).fill_null("")
    names = distinct.unique().to_list()
    places = pl.DataFrame(
        {"unit": names, "place": [place_of.get(name, -1) for name in names]},
        schema={"unit": pl.String, "place": pl.Int64},
    )
    joined = distinct.to_frame("unit").join(places, on="unit", how="left", maintain_order="left")
    return joined["place"].to_numpy().astype(np.int64)


def _label(
    wave: Wave,
    values: FloatArray,
    places: IntArray,
    points: Points,
    covariance: FloatArray,
    features: Features,
    design: SamplingDesign,
) -> ValueEstimates:
    """Spread the survey indicators over all indicators of the framework, and say what the reader must know."""
    units, indicators = values.shape[1:]
    n, n_effective = np.full((units, indicators), np.nan), np.full((units, indicators), np.nan)
    n[:, places], n_effective[:, places] = points.n, effective_n(points.weight, points.weight_square)
    full = covariance
    if len(places) < indicators:
        full = np.full((units, indicators, indicators), np.nan)
        full[np.ix_(np.arange(units), places, places)] = covariance
    se = np.sqrt(np.einsum("ujj->uj", full))
    warnings = _warnings(wave, values[0], se, design)
    return ValueEstimates(values, se, n, n_effective, full, features.item_missing, warnings)


def _warnings(wave: Wave, values: FloatArray, se: FloatArray, design: SamplingDesign) -> tuple[Fault, ...]:
    faults = Faults()
    place = Place(file="responses")
    for stratum in np.flatnonzero(design.is_lone):
        faults.warn("LONE_STRATUM", place, found=design.strata[stratum], option=design.lone_stratum)
    for stratum in np.flatnonzero(design.n > design.population):
        faults.warn(
            "STRATUM_POPULATION_SMALL",
            Place(file="strata", element=design.strata[stratum]),
            found=f"{design.population[stratum]:g}",
            n=f"{design.n[stratum]:g}",
        )
    for i, item in enumerate(wave.framework.indicators):
        if item.kind == "survey" and item.method in SENSITIVE_METHODS:
            _warn_sensitive(faults, wave, item, values[:, i], se[:, i])
    return faults.warnings


def _warn_sensitive(faults: Faults, wave: Wave, item: Indicator, values: FloatArray, se: FloatArray) -> None:
    """Say where a sensitive estimate leaves 0–1, and where it is too noisy to be read for one unit."""
    place = Place(element=f"indicator {item.code}")
    outside = [(unit.code, value) for unit, value in zip(wave.units, values, strict=True) if value < 0.0 or value > 1.0]
    if outside:
        farthest = max(outside, key=lambda found: max(-found[1], found[1] - 1.0))[1]
        units = ", ".join(code for code, _ in outside)
        faults.warn("SENSITIVE_RANGE", place, found=f"{farthest:.4f}", indicator=item.code, units=units)
    noisy = [unit.code for unit, error in zip(wave.units, se, strict=True) if error > NOISY_SE]
    if noisy:
        worst = f"{np.nanmax(se):.3f}"
        faults.warn(
            "SENSITIVE_NOISY", place, found=worst, indicator=item.code, units=", ".join(noisy), limit=str(NOISY_SE)
        )
