"""Faults of the library as pages list them: severity, code, file, place, what is wrong, what to do; in Vietnamese."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ddci.errors import Fault
from ddci.messages import describe_place, fill


def as_rows(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """One dictionary per fault, in the order found; errors before warnings."""
    ordered = sorted(faults, key=lambda item: item.severity != "error")
    return [
        {
            "code": item.code,
            "severity": item.severity,
            "file": item.place.file,
            "place": describe_place(item.place, "vi"),
            "text": fill(item, "message", "vi"),
            "expected": fill(item, "expected", "vi"),
            "remedy": fill(item, "remedy", "vi"),
        }
        for item in ordered
    ]
