"""Faults as a page lists them: by file, the first two hundred, the rest counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MOST_SHOWN = 200


@dataclass(frozen=True)
class FileFaults:
    """Faults of one file; ``more`` are not shown."""

    file: str
    faults: tuple[dict[str, Any], ...]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.faults)


@dataclass(frozen=True)
class FaultList:
    files: tuple[FileFaults, ...]
    errors: int
    warnings: int
    shown: int

    @property
    def total(self) -> int:
        return self.errors + self.warnings


def grouped(faults: Sequence[dict[str, Any]], most: int = MOST_SHOWN) -> FaultList:
    """Faults by file in the order found; every file gets its turn before any has more than its share."""
    by_file: dict[str, list[dict[str, Any]]] = {}
    for fault in faults:
        by_file.setdefault(_file(fault), []).append(fault)
    share = max(1, most // max(1, len(by_file)))
    spare = most - sum(min(share, len(found)) for found in by_file.values())
    files = []
    for name, found in by_file.items():
        extra = max(0, min(spare, len(found) - share))
        spare -= extra
        files.append(FileFaults(name, tuple(found[: share + extra]), len(found)))
    errors = sum(fault["severity"] == "error" for fault in faults)
    return FaultList(tuple(files), errors, len(faults) - errors, sum(len(item.faults) for item in files))


def _file(fault: dict[str, Any]) -> str:
    return str(fault.get("file") or "Tệp nén")
