"""Write a wave folder that loads back equal, and single tables as CSV, XLSX or Parquet.

In:  a Wave, or a frame. Out: files. Numbers keep the decimals they were printed with; text that a spreadsheet would run
as a formula gets an apostrophe in front, which ``ddci.wave.tables`` takes away. The same wave gives the same bytes.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
import tomli_w

from ddci.framework.write import write_framework
from ddci.wave.folder import write_folder
from ddci.wave.model import Unit, ValueTable, Wave
from ddci.wave.settings import WAVE_FILE

__all__ = ["write_folder", "write_table", "write_wave"]

FRAMEWORK_FOLDER = "framework"
# A formula, and control characters that some programs drop before they look for one. Plain numbers stay.
_RUNNABLE = r"^[=+\-@\t\r]"
_PLAIN_NUMBER = r"^[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?$"

ResponsesKind = Literal[".csv", ".parquet", ".xlsx"]


def write_wave(
    wave: Wave,
    folder: Path,
    *,
    framework: Path | None = None,
    previous: Path | None = None,
    pooled: Sequence[Path] = (),
    responses_kind: ResponsesKind = ".csv",
    texts: Mapping[str, str] | None = None,
) -> None:
    """Write the wave as a folder, whole or not at all.

    framework        the framework's folder, named in wave.toml by its relative path; None writes it into ``framework/``
    previous, pooled waves or results on disk, named likewise; ``wave.previous`` and ``wave.pooled`` are not written
    responses_kind   .parquet is several times smaller than .csv
    texts            further files, name → text, e.g. SOURCE.md

    Raises InputError as ``write_folder`` does.
    """
    named = {
        "framework": FRAMEWORK_FOLDER if framework is None else _relative(framework, folder),
        "previous": None if previous is None else _relative(previous, folder),
        "pooled": [_relative(path, folder) for path in pooled],
    }

    def fill(place: Path) -> None:
        if framework is None:
            write_framework(wave.framework, place / FRAMEWORK_FOLDER)
        tables = {f"{name}.csv": frame for name, frame in wave_tables(wave).items()}
        if wave.responses is not None:
            tables[f"responses{responses_kind}"] = wave.responses
        for name, frame in tables.items():
            write_table(frame, place / name)
        (place / WAVE_FILE).write_bytes(tomli_w.dumps({"wave": _settings(wave, named, tables)}).encode())
        for name, text in (texts or {}).items():
            (place / name).write_bytes(text.encode())

    write_folder(folder, fill)


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as .csv, .xlsx (sheet named as the file) or .parquet, with dangerous cells made harmless.

    Text that begins with = + - @, a tab or a carriage return gets an apostrophe, unless it is a plain number.
    Parquet is not opened by spreadsheets and keeps its text.
    """
    match path.suffix.lower():
        case ".parquet":
            frame.write_parquet(path, compression="zstd", statistics=False)
        case ".xlsx":
            _write_xlsx(neutralise(frame), path)
        case ".csv":
            neutralise(frame).write_csv(path, line_terminator="\n")
        case ending:
            raise ValueError(f"a table is .csv, .xlsx or .parquet, not {ending!r}")


def neutralise(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before text that a spreadsheet would run.

    >>> neutralise(pl.DataFrame({"name": ["=1+1", "-3.5", "- a remark"]}))["name"].to_list()
    ["'=1+1", '-3.5', "'- a remark"]
    """
    columns = []
    for cells in frame.iter_columns():
        if cells.dtype == pl.String and cells.str.contains(_RUNNABLE).any():
            runnable = cells.str.contains(_RUNNABLE) & ~cells.str.contains(_PLAIN_NUMBER)
            harmless = pl.select(pl.when(runnable).then("'" + cells).otherwise(cells)).to_series()
            columns.append(harmless.alias(cells.name))
        else:
            columns.append(cells)
    titles = {name: f"'{name}" for name in frame.columns if name[:1] in "=+-@\t\r" and name}
    return pl.DataFrame(columns).rename(titles)


def wave_tables(wave: Wave) -> dict[str, pl.DataFrame]:
    """The small tables of a wave as text frames, by key of wave.toml; only those that have rows."""
    tables: dict[str, list[dict[str, str | None]]] = {
        "units": _unit_rows(wave.units),
        "values": [] if wave.values is None else _value_rows(wave.values, wave),
        "strata": [{"stratum": stratum, "population": _number(size)} for stratum, size in wave.population.items()],
        "published": [
            {
                "unit": item.unit,
                "code": item.code,
                "score": printed(item.score, item.half_unit),
                "rank": _number(item.rank),
                "n_units": _number(item.n_units),
            }
            for item in wave.published
        ],
        "targets": [
            {
                "unit": item.unit,
                "code": item.code,
                "score": _number(item.score),
                "rank_from": _number(item.rank_from),
                "rank_to": _number(item.rank_to),
            }
            for item in wave.targets
        ],
        "history": [
            {
                "year": str(item.year),
                "unit": item.unit,
                "code": item.code,
                "score": _number(item.score),
                "rank": _number(item.rank),
                "n_units": _number(item.n_units),
            }
            for item in wave.history
        ],
        "flagged": [{"respondent": item.respondent, "reason": item.reason} for item in wave.flagged],
    }
    return {name: _frame(rows) for name, rows in tables.items() if rows}


def printed(number: float | None, half_unit: float | None) -> str | None:
    """A number with the decimals it was printed with; all its digits where that is not known or would change it.

    >>> printed(6.3, 0.005), printed(6.3, 0.05), printed(0.1, None), printed(1234.5, 0.5)
    ('6.30', '6.3', '0.1', '1234.5')
    """
    if number is None or math.isnan(number):
        return None
    if half_unit is not None and half_unit > 0:
        text = f"{number:.{max(0, round(-math.log10(2 * half_unit)))}f}"
        if float(text) == number:
            return text
    return _number(number)


def _number(number: float | None) -> str | None:
    """All digits; whole numbers without a decimal point."""
    if number is None or math.isnan(number):
        return None
    whole = float(number).is_integer() and abs(number) < 1e15
    return str(int(number)) if whole else repr(float(number))


def _frame(rows: Sequence[Mapping[str, str | None]]) -> pl.DataFrame:
    """Text columns; optional ones that are blank throughout are left out."""
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    required = ("unit", "code", "value", "indicator", "name", "group")
    return frame.select(name for name in frame.columns if name in required or frame[name].count() > 0)


def _unit_rows(units: Sequence[Unit]) -> list[dict[str, str | None]]:
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "group": unit.group,
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
            "succeeds": " ".join(unit.succeeds) or None,
            "lat": _number(unit.lat),
            "lon": _number(unit.lon),
        }
        for unit in units
    ]


def _value_rows(values: ValueTable, wave: Wave) -> list[dict[str, str | None]]:
    indicators = [indicator.code for indicator in wave.framework.indicators]
    present = ~(np.isnan(values.value) & np.isnan(values.se) & np.isnan(values.n))
    return [
        {
            "unit": wave.units[u].code,
            "indicator": indicators[i],
            "value": printed(float(values.value[u, i]), float(values.half_unit[u, i])),
            "se": _number(float(values.se[u, i])),
            "n": _number(float(values.n[u, i])),
        }
        for u, i in zip(*np.nonzero(present), strict=True)
    ]


def _settings(wave: Wave, named: Mapping[str, Any], tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """The keys of wave.toml, in the order of the documentation; what is not said has its default."""
    keys: dict[str, Any] = {
        "code": wave.code,
        "vi": wave.vi,
        "en": wave.en,
        "year": wave.year,
        "simulated": wave.simulated or None,
        "source": wave.source,
        "framework": named["framework"],
        **{Path(name).stem: name for name in tables},
        "previous": named["previous"],
        "pooled": named["pooled"] or None,
        "seed": wave.seed,
        "replicates": wave.replicates,
        "replicate_method": wave.replicate_method,
        "lone_stratum": wave.lone_stratum,
        "listwise": wave.listwise or None,
        "panel": wave.panel or None,
        "publication_min": wave.publication_min,
        "rake": wave.rake or None,
    }
    return {name: value for name, value in keys.items() if value is not None}


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _write_xlsx(frame: pl.DataFrame, path: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    import xlsxwriter  # only when a workbook is asked for

    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        sheet = workbook.add_worksheet(path.stem[:31])
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(frame.columns):
            sheet.write_string(0, column, name)
            for row, cell in enumerate(frame[name], start=1):
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None and not (isinstance(cell, float) and not math.isfinite(cell)):
                    sheet.write(row, column, cell)
