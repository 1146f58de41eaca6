"""Lines of a TOML file: where a table, a key or an option of a list stands. Used only when there is a fault to place.

In:  text that ``tomllib`` has already accepted, so a light scan is enough.
Out: for the n-th table of a name its line, the lines of its keys, and the lines of the inline tables in a key's list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HEADER = re.compile(r"[ \t]*\[\[?\s*([^\]\n]+?)\s*\]\]?")
_KEY = re.compile(r"[ \t]*((?:[A-Za-z0-9_\-.]|\"[^\"\n]*\"|'[^'\n]*'|[ \t])+?)[ \t]*=")
_REST_OF_LINE = re.compile(r"[^\n]*\n?")
_PIECE = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}\n]|[^\[\]{}\n"\'#]+',
    re.DOTALL,
)


@dataclass(slots=True)
class TableLines:
    """Lines of one table, from 1; ``items`` are the lines of the inline tables inside a key's list."""

    line: int
    keys: dict[str, int] = field(default_factory=dict)
    items: dict[str, list[int]] = field(default_factory=dict)


def scan_lines(text: str) -> dict[str, list[TableLines]]:
    """Table name → its occurrences in order; keys before the first header belong to the table "".

    >>> scan_lines('[a]\\nb = 1\\n[[c]]\\n[[c]]\\nd = [\\n {x=1}]')["c"][1]
    TableLines(line=4, keys={'d': 5}, items={'d': [6]})
    """
    tables: dict[str, list[TableLines]] = {"": [TableLines(1)]}
    current = tables[""][0]
    position, line = 0, 1
    while position < len(text):
        if header := _HEADER.match(text, position):
            current = _open_table(tables, _bare(header.group(1)), line)
            position = header.end()
        elif key := _KEY.match(text, position):
            name = _bare(key.group(1))
            current.keys.setdefault(name, line)
            end, items = _skip_value(text, key.end(), line)
            if items:
                current.items.setdefault(name, items)
            line += text.count("\n", position, end)
            position = end
        rest = _REST_OF_LINE.match(text, position)
        position = rest.end() if rest else len(text)
        line += 1
    return tables


def _open_table(tables: dict[str, list[TableLines]], name: str, line: int) -> TableLines:
    """A new occurrence; ``[[scale.options]]`` is also the next item of the last ``[[scale]]``."""
    parent, _, key = name.rpartition(".")
    if parent in tables and parent:
        owner = tables[parent][-1]
        owner.keys.setdefault(key, line)
        owner.items.setdefault(key, []).append(line)
    table = TableLines(line)
    tables.setdefault(name, []).append(table)
    return table


def _bare(name: str) -> str:
    return name.strip().strip("\"'")


def _skip_value(text: str, position: int, line: int) -> tuple[int, list[int]]:
    """The end of a value (its newline not included) and the lines of the inline tables directly inside its list."""
    depth = 0
    items: list[int] = []
    while piece := _PIECE.match(text, position):
        token = piece.group()
        if token == "\n" and depth == 0:  # noqa: S105 (a piece of TOML, not a password)
            break
        if token == "{" and depth == 1:  # noqa: S105
            items.append(line)
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token, 0)
        line += token.count("\n")
        position = piece.end()
    return position, items
