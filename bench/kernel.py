"""The microdata kernel against the bare arithmetic, svy and pandas.

1,000 Poisson replicates × 120 share indicators × 65 units, with standard errors and covariances, at 5,000 and 200,000 rows.
Run: OMP_NUM_THREADS=1 python -m bench.kernel
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from ddci.engine import local
from ddci.framework.model import Framework, Indicator, SubIndex, UnitGroup
from ddci.survey.design import build_design
from ddci.survey.features import Features, IndicatorColumns
from ddci.wave.model import Unit, Wave

UNITS, INDICATORS, REPLICATES = 65, 120, 1000
Case = tuple[Wave, object, np.ndarray, np.ndarray, Features]


def main() -> None:
    """Print one table; every ratio compares two times of this run."""
    print(f"{REPLICATES} Poisson replicates × {INDICATORS} shares × {UNITS} units; CPU seconds, least of several")
    print("rows     weights   floor   replicates  ratio   all(+se,cov)  ratio   wall 2 threads")
    for rows, times in ((5_000, 7), (200_000, 2)):
        for equal in (True, False):
            _compare_with_floor(rows, equal, times)
    _compare_with_others()
    for equal in (True, False):
        arguments = [sys.executable, "-m", "bench.kernel", "memory", str(int(equal))]
        print(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.strip())


def simulated(rows: int, *, equal: bool, replicates: int = REPLICATES) -> Case:
    """Answers as features: 95 % answered, 40 % positive; the arguments of ``local.estimate``."""
    rng = np.random.default_rng(1)
    unit = np.sort(rng.integers(0, UNITS, rows))
    answered = (rng.random((rows, INDICATORS), dtype=np.float32) < 0.95).astype(np.int8)
    positive = (rng.random((rows, INDICATORS), dtype=np.float32) < 0.4).astype(np.int8) * answered
    columns = tuple(IndicatorColumns(j, ((j, INDICATORS + j),), INDICATORS + j) for j in range(INDICATORS))
    features = Features(
        np.concatenate([positive, answered], axis=1),
        np.zeros((rows, 0)),
        np.zeros((rows, 0)),
        columns,
        np.full((UNITS, INDICATORS), np.nan),
    )
    weight = np.ones(rows) if equal else rng.uniform(0.5, 3.0, rows)
    table = pl.DataFrame({"respondent": [f"r{number:07d}" for number in range(rows)], "survey_weight": weight})
    items = tuple(
        Indicator(f"i{j}", "S", "", "survey", "share", 1, "share", questions=(f"q{j}",), positive=("1",))
        for j in range(INDICATORS)
    )
    framework = Framework("f", "f", 2024, (UnitGroup("g", "g"),), (SubIndex("S", "S"),), items)
    units = tuple(Unit(f"u{number}", "u", "g") for number in range(UNITS))
    wave = Wave("w", 2024, framework, units, replicates=replicates, replicate_method="poisson")
    return wave, build_design(table), unit, np.arange(rows), features


def _compare_with_floor(rows: int, equal: bool, times: int) -> None:
    case = simulated(rows, equal=equal)
    without = simulated(rows, equal=equal, replicates=0)
    floor, whole, passes = np.inf, np.inf, np.inf
    for _ in range(times):  # in turn, so that the machine's other work meets all of them
        floor = min(floor, _seconds(lambda: _floor(rows), time.process_time))
        whole = min(whole, _seconds(lambda: local.estimate(*case, threads=1), time.process_time))
        passes = min(passes, _seconds(lambda: local.estimate(*without, threads=1), time.process_time))
    wall = min(_seconds(lambda: local.estimate(*case, threads=2), time.perf_counter) for _ in range(times))
    replicates = whole - passes
    print(
        f"{rows:<8} {'equal' if equal else 'unequal':<9} {floor:6.3f}  {replicates:8.3f}  {replicates / floor:8.1f}"
        f"  {whole:10.3f}  {whole / floor:10.1f}  {wall:10.3f}",
        flush=True,
    )


def _floor(rows: int) -> float:
    """CPU seconds of the same products alone: float32, weights and features already made."""
    size = rows // UNITS
    counts, features = np.ones((REPLICATES, size), np.float32), np.ones((size, 2 * INDICATORS), np.float32)
    sums = np.empty((REPLICATES, 2 * INDICATORS), np.float32)
    start = time.process_time()
    for _ in range(UNITS):
        np.matmul(counts, features, out=sums)
    return time.process_time() - start


def _compare_with_others() -> None:
    """svy and pandas on 5,000 rows, from fewer items or replicates, carried over in proportion to the rest."""
    case = simulated(5_000, equal=True)
    ours = min(_seconds(lambda: local.estimate(*case, threads=2), time.perf_counter) for _ in range(5))
    features, unit = case[4], case[2]
    answers = np.where(features.small[:, INDICATORS:] > 0, features.small[:, :INDICATORS], np.nan)
    names = [f"q{j}" for j in range(INDICATORS)]
    frame = (
        pl.DataFrame(answers, schema=names)
        .fill_nan(None)
        .with_columns(unit=pl.Series(unit), weight=pl.lit(1.0), row=pl.int_range(pl.len()))
    )
    few, many = 3, 9
    short, long = _seconds_of_svy(frame, names[:few]), _seconds_of_svy(frame, names[:many])
    each = (long - short) / (many - few)
    svy = short + each * (INDICATORS - few)
    pandas = _seconds_of_pandas(frame, names[:4], 20) * (INDICATORS / 4) * (REPLICATES / 20)
    print(f"\n5,000 rows, wall seconds, ours with 2 threads: {ours:.3f}")
    print(f"svy {svy:.1f} s, EXTRAPOLATED from {few} and {many} items at {REPLICATES} replicates: {svy / ours:.0f} ×")
    print(f"pandas {pandas:.1f} s, EXTRAPOLATED from 4 items × 20 replicates: {pandas / ours:.0f} ×")


def _seconds_of_svy(frame: pl.DataFrame, items: list[str]) -> float:
    """Wall seconds of bootstrap means of some items by unit, the making of the weights included."""
    import svy

    start = time.perf_counter()
    sample = svy.Sample(frame, svy.Design(wgt="weight", psu="row"))
    sample = sample.weighting.create_bs_wgts(n_reps=REPLICATES, rstate=1)
    for item in items:
        sample.estimation.mean(item, by="unit", method="replication", drop_nulls=True)
    return time.perf_counter() - start


def _seconds_of_pandas(frame: pl.DataFrame, items: list[str], replicates: int) -> float:
    """Wall seconds of resampling the rows once per item and replicate and grouping them by unit."""
    import pandas as pd

    table = pd.DataFrame({name: frame[name].to_numpy() for name in [*items, "unit"]})
    start = time.perf_counter()
    for item in items:
        for number in range(replicates):
            table.sample(frac=1.0, replace=True, random_state=number).groupby("unit")[item].mean()
    return time.perf_counter() - start


def _seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """Seconds of work; work that returns a float has measured itself."""
    start = clock()
    measured = work()
    return measured if isinstance(measured, float) else clock() - start


def _print_memory(equal: bool) -> None:
    case = simulated(200_000, equal=equal)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    local.estimate(*case, threads=2)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"peak memory, 200,000 rows, {'equal' if equal else 'unequal'} weights, 2 threads: {after:.0f} MB ({before:.0f} before)"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        _print_memory(sys.argv[2] == "1")
    else:
        main()
