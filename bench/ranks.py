"""Rank sets: 65 units at full size, and every node of a wave of 35 units × 131 nodes.

Run: OMP_NUM_THREADS=1 python -m bench.ranks
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import time
from collections.abc import Callable

import numpy as np

from ddci.index.rank_sets import rank_sets, rank_sets_of_nodes


def main() -> None:
    """Print the least of five times."""
    rng = np.random.default_rng(1)
    estimate = rng.normal(60.0, 3.0, 65)
    spread = rng.normal(0.0, 2.0, (1000, 65))
    covariance = np.cov(spread, rowvar=False)
    nodes = rng.normal(5.0, 1.0, (131, 35))
    replicates = nodes[:, None, :] + rng.normal(0.0, 0.5, (131, 1000, 35))
    print(f"rank sets, 65 units (goal < 0.1 s): {_least(lambda: rank_sets(estimate, covariance, seed=1)):.3f} s")
    print(f"rank sets, 131 nodes × 35 units: {_least(lambda: rank_sets_of_nodes(nodes, replicates, seed=1)):.2f} s")


def _least(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
