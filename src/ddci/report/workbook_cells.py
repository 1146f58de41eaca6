"""Write the rows of a workbook as SpreadsheetML: cell by cell through XlsxWriter takes several times as long.

In:  an .xlsx whose columns have formats and whose sheets end with their head, and the rows of each sheet.
Out: the same .xlsx with the rows below the head. A text stands in its own cell, numbers at full precision.
Source: ECMA-376, part 1, section 18.3.1 (worksheets).
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from zipfile import ZIP_DEFLATED, ZipFile

from ddci.report.tables import Cell, exact, neutralise

Rows = Sequence[Sequence[Cell]]

LONGEST_TEXT = 32767  # characters that Excel holds in a cell
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_COLUMN = re.compile(r'<col min="(\d+)" max="(\d+)"[^>]* style="(\d+)"')
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


def fill_sheets(empty: bytes, rows: Sequence[Rows], *, first_row: int) -> bytes:
    """The workbook with the rows of its sheets, in the sheets' order, from ``first_row`` (1 = the top) on."""
    filled = io.BytesIO()
    with ZipFile(io.BytesIO(empty)) as old, ZipFile(filled, "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if sheet := _SHEET.fullmatch(entry.filename):
                below = rows[int(sheet[1]) - 1]
                content = _with_rows(content.decode("utf-8"), below, first_row).encode("utf-8")
            new.writestr(entry, content)
    return filled.getvalue()


def _with_rows(sheet: str, rows: Rows, first_row: int) -> str:
    columns = [
        (_letters(place), int(style))
        for first, last, style in _COLUMN.findall(sheet)
        for place in range(int(first), int(last) + 1)
    ]
    written = "".join([_row(row, number, columns) for number, row in enumerate(rows, start=first_row)])
    corner = f"{columns[-1][0]}{first_row - 1 + len(rows)}"
    sheet = re.sub(r'<dimension ref="[^"]*"/>', f'<dimension ref="A1:{corner}"/>', sheet, count=1)
    return sheet.replace("</sheetData>", written + "</sheetData>", 1)


def _row(row: Sequence[Cell], number: int, columns: list[tuple[str, int]]) -> str:
    cells = []
    for (letters, style), cell in zip(columns, row, strict=True):
        if isinstance(cell, str):
            if cell:
                cells.append(f'<c r="{letters}{number}" s="{style}" t="inlineStr"><is>{_text(cell)}</is></c>')
        elif cell is not None and math.isfinite(cell):
            cells.append(f'<c r="{letters}{number}" s="{style}"><v>{exact(cell)}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


@lru_cache(maxsize=4096)
def _text(text: str) -> str:
    """A text element; a text never becomes a formula, and characters that XML cannot hold are written by number.

    >>> _text("A & B"), _text("=1+1"), _text(" x")
    ('<t>A &amp; B</t>', "<t>'=1+1</t>", '<t xml:space="preserve"> x</t>')
    """
    safe = escape(neutralise(text)[:LONGEST_TEXT], quote=False)
    safe = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", safe)
    return f"<t>{safe}</t>" if text == text.strip() else f'<t xml:space="preserve">{safe}</t>'


def _letters(place: int) -> str:
    """The name of a column.

    >>> _letters(1), _letters(27)
    ('A', 'AA')
    """
    before, last = divmod(place - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)
