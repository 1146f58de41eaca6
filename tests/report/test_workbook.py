"""The workbook for people."""

from __future__ import annotations

import io

import openpyxl
import pytest
from tests.factories import make_result

from ddci.report.workbook import HEAD_ROW, workbook_bytes

SHEETS = [
    "Tổng hợp", "Nhóm không phân biệt được", "Chỉ số thành phần", "Chỉ tiêu", "Thay đổi", "Ổn định thứ hạng",
    "Ước lượng vùng nhỏ",
    "Đối chiếu số đã công bố", "Phương pháp và nguồn",
]  # fmt: skip


def opened(result) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(result)))


def test_it_has_the_nine_sheets_with_frozen_heads():
    book = opened(make_result())

    assert book.sheetnames == SHEETS
    assert all(book[name].freeze_panes is not None for name in SHEETS)
    assert book["Tổng hợp"].auto_filter.ref is not None


def test_scores_stand_there_at_full_precision():
    result = make_result()

    page = opened(result)["Tổng hợp"]

    numbers = [page.cell(HEAD_ROW + 2 + k, 3).value for k in range(11)]
    assert numbers == pytest.approx(sorted(result.scores.score[:, 0], reverse=True), rel=1e-15)


def test_no_cell_is_a_formula_even_when_names_look_like_one():
    book = opened(make_result(names=("=HYPERLINK(1)", "+1", "@x")))

    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(str(cell.value).startswith("=") for cell in cells)


def test_the_same_result_gives_the_same_bytes():
    assert workbook_bytes(make_result()) == workbook_bytes(make_result())


def test_a_simulated_wave_says_so_on_every_sheet():
    book = opened(make_result(simulated=True))

    assert all(str(page["A1"].value).startswith("MÔ PHỎNG") for page in book)


def test_a_wave_without_sampling_error_or_change_still_makes_a_workbook():
    assert opened(make_result(sampled=False, with_change=False)).sheetnames == SHEETS
