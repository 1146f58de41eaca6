"""Words for faults, in Vietnamese and English, by fault code.

Each code in ``vi.toml`` and ``en.toml`` has ``message`` (what is wrong), ``expected`` and ``remedy`` (what to do);
braces name the fault's details. The two files carry the same codes; a test says so.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from ddci.errors import Fault, Place

Language = Literal["vi", "en"]

_WORDS = {
    "vi": {
        "sheet": "trang tính",
        "line": "dòng",
        "row": "hàng",
        "column": "cột",
        "expected": "Cần",
        "remedy": "Cách xử lý",
    },
    "en": {
        "sheet": "sheet",
        "line": "line",
        "row": "row",
        "column": "column",
        "expected": "Expected",
        "remedy": "What to do",
    },
}


@cache
def catalogue(language: Language) -> dict[str, dict[str, str]]:
    """All messages of one language: code → {message, expected, remedy}."""
    text = resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class _Details(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def fill(fault: Fault, part: str, language: Language) -> str:
    """One part (message, expected, remedy) of a fault's text with its details filled in; empty when there is none."""
    entry = catalogue(language).get(fault.code)
    if entry is None:
        return ", ".join(f"{name} = {value}" for name, value in fault.details) if part == "message" else ""
    return entry.get(part, "").format_map(_Details(fault.details))


def describe_place(place: Place, language: Language) -> str:
    """The place in words: ``values.csv, hàng 3, cột value``."""
    words = _WORDS[language]
    parts = [place.file] if place.file else []
    parts += [
        f"{words[name]} {value}"
        for name in ("sheet", "line", "row", "column")
        if (value := getattr(place, name)) is not None
    ]
    if place.element:
        parts.append(place.element)
    return ", ".join(parts)


def render(fault: Fault, language: Language = "vi") -> str:
    """The whole fault for a person: place, what is wrong, what was expected, what to do."""
    words = _WORDS[language]
    head = f"[{fault.code}] {describe_place(fault.place, language)}: " if fault.place != Place() else f"[{fault.code}] "
    text = head + fill(fault, "message", language)
    for part in ("expected", "remedy"):
        if filled := fill(fault, part, language):
            text += f"\n    {words[part]}: {filled}"
    return text
