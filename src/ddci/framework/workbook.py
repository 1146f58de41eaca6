"""The framework as an Excel workbook for people who live in Excel, and back; nothing is lost in either direction.

Out: one sheet per table of ``ddci.framework.schema``, a Vietnamese title row, below it the row of machine keys in grey,
     lists to choose from, frozen headers. Codes are stored as text, so that Excel keeps their leading zeros.
In:  ``import_workbook`` (``ddci.framework.workbook_import``), with the faults named by sheet, row and column.

A text that begins with = + - @ or an apostrophe gets an apostrophe in front, so that no program runs it as a formula;
reading takes the apostrophe off again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ddci.framework import schema
from ddci.framework.model import Framework, Questionnaire
from ddci.framework.schema import Table
from ddci.framework.workbook_import import import_workbook
from ddci.framework.workbook_layout import (
    NO,
    OPTION_COLUMNS,
    OPTION_SHEET,
    SETTING_COLUMNS,
    YES,
    Column,
    columns_of,
    neutralise,
    setting_rows,
)

__all__ = ["export_workbook", "import_workbook"]

REFERENCES = {  # sheet and column whose values are codes of another sheet, listed there in column A
    (schema.INDICATOR.sheet, "parent"): schema.SUB_INDEX.sheet,
    (schema.QUESTION.sheet, "page"): schema.PAGE.sheet,
    (schema.QUESTION.sheet, "scale"): schema.SCALE.sheet,
}
SPARE_ROWS = 500  # empty rows below the last one that already have formats and lists
LONGEST_LIST = 255  # characters of a list of values that Excel holds in a rule
FIRST_ROW = 2  # titles, keys, then rows
_FONT = {"font_name": "Arial", "font_size": 10, "valign": "top"}


def export_workbook(framework: Framework, path: Path) -> None:
    """Write the workbook; it appears whole or not at all. Import gives an equal framework, but for the file hashes."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    import xlsxwriter  # slow to import, and most commands write no framework workbook

    book = xlsxwriter.Workbook(unfinished, {"strings_to_formulas": False, "strings_to_urls": False})
    try:
        _Writer(book).write(framework)
    finally:
        book.close()
    unfinished.replace(path)


class _Writer:
    """The sheets of one workbook and the formats they share."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format(
            {**_FONT, "bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "locked": False}
        )
        self.key = book.add_format({**_FONT, "font_size": 8, "font_color": "#808080", "border": 1})
        self.text = book.add_format({**_FONT, "num_format": "@", "text_wrap": True})
        self.number = book.add_format({**_FONT, "num_format": "General"})

    def write(self, framework: Framework) -> None:
        self._settings(framework)
        for table in schema.FRAMEWORK_TABLES[1:]:
            self._table(table, getattr(framework, table.attribute))
        questionnaire = framework.questionnaire or Questionnaire((), (), ())
        for table in schema.QUESTIONNAIRE_TABLES:
            self._table(table, getattr(questionnaire, table.attribute))
        self._options(questionnaire)

    def _settings(self, framework: Framework) -> None:
        """One row per key of [framework]: title, key, value, explanation."""
        sheet = self._sheet(schema.FRAMEWORK.sheet, SETTING_COLUMNS)
        for row, (column, key) in enumerate(setting_rows(), start=FIRST_ROW):
            sheet.write_string(row, 0, column.title, self.text)
            sheet.write_string(row, 1, column.name, self.key)
            self._cell(sheet, row, 2, column.value_of(framework), column)
            sheet.write_string(row, 3, key.note, self.text)
            self._list(sheet, row, 2, row, column)

    def _table(self, table: Table, items: Sequence[object]) -> None:
        columns = columns_of(table)
        rows = [[column.value_of(item) for column in columns] for item in items]
        self._rows(table.sheet, columns, rows)

    def _options(self, questionnaire: Questionnaire) -> None:
        """All options of scales and questions, and all statements, in one sheet."""
        lists = [("scale", scale.code, scale.options) for scale in questionnaire.scales]
        for question in questionnaire.questions:
            lists += [("options", question.code, question.options), ("items", question.code, question.items)]
        rows = [
            [kind, owner, option.code, option.vi, option.en, option.role]
            for kind, owner, options in lists
            for option in options
        ]
        self._rows(OPTION_SHEET, OPTION_COLUMNS, rows)

    def _rows(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
        sheet = self._sheet(name, columns)
        row = FIRST_ROW - 1
        for row, values in enumerate(rows, start=FIRST_ROW):
            for number, (column, value) in enumerate(zip(columns, values, strict=True)):
                self._cell(sheet, row, number, value, column)
        for number, column in enumerate(columns):
            self._list(sheet, FIRST_ROW, number, row + SPARE_ROWS, column)

    def _sheet(self, name: str, columns: Sequence[Column]) -> Any:
        sheet = self.book.add_worksheet(name)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width, self.number if column.kind == "number" else self.text)
            sheet.write_string(0, number, column.title, self.title)
            sheet.write_string(1, number, column.name, self.key)
            if column.note:
                sheet.write_comment(0, number, column.note, {"x_scale": 2})
        sheet.set_row(0, 32)
        sheet.freeze_panes(FIRST_ROW, 1)
        return sheet

    def _cell(self, sheet: Any, row: int, column_number: int, value: object, column: Column) -> None:
        """One cell; a number that Excel's fifteen digits cannot hold is written as text with all its digits."""
        if value is None or value == ():
            return
        if isinstance(value, bool):
            sheet.write_string(row, column_number, YES if value else NO, self.text)
        elif isinstance(value, (int, float)):
            if float(f"{value:.16G}") == value:
                sheet.write_number(row, column_number, value, self.number)
            else:
                sheet.write_string(row, column_number, repr(value), self.text)
        else:
            text = ", ".join(value) if isinstance(value, tuple) else str(value)
            sheet.write_string(row, column_number, neutralise(text), self.text)

    def _list(self, sheet: Any, first: int, number: int, last: int, column: Column) -> None:
        """The list of allowed values; Excel holds at most 255 characters of them."""
        choices = column.choices or ((YES, NO) if column.kind == "flag" else ())
        source: list[str] | str = list(choices) if len(",".join(choices)) <= LONGEST_LIST else []
        if other := REFERENCES.get((sheet.name, column.name)):
            source = f"='{other}'!$A${FIRST_ROW + 1}:$A${FIRST_ROW + SPARE_ROWS}"
        if source:
            rule = {"validate": "list", "source": source, "error_type": "warning", "error_message": column.note}
            sheet.data_validation(first, number, last, number, rule)
