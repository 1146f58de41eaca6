"""Read Parquet, SPSS (.sav) and Stata (.dta) files as text cells.

In:  the bytes of a file whose cells already have types.
Out: a RawTable of text: whole numbers without a decimal point, dates as ISO dates, user-missing and NaN as blanks. SPSS
     and Stata keep codes and their labels apart: the codes are the cells, the labels come along for options that the
     framework knows by label only.
"""

from __future__ import annotations

import io

import polars as pl

from ddci.errors import Faults, Place
from ddci.wave.columns import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, RawTable

LARGEST_WHOLE = 1e15


def read_parquet(data: bytes, file: str, faults: Faults) -> RawTable | None:
    """The cells of a Parquet file as text; its size is checked before anything is unpacked."""
    try:
        scan = pl.scan_parquet(io.BytesIO(data))
        schema = scan.collect_schema()
        rows = int(scan.select(pl.len()).collect().item())
        if not _reasonable(rows, len(schema), file, faults):
            return None
        frame = scan.collect()
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        faults.add("FILE_CORRUPT", Place(file=file), found=str(error).split("\n", 1)[0], kind="parquet")
        return None
    nested = [name for name, dtype in schema.items() if dtype.is_nested() or dtype in (pl.Binary, pl.Object)]
    for name in nested:
        faults.add("COLUMN_NESTED", Place(file=file, column=name), found=str(schema[name]), name=name)
    return None if nested else RawTable(tuple(frame.columns), _as_text(frame), printed=False)


def read_sav(data: bytes, file: str, faults: Faults) -> RawTable | None:
    """The cells of an SPSS file."""
    return _read_with_labels("read_sav", data, file, "SPSS", faults)


def read_dta(data: bytes, file: str, faults: Faults) -> RawTable | None:
    """The cells of a Stata file."""
    return _read_with_labels("read_dta", data, file, "Stata", faults)


def _read_with_labels(reader: str, data: bytes, file: str, kind: str, faults: Faults) -> RawTable | None:
    import pyreadstat  # slow to import, and most waves have no such file

    read = getattr(pyreadstat, reader)
    try:
        _, about = read(io.BytesIO(data), metadataonly=True, output_format="polars")
        if not _reasonable(about.number_rows or 0, about.number_columns, file, faults):
            return None
        frame, about = read(io.BytesIO(data), output_format="polars", row_limit=MAX_ROWS)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, UnicodeDecodeError, OSError) as error:
        faults.add("FILE_CORRUPT", Place(file=file), found=str(error), kind=kind)
        return None
    labels = {
        frame.columns.index(name): {_value_text(value): str(label).strip() for value, label in values.items()}
        for name, values in about.variable_value_labels.items()
        if name in frame.columns
    }
    return RawTable(tuple(frame.columns), _as_text(frame), printed=False, labels=labels)


def _reasonable(rows: int, columns: int, file: str, faults: Faults) -> bool:
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        faults.add(
            "TABLE_TOO_LARGE", Place(file=file), found=f"{rows} × {columns}", max_rows=MAX_ROWS, max_columns=MAX_COLUMNS
        )
        return False
    if rows == 0 and columns == 0:
        faults.add("TABLE_EMPTY", Place(file=file), found="0")
        return False
    return True


def _value_text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(_text(frame[name].dtype, name).alias(f"c{i}") for i, name in enumerate(frame.columns))


def _text(dtype: pl.DataType, name: str) -> pl.Expr:
    cell = pl.col(name)
    if dtype == pl.Boolean:
        return cell.cast(pl.Int8).cast(pl.String)
    if dtype.is_float():
        number = cell.fill_nan(None)
        is_whole = (number == number.round()) & (number.abs() < LARGEST_WHOLE)
        whole = pl.when(is_whole).then(number).cast(pl.Int64, strict=False).cast(pl.String)
        return pl.when(is_whole).then(whole).otherwise(number.cast(pl.String))
    if dtype == pl.Date:
        return cell.dt.to_string("%Y-%m-%d")
    return cell.cast(pl.String)
