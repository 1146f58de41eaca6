"""Faults: what is wrong, where, what was found, what was expected and what to do.

A fault is data, not text. Its words live in ``messages/vi.toml`` and ``messages/en.toml`` under the same code, so that a
person reads them in their own language and a program reads the code. Readers collect every fault they meet and raise
them together; nothing stops at the first one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NoReturn

Severity = Literal["error", "warning"]
LONGEST_QUOTE = 60
LONGEST_WHOLE_NUMBER = 4_096  # bits


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file and, as far as known, its sheet, line or row, column and element.

    ``line`` counts lines of a text file (TOML), ``row`` rows of a table with the header as row 1; both start at 1.
    ``element`` names the thing inside the file, e.g. ``indicator MB01 › bounds``.
    """

    file: str = ""
    sheet: str | None = None
    line: int | None = None
    row: int | None = None
    column: str | None = None
    element: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input, or (severity ``warning``) one thing the reader of a result must know.

    ``details`` are the values that the message of this code names in braces; ``found`` is always among them.
    """

    code: str
    place: Place
    details: tuple[tuple[str, str], ...] = ()
    severity: Severity = "error"

    @property
    def found(self) -> str:
        return dict(self.details).get("found", "")


@dataclass(slots=True)
class Faults:
    """A list of faults being collected while reading."""

    items: list[Fault] = field(default_factory=list)

    def add(self, code: str, place: Place, *, severity: Severity = "error", **details: object) -> None:
        """Note one fault; long values are cut so that a huge cell cannot flood the screen."""
        quoted = tuple((name, quote(value)) for name, value in details.items())
        self.items.append(Fault(code, place, quoted, severity))

    def warn(self, code: str, place: Place, **details: object) -> None:
        """Note something that does not stop the work but belongs beside the result."""
        self.add(code, place, severity="warning", **details)

    @property
    def errors(self) -> tuple[Fault, ...]:
        return tuple(item for item in self.items if item.severity == "error")

    @property
    def warnings(self) -> tuple[Fault, ...]:
        return tuple(item for item in self.items if item.severity == "warning")

    def extend(self, others: Iterable[Fault]) -> None:
        self.items.extend(others)

    def raise_errors(self) -> None:
        """Raise all faults together (warnings with them) when at least one is an error."""
        if self.errors:
            raise InputError(tuple(self.items))

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class InputError(Exception):
    """An input has faults; carries all of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        codes = ", ".join(sorted({fault.code for fault in self.faults}))
        super().__init__(f"{len(self.faults)} fault(s): {codes}")


class MethodError(ValueError):
    """A method was called outside its domain (a programmer's or a framework's mistake, not a table's)."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.details = tuple((name, quote(value)) for name, value in details.items())
        super().__init__(f"{code}: " + ", ".join(f"{name}={value}" for name, value in self.details))


def fail(code: str, place: Place, **details: object) -> NoReturn:
    """Raise a single fault at once, for the rare case in which nothing after it can be read."""
    faults = Faults()
    faults.add(code, place, severity="error", **details)
    raise InputError(faults)


def quote(value: object) -> str:
    """The value as text, cut after 60 characters, so that a message stays readable.

    >>> quote("x" * 100) == "x" * 60 + "…"
    True
    """
    huge = isinstance(value, int) and value.bit_length() > LONGEST_WHOLE_NUMBER  # Python refuses to write it out
    text = hex(value) if huge else str(value)  # type: ignore[arg-type]
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"
