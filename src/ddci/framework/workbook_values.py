"""One cell of a framework's workbook as the value that TOML would give, with the habits of Excel explained.

In:  a cell, its column, its spot. Out: a raw value for ``ddci.framework.reading``; None for an empty or a faulty cell,
whose spot is then broken so that nothing else is said about it.
"""

from __future__ import annotations

import re
import unicodedata

from ddci.framework.spots import Notebook, Spot
from ddci.framework.workbook_cells import Cell
from ddci.framework.workbook_layout import Column, restore

_YES = frozenset({"co", "true", "1", "yes", "dung", "x"})
_NO = frozenset({"khong", "false", "0", "no", "sai"})
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")  # 1.250 may be one and a quarter or a thousand
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


def fold(text: str) -> str:
    """Text without accents, case, spaces and signs, to compare names that people typed.

    >>> fold("Chỉ tiêu "), fold("CHI_TIEU")
    ('chitieu', 'chitieu')
    """
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in plain if letter.isalnum())


def raw_value(cell: Cell | None, column: Column, spot: Spot, notebook: Notebook) -> object:
    """The cell's value in the form of TOML: text, number, truth value or list of codes."""
    if cell is None:
        return None
    if cell.kind == "error":
        notebook.note_broken("SHEET_CELL_ERROR", spot, found=cell.text)
    elif cell.kind == "date":
        notebook.note_broken("SHEET_CELL_DATE", spot, found=cell.text[:10])
    elif cell.text.startswith("="):
        notebook.note_broken("SHEET_CELL_FORMULA_TEXT", spot, found=cell.text)
    elif column.kind in ("number", "whole"):
        return _number(cell, spot, notebook)
    elif column.kind == "flag":
        return _flag(cell, spot, notebook)
    elif column.kind == "codes":
        return _codes(cell, spot, notebook)
    else:
        return _text(cell, column, spot, notebook)
    return None


def _number(cell: Cell, spot: Spot, notebook: Notebook) -> float | None:
    text = cell.text.strip()
    if cell.kind == "number":
        return cell.number
    if _PLAIN_NUMBER.fullmatch(text) and not (cell.kind == "text" and _THOUSANDS.fullmatch(text)):
        return float(text)
    fault = "SHEET_CELL_DECIMAL_COMMA" if _DECIMAL_COMMA.fullmatch(text) else "SHEET_CELL_NUMBER_AS_TEXT"
    notebook.note_broken(fault, spot, found=text)
    return None


def _flag(cell: Cell, spot: Spot, notebook: Notebook) -> bool | None:
    word = fold(_digits(cell))
    if word in _YES or word in _NO:
        return word in _YES
    notebook.note_broken("SHEET_CELL_YES_NO", spot, found=cell.text)
    return None


def _codes(cell: Cell, spot: Spot, notebook: Notebook) -> list[str] | None:
    if cell.kind == "number" and cell.number is not None and not cell.number.is_integer():
        notebook.note_broken("SHEET_CELL_LIST_NUMBER", spot, found=f"{cell.number:g}")
        return None
    return [code for code in re.split(r"[,;\s]+", restore(_digits(cell))) if code]


def _text(cell: Cell, column: Column, spot: Spot, notebook: Notebook) -> str:
    """A text; a number in a column of codes is taken, with a word about zeros that may have been lost."""
    if cell.kind == "number" and column.name == "code":
        notebook.note("SHEET_CELL_CODE_NUMBER", spot, severity="warning", found=_digits(cell))
    return restore(_digits(cell))


def _digits(cell: Cell) -> str:
    """The cell's text; of a number its shortest digits."""
    if cell.kind != "number" or cell.number is None:
        return cell.text
    return str(int(cell.number)) if cell.number.is_integer() else repr(cell.number)
