"""The microdata kernel against the bare arithmetic, svy and pandas.

1,000 Poisson replicates × 120 share indicators × 65 units, with standard errors and covariances, at 5,000 and 200,000
rows; then the whole way from a table of texts to estimates, with its peak memory, in a process of its own.
Run: OMP_NUM_THREADS=1 python -m bench.kernel
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from ddci.engine import local
from ddci.framework.model import Framework, Indicator, SubIndex, UnitGroup
from ddci.survey.design import SamplingDesign, build_design
from ddci.survey.features import Features, IndicatorColumns
from ddci.wave.model import Unit, Wave

UNITS, INDICATORS, REPLICATES = 65, 120, 1000
TEXTS = ["0", "1", None]  # not chosen, chosen, not answered
Case = tuple[Wave, SamplingDesign, np.ndarray, np.ndarray, Features]


def main() -> None:
    """Print three tables; every ratio compares two times of this run."""
    print(f"{REPLICATES} Poisson replicates × {INDICATORS} shares × {UNITS} units; CPU seconds, least of several")
    print("floor: the products alone in float32 (equal weights can be exact there); float64: the same in float64")
    print("rows     weights   floor  float64  replicates  ratio   all(+se,cov)  ratio   wall 2 threads")
    for rows, times in ((5_000, 9), (200_000, 2)):
        for equal in (True, False):
            _compare_with_floor(rows, equal, times)
    _compare_with_others()
    print("\nFrom a table of texts (Parquet on disk) to estimates, 2 threads, each in its own process")
    print("rows     weights   estimate, wall s   peak memory, MB   of it before (imports, table of texts)")
    for rows in (5_000, 200_000):
        for equal in (True, False):
            _print_whole_way(rows, equal)


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
    floor, double, whole, passes = np.inf, np.inf, np.inf, np.inf
    for _ in range(times):  # in turn, so that the machine's other work meets all of them
        floor, double = min(floor, _floor(rows, np.float32)), min(double, _floor(rows, np.float64))
        whole = min(whole, _seconds(lambda: local.estimate(*case, threads=1), time.process_time))
        passes = min(passes, _seconds(lambda: local.estimate(*without, threads=1), time.process_time))
    wall = min(_seconds(lambda: local.estimate(*case, threads=2), time.perf_counter) for _ in range(times))
    replicates = whole - passes
    print(
        f"{rows:<8} {'equal' if equal else 'unequal':<9} {floor:6.3f}  {double:6.3f}  {replicates:8.3f}"
        f"  {replicates / floor:8.1f}  {whole:10.3f}  {whole / floor:10.1f}  {wall:10.3f}",
        flush=True,
    )


def _floor(rows: int, dtype: type[np.floating]) -> float:
    """CPU seconds of the same products alone: weights and features already made, sums not yet divided."""
    size = rows // UNITS
    counts, features = np.ones((REPLICATES, size), dtype), np.ones((size, 2 * INDICATORS), dtype)
    sums = np.empty((REPLICATES, 2 * INDICATORS), dtype)
    start = time.process_time()
    for _ in range(UNITS):
        np.matmul(counts, features, out=sums)
    return time.process_time() - start


def _compare_with_others() -> None:
    """svy in full, and pandas carried over from fewer items and replicates, on 5,000 rows with equal weights."""
    case, without = simulated(5_000, equal=True), simulated(5_000, equal=True, replicates=0)
    features, unit = case[4], case[2]
    answers = np.where(features.small[:, INDICATORS:] > 0, features.small[:, :INDICATORS], np.nan)
    names = [f"q{j}" for j in range(INDICATORS)]
    frame = (
        pl.DataFrame(answers, schema=names)
        .fill_nan(None)
        .with_columns(unit=pl.Series(unit), weight=pl.lit(1.0), row=pl.int_range(pl.len()))
    )
    linear, resampled = _seconds_of_svy(frame, names)
    pandas = _seconds_of_pandas(frame, names[:4], 20) * (INDICATORS / 4) * (REPLICATES / 20)
    whole = min(_seconds(lambda: local.estimate(*case, threads=2), time.perf_counter) for _ in range(9))
    passes = min(_seconds(lambda: local.estimate(*without, threads=2), time.perf_counter) for _ in range(9))
    replicates = whole - passes
    print(f"\n5,000 rows, equal weights, wall seconds; ours with 2 threads, svy {_version_of_svy()} with what it takes")
    print(f"{'':60} {'theirs':>8} {'ours':>8} {'ratio':>7}")
    for name, theirs, ours in (
        ("svy, bootstrap weights and means : our replicates", resampled, replicates),
        ("svy, bootstrap weights and means : replicates, se, covariance", resampled, whole),
        ("svy, linearised means, no covariance : se and covariance", linear, passes),
        ("pandas, from 4 items × 20 replicates : our replicates", pandas, replicates),
        ("pandas, from 4 items × 20 replicates : all", pandas, whole),
    ):
        print(f"{name:60} {theirs:8.2f} {ours:8.3f} {theirs / ours:7.0f}", flush=True)


def _version_of_svy() -> str:
    import svy

    return str(svy.__version__)


def _seconds_of_svy(frame: pl.DataFrame, items: list[str]) -> tuple[float, float]:
    """Wall seconds of linearised, and of bootstrap means of all items by unit, the making of the weights included."""
    import svy

    start = time.perf_counter()
    sample = svy.Sample(frame, svy.Design(wgt="weight", psu="row"))
    sample.estimation.mean(items, by="unit", method="taylor", drop_nulls=True)
    middle = time.perf_counter()
    sample = sample.weighting.create_bs_wgts(n_reps=REPLICATES, rstate=1)
    sample.estimation.mean(items, by="unit", method="replication", drop_nulls=True)
    return middle - start, time.perf_counter() - middle


def _seconds_of_pandas(frame: pl.DataFrame, items: list[str], replicates: int) -> float:
    """Wall seconds of weighting each item with each replicate's counts and grouping by unit."""
    import pandas as pd

    rng = np.random.default_rng(1)
    table = pd.DataFrame({name: frame[name].to_numpy() for name in [*items, "unit"]})
    start = time.perf_counter()
    for item in items:
        for _ in range(replicates):
            weight = rng.poisson(1.0, len(table))
            sums = pd.DataFrame({"above": table[item] * weight, "below": table[item].notna() * weight})
            grouped = sums.groupby(table["unit"]).sum()
            grouped["above"] / grouped["below"]
    return time.perf_counter() - start


def _seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """Seconds of work; work that returns a float has measured itself."""
    start = clock()
    measured = work()
    return measured if isinstance(measured, float) else clock() - start


def _print_whole_way(rows: int, equal: bool) -> None:
    """Write the texts to disk here, and let another process read and estimate, so that making them does not count."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "responses.parquet"
        wave, _, unit, _, features = simulated(rows, equal=equal)
        codes = np.where(features.small[:, INDICATORS:] > 0, features.small[:, :INDICATORS], 2)
        table = {
            f"q{j}": pl.Series(codes[:, j]).replace_strict([0, 1, 2], TEXTS, return_dtype=pl.String)
            for j in range(INDICATORS)
        }
        weight = np.ones(rows) if equal else np.random.default_rng(2).uniform(0.5, 3.0, rows)
        pl.DataFrame(
            {
                "respondent": [f"r{number:07d}" for number in range(rows)],
                "unit": [wave.units[place].code for place in unit],
                "survey_weight": weight,
                **table,
            }
        ).write_parquet(path)
        arguments = [sys.executable, "-m", "bench.kernel", "whole", str(path)]
        told = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.split()
    print(f"{rows:<8} {'equal' if equal else 'unequal':<9} {told[0]:>12} {told[1]:>17} {told[2]:>12}", flush=True)


def _estimate_from_texts(path: Path) -> None:
    """Print wall seconds, peak memory, and peak memory before estimating began."""
    wave = simulated(UNITS, equal=True)[0]
    wave = replace(wave, responses=pl.read_parquet(path, memory_map=False))
    before = _peak_memory()
    seconds = _seconds(lambda: local.estimate_values(wave, threads=2), time.perf_counter)
    print(f"{seconds:.2f} {_peak_memory():.0f} {before:.0f}")


def _peak_memory() -> float:
    """MB that this process has held at most; getrusage alone would tell its parent's peak where that was larger."""
    status = Path("/proc/self/status")
    for line in status.read_text(encoding="utf-8").splitlines() if status.exists() else ():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["whole"]:
        _estimate_from_texts(Path(sys.argv[2]))
    else:
        main()
