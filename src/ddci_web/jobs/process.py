"""Name the process that runs a job, so that a later one can tell whether it is still there.

Out: "host|process|birth". The birth (clock ticks since the machine started) tells apart two processes that were given
the same number one after the other, as happens to the first process of a container.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

PLACE_OF_BIRTH = 19  # field 22 of /proc/<process>/stat, counted after the name in brackets


def this_process() -> str:
    return f"{socket.gethostname()}|{os.getpid()}|{_birth(os.getpid())}"


def is_gone(name: str) -> bool:
    """True when the process was on this machine and is no longer. Another machine's processes cannot be looked at."""
    host, _, rest = name.partition("|")
    number, _, birth = rest.partition("|")
    if host != socket.gethostname() or not number.isdigit():
        return False
    return _birth(int(number)) != birth


def _birth(number: int) -> str:
    """Empty when there is no such process (any more)."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "" if Path("/proc").is_dir() else _alive(number)
    return stat.rpartition(")")[2].split()[PLACE_OF_BIRTH]


def _alive(number: int) -> str:
    """Where there is no /proc: whether the number is in use."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "alive"
