"""The workbook for people: the Result in eight sheets, each with its unit of measure, n, notes and source.

In:  a Result. Out: bytes of an .xlsx, the same for the same Result. Numbers are numbers at full precision with a neutral
format (Excel shows the reader's own decimal sign); text never becomes a formula.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter

from ddci.report import workbook_rows as rows
from ddci.report.tables import Cell, neutralise
from ddci.report.workbook_cells import fill_sheets
from ddci.result import Result

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed date without a clock, so that the bytes repeat
HEAD_ROW = 3
DECIMALS = {"number": "#,##0.00", "whole": "#,##0", "signed": "+#,##0.00;\u2212#,##0.00;0.00", "percent": "0.0%"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: its head with the unit of measure, how numbers look, and how wide it is."""

    title: str
    kind: str = "text"
    width: float = 12.0


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    heading: str
    note: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    frozen: int = 1  # columns that stay in sight


def workbook_bytes(result: Result) -> bytes:
    """The whole workbook."""
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(memory, options)
    title = result.vi or result.framework.vi
    book.set_properties({"title": neutralise(title), "created": CREATED, "comments": result.source or ""})
    looks = _looks(book)
    pages = sheets(result)
    for sheet in pages:
        _write_head(book, sheet, looks, banner=banner(result))
    book.close()
    return fill_sheets(memory.getvalue(), [sheet.rows for sheet in pages], first_row=HEAD_ROW + 2)


def banner(result: Result) -> str:
    """What stands above every sheet: the wave, and that it is simulated when it is."""
    text = f"{result.vi or result.framework.vi} · năm {result.year}"
    return f"MÔ PHỎNG: mọi câu trả lời trong đợt này do máy tạo ra · {text}" if result.simulated else text


def sheets(result: Result) -> list[Sheet]:
    """The sheets in the order in which people read them."""
    heads = Heads.of(result)
    return [
        _index_sheet(result, heads),
        _tier_sheet(result, heads),
        _sub_index_sheet(result, heads),
        _indicator_sheet(result, heads),
        *_later_sheets(result, heads.of_total),
    ]


@dataclass(frozen=True, slots=True)
class Heads:
    """Columns that several sheets share."""

    of_total: str
    of_scale: str
    confidence: tuple[Column, ...]
    rank_set: tuple[Column, ...] = (
        Column("Hạng", "whole", 8),
        Column("Hạng có thể: từ", "whole", 10),
        Column("đến", "whole", 8),
    )
    unit: tuple[Column, ...] = (Column("Đơn vị", width=30), Column("Nhóm đơn vị", width=24))
    sizes: tuple[Column, ...] = (Column("n (phiếu)", "whole", 10), Column("n hiệu dụng", "number", 11))
    change: tuple[Column, ...] = (
        Column("Thay đổi (điểm)", "signed"),
        Column("từ", "signed", 10),
        Column("đến", "signed", 10),
    )

    @classmethod
    def of(cls, result: Result) -> Heads:
        total, scale = result.framework.total, result.framework.scale
        level = f"{100 * result.framework.confidence:g}%"
        limits = (Column(f"Khoảng {level}: từ", "number"), Column(f"Khoảng {level}: đến", "number"))
        return cls(f"điểm /{total:g}", f"điểm {scale[0]:g}–{scale[1]:g}", limits)


def _index_sheet(result: Result, heads: Heads) -> Sheet:
    return Sheet(
        "Tổng hợp",
        "Điểm tổng hợp, khoảng tin cậy và thứ hạng",
        "Hạng có thể: những hạng mà dữ liệu chưa loại trừ được khi xét đồng thời cả nhóm. Ô trống: không có số liệu "
        "hoặc nguồn không công bố. Hạng trống: không xếp hạng, lý do ở cột cuối.",
        (
            *heads.unit,
            Column(f"Điểm tổng hợp ({heads.of_total})", "number", 14),
            Column("Sai số chuẩn", "number"),
            *heads.confidence,
            *heads.rank_set,
            Column("Xếp loại", width=16),
            *heads.sizes,
            Column("Trung vị của nhóm", "number", 12),
            *heads.change,
            Column("Thay đổi cùng tiêu chí", "signed", 14),
            Column("từ", "signed", 10),
            Column("đến", "signed", 10),
            Column("Ghi chú", width=44),
        ),
        rows.index_rows(result),
    )


def _tier_sheet(result: Result, heads: Heads) -> Sheet:
    return Sheet(
        "Nhóm không phân biệt được",
        "Các đơn vị mà dữ liệu chưa phân biệt được hơn kém",
        "Các đơn vị trong cùng một nhóm chưa thể coi là hơn kém đơn vị đứng đầu nhóm ấy. Trang trống khi nguồn không "
        "công bố sai số.",
        (
            Column("Nhóm đơn vị", width=24),
            Column("Nhóm số", "whole", 9),
            Column("Đơn vị", width=30),
            Column(f"Điểm ({heads.of_total})", "number", 14),
            *heads.confidence,
            *heads.rank_set,
        ),
        rows.tier_rows(result),
        frozen=3,
    )


def _sub_index_sheet(result: Result, heads: Heads) -> Sheet:
    return Sheet(
        "Chỉ số thành phần",
        "Điểm các chỉ số thành phần",
        "Điểm cao là tốt. Dưới trung vị: kém hẳn trung vị của nhóm, trừ khi bộ chỉ số quy định khác.",
        (
            *heads.unit,
            Column("Mã", width=10),
            Column("Chỉ số thành phần", width=44),
            Column(f"Điểm ({heads.of_scale})", "number", 12),
            *heads.confidence,
            *heads.rank_set,
            Column("Trung vị", "number", 10),
            Column("Tốt nhất", "number", 10),
            Column("Dưới trung vị (1 = có)", "whole", 12),
            Column("Trọng số trong chỉ số tổng hợp", "percent", 14),
            *heads.sizes,
            *heads.change,
            Column("Ghi chú", width=34),
        ),
        rows.sub_index_rows(result),
    )


def _indicator_sheet(result: Result, heads: Heads) -> Sheet:
    return Sheet(
        "Chỉ tiêu",
        "Giá trị và điểm từng chỉ tiêu",
        "Giá trị theo đơn vị tính ở cột “Đơn vị tính”: tỷ lệ tính bằng %. Khoảng tin cậy, trung vị và tốt nhất là của "
        "giá trị.",
        (
            *heads.unit,
            Column("Mã", width=10),
            Column("Chỉ tiêu", width=60),
            Column("Chỉ số thành phần", width=12),
            Column("Đơn vị tính", width=12),
            Column("Chiều", width=12),
            Column("Giá trị", "number"),
            Column("Sai số chuẩn", "number"),
            *heads.confidence,
            *heads.sizes,
            Column(f"Điểm ({heads.of_scale})", "number", 12),
            *heads.rank_set,
            Column("Trung vị", "number", 10),
            Column("Tốt nhất", "number", 10),
            Column("Dưới trung vị (1 = có)", "whole", 12),
            Column("Ghi chú", width=34),
        ),
        rows.indicator_rows(result),
    )


def _small_area_sheet(result: Result, of_total: str) -> Sheet:
    return Sheet(
        "Ước lượng vùng nhỏ",
        "Điểm tổng hợp ước lượng theo mô hình vùng nhỏ, bên cạnh điểm trực tiếp",
        "Mô hình Fay–Herriot kéo điểm của đơn vị ít phiếu về trung bình của nhóm. Chỉ để tham khảo: không thay điểm "
        "trực tiếp, không dùng để xếp hạng hay kết luận thay đổi. Trang trống khi nguồn không công bố sai số.",
        (
            Column("Đơn vị", width=30),
            Column("Nhóm đơn vị", width=24),
            Column(f"Điểm trực tiếp ({of_total})", "number", 14),
            Column("Điểm theo mô hình", "number", 14),
            Column("Sai số chuẩn", "number"),
            Column("từ", "number"),
            Column("đến", "number"),
            Column("Phần số liệu của chính đơn vị", "percent", 14),
        ),
        rows.small_area_rows(result),
    )


def _later_sheets(result: Result, of_total: str) -> list[Sheet]:
    return [
        Sheet(
            "Thay đổi",
            "Từng phần đóng góp vào thay đổi của điểm tổng hợp",
            "Cộng các dòng của một đơn vị được đúng thay đổi của điểm tổng hợp tính lại. Trống khi không có đợt trước.",
            (
                Column("Đơn vị", width=30),
                Column("Loại", width=24),
                Column("Mã", width=10),
                Column("Phần", width=48),
                Column(f"Đóng góp ({of_total})", "signed", 16),
            ),
            rows.change_rows(result),
        ),
        Sheet(
            "Ổn định thứ hạng",
            f"Tỷ lệ số lần lấy mẫu lại ({result.provenance.replicates} lần) mà đơn vị đứng từng hạng",
            "Đây là độ ổn định của thứ hạng trước sai số chọn mẫu, không phải xác suất đơn vị thật sự đứng hạng ấy.",
            (
                Column("Đơn vị", width=30),
                Column("Nhóm đơn vị", width=24),
                Column("Hạng", "whole", 8),
                Column("Tỷ lệ số lần", "percent", 12),
            ),
            rows.stability_rows(result),
        ),
        _small_area_sheet(result, of_total),
        Sheet(
            "Đối chiếu số đã công bố",
            "Số đã công bố bên cạnh số tính lại",
            "Chênh lệch lớn hơn mức mà làm tròn giải thích được thì ghi “không khớp”. Số công bố được giữ nguyên.",
            (
                Column("Đơn vị", width=30),
                Column("Mã", width=10),
                Column("Chỉ số", width=44),
                Column("Loại", width=10),
                Column("Công bố", "number"),
                Column("Tính lại", "number"),
                Column("Chênh", "signed"),
                Column("Làm tròn giải thích được (±)", "number", 16),
                Column("Kết luận", width=14),
            ),
            rows.check_rows(result),
        ),
        Sheet(
            "Phương pháp và nguồn",
            "Cách tính, nguồn gốc và điều cần lưu ý",
            "Đủ để tính lại đúng từng chữ số.",
            (Column("Mục", width=34), Column("Nội dung", width=110)),
            rows.method_rows(result),
        ),
    ]


def _looks(book: Any) -> dict[str, Any]:
    base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    looks = {kind: book.add_format({**base, "num_format": code}) for kind, code in DECIMALS.items()}
    looks["text"] = book.add_format({**base, "text_wrap": True, "num_format": "@"})
    looks["head"] = book.add_format({**base, "bold": True, "text_wrap": True, "bottom": 2, "bg_color": "#f1eee6"})
    looks["title"] = book.add_format({**base, "bold": True, "font_size": 14})
    looks["note"] = book.add_format({**base, "italic": True})
    looks["banner"] = book.add_format({**base, "font_color": "#474e66"})
    return looks


def _write_head(book: Any, sheet: Sheet, looks: dict[str, Any], *, banner: str) -> None:
    """A sheet without its rows: what stands above them, and how each column looks."""
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, neutralise(banner), looks["banner"])
    page.write_string(1, 0, neutralise(sheet.heading), looks["title"])
    page.write_string(2, 0, neutralise(sheet.note), looks["note"])
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width, looks[column.kind])
        page.write_string(HEAD_ROW, place, column.title, looks["head"])
    page.freeze_panes(HEAD_ROW + 1, sheet.frozen)
    if sheet.rows:
        page.autofilter(HEAD_ROW, 0, HEAD_ROW + len(sheet.rows), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEAD_ROW)
    page.set_header(f"&L{banner.replace('&', '&&')[:200]}")
    page.set_footer("&LNguồn và cách tính: trang “Phương pháp và nguồn”&R&P/&N")
