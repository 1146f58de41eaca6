"""Write a framework as a TOML folder that reads back to an equal framework.

In:  a Framework. Out: ``framework.toml`` and, when there is a questionnaire, ``questionnaire.toml``.
Values equal to the defaults are left out, except those that should always be seen. Comments of an earlier file are not
kept, so nothing is written over a folder that already has a framework.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import tomli_w

from ddci.errors import Place, fail
from ddci.framework import schema
from ddci.framework.model import Framework, Option
from ddci.framework.schema import Table

_ALWAYS_WRITTEN = frozenset(
    {"scale", "total", "aggregation", "normalisation", "bounds", "missing", "ties", "min_n", "index_weight"}
)


def write_framework(framework: Framework, folder: Path) -> None:
    """Write the folder; each file appears whole or not at all.

    Raises InputError (FRAMEWORK_EXISTS) when the folder already has one of the files.
    """
    texts = framework_texts(framework)
    for name in (schema.FRAMEWORK_FILE, schema.QUESTIONNAIRE_FILE):
        if (folder / name).exists():
            fail("FRAMEWORK_EXISTS", Place(file=str(folder / name)), found=name)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        unfinished = folder / f".{name}.part"
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(folder / name)


def framework_texts(framework: Framework) -> dict[str, str]:
    """File name → TOML text."""
    sections = [_section("[framework]", table_row(schema.FRAMEWORK, framework))]
    sections += _lists(schema.FRAMEWORK_TABLES[1:], framework)
    texts = {schema.FRAMEWORK_FILE: "\n".join(sections)}
    if framework.questionnaire is not None:
        texts[schema.QUESTIONNAIRE_FILE] = "\n".join(_lists(schema.QUESTIONNAIRE_TABLES, framework.questionnaire))
    return texts


def table_row(table: Table, item: object) -> dict[str, object]:
    """The keys of one row that are set and not merely the default, in the order of the schema."""
    return _written(item, table.key_names)


def _lists(tables: Iterable[Table], owner: object) -> list[str]:
    return [
        _section(f"[[{table.name}]]", table_row(table, item))
        for table in tables
        for item in getattr(owner, table.attribute)
    ]


def _section(header: str, row: Mapping[str, object]) -> str:
    return "\n".join([header, *(f"{name} = {_literal(value)}" for name, value in row.items()), ""])


def _literal(value: object) -> str:
    """A TOML value; a list stands on one line, a list of options with one option per line."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        rows = [", ".join(f"{name} = {_literal(part)}" for name, part in option.items()) for option in value]
        return "[\n" + "".join(f"    {{ {row} }},\n" for row in rows) + "]"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(part) for part in value) + "]"
    return tomli_w.dumps({"v": value}).removeprefix("v = ").rstrip("\n")


def _written(item: Any, names: Iterable[str]) -> dict[str, object]:
    by_name: dict[str, Field[Any]] = {field.name: field for field in fields(item)}
    row: dict[str, object] = {}
    for name in names:
        value, default = getattr(item, name), by_name[name].default
        is_default = default is not MISSING and value == default
        if value is not None and (not is_default or name in _ALWAYS_WRITTEN) and value != ():
            row[name] = _plain(value)
    return row


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Option):
        return _written(value, [key.name for key in schema.OPTION_KEYS])
    return value
