"""``make bench``: every benchmark one after the other, each in its own process so that none warms another."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

BENCHMARKS = ("bench.kernel", "bench.sensitivity", "bench.ranks", "bench.reading", "bench.commands", "bench.website")


def main() -> None:
    """Describe the machine and its load, then run all."""
    model = next(
        (line.split(":")[1].strip() for line in _cpu_lines() if line.startswith("model name")), platform.processor()
    )
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"{model}; {os.cpu_count()} processors; Python {platform.python_version()}; load before: {load}", flush=True)
    for name in BENCHMARKS:
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, "-m", name], check=True)


def _cpu_lines() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


if __name__ == "__main__":
    main()
