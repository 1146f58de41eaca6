"""Faults of cells, grouped: a file with a hundred thousand bad cells gives a short list, quickly.

In:  (code, column, indices of the bad rows), noted by vectorised checks.
Out: for each code and file the first five places, one per column first, then one AND_MORE that carries the count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ddci.errors import Faults, Severity
from ddci.wave.columns import RowArray, Table

PLACES_SHOWN = 5

Explain = Callable[[str], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class _Group:
    column: str
    indices: RowArray
    details: Mapping[str, object]
    explain: Explain | None


@dataclass(slots=True)
class CellFaults:
    """Bad cells of one table, being collected; ``flush`` hands them over as faults."""

    table: Table
    faults: Faults
    groups: dict[tuple[str, Severity], list[_Group]] = field(default_factory=dict)

    def add(
        self,
        code: str,
        column: str,
        bad: pl.Series | RowArray,
        *,
        severity: Severity = "error",
        explain: Explain | None = None,
        **details: object,
    ) -> None:
        """Note bad cells of one column: a boolean series over the rows, or row indices.

        ``explain`` gives further details from the text found, e.g. the nearest valid name; it is called only for places
        that are shown.
        """
        indices = bad.fill_null(value=False).arg_true().to_numpy() if isinstance(bad, pl.Series) else np.asarray(bad)
        if indices.size:
            group = _Group(column, indices.astype(np.int64), details, explain)
            self.groups.setdefault((code, severity), []).append(group)

    def flush(self) -> None:
        """Hand over everything noted so far, in the order of the file's rows within each code."""
        for (code, severity), groups in self.groups.items():
            shown = sorted(_first_places(groups), key=lambda place: place[1])
            for group, index in shown:
                self._add_one(code, severity, group, index)
            rest = sum(group.indices.size for group in groups) - len(shown)
            if rest:
                columns = ", ".join(dict.fromkeys(group.column for group in groups if group.column))
                self.faults.add(
                    "AND_MORE",
                    self.table.place(),
                    severity=severity,
                    found=rest,
                    count=rest,
                    like=code,
                    columns=columns,
                )
        self.groups.clear()

    def _add_one(self, code: str, severity: Severity, group: _Group, index: int) -> None:
        text = ""
        if self.table.has(group.column):
            cell = self.table.frame[group.column][index]
            text = "" if cell is None else str(cell)
        details = {
            "found": text,
            "name": group.column,
            **group.details,
            **(group.explain(text) if group.explain else {}),
        }
        self.faults.add(code, self.table.place(index, group.column or None), severity=severity, **details)


def _first_places(groups: list[_Group]) -> list[tuple[_Group, int]]:
    """Up to PLACES_SHOWN places, one from each column in turn, so that every column has a chance to be named."""
    places: list[tuple[_Group, int]] = []
    for turn in range(PLACES_SHOWN):
        for group in groups:
            if len(places) == PLACES_SHOWN:
                return places
            if turn < group.indices.size:
                places.append((group, int(group.indices[turn])))
    return places
