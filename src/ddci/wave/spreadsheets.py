"""Read one sheet of an .xlsx file as text cells, and notice what Excel does to data behind people's backs.

In:  the bytes of a workbook and the name of the sheet that is wanted.
Out: a RawTable, or None with the faults. Formulas, error cells and merged cells are faults by cell address, because the
     values behind them are missing or not what is seen. Dates arrive as text; the checks of columns know them.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import fastexcel
import polars as pl

from ddci.errors import Faults, Place
from ddci.wave.cell_faults import PLACES_SHOWN
from ddci.wave.columns import MAX_BYTES, MAX_CELLS, MAX_CHARACTERS, MAX_COLUMNS, RawTable

_REFERENCE = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,7})"')
_FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?f\b')
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*?\bt="e")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>(?:<(?:\w+:)?f\b[^>]*>[^<]*(?:</(?:\w+:)?f>)?)?\s*<(?:\w+:)?v>([^<]*)'
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_SHARED_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*>([^<]*)<")


def read_xlsx(data: bytes, file: str, sheet: str, faults: Faults) -> RawTable | None:
    """The cells of the sheet called ``sheet``, or of the only sheet there is."""
    parts = _unpack(data, file, faults)
    if parts is None:
        return None
    reader = _guarded(lambda: fastexcel.read_excel(data), file, faults)
    if reader is None:
        return None
    name = _choose_sheet(reader.sheet_names, sheet, file, faults)
    if name is None:
        return None
    place = Place(file=file, sheet=name)
    xml = parts.get(_sheet_part(parts, reader.sheet_names.index(name))) or _all_sheets(parts)
    if not _reasonable(xml, parts, place, faults):
        return None
    _note_cells(xml, place, faults)
    # Row 1 of the sheet must stay row 1, also when it is empty: hence no skipping and no header row here.
    loaded = _guarded(
        lambda: reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars(), file, faults
    )
    return None if loaded is None else _as_raw(loaded, place, faults)


def _as_raw(loaded: pl.DataFrame, place: Place, faults: Faults) -> RawTable | None:
    cells = loaded.rename({name: f"c{i}" for i, name in enumerate(loaded.columns)})
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null())).to_series() if cells.width else pl.Series([False])
    first = filled.arg_max() if filled.any() else None
    if first is None:
        faults.add("TABLE_EMPTY", place, found=place.sheet)
        return None
    header = tuple("" if cell is None else cell for cell in cells.row(first))
    return RawTable(header, cells.slice(first + 1), first + 2, place.sheet, printed=False)


def _guarded(read: Callable[[], Any], file: str, faults: Faults) -> Any:
    """Run the reader of workbooks; a file it cannot digest is a fault, also when it gives up in panic."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the Rust side raises PanicException, which is no Exception
        faults.add("FILE_CORRUPT", Place(file=file), found=str(error).split("\n", 1)[0], kind="xlsx")
        return None


def _unpack(data: bytes, file: str, faults: Faults) -> dict[str, bytes] | None:
    """The XML parts of the workbook; refused when they unpack to more than MAX_BYTES, whatever the archive claims."""
    parts: dict[str, bytes] = {}
    left = MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    faults.add("FILE_BOMB", Place(file=file), found=member.filename, limit=MAX_BYTES // 2**20)
                    return None
                if member.filename.endswith((".xml", ".rels")):
                    parts[member.filename] = content
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        faults.add("FILE_CORRUPT", Place(file=file), found=str(error), kind="xlsx")
        return None
    return parts


def _choose_sheet(names: list[str], wanted: str, file: str, faults: Faults) -> str | None:
    if wanted in names:
        return wanted
    if len(names) == 1:
        return names[0]
    faults.add("TABLE_SHEET_MISSING", Place(file=file), found=", ".join(names), wanted=wanted)
    return None


def _sheet_part(parts: dict[str, bytes], position: int) -> str:
    """The XML part of the n-th sheet of the workbook, by its relation."""
    sheets = re.findall(rb'<(?:\w+:)?sheet\b[^>]*?\br?:?id="([^"]+)"', parts.get("xl/workbook.xml", b""))
    relation = sheets[position].decode() if position < len(sheets) else ""
    for tag in re.findall(rb"<Relationship\b[^>]*>", parts.get("xl/_rels/workbook.xml.rels", b"")):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag.decode(errors="replace")))
        if attributes.get("Id") == relation:
            target = attributes.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return f"xl/worksheets/sheet{position + 1}.xml"


def _all_sheets(parts: dict[str, bytes]) -> bytes:
    """Every part that could be the sheet, when its relation is not where it should be: checking too much is safe."""
    return b"".join(content for name, content in parts.items() if b"sheetData" in content and name.endswith(".xml"))


def _reasonable(xml: bytes, parts: dict[str, bytes], place: Place, faults: Faults) -> bool:
    """Whether the sheet fits in memory: two cells far apart already make the reader allocate all cells between."""
    rows, columns = 1, 1
    for letters, number in set(_REFERENCE.findall(xml)) if len(xml) < 1_000_000 else _REFERENCE.findall(xml):
        columns = max(columns, _column_number(letters))
        rows = max(rows, int(number))
    rows = max([rows, *(int(number) for number in _ROW.findall(xml)[-1:])])
    texts = [len(text) for text in _SHARED_TEXT.findall(parts.get("xl/sharedStrings.xml", b""))]
    longest = max(texts, default=0)
    if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        most = MAX_CELLS // columns
        faults.add("TABLE_TOO_LARGE", place, found=f"{rows} × {columns}", max_rows=most, max_columns=MAX_COLUMNS)
        return False
    if longest > 4 * MAX_CHARACTERS or longest * xml.count(b't="s"') > 4 * MAX_BYTES:
        faults.add("FILE_BOMB", place, found="sharedStrings.xml", limit=MAX_BYTES // 2**20)
        return False
    return True


def _note_cells(xml: bytes, place: Place, faults: Faults) -> None:
    formulas = ((letters, row, "=…") for letters, row in _FORMULA.findall(xml))
    errors = _ERROR.findall(xml)
    merged = ((a, b, f"{a.decode()}{b.decode()}:{c.decode()}{d.decode()}") for a, b, c, d in _MERGED.findall(xml))
    _note("CELL_IS_FORMULA", formulas, place, faults)
    _note("CELL_IS_ERROR", ((a, b, text.decode(errors="replace")) for a, b, text in errors), place, faults)
    _note("CELLS_MERGED", merged, place, faults)


def _note(code: str, cells: Iterator[tuple[bytes, bytes, str]], place: Place, faults: Faults) -> None:
    count = 0
    for letters, row, found in cells:
        count += 1
        if count <= PLACES_SHOWN:
            where = Place(file=place.file, sheet=place.sheet, row=int(row), column=letters.decode())
            faults.add(code, where, found=found, name=letters.decode())
    if count > PLACES_SHOWN:
        rest = count - PLACES_SHOWN
        faults.add("AND_MORE", place, found=rest, count=rest, like=code, columns="")


def _column_number(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
