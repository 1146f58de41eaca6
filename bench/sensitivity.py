"""Method sensitivity: 10,000 runs and leave-one-out on 65 units × 120 indicators, on one core.

Run: OMP_NUM_THREADS=1 python bench/sensitivity.py
For comparison, COINr 1.1.14 on R 4.2.2 took 7.3 s for 100 runs (51 units × 49 indicators; measured on another machine,
so the ratio tells the order of magnitude only).
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import time
from collections.abc import Callable

import numpy as np

from ddci.index.score import ScoringRule
from ddci.index.sensitivity import leave_one_out, simulate_methods
from ddci.index.sobol import method_effects

COINR_SECONDS_PER_RUN = 7.3 / 100
N_UNITS, N_INDICATORS, N_SUB_INDICES, N_RUNS = 65, 120, 10, 10_000


def rule_of_size() -> ScoringRule:
    unknown = np.full(N_INDICATORS, np.nan)
    return ScoringRule(
        direction=np.ones(N_INDICATORS),
        parent=np.sort(np.arange(N_INDICATORS) % N_SUB_INDICES),
        indicator_weights=np.ones(N_INDICATORS),
        sub_index_weights=np.ones(N_SUB_INDICES),
        low=unknown,
        high=unknown,
        floor=unknown,
        ceiling=unknown,
        normalisation="min_max",
        aggregation="arithmetic",
        aggregation_top="arithmetic",
        power=None,
        penalty="negative",
        missing="reweight",
        min_weight_share=0.5,
        scale=(1.0, 10.0),
        total=100.0,
        clip=True,
    )


def best_of(repeats: int, run: Callable[[], object]) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    rng = np.random.default_rng(20241122)
    values, rule = rng.uniform(size=(N_UNITS, N_INDICATORS)), rule_of_size()
    with_gaps = np.where(rng.uniform(size=values.shape) < 0.05, np.nan, values)
    print(f"{N_UNITS} units × {N_INDICATORS} indicators in {N_SUB_INDICES} sub-indices, one thread")
    for name, table in (("complete", values), ("5 % missing", with_gaps)):
        seconds = best_of(
            3, lambda table=table: simulate_methods(table, rule, rng=np.random.default_rng(1), n_runs=N_RUNS)
        )
        ratio = COINR_SECONDS_PER_RUN * N_RUNS / seconds
        print(f"{N_RUNS} runs, {name}: {seconds:.3f} s (aim < 2 s; {ratio:,.0f} × COINr's time per run)")
    seconds = best_of(3, lambda: leave_one_out(values, rule))
    print(f"leave-one-out of {N_INDICATORS} indicators: {seconds:.3f} s (aim < 0.1 s)")
    seconds = best_of(1, lambda: method_effects(values, rule, seed=1, n_base=1024))
    print(f"Sobol effects, 1,024 × 6 runs, with SALib's import: {seconds:.3f} s")


if __name__ == "__main__":
    main()
