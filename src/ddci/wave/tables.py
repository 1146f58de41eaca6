"""Read one table of any kind, with all its faults at once.

In:  the bytes of a .csv, .xlsx, .parquet, .sav or .dta file and the columns it may have.
Out: a Table of text cells: known columns only, trimmed, Unicode-normalised (NFC), blank rows dropped, every row with
     its number in the file. What a cell means (a number, a code of a scale) is read by ``ddci.wave.cells``.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

import numpy as np
import polars as pl

from ddci.encodings import name_misread
from ddci.errors import Faults, Place
from ddci.framework.spots import nearest
from ddci.wave.cell_faults import CellFaults
from ddci.wave.columns import MAX_BYTES, MAX_CHARACTERS, Column, RawTable, Table
from ddci.wave.csv_text import read_csv
from ddci.wave.spreadsheets import read_xlsx
from ddci.wave.statistics_files import read_dta, read_parquet, read_sav

TABLE_KINDS = (".csv", ".xlsx", ".parquet")
RESPONSE_KINDS = (*TABLE_KINDS, ".sav", ".dta")
FEW = 64  # distinct texts that are looked at one by one
GUARDED_TEXT = r"^'([=+\-@\t\r])"
GUARDED_CODE = r"^'([+\-@\t\r])"  # no code or number begins with "=": such a cell is told as it stands
EXCEL_ERRORS = ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")


def read_table(
    data: bytes, file: str, *, columns: Sequence[Column], faults: Faults, kinds: Sequence[str] = TABLE_KINDS
) -> Table | None:
    """The table in ``data``; ``file`` is the name shown in faults, and its ending says what kind of file it is.

    None when the file cannot be read at all or a required column is missing; otherwise the table as far as it is sound,
    with every fault noted. The caller raises.

    >>> faults = Faults()
    >>> columns = [Column("unit"), Column("value", "number")]
    >>> table = read_table(b"unit,value\\nA, 3.63\\n", "values.csv", columns=columns, faults=faults)
    >>> table.frame.rows(), table.rows.tolist(), len(faults)
    ([('A', '3.63')], [2], 0)
    """
    raw = _read_raw(data, file, kinds, faults)
    if raw is None:
        return None
    named = _name_columns(raw, columns, file, faults)
    table = _tidy(raw, named, file)
    _check_cells(table, faults)
    table = replace(table, frame=_restore(table.frame, columns))
    missing = [column.name for column in columns if column.required and column.name not in named]
    if missing:
        return None
    if len(table) == 0:
        faults.add("TABLE_NO_ROWS", table.place(), found="0")
        return None
    return table


def _read_raw(data: bytes, file: str, kinds: Sequence[str], faults: Faults) -> RawTable | None:
    ending = PurePath(file).suffix.lower()
    if ending not in kinds:
        faults.add("TABLE_KIND", Place(file=file), found=ending or file, allowed=", ".join(kinds))
        return None
    if not data:
        faults.add("TABLE_EMPTY", Place(file=file), found="0 byte")
        return None
    if len(data) > MAX_BYTES:
        faults.add("FILE_TOO_LARGE", Place(file=file), found=len(data), limit=MAX_BYTES)
        return None
    if ending == ".xlsx":
        return read_xlsx(data, file, PurePath(file).stem, faults)
    return {".csv": read_csv, ".parquet": read_parquet, ".sav": read_sav, ".dta": read_dta}[ending](data, file, faults)


def _name_columns(raw: RawTable, columns: Sequence[Column], file: str, faults: Faults) -> dict[str, int]:
    """Column name → its position; duplicate, missing, blank and unknown headers are faults."""
    header_row = raw.first_row - 1
    titles = [_normal(title) for title in raw.header]
    known = [column.name for column in columns]
    named: dict[str, int] = {}
    counts = Counter(titles)
    for position, title in enumerate(titles):
        place = Place(file=file, sheet=raw.sheet, row=header_row, column=title or str(position + 1))
        if not title:
            if raw.cells.height and raw.cells[:, position].drop_nulls().str.strip_chars().ne("").any():
                faults.add("HEADER_BLANK", place, found="", position=position + 1)
        elif title in named:
            faults.add("HEADER_TWICE", place, found=title, count=counts[title])
        elif title not in known:
            faults.add("HEADER_UNKNOWN", place, found=title, nearest=nearest(title, known), allowed=", ".join(known))
        else:
            named[title] = position
    for column in columns:
        if column.required and column.name not in named:
            place = Place(file=file, sheet=raw.sheet, row=header_row, column=column.name)
            faults.add("HEADER_MISSING", place, found=", ".join(filter(None, titles)), name=column.name)
    return named


def _normal(title: str) -> str:
    return unicodedata.normalize("NFC", title).strip().removeprefix("\ufeff")


def _tidy(raw: RawTable, named: dict[str, int], file: str) -> Table:
    """Known columns, trimmed, blank cells null, blank rows dropped (their numbers are kept by the others)."""
    cells = raw.cells.select(pl.nth(position).alias(name) for name, position in named.items())
    distinct = _distinct(cells)
    trimmed = cells.select(_trim(column, distinct[column.name]) for column in cells)
    rows = np.arange(raw.first_row, raw.first_row + trimmed.height, dtype=np.int64)
    if trimmed.width:
        filled = trimmed.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        if not filled.all():
            trimmed, rows = trimmed.filter(filled), rows[filled.to_numpy()]
    labels = {name: raw.labels[position] for name, position in named.items() if position in raw.labels}
    return Table(file, trimmed, rows, raw.sheet, raw.decimal_comma, raw.printed, labels)


def _trim(cells: pl.Series, distinct: pl.Series) -> pl.Series:
    if _is_plain(distinct):
        return cells
    if distinct.str.contains(r"^\s|\s$|^$").any():
        cells = cells.str.strip_chars()
        cells = pl.select(pl.when(cells != "").then(cells).alias(cells.name)).to_series()
    if (distinct.str.len_bytes() != distinct.str.len_chars()).any():
        # Vietnamese typed on a Mac arrives decomposed: ê + ◌̣ instead of ệ
        cells = cells.str.normalize("NFC")
    return cells


def _distinct(frame: pl.DataFrame) -> dict[str, pl.Series]:
    """The texts of each column, each once: a column of answers has a handful. All columns in one query."""
    return {column.name: column[0] for column in frame.select(pl.all().unique().implode())}


def _is_plain(distinct: pl.Series) -> bool:
    """Whether a column holds a handful of short ASCII codes that nothing can be wrong with; the usual case by far."""
    if distinct.len() > FEW:
        return False
    texts = distinct.drop_nulls().to_list()
    return all(text.isascii() and text.isalnum() and len(text) <= MAX_CHARACTERS for text in texts)


def _restore(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """Take away the apostrophe that keeps a spreadsheet from running a text as a formula."""
    texts = {column.name for column in columns if column.kind == "text"}
    guarded = [column.name for column in frame.select(pl.all().str.starts_with("'").any()) if column[0]]
    return frame.with_columns(
        pl.col(name).str.replace(GUARDED_TEXT if name in texts else GUARDED_CODE, "$1") for name in guarded
    )


def _check_cells(table: Table, faults: Faults) -> None:
    """Faults that a cell can have whatever its column means."""
    found = CellFaults(table, faults)
    for name, distinct in _distinct(table.frame).items():
        if _is_plain(distinct):
            continue
        cells = table.frame[name]
        longest = distinct.str.len_bytes().max()
        if isinstance(longest, int) and longest > MAX_CHARACTERS:
            found.add("CELL_TOO_LONG", name, cells.str.len_chars() > MAX_CHARACTERS, limit=MAX_CHARACTERS)
        if distinct.str.starts_with("=").any():
            found.add("CELL_BEGINS_WITH_EQUALS", name, cells.str.starts_with("="))
        if distinct.str.starts_with("#").any():
            found.add("CELL_IS_ERROR", name, cells.is_in(EXCEL_ERRORS))
        _check_misread(found, name, cells, distinct)
    found.flush()


def _check_misread(found: CellFaults, name: str, cells: pl.Series, distinct: pl.Series) -> None:
    """Text typed in an old font also hides inside workbooks; each column is judged as a whole."""
    beyond = distinct.filter(distinct.str.len_bytes() != distinct.str.len_chars()).unique().sort().head(500)
    encoding = name_misread(" ".join(text[:MAX_CHARACTERS] for text in beyond)) if len(beyond) else None
    if encoding:
        found.add("CELL_MISREAD", name, cells.str.len_bytes() != cells.str.len_chars(), encoding=encoding)
