"""From raw rows to the dataclasses: kinds of values, required and unknown keys. The meaning is checked elsewhere.

In:  a document: table name → rows, each a mapping of key → raw value (as TOML gives it; a workbook is brought to the
     same form), and a notebook that knows the places.
Out: a Framework. Where a value cannot be read, a fault is noted, the spot is broken and a stand-in takes its place, so
     that the checks can go on and all faults appear together.
"""

from __future__ import annotations

import re
import reprlib
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from ddci.encodings import name_misread
from ddci.framework import schema
from ddci.framework.model import Framework, Option, Questionnaire
from ddci.framework.schema import Key, Table
from ddci.framework.spots import Notebook, Spot, nearest

Document = Mapping[str, Sequence[Mapping[str, object]]]
LONGEST_TEXT = 10_000
LARGEST_NUMBER = 1e15  # beyond this a double no longer holds every whole number
_VIETNAMESE = re.compile("[ăĂđĐĩĨũŨơƠưƯẠ-ỹ]")  # letters that the old fonts do not use: such a text is sound
_SIGNS = re.compile("[«»“”‘’…–—×≤≥°²]")
_STAND_IN: dict[str, object] = {"text": "", "code": "", "number": 1.0, "whole": 1, "options": ()}


def build_framework(document: Document, notebook: Notebook, files: tuple[tuple[str, str], ...] = ()) -> Framework:
    """The framework of a document; faults go to the notebook, and the caller raises them after the checks."""
    settings = next(iter(document.get("framework", ())), {})
    if not settings:  # said once for the whole section, not for every key that should be in it
        notebook.broken |= {Spot("framework", 0, key.name) for key in schema.FRAMEWORK.keys}
    fields: dict[str, Any] = _read_row(schema.FRAMEWORK, settings, 0, notebook)
    for table in schema.FRAMEWORK_TABLES[1:]:
        fields[table.attribute] = _read_rows(table, document, notebook)
    questionnaire = None
    if any(table.name in document for table in schema.QUESTIONNAIRE_TABLES):
        lists = {table.attribute: _read_rows(table, document, notebook) for table in schema.QUESTIONNAIRE_TABLES}
        questionnaire = Questionnaire(**lists)
    return Framework(**fields, questionnaire=questionnaire, files=files)


def _read_rows(table: Table, document: Document, notebook: Notebook) -> tuple[Any, ...]:
    rows = enumerate(document.get(table.name, ()))
    return tuple(table.row_class(**_read_row(table, raw, row, notebook)) for row, raw in rows)


def _read_row(table: Table, raw: Mapping[str, object], row: int, notebook: Notebook) -> dict[str, Any]:
    code = _code_of(raw)
    for name in raw:
        if name not in table.key_names:
            spot = Spot(table.name, row, name, code=code)
            notebook.note("KEY_UNKNOWN", spot, found=name, nearest=nearest(name, table.key_names))
    fields: dict[str, Any] = {}
    for key in table.keys:
        spot = Spot(table.name, row, key.name, code=code)
        value = _read_value(key, raw.get(key.name), spot, notebook)
        if value is not None:
            fields[key.name] = value
    return fields


def _code_of(raw: Mapping[str, object]) -> str:
    code = raw.get("code", "")
    return code[:40] if isinstance(code, str) else ""


def _read_value(key: Key, raw: object, spot: Spot, notebook: Notebook) -> Any:
    """The value, or None when there is none; a stand-in for a required value that is missing or unreadable."""
    value = None
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        if key.required:
            notebook.note_broken("KEY_MISSING", spot, found=key.name, title=key.title)
    else:
        value = _convert(key, raw, spot, notebook)
    if value is None and key.required:
        notebook.broken.add(spot)
        return key.choices[0] if key.kind == "choice" else _STAND_IN[key.kind]
    return value


def _convert(key: Key, raw: object, spot: Spot, notebook: Notebook) -> Any:
    match key.kind:
        case "text" | "code":
            return _text(raw, spot, notebook)
        case "number":
            return _number(raw, spot, notebook)
        case "whole":
            number = _number(raw, spot, notebook)
            if number is not None and not number.is_integer():
                notebook.note_broken("EXPECTED_WHOLE_NUMBER", spot, found=raw)
                return None
            return None if number is None else int(number)
        case "flag":
            if isinstance(raw, bool):
                return raw
            notebook.note_broken("EXPECTED_TRUE_FALSE", spot, found=_shown(raw))
        case "choice":
            return _choice(key, raw, spot, notebook)
        case "codes":
            return _codes(raw, spot, notebook)
        case "pair":
            return _pair(raw, spot, notebook)
        case "bounds":
            return _choice(key, raw, spot, notebook) if isinstance(raw, str) else _pair(raw, spot, notebook)
        case "options":
            return _options(raw, spot, notebook)
    return None


def _text(raw: object, spot: Spot, notebook: Notebook) -> str | None:
    if not isinstance(raw, str):
        notebook.note_broken("EXPECTED_TEXT", spot, found=_shown(raw))
        return None
    if len(raw) > LONGEST_TEXT:
        notebook.note_broken("TEXT_TOO_LONG", spot, found=len(raw), limit=LONGEST_TEXT, text=raw)
        return None
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").strip())
    strange = next(
        (letter for letter in text if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t"), ""
    )
    if strange:
        notebook.note_broken(
            "TEXT_CONTROL_CHARACTER", spot, found=f"U+{ord(strange):04X}", position=text.index(strange) + 1
        )
        return None
    if (encoding := _misread(text)) is not None:
        notebook.note_broken("TEXT_MISREAD", spot, found=text, encoding=encoding)
        return None
    return text


def _shown(raw: object) -> str:
    """A raw value for a message, however deep or long: a list nested 10,000 times must not exhaust the stack."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and abs(raw) > LARGEST_NUMBER:
        return hex(raw)
    return reprlib.repr(raw)


def _misread(text: str) -> str | None:
    """The old encoding of a text; quotation marks and signs alone prove nothing."""
    if text.isascii() or _VIETNAMESE.search(text) or _SIGNS.sub("", text).isascii():
        return None
    return name_misread(text)


def _number(raw: object, spot: Spot, notebook: Notebook) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        notebook.note_broken("EXPECTED_NUMBER", spot, found=_shown(raw))
        return None
    if not abs(raw) <= LARGEST_NUMBER:  # also true of nan
        notebook.note_broken("NUMBER_NOT_FINITE", spot, found=_shown(raw))
        return None
    return float(raw)


def _choice(key: Key, raw: object, spot: Spot, notebook: Notebook) -> str | None:
    text = _text(raw, spot, notebook)
    if text is None or text in key.choices:
        return text
    notebook.note_broken(
        "NOT_IN_CHOICES", spot, found=text, nearest=nearest(text, key.choices), allowed=", ".join(key.choices)
    )
    return None


def _codes(raw: object, spot: Spot, notebook: Notebook) -> tuple[str, ...] | None:
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        notebook.note_broken("EXPECTED_TEXT_LIST", spot, found=_shown(raw))
        return None
    codes = [_text(item, spot, notebook) for item in raw]
    return None if None in codes else tuple(code for code in codes if code is not None)


def _pair(raw: object, spot: Spot, notebook: Notebook) -> tuple[float, float] | None:
    if not isinstance(raw, list) or len(raw) != 2:
        notebook.note_broken("EXPECTED_TWO_NUMBERS", spot, found=_shown(raw))
        return None
    low, high = (_number(item, spot, notebook) for item in raw)
    return None if low is None or high is None else (low, high)


def _options(raw: object, spot: Spot, notebook: Notebook) -> tuple[Option, ...] | None:
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        notebook.note_broken("EXPECTED_OPTION_LIST", spot, found=_shown(raw))
        return None
    options = []
    for number, item in enumerate(raw):
        around = Spot(spot.table, spot.row, spot.key, number, code=spot.code)
        options.append(_option(item, around, notebook))
    return tuple(options)


def _option(raw: Mapping[str, object], around: Spot, notebook: Notebook) -> Option:
    names = [key.name for key in schema.OPTION_KEYS]
    for name in raw:
        if name not in names:
            spot = Spot(around.table, around.row, around.key, around.item, name, around.code)
            notebook.note("KEY_UNKNOWN", spot, found=name, nearest=nearest(name, names))
    fields: dict[str, Any] = {}
    for key in schema.OPTION_KEYS:
        spot = Spot(around.table, around.row, around.key, around.item, key.name, around.code)
        value = _read_value(key, raw.get(key.name), spot, notebook)
        if value is not None:
            fields[key.name] = value
    return Option(**fields)
