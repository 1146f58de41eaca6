"""What a table is while it is being read: its columns, its text cells, and where each cell stands.

Every reader (CSV, XLSX, Parquet, SPSS, Stata) turns a file into a ``RawTable`` of text; ``ddci.wave.tables`` turns that
into a ``Table`` with known columns. A blank cell is null. The limits protect against files made to exhaust the memory;
they are far above what a national survey needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from ddci.errors import Place

MAX_BYTES = 512 * 2**20  # of a file, and of what a compressed file unpacks to
MAX_ROWS = 5_000_000
MAX_COLUMNS = 2_000
MAX_CELLS = 200_000_000
MAX_CHARACTERS = 32_767  # of one cell: the limit of Excel itself

Kind = Literal["code", "text", "number", "whole", "date"]
RowArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a table may have: ``code`` cells are codes (several apart by spaces), ``whole`` is a whole number."""

    name: str
    kind: Kind = "code"
    required: bool = False


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file's cells as text. ``cells`` has columns c0, c1 …; its first row is row ``first_row`` of the file."""

    header: tuple[str, ...]
    cells: pl.DataFrame
    first_row: int = 2
    sheet: str | None = None
    decimal_comma: bool = False  # a CSV with semicolons: 3,63 is a number
    printed: bool = True  # the digits are as somebody typed them; False for binary formats
    labels: dict[int, dict[str, str]] = field(default_factory=dict)  # column → value code → value label (SPSS, Stata)


@dataclass(frozen=True, slots=True)
class Table:
    """A checked table of text: only known columns, trimmed, NFC, blank rows dropped; ``rows`` are the file's rows."""

    file: str
    frame: pl.DataFrame
    rows: RowArray
    sheet: str | None = None
    decimal_comma: bool = False
    printed: bool = True
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def place(self, index: int | None = None, column: str | None = None) -> Place:
        """The place of a cell: ``index`` is the row of ``frame``, from 0."""
        row = None if index is None else int(self.rows[index])
        return Place(file=self.file, sheet=self.sheet, row=row, column=column)

    def has(self, column: str) -> bool:
        return column in self.frame.columns

    def __len__(self) -> int:
        return self.frame.height
