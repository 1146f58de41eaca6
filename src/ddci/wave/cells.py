"""What text cells mean: numbers, printed decimals, dates, codes of a list.

In:  a Table and the name of one of its columns. Out: arrays over the table's rows; NaN, None or −1 where a cell is
blank or wrong. A wrong cell is noted with its cause (a date in a number column, a decimal comma, zeros that Excel
ate), because the remedy depends on it. Good data costs a few vectorised passes; only wrong cells are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from ddci.framework.spots import nearest
from ddci.wave.cell_faults import CellFaults
from ddci.wave.columns import RowArray, Table
from ddci.wave.tables import EXCEL_ERRORS

FloatArray = npt.NDArray[np.float64]

_LOOKS_LIKE_DATE = r"^\d{4}-\d{1,2}-\d{1,2}([ T]|$)|^\d{1,2}[/\-]\d{1,2}[/\-]\d{2,4}$|^\d{1,2}-[A-Za-z]{3}(-\d{2,4})?$"
_DECIMAL_COMMA = r"^[+\-−]?\d{1,3}(\.\d{3})*,\d+$|^[+\-−]?\d+,\d+$"
_THOUSANDS = r"^[+-]?[1-9]\d{0,2}(\.\d{3})+$"


def numbers(
    table: Table,
    column: str,
    found: CellFaults,
    *,
    low: float | None = None,
    high: float | None = None,
    whole: bool = False,
    required: bool = False,
) -> FloatArray:
    """The numbers of a column, NaN where blank or wrong; all NaN when there is no such column.

    Notes CELL_NOT_NUMBER, CELL_IS_DATE, CELL_DECIMAL_COMMA, CELL_AMBIGUOUS, CELL_NOT_FINITE, CELL_NOT_WHOLE,
    CELL_OUT_OF_RANGE (outside low … high) and, when ``required``, CELL_BLANK.
    """
    if not table.has(column):
        return np.full(len(table), np.nan)
    cells = table.frame[column]
    if required:
        found.add("CELL_BLANK", column, cells.is_null())
    parsed = _point(table, column, found).cast(pl.Float64, strict=False)
    _note_not_numbers(column, found, cells, cells.is_not_null() & parsed.is_null(), table.decimal_comma)
    infinite = parsed.is_not_null() & ~parsed.is_finite()
    found.add("CELL_NOT_FINITE", column, infinite)
    values = parsed.fill_null(np.nan).to_numpy().copy()
    values[~np.isfinite(values)] = np.nan
    if whole:
        found.add("CELL_NOT_WHOLE", column, np.flatnonzero(np.isfinite(values) & (values != np.round(values))))
    outside = (values < (-np.inf if low is None else low)) | (values > (np.inf if high is None else high))
    least, most = "−∞" if low is None else f"{low:g}", "∞" if high is None else f"{high:g}"
    found.add("CELL_OUT_OF_RANGE", column, np.flatnonzero(outside), low=least, high=most)
    return values


def half_units(table: Table, column: str) -> FloatArray:
    """Half of the last printed decimal of each number: 0.005 for "3.63" and "3,63", 0.5 for "12"; NaN where blank.

    Workbooks and binary files keep no trailing zeros, so there the column's greatest number of decimals counts for all.
    """
    if not table.has(column):
        return np.full(len(table), np.nan)
    cells = table.frame[column]
    decimals = cells.str.extract(r"^[^.,eE]*[.,](\d+)").str.len_chars().fill_null(0).cast(pl.Int64)
    power = cells.str.extract(r"[eE]([+-]?\d{1,3})$").cast(pl.Int64, strict=False).fill_null(0)
    places = np.clip((decimals - power).to_numpy().astype(np.float64), -300, 300)
    if not table.printed and places.size:
        places[:] = places.max()
    half: FloatArray = np.where(places >= 0, 0.5 / 10.0 ** np.abs(places), 0.5 * 10.0 ** np.abs(places))
    half[cells.is_null().to_numpy()] = np.nan
    return half


def dates(table: Table, column: str, found: CellFaults) -> list[str | None]:
    """ISO dates of a column written yyyy-mm-dd or dd/mm/yyyy; None where blank or wrong (CELL_NOT_DATE)."""
    if not table.has(column):
        return [None] * len(table)
    cells = table.frame[column]
    iso = cells.str.extract(r"^(\d{4}-\d{2}-\d{2})(?:[ T]00:00:00(?:\.0+)?)?$").str.to_date("%Y-%m-%d", strict=False)
    local = cells.str.extract(r"^(\d{1,2}/\d{1,2}/\d{4})$").str.to_date("%d/%m/%Y", strict=False)
    parsed = pl.select(pl.coalesce(iso, local)).to_series()
    found.add("CELL_NOT_DATE", column, cells.is_not_null() & parsed.is_null())
    return [item.isoformat() if isinstance(item, date) else None for item in parsed]


def texts(table: Table, column: str) -> list[str | None]:
    """The text of a column; all None when there is no such column."""
    return table.frame[column].to_list() if table.has(column) else [None] * len(table)


def positions(
    table: Table, column: str, codes: Iterable[str], found: CellFaults, *, unknown: str, required: bool = True
) -> RowArray:
    """For each row the place of its code in ``codes``, −1 where blank or not among them.

    ``unknown`` is the fault for a code that is not there; CODE_ZEROS_EATEN when only leading zeros are missing.
    """
    place = {code: number for number, code in enumerate(codes)}
    if not table.has(column):
        return np.full(len(table), -1, dtype=np.int64)
    cells = table.frame[column]
    if required:
        found.add("CELL_BLANK", column, cells.is_null())
    distinct = cells.unique().drop_nulls().to_list()
    mapped = {code: place.get(code, -1) for code in distinct}
    strange = [code for code, number in mapped.items() if number < 0]
    if strange:
        note_unknown(column, cells, strange, place, found, unknown=unknown)
    return cells.replace_strict(mapped, default=-1, return_dtype=pl.Int64).fill_null(-1).to_numpy()


def note_unknown(
    column: str, cells: pl.Series, strange: list[str], valid: Mapping[str, object], found: CellFaults, *, unknown: str
) -> None:
    """Note codes that are not among the valid ones, those apart whose leading zeros are gone."""
    without_zeros: dict[str, str] = {}
    for code in valid:
        if code.startswith("0"):
            without_zeros.setdefault(code.lstrip("0"), code)
    eaten = [code for code in strange if code in without_zeros]
    others = [code for code in strange if code not in without_zeros and not _already_noted(code)]
    found.add(
        "CODE_ZEROS_EATEN", column, cells.is_in(eaten), explain=lambda text: {"whole": without_zeros.get(text, "")}
    )
    found.add(unknown, column, cells.is_in(others), explain=lambda text: {"nearest": nearest(text, valid)})


def _already_noted(text: str) -> bool:
    """Formulas and Excel's error texts are noted once, when the table is read."""
    return text.startswith("=") or text in EXCEL_ERRORS


def _point(table: Table, column: str, found: CellFaults) -> pl.Series:
    """The cells with a decimal point; in a CSV with semicolons the comma is the decimal mark."""
    cells = table.frame[column]
    if not table.decimal_comma:
        return cells
    commas = cells.str.contains(",", literal=True).fill_null(value=False)
    points = cells.str.contains(".", literal=True).fill_null(value=False)
    if commas.any():
        # 1.234 beside 3,63: a thousands separator or a decimal point? Only the author knows.
        found.add("CELL_AMBIGUOUS", column, points & ~commas)
        return cells.str.replace(",", ".", literal=True)
    if points.any() and cells.filter(points).str.contains(_THOUSANDS).all():
        found.add("CELL_AMBIGUOUS", column, points)
    return cells


def _note_not_numbers(column: str, found: CellFaults, cells: pl.Series, wrong: pl.Series, decimal_comma: bool) -> None:
    """Sort the cells that are no numbers by cause."""
    if not wrong.any():
        return
    noted = cells.str.starts_with("=") | cells.is_in(EXCEL_ERRORS)
    is_date = cells.str.contains(_LOOKS_LIKE_DATE)
    has_comma = cells.str.contains(_DECIMAL_COMMA) & (not decimal_comma)
    found.add("CELL_IS_DATE", column, wrong & is_date)
    found.add("CELL_DECIMAL_COMMA", column, wrong & has_comma)
    found.add("CELL_NOT_NUMBER", column, wrong & ~noted & ~is_date & ~has_comma)
