"""The workbook: nothing is lost on the way out and back, and the habits of Excel are recognised and explained."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.framework.cases import sound_folder

from ddci.errors import Fault, InputError
from ddci.framework.load import load_framework
from ddci.framework.model import Framework
from ddci.framework.schema import TABLES
from ddci.framework.workbook import export_workbook, import_workbook
from ddci.framework.workbook_import import read_workbook
from ddci.framework.workbook_layout import OPTION_SHEET, neutralise, restore
from ddci.messages import render

FRAMEWORKS = sorted(path.parent for path in (Path(__file__).parents[2] / "frameworks").rglob("framework.toml"))


@pytest.fixture
def framework(tmp_path: Path) -> Framework:
    return load_framework(sound_folder(tmp_path / "khung"))


def there_and_back(framework: Framework, path: Path) -> Framework:
    export_workbook(framework, path)
    return replace(import_workbook(path), files=framework.files)


def edited(framework: Framework, path: Path, edit: Callable[[Any], None]) -> list[Fault]:
    """The faults after a person has edited the exported workbook with a spreadsheet program."""
    export_workbook(framework, path)
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    _, faults = read_workbook(path)
    for fault in faults:
        assert "«…»" not in render(fault, "vi") + render(fault, "en")
    return list(faults)


def set_cell(sheet: str, cell: str, value: object) -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        book[sheet][cell] = value

    return edit


@pytest.mark.parametrize("folder", FRAMEWORKS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_every_framework_survives_the_workbook(folder: Path, tmp_path: Path) -> None:
    framework = load_framework(folder)

    assert there_and_back(framework, tmp_path / "khung.xlsx") == framework


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+84",
        "-5 %",
        "@ten",
        "'nháy",
        "'=x",
        "007",
        "1,5",
        "2024-01-01",
        "TRUE",
        "_x000D_",
        "a\nb",
        "https://a.vn",
    ],
)
def test_a_text_that_looks_like_something_else_stays_text(framework: Framework, tmp_path: Path, text: str) -> None:
    assert there_and_back(replace(framework, source=text), tmp_path / "khung.xlsx").source == text


@pytest.mark.parametrize("number", [0.1, 1 / 3, 0.1 + 0.2, 1e-12, 123456789.123456789, 5.0, 1e15 - 1])
def test_every_digit_of_a_number_survives(framework: Framework, tmp_path: Path, number: float) -> None:
    assert there_and_back(replace(framework, total=max(number, 90.0)), tmp_path / "a.xlsx").total == max(number, 90.0)
    sub_indices = tuple(replace(item, index_weight=number) for item in framework.sub_indices)

    back = there_and_back(replace(framework, sub_indices=sub_indices), tmp_path / "b.xlsx")

    assert back.sub_indices[0].index_weight == number


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30))
def test_any_visible_text_survives(framework: Framework, tmp_path: Path, text: str) -> None:
    source = unicodedata.normalize("NFC", f"{text} của Sở Tài chính")

    assert there_and_back(replace(framework, source=source), tmp_path / "khung.xlsx").source == source
    assert restore(neutralise(text)) == text


def test_no_cell_is_a_formula_and_codes_are_text(framework: Framework, tmp_path: Path) -> None:
    export_workbook(replace(framework, vi="=CMD()"), tmp_path / "khung.xlsx")

    book = openpyxl.load_workbook(tmp_path / "khung.xlsx")

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert book[OPTION_SHEET]["C3"].value == "1"
    assert [sheet.title for sheet in book] == [*(table.sheet for table in TABLES), OPTION_SHEET]
    assert all(sheet.freeze_panes == "B3" for sheet in book)


def test_cells_with_few_answers_offer_them_as_a_list(framework: Framework, tmp_path: Path) -> None:
    export_workbook(framework, tmp_path / "khung.xlsx")

    rules = openpyxl.load_workbook(tmp_path / "khung.xlsx")["Chỉ tiêu"].data_validations.dataValidation

    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in rules}
    assert lists["B3"] == "'Chỉ số thành phần'!$A$3:$A$502"
    assert lists["E3"] == '"survey,hard"'
    assert lists["M3"] == '"1,-1"'


def test_a_fault_names_sheet_row_and_column(framework: Framework, tmp_path: Path) -> None:
    (fault,) = edited(framework, tmp_path / "khung.xlsx", set_cell("Chỉ tiêu", "F4", "medain"))

    assert (fault.code, fault.place.sheet, fault.place.row) == ("NOT_IN_CHOICES", "Chỉ tiêu", 4)
    assert (fault.place.column, fault.place.element) == ("F (Cách tính)", "indicator TG01 › method")
    assert "trang tính Chỉ tiêu, hàng 4, cột F (Cách tính)" in render(fault, "vi")


def test_a_setting_and_an_option_are_placed_on_their_own_rows(framework: Framework, tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["Khung"]["C6"] = 25
        book[OPTION_SHEET]["C3"] = "1 a"

    year, option = edited(framework, tmp_path / "khung.xlsx", edit)

    assert (year.code, year.place.sheet, year.place.row) == ("YEAR_RANGE", "Khung", 6)
    assert year.place.column == "C (Giá trị)"
    assert (option.code, option.place.sheet, option.place.row) == ("CODE_FORM_OPTION", OPTION_SHEET, 3)
    assert option.place.column == "C (Mã)"


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "code"),
    [
        ("Chỉ số thành phần", "D3", "0,5", "SHEET_CELL_DECIMAL_COMMA"),
        ("Chỉ số thành phần", "D3", "1.250", "SHEET_CELL_NUMBER_AS_TEXT"),
        ("Chỉ số thành phần", "D3", "5 %", "SHEET_CELL_NUMBER_AS_TEXT"),
        ("Chỉ số thành phần", "D3", datetime.datetime(2024, 2, 1), "SHEET_CELL_DATE"),  # noqa: DTZ001
        ("Chỉ tiêu", "H3", datetime.datetime(2024, 5, 4), "SHEET_CELL_DATE"),  # noqa: DTZ001
        ("Chỉ tiêu", "H3", 4.5, "SHEET_CELL_LIST_NUMBER"),
        ("Chỉ tiêu", "C3", "#DIV/0!", "KEY_MISSING"),
        ("Câu hỏi", "L3", "có lẽ", "SHEET_CELL_YES_NO"),
        ("Chỉ tiêu", "N3", "pooled", "SHEET_CELL_BOUNDS_TWICE"),
        ("Chỉ tiêu", "P3", None, "SHEET_CELL_PAIR_HALF"),
        ("Chỉ tiêu", "Z9", "ghi chú", "SHEET_COLUMN_WITHOUT_KEY"),
        ("Chỉ tiêu", "A2", "codes", "SHEET_COLUMN_UNKNOWN"),
        ("Chỉ tiêu", "B2", "code", "SHEET_COLUMN_DUPLICATE"),
        ("Khung", "B6", "nam", "KEY_UNKNOWN"),
        (OPTION_SHEET, "B4", "dx", "OPTION_OWNER_UNKNOWN"),
        (OPTION_SHEET, "A4", "thang", "NOT_IN_CHOICES"),
    ],
)
def test_what_excel_and_people_do_to_cells_is_explained(
    framework: Framework, tmp_path: Path, sheet: str, cell: str, value: object, code: str
) -> None:
    faults = edited(framework, tmp_path / "khung.xlsx", set_cell(sheet, cell, value))

    fault = next((item for item in faults if item.code == code), None)
    assert fault is not None, [(item.code, item.place) for item in faults]
    assert fault.place.sheet == sheet
    assert fault.place.row is not None


def test_half_of_a_pair_is_placed_in_its_own_column(framework: Framework, tmp_path: Path) -> None:
    (bounds,) = edited(framework, tmp_path / "a.xlsx", set_cell("Chỉ tiêu", "P3", "0,9"))
    (scale,) = edited(framework, tmp_path / "b.xlsx", set_cell("Khung", "C8", "mười"))

    assert (bounds.code, bounds.place.column) == ("SHEET_CELL_DECIMAL_COMMA", "P (Cận riêng: cao)")
    assert (scale.code, scale.place.row, scale.place.element) == (
        "SHEET_CELL_NUMBER_AS_TEXT",
        8,
        "framework › scale › scale_high",
    )


def test_a_number_in_a_column_of_codes_is_taken_with_a_warning(framework: Framework, tmp_path: Path) -> None:
    (warning,) = edited(framework, tmp_path / "khung.xlsx", set_cell(OPTION_SHEET, "C3", 1))

    assert (warning.code, warning.severity) == ("SHEET_CELL_CODE_NUMBER", "warning")


def test_harmless_habits_change_nothing(framework: Framework, tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["Chỉ tiêu"]
        sheet["A3"] = "  MB01  "
        sheet["H3"] = "4 ;5"
        sheet.insert_rows(4, 3)
        sheet.insert_rows(1)
        book["Câu hỏi"]["L3"] = False

    path = tmp_path / "khung.xlsx"
    assert edited(framework, path, edit) == []
    assert replace(import_workbook(path), files=framework.files) == framework


def test_a_renamed_sheet_is_still_read(framework: Framework, tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["Chỉ tiêu"].title = "Sheet5"
        book["Câu hỏi"].title = "CAU HOI"
        book.create_sheet("Nháp")["A1"] = "ghi chú"

    path = tmp_path / "khung.xlsx"
    faults = edited(framework, path, edit)

    assert [fault.code for fault in faults] == ["SHEET_RENAMED", "SHEET_RENAMED", "SHEET_UNKNOWN"]
    assert replace(import_workbook(path), files=framework.files) == framework


def test_a_lost_key_row_is_read_by_its_titles_and_a_merged_one_is_explained(
    framework: Framework, tmp_path: Path
) -> None:
    def without_keys(book: Any) -> None:
        book["Chỉ tiêu"].delete_rows(2)

    def merged(book: Any) -> None:
        book["Chỉ tiêu"].delete_rows(2)
        book["Chỉ tiêu"].merge_cells("A1:S1")

    assert edited(framework, tmp_path / "a.xlsx", without_keys) == []
    assert "SHEET_HEADER" in [fault.code for fault in edited(framework, tmp_path / "b.xlsx", merged)]


def test_a_missing_sheet_is_named_once(framework: Framework, tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        del book["Nhóm đơn vị"]

    faults = edited(framework, tmp_path / "khung.xlsx", edit)

    assert [fault.found for fault in faults if fault.code == "SHEET_MISSING"] == ["Nhóm đơn vị"]


def test_what_is_no_workbook_is_explained(tmp_path: Path) -> None:
    broken = tmp_path / "hỏng.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing more")
    empty = tmp_path / "trống.xlsx"
    empty.write_bytes(b"")

    for path, code in (
        (tmp_path / "vắng.xlsx", "WORKBOOK_MISSING"),
        (tmp_path / ("a" * 5_000), "WORKBOOK_MISSING"),
        (tmp_path, "FILE_IS_FOLDER"),
        (broken, "WORKBOOK_UNREADABLE"),
        (empty, "WORKBOOK_UNREADABLE"),
    ):
        with pytest.raises(InputError) as caught:
            import_workbook(path)
        assert [fault.code for fault in caught.value.faults] == [code]


def test_a_workbook_of_something_else_is_a_list_of_missing_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "x" * 32_000
    book.save(tmp_path / "khác.xlsx")

    framework, faults = read_workbook(tmp_path / "khác.xlsx")

    assert framework is not None
    assert [fault.code for fault in faults].count("SHEET_MISSING") == 4
    assert all(len(render(fault, "vi")) < 1_500 for fault in faults)
