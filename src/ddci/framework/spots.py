"""Where a value stands inside a framework, independently of the kind of file it was read from.

A reader of TOML turns a spot into a file and a line, a reader of workbooks into a sheet, a row and a column; the checks
know only spots. A spot whose value could not be read is *broken*: no further fault is noted about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from ddci.errors import Faults, Place, Severity, quote

LONGEST_COMPARED = 80  # characters of a wrong name that are compared with the valid ones


@dataclass(frozen=True, slots=True)
class Spot:
    """One value: key ``key`` of row ``row`` (from 0) of a table; of a list of options also the ``item`` and its key.

    >>> Spot("indicator", 3, "bounds", code="MB01").element
    'indicator MB01 › bounds'
    """

    table: str
    row: int = 0
    key: str | None = None
    item: int | None = None
    item_key: str | None = None
    code: str = field(default="", compare=False)

    @property
    def element(self) -> str:
        name = self.table if self.table == "framework" else f"{self.table} {self.code or f'#{self.row + 1}'}"
        parts = [name, self.key, None if self.item is None else f"#{self.item + 1}", self.item_key]
        return " › ".join(quote(part) for part in parts if part)


Locate = Callable[[Spot], Place]


def locate_by_element(spot: Spot) -> Place:
    """The place of a spot in a framework that was not read from a file."""
    return Place(element=spot.element)


@dataclass(slots=True)
class Notebook:
    """Faults being collected about one framework, by spot."""

    locate: Locate = locate_by_element
    faults: Faults = field(default_factory=Faults)
    broken: set[Spot] = field(default_factory=set)

    def note(self, fault: str, spot: Spot, *, severity: Severity = "error", **details: object) -> None:
        """Note a fault, unless the value at this spot, or the list it stands in, is already known to be unreadable."""
        around = Spot(spot.table, spot.row, spot.key)
        if spot not in self.broken and around not in self.broken:
            self.faults.add(fault, self.locate(spot), severity=severity, **details)

    def note_broken(self, fault: str, spot: Spot, **details: object) -> None:
        """Note that the value at this spot cannot be used; later checks pass over it."""
        self.note(fault, spot, severity="error", **details)
        self.broken.add(spot)

    def is_broken(self, table: str, key: str) -> bool:
        """Whether any row of a table has an unreadable value under this key."""
        return any(spot.table == table and spot.key == key for spot in self.broken)


def nearest(found: str, valid: Iterable[str]) -> str:
    """The valid name most like the one found, for "did you mean"; "—" when there is no valid name at all.

    >>> nearest("arithmetc", ["geometric", "arithmetic"])
    'arithmetic'
    """
    matches = get_close_matches(found[:LONGEST_COMPARED], list(valid), n=1, cutoff=0.0)
    return matches[0] if matches else "—"
