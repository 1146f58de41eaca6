"""Read a CSV file as text cells, with the habits of Excel and of Vietnamese locales in mind.

In:  the bytes of a file: comma, or semicolon with decimal commas; with or without BOM; any line ending.
Out: a RawTable, or None with the faults that make going on pointless. Rows with too many or too few cells are faults;
     the other rows are still read, so that their faults appear in the same list.
Source: RFC 4180.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ddci.encodings import name_encoding
from ddci.errors import Faults, Place
from ddci.wave.cell_faults import PLACES_SHOWN
from ddci.wave.columns import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, RawTable, RowArray

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NEWLINE, QUOTE = ord("\n"), ord('"')
BLOCK = 2**22  # bytes


@dataclass(frozen=True, slots=True)
class _Records:
    """Where each record begins and ends in the bytes, and its number of separators outside quotes."""

    starts: RowArray
    ends: RowArray
    separators: RowArray
    closed: bool  # every quote that opens also closes


def read_csv(data: bytes, file: str, faults: Faults) -> RawTable | None:
    """The cells of a CSV file as text."""
    text = _sound_text(data, file, faults)
    if text is None:
        return None
    separator = _separator(text)
    if separator == "\t":
        faults.add("CSV_SEPARATOR", Place(file=file), found="Tab")
        return None
    records = _find_records(text, separator)
    if not records.closed:
        faults.add("CSV_QUOTE_OPEN", Place(file=file, row=_suspect(records)), found='"')
        return None
    header = next(_records_of(text[: records.ends[0]], separator), [])
    rows = len(records.starts) - 1
    if _too_large(rows, len(header), file, faults):
        return None
    _note_ragged(text, records, separator, len(header), file, faults)
    body = text[records.ends[0] + 1 :]
    cells = _parse(body, separator, len(header), rows) if rows else _no_rows(len(header))
    return RawTable(tuple(header), cells, decimal_comma=separator == ";")


def _sound_text(data: bytes, file: str, faults: Faults) -> bytes | None:
    """UTF-8 bytes without BOM, NUL or carriage returns, that end with a newline."""
    if encoding := name_encoding(data):
        faults.add("TABLE_ENCODING", Place(file=file), found=encoding)
        return None
    if (position := data.find(b"\0")) >= 0:
        faults.add("FILE_NUL", Place(file=file, row=data.count(b"\n", 0, position) + 1), found="NUL")
        return None
    text = data.removeprefix(BYTE_ORDER_MARK).replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n")
    if not text.strip():
        faults.add("TABLE_EMPTY", Place(file=file), found=f"{len(data)} byte")
        return None
    return text + b"\n"


def _separator(text: bytes) -> str:
    """Comma, semicolon or tab: the one the header row has most of; a header with none has one column."""
    header = text[: text.index(b"\n")]
    return max((",", ";", "\t"), key=lambda mark: header.count(mark.encode()))


def _find_records(text: bytes, separator: str) -> _Records:
    """Split at newlines outside quotes, without looking at single cells in Python."""
    letters = np.frombuffer(text, np.uint8)
    marks = letters == ord(separator)
    newlines = letters == NEWLINE
    closed = True
    if b'"' in text:
        # uint8 wraps around at 256, which leaves odd and even as they are
        inside = (np.cumsum(letters == QUOTE, dtype=np.uint8) & 1).astype(np.bool_)
        closed = not inside[-1]
        marks &= ~inside
        newlines &= ~inside
    ends = np.flatnonzero(newlines)
    if ends.size == 0:
        ends = np.array([len(text) - 1])
    starts = np.concatenate([[0], ends[:-1] + 1])
    separators = np.diff(_count_until(marks, ends), prepend=0)
    return _Records(starts, ends, separators, closed)


def _count_until(marks: npt.NDArray[np.bool_], ends: RowArray) -> RowArray:
    """How many marks stand before each end; block by block, to spare the memory."""
    counts = np.empty(ends.size, dtype=np.int64)
    total = 0
    for start in range(0, marks.size, BLOCK):
        block = np.cumsum(marks[start : start + BLOCK], dtype=np.int32)
        low, high = np.searchsorted(ends, [start, start + BLOCK])
        counts[low:high] = total + block[ends[low:high] - start]
        total += int(block[-1])
    return counts


def _suspect(records: _Records) -> int:
    """The first row whose number of cells differs from the header's, or the last: there the quote went astray."""
    odd = np.flatnonzero(records.separators != records.separators[0])
    return int(odd[0]) + 1 if odd.size else len(records.starts)


def _too_large(rows: int, columns: int, file: str, faults: Faults) -> bool:
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        faults.add(
            "TABLE_TOO_LARGE", Place(file=file), found=f"{rows} × {columns}", max_rows=MAX_ROWS, max_columns=MAX_COLUMNS
        )
        return True
    return False


def _note_ragged(text: bytes, records: _Records, separator: str, width: int, file: str, faults: Faults) -> None:
    """Rows that do not have as many cells as the header; blank rows and blank cells beyond it are sound."""
    mark = separator.encode()
    count = 0
    for index in np.flatnonzero(records.separators != records.separators[0]):
        record = text[records.starts[index] : records.ends[index]]
        cells = int(records.separators[index]) + 1
        kept = record.rstrip(mark + b" ")
        if not kept or (cells > width and cells - (len(record) - len(kept)) <= width):
            continue
        count += 1
        if count <= PLACES_SHOWN:
            faults.add("CSV_ROW_LENGTH", Place(file=file, row=int(index) + 1), found=cells, expected=width)
    if count > PLACES_SHOWN:
        rest = count - PLACES_SHOWN
        faults.add("AND_MORE", Place(file=file), found=rest, count=rest, like="CSV_ROW_LENGTH", columns="")


def _no_rows(width: int) -> pl.DataFrame:
    return pl.DataFrame(schema={f"c{i}": pl.String for i in range(width)})


def _parse(body: bytes, separator: str, width: int, rows: int) -> pl.DataFrame:
    schema = {f"c{i}": pl.String for i in range(width)}
    try:
        cells = pl.read_csv(
            body, has_header=False, schema=schema, separator=separator, truncate_ragged_lines=True, infer_schema=False
        )
    except pl.exceptions.PolarsError:
        return _parse_slowly(body, separator, width)
    return cells if cells.height == rows else _parse_slowly(body, separator, width)


def _parse_slowly(body: bytes, separator: str, width: int) -> pl.DataFrame:
    """Row by row, for the rare file whose quotes or blank lines the fast reader understands differently."""
    columns: list[list[str | None]] = [[] for _ in range(width)]
    for record in _records_of(body, separator):
        for i, column in enumerate(columns):
            column.append(record[i] if i < len(record) and record[i] else None)
    return pl.DataFrame({f"c{i}": pl.Series(column, dtype=pl.String) for i, column in enumerate(columns)})


def _records_of(text: bytes, separator: str) -> Iterator[list[str]]:
    """The records as Python's reader sees them. Its limit for one cell holds for the whole process, so it only grows."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    return csv.reader(io.StringIO(text.decode(), newline=""), delimiter=separator)
