"""How the framework's tables lie on sheets: columns, titles, and the marks that keep a text from being a formula.

A pair of numbers takes two columns (``scale_low``, ``scale_high``); bounds take a third one for a word ("pooled").
Options and statements of all scales and questions lie on one sheet, each row naming the list and its owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ddci.framework import schema
from ddci.framework.schema import Key, Kind, Table

YES, NO = "có", "không"
OPTION_SHEET = "Lựa chọn"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
APOSTROPHE = "'"
Part = Literal["whole", "low", "high", "word"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: a key, or the low, the high or the word of a key that holds two numbers."""

    name: str
    title: str
    kind: Kind
    key: str
    part: Part = "whole"
    choices: tuple[str, ...] = ()
    note: str = ""
    width: int = 14

    def value_of(self, item: object) -> object:
        """What stands in this column for one row of the framework; None = an empty cell."""
        value = getattr(item, self.key)
        if self.part == "whole":
            return value
        if self.part == "word":
            return value if isinstance(value, str) else None
        return value[self.part == "high"] if isinstance(value, tuple) else None


def columns_of(table: Table) -> tuple[Column, ...]:
    """The columns of a table's sheet; lists of options have a sheet of their own."""
    return tuple(column for key in table.keys if key.kind != "options" for column in _columns_of_key(key))


def setting_rows() -> list[tuple[Column, Key]]:
    """The rows of the sheet of settings, each with the key it belongs to."""
    return [(column, key) for key in schema.FRAMEWORK.keys for column in _columns_of_key(key)]


def neutralise(text: str) -> str:
    """A text that no spreadsheet takes for a formula; ``restore`` undoes it.

    >>> neutralise("-1"), restore(neutralise("'=A1")), neutralise("MB01")
    ("'-1", "'=A1", 'MB01')
    """
    return APOSTROPHE + text if text.startswith((*FORMULA_SIGNS, APOSTROPHE)) else text


def restore(text: str) -> str:
    return text.removeprefix(APOSTROPHE)


def _columns_of_key(key: Key) -> tuple[Column, ...]:
    if key.kind not in ("pair", "bounds"):
        return (Column(key.name, key.title, key.kind, key.name, "whole", key.choices, key.note, key.width),)
    low = Column(f"{key.name}_low", f"{key.title}: thấp", "number", key.name, "low", note=key.note, width=10)
    high = Column(f"{key.name}_high", f"{key.title}: cao", "number", key.name, "high", note=key.note, width=10)
    if key.kind == "pair":
        return low, high
    note = "Chọn ở đây, hoặc ghi hai số ở hai cột bên cạnh"
    return Column(key.name, key.title, "choice", key.name, "word", key.choices, note, 10), low, high


SETTING_COLUMNS = (
    Column("title", "Nội dung", "text", "", width=44),
    Column("key", "Mã khoá", "text", "", width=18),
    Column("value", "Giá trị", "text", "", width=50),
    Column("note", "Ghi chú", "text", "", width=60),
)
OPTION_COLUMNS = (
    Column(
        "list",
        "Danh sách",
        "choice",
        "list",
        choices=("scale", "options", "items"),
        note="scale = của thang đo, options = lựa chọn riêng của câu hỏi, items = phát biểu của câu hỏi",
    ),
    Column("owner", "Của thang đo hoặc câu hỏi", "code", "owner", note="Mã thang đo hoặc mã câu hỏi", width=16),
    *(
        Column(key.name, key.title, key.kind, key.name, "whole", key.choices, key.note, key.width)
        for key in schema.OPTION_KEYS
    ),
)
