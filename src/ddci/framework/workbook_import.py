"""Read a framework from a workbook that a person edited: all faults together, by sheet, row and column.

In:  an .xlsx file as ``export_workbook`` writes it, after people have worked on it.
Out: a checked Framework, or InputError. What Excel does to codes, lists and dates is recognised and explained; a
     renamed sheet, rows left empty and spaces around a text do no harm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ddci.errors import Faults, InputError, Place
from ddci.framework import schema
from ddci.framework.check import check_framework
from ddci.framework.model import Framework
from ddci.framework.reading import build_framework
from ddci.framework.schema import Table
from ddci.framework.spots import Notebook, Spot, nearest
from ddci.framework.workbook_cells import Cell, Sheet, UnreadableWorkbookError, read_sheets
from ddci.framework.workbook_layout import (
    OPTION_COLUMNS,
    OPTION_SHEET,
    SETTING_COLUMNS,
    Column,
    columns_of,
    setting_rows,
)
from ddci.framework.workbook_values import fold, raw_value

HEADER_ROWS = 10  # the row of keys stands within the first rows
LARGEST_WORKBOOK = 50_000_000  # bytes
_NEEDED = (schema.FRAMEWORK, schema.UNIT_GROUP, schema.SUB_INDEX, schema.INDICATOR)


def import_workbook(path: Path) -> Framework:
    """The framework in a workbook, checked. Raises InputError with every fault."""
    framework, faults = read_workbook(path)
    if framework is None or faults.errors:
        raise InputError(tuple(faults))
    return framework


def read_workbook(path: Path) -> tuple[Framework | None, Faults]:
    """The framework as far as it can be read, and all faults and warnings; None when there is no workbook to read."""
    faults = Faults()
    place = Place(file=str(path))
    try:
        size = path.stat().st_size
    except (OSError, ValueError):
        faults.add("WORKBOOK_MISSING", place, found=path.name)
        return None, faults
    if path.is_dir():
        faults.add("FILE_IS_FOLDER", place, found=path.name)
        return None, faults
    if size > LARGEST_WORKBOOK:
        faults.add("FILE_TOO_LARGE", place, found=size, limit=LARGEST_WORKBOOK)
        return None, faults
    try:
        sheets = read_sheets(path)
        content = path.read_bytes()
    except (UnreadableWorkbookError, OSError) as error:
        faults.add("WORKBOOK_UNREADABLE", place, found=error)
        return None, faults
    reader = _WorkbookReader(path, sheets, faults)
    document = reader.read()
    framework = build_framework(document, reader.notebook, ((path.name, hashlib.sha256(content).hexdigest()),))
    check_framework(framework, reader.notebook)
    return framework, faults


@dataclass(slots=True)
class _Grid:
    """The useful part of a sheet: which column holds which key, and the rows below the header that are not empty."""

    sheet: Sheet
    columns: dict[str, int]  # column name → place in the row
    rows: list[tuple[int, list[Cell | None]]]  # Excel row number, cells
    titles: dict[str, str] = field(default_factory=dict)

    def cell(self, cells: list[Cell | None], name: str) -> Cell | None:
        column = self.columns.get(name)
        return None if column is None else cells[column]

    def column_title(self, name: str) -> str | None:
        column = self.columns.get(name)
        return None if column is None else f"{self.sheet.letter(column)} ({self.titles.get(name, name)})"


class _WorkbookReader:
    """Brings the sheets to the form that TOML gives, and knows the place of every value."""

    def __init__(self, path: Path, sheets: list[Sheet], faults: Faults) -> None:
        self.path = path
        self.sheets = sheets
        self.faults = faults
        self.notebook = Notebook(self.locate, faults)
        self.grids: dict[str, _Grid] = {}
        self.excel_rows: dict[tuple[str, int], int] = {}
        self.setting_row: dict[str, int] = {}
        self.option_rows: dict[tuple[str, int, str], list[int]] = {}

    def read(self) -> dict[str, list[dict[str, object]]]:
        document = {"framework": [self._settings()]}
        for table in schema.TABLES[1:]:
            document[table.name] = list(self._table(table))
        self._options(document)
        for sheet in self._unused_sheets():
            near = nearest(sheet.name, [table.sheet for table in schema.TABLES])
            self.faults.warn("SHEET_UNKNOWN", self._place(sheet), found=sheet.name, nearest=near)
        if not any(document[table.name] for table in schema.QUESTIONNAIRE_TABLES):
            for table in schema.QUESTIONNAIRE_TABLES:
                del document[table.name]
        return document

    def locate(self, spot: Spot) -> Place:
        """The sheet, row and column of a spot."""
        if spot.item is not None and spot.key is not None and "options" in self.grids:
            rows = self.option_rows.get((spot.table, spot.row, spot.key), [])
            if spot.item < len(rows):
                grid = self.grids["options"]
                title = grid.column_title(spot.item_key or "code")
                return Place(str(self.path), grid.sheet.name, row=rows[spot.item], column=title, element=spot.element)
        found = self.grids.get(spot.table)
        if found is None:
            return Place(str(self.path), element=spot.element)
        if spot.table == "framework":
            row = self.setting_row.get(spot.item_key or "") or self.setting_row.get(spot.key or "")
            title = found.column_title("value") if row else None
        else:
            row = self.excel_rows.get((spot.table, spot.row))
            names = (spot.item_key, spot.key, f"{spot.key}_low")
            title = next((title for name in names if name and (title := found.column_title(name))), None)
        return Place(str(self.path), found.sheet.name, row=row, column=title, element=spot.element)

    def _settings(self) -> dict[str, object]:
        """The sheet of settings as one row."""
        grid = self._grid("framework", schema.FRAMEWORK.sheet, SETTING_COLUMNS, needed=True)
        if grid is None:
            return {}
        known = {column.name: column for column, _ in setting_rows()}
        cells: dict[str, Cell | None] = {}
        for excel_row, row in grid.rows:
            key = grid.cell(row, "key")
            if key is None:
                continue
            name = key.text.strip()
            if name not in known:
                place = Place(str(self.path), grid.sheet.name, row=excel_row, column=grid.column_title("key"))
                self.faults.add("KEY_UNKNOWN", place, found=name, nearest=nearest(name, known))
                continue
            cells[name] = grid.cell(row, "value")
            self.setting_row[name] = excel_row
            self.setting_row.setdefault(known[name].key, excel_row)
        return self._raw_row(schema.FRAMEWORK, 0, known.values(), cells)

    def _table(self, table: Table) -> Iterator[dict[str, object]]:
        columns = columns_of(table)
        grid = self._grid(table.name, table.sheet, columns, needed=table in _NEEDED)
        if grid is None:
            return
        for number, (excel_row, row) in enumerate(grid.rows):
            self.excel_rows[table.name, number] = excel_row
            cells = {column.name: grid.cell(row, column.name) for column in columns}
            yield self._raw_row(table, number, columns, cells)

    def _raw_row(
        self, table: Table, number: int, columns: Iterable[Column], cells: dict[str, Cell | None]
    ) -> dict[str, object]:
        """One row as TOML would give it; two columns of a pair become a list."""
        code_cell = cells.get("code")
        code = code_cell.text.strip()[:40] if code_cell else ""
        raw: dict[str, object] = {}
        pairs: dict[str, dict[str, object]] = {}
        for column in columns:
            spot = Spot(table.name, number, column.key, code=code)
            if column.part in ("low", "high"):
                half = Spot(table.name, number, column.key, None, column.name, code)
                value = raw_value(cells.get(column.name), column, half, self.notebook)
                pairs.setdefault(column.key, {})[column.part] = value
                if half in self.notebook.broken:
                    self.notebook.broken.add(spot)
                continue
            value = raw_value(cells.get(column.name), column, spot, self.notebook)
            if value is not None:
                raw[column.key] = value
        for key, pair in pairs.items():
            self._join_pair(key, pair, raw, Spot(table.name, number, key, code=code))
        return raw

    def _join_pair(self, key: str, pair: dict[str, object], raw: dict[str, object], spot: Spot) -> None:
        given = [value for value in (pair["low"], pair["high"]) if value is not None]
        if len(given) == 1:
            self.notebook.note_broken("SHEET_CELL_PAIR_HALF", spot, found=given[0])
        elif given and key in raw:
            self.notebook.note_broken("SHEET_CELL_BOUNDS_TWICE", spot, found=raw[key])
        elif given:
            raw[key] = given

    def _options(self, document: dict[str, list[dict[str, object]]]) -> None:
        """Hand each row of the sheet of options to its scale or question."""
        grid = self._grid("options", OPTION_SHEET, OPTION_COLUMNS)
        if grid is None:
            return
        owners = {
            (table, str(row.get("code", "")).strip()): number
            for table in ("question", "scale")
            for number, row in reversed(list(enumerate(document[table])))
        }
        list_column, owner_column = OPTION_COLUMNS[:2]
        for excel_row, row in grid.rows:
            place = Place(str(self.path), grid.sheet.name, row=excel_row)
            spot = Spot("options", excel_row)
            kind = raw_value(grid.cell(row, "list"), list_column, spot, self.notebook)
            owner = str(raw_value(grid.cell(row, "owner"), owner_column, spot, self.notebook) or "").strip()
            if kind not in list_column.choices:
                near = nearest(str(kind), list_column.choices)
                allowed = ", ".join(list_column.choices)
                self.faults.add("NOT_IN_CHOICES", place, found=kind or "∅", nearest=near, allowed=allowed)
                continue
            table, key = ("scale", "options") if kind == "scale" else ("question", str(kind))
            if (table, owner) not in owners:
                codes = [code for name, code in owners if name == table]
                self.faults.add("OPTION_OWNER_UNKNOWN", place, found=owner or "∅", nearest=nearest(owner, codes))
                continue
            self._add_option(document, grid, row, excel_row, Spot(table, owners[table, owner], key, code=owner))

    def _add_option(
        self,
        document: dict[str, list[dict[str, object]]],
        grid: _Grid,
        row: list[Cell | None],
        excel_row: int,
        around: Spot,
    ) -> None:
        key = str(around.key)
        options = document[around.table][around.row].setdefault(key, [])
        rows = self.option_rows.setdefault((around.table, around.row, key), [])
        rows.append(excel_row)
        option: dict[str, object] = {}
        for column in OPTION_COLUMNS[2:]:
            spot = Spot(around.table, around.row, key, len(rows) - 1, column.name, around.code)
            value = raw_value(grid.cell(row, column.name), column, spot, self.notebook)
            if value is not None:
                option[column.name] = value
        if isinstance(options, list):
            options.append(option)

    def _grid(self, name: str, sheet_name: str, columns: Sequence[Column], *, needed: bool = False) -> _Grid | None:
        """The sheet of a table, its header understood; None (and a fault when it is needed) without one."""
        sheet = self._find_sheet(sheet_name, columns)
        if sheet is None:
            if needed:
                near = nearest(sheet_name, [other.name for other in self.sheets])
                self.faults.add("SHEET_MISSING", Place(str(self.path)), found=sheet_name, nearest=near)
            return None
        header = _find_header(sheet, columns)
        if header is None:
            if any(any(row) for row in sheet.rows):
                keys = ", ".join(column.name for column in columns)
                self.faults.add("SHEET_HEADER", self._place(sheet), found=sheet.name, keys=keys)
            return None
        grid = self._read_grid(sheet, header, columns)
        self.grids[name] = grid
        return grid

    def _find_sheet(self, name: str, columns: Sequence[Column]) -> Sheet | None:
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        for sheet in self._unused_sheets():
            if fold(sheet.name) == fold(name) or _header_fits_well(sheet, columns):
                self.faults.warn("SHEET_RENAMED", self._place(sheet), found=sheet.name, expected_name=name)
                return sheet
        return None

    def _unused_sheets(self) -> list[Sheet]:
        used = {grid.sheet.name for grid in self.grids.values()} | {OPTION_SHEET, *(t.sheet for t in schema.TABLES)}
        return [sheet for sheet in self.sheets if sheet.name not in used and any(any(row) for row in sheet.rows)]

    def _read_grid(self, sheet: Sheet, header: int, columns: Sequence[Column]) -> _Grid:
        names = {column.name: column for column in columns}
        by_title = {fold(column.title): column.name for column in columns}
        rows = [(number, row) for number, row in enumerate(sheet.rows[header + 1 :], start=header + 2) if any(row)]
        grid = _Grid(sheet, {}, rows, {column.name: column.title for column in columns})
        for number, cell in enumerate(sheet.rows[header]):
            place = Place(str(self.path), sheet.name, row=header + 1, column=sheet.letter(number))
            text = cell.text.strip() if cell else ""
            name = text if text in names else by_title.get(fold(text), text)
            if name in grid.columns:
                self.faults.add("SHEET_COLUMN_DUPLICATE", place, found=name)
            elif name in names:
                grid.columns[name] = number
            elif name:
                self.faults.add("SHEET_COLUMN_UNKNOWN", place, found=name, nearest=nearest(name, names))
            elif stray := next(((row, cells[number]) for row, cells in rows if cells[number]), None):
                place = Place(str(self.path), sheet.name, row=stray[0], column=sheet.letter(number))
                self.faults.add("SHEET_COLUMN_WITHOUT_KEY", place, found=stray[1].text if stray[1] else "")
        return grid

    def _place(self, sheet: Sheet) -> Place:
        return Place(str(self.path), sheet.name)


def _find_header(sheet: Sheet, columns: Sequence[Column]) -> int | None:
    """The row (from 0) that holds the keys, or failing that the titles; at least half of the columns must be there."""
    for names in ({column.name for column in columns}, {fold(column.title) for column in columns}):
        for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
            texts = {cell.text.strip() for cell in row if cell}
            if len((texts | {fold(text) for text in texts}) & names) * 2 >= len(names):
                return number
    return None


def _header_fits_well(sheet: Sheet, columns: Sequence[Column]) -> bool:
    """Whether a sheet of another name has exactly the row of keys of this table."""
    names = {column.name for column in columns}
    return any({cell.text.strip() for cell in row if cell} == names for row in sheet.rows[:HEADER_ROWS])
