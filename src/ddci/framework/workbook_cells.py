"""Raw cells of a workbook, each with what kind of cell it was: text, number, date, truth value or error.

In:  an .xlsx file. Out: per sheet a grid of cells; rows and columns count as Excel shows them.
The reader gives a column as one type, so each sheet is read three times: as texts, as numbers and as dates; comparing
the three tells the code "4" from the number 4 and a date from a text that looks like one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import fastexcel
import polars as pl

CellKind = Literal["text", "number", "date", "flag", "error"]
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ERROR = re.compile(r"Error\((\w+)\)|#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)")
MOST_ROWS = 20_000
MOST_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty; a number keeps all its digits in ``text``."""

    kind: CellKind
    text: str
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells, from row 1; ``first_column`` is the Excel column (from 0) of the first cell of each row."""

    name: str
    rows: list[list[Cell | None]]
    first_column: int = 0

    def letter(self, column: int) -> str:
        """The letter above a column.

        >>> Sheet("Khung", []).letter(0), Sheet("Khung", []).letter(27)
        ('A', 'AB')
        """
        letters, rest = "", self.first_column + column + 1
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(ord("A") + digit) + letters
        return letters


class UnreadableWorkbookError(Exception):
    """The file is no workbook, is damaged or is locked; the text is the reader's reason."""


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a workbook. Raises UnreadableWorkbookError."""
    try:
        reader = fastexcel.read_excel(path)
        return [_read_sheet(reader, name) for name in reader.sheet_names]
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableWorkbookError(str(error).splitlines()[0] if str(error) else type(error).__name__) from error


def _read_sheet(reader: fastexcel.ExcelReader, name: str) -> Sheet:
    def load(kind: Literal["string", "float", "datetime"]) -> tuple[list[list[object]], int]:
        sheet = reader.load_sheet(name, header_row=None, skip_rows=0, n_rows=MOST_ROWS, dtypes=kind)
        columns = sheet.available_columns()[:MOST_COLUMNS]
        frame = sheet.to_polars()
        start = columns[0].absolute_index if columns else 0
        return [frame.to_series(number).to_list() for number in range(min(frame.width, MOST_COLUMNS))], start

    if reader.load_sheet(name, header_row=None, skip_rows=0, n_rows=1).width == 0:
        return Sheet(name, [])
    texts, start = load("string")
    numbers, _ = load("float")
    dates, _ = load("datetime")
    columns = [
        [_cell(text, number, date) for text, number, date in zip(*lists, strict=True)]
        for lists in zip(texts, numbers, dates, strict=True)
    ]
    return Sheet(name, [list(row) for row in zip(*columns, strict=True)], start)


def _cell(text: object, number: object, date: object) -> Cell | None:
    """One cell from its three readings; a text read as a date or a number by the reader remains a text."""
    if text is None or not isinstance(text, str) or not text.strip():
        return None
    if _ERROR.fullmatch(text):
        return Cell("error", text)
    if isinstance(number, float):
        if text in ("true", "false"):
            return Cell("flag", text)
        return Cell("number" if date is not None else "text", text, number)
    return Cell("date" if date is not None and _DATE.match(text) else "text", text)
