"""Whole commands as a person waits for them: start-up, reading, computing, writing.

Run: python -m bench.commands
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

RUNS = 5
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import ddci (goal < 0.3 s)": ["-c", "import ddci"],
    "ddci --help": ["-m", "ddci", "--help"],
    "ddci check examples/lang-son-2024": ["-m", "ddci", "check", "examples/lang-son-2024"],
    "ddci compute examples/lang-son-2024 (goal < 3 s)": ["-m", "ddci", "compute", "examples/lang-son-2024"],
    "ddci compute examples/lang-son-2025": ["-m", "ddci", "compute", "examples/lang-son-2025"],
    "ddci compute examples/pci-2016": ["-m", "ddci", "compute", "examples/pci-2016"],
}


def main() -> None:
    """Print the least and the median wall time of each command."""
    print(f"{'command':55} {'least':>7} {'median':>7}  (seconds, {RUNS} runs)")
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in COMMANDS.items():
            extra = ["--out", str(Path(folder) / "out")] if "compute" in arguments else []
            times = [_time([sys.executable, *arguments, *extra]) for _ in range(RUNS)]
            print(f"{name:55} {min(times):7.2f} {median(times):7.2f}")


def _time(command: list[str]) -> float:
    start = time.perf_counter()
    # As an ordinary user runs it: with compiled modules kept from one run to the next.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
