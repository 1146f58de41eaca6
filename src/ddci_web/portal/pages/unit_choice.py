"""Units that a reader typed into a form: by code or by name, with or without accents.

In:  words of an address. Out: one Field for each, with the unit it means or with what it may have meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ddci.wave.model import Unit
from ddci_web.organisations.vietnamese import search_key, sort_key

MOST_NEAR = 8
LONGEST = 100  # characters that are read
Problem = Literal["", "unknown", "ambiguous", "repeated", "other_group"]


@dataclass(frozen=True, slots=True)
class Field:
    """One box of the form. ``near`` are the units that an ambiguous or a misspelt word may have meant."""

    typed: str
    unit: Unit | None = None
    problem: Problem = ""
    near: tuple[Unit, ...] = ()

    @property
    def shown(self) -> str:
        """What stands in the box: the name of the unit that was found, else what was typed."""
        return self.unit.name if self.unit is not None else self.typed


def read_units(typed: Iterable[str], units: Sequence[Unit], *, most: int) -> tuple[Field, ...]:
    """Fields for what was typed, blanks left out; a unit that stands twice or is of another group is a problem."""
    words = [word for word in (" ".join(text.split())[:LONGEST] for text in typed) if word][:most]
    fields: list[Field] = []
    for word in words:
        field = find_unit(word, units)
        earlier = [item.unit for item in fields if item.unit is not None]
        if field.unit is not None and field.unit in earlier:
            field = Field(word, None, "repeated")
        elif field.unit is not None and earlier and field.unit.group != earlier[0].group:
            field = Field(word, None, "other_group")
        fields.append(field)
    return tuple(fields)


def find_unit(word: str, units: Sequence[Unit]) -> Field:
    """The unit with this code or name; else the only one whose name holds the words; else what is near."""
    key = search_key(word)
    exact = [unit for unit in units if unit.code == word or search_key(unit.name) == key]
    holding = exact or [unit for unit in units if _holds(search_key(unit.name), key)]
    if len(holding) == 1:
        return Field(word, holding[0])
    if holding:
        return Field(word, None, "ambiguous", tuple(in_order(holding)[:MOST_NEAR]))
    return Field(word, None, "unknown", tuple(_near(key, units)))


def in_order(units: Iterable[Unit]) -> list[Unit]:
    """By name, in the order of the Vietnamese alphabet."""
    return sorted(units, key=lambda unit: sort_key(unit.name))


def _holds(name: str, key: str) -> bool:
    words = name.split()
    return bool(key) and all(any(word.startswith(part) for word in words) for part in key.split())


def _near(key: str, units: Sequence[Unit]) -> list[Unit]:
    """Units that share the beginning of a word with what was typed."""
    parts = [part[:3] for part in key.split() if len(part) > 2]
    shared = [unit for unit in units if any(f" {part}" in f" {search_key(unit.name)}" for part in parts)]
    return in_order(shared)[:MOST_NEAR]
