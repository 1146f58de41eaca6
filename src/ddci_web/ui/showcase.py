"""What the page of components shows: each component once, with figures that are published or marked as samples.

The charts are those of the newest publication; without any, the page says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Paginator

from ddci.report.figure import Figure
from ddci.report.figures import unit_figures_of, wave_figures
from ddci_web.results import published
from ddci_web.results.published import Published

HERE = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True, slots=True)
class Sample:
    """A part of the page, drawn from the file whose text stands below it."""

    id: str
    name: str
    title: str
    note: str

    @property
    def template(self) -> str:
        return f"ui/samples/{self.name}.html"

    @property
    def source(self) -> str:
        return (HERE / self.template).read_text(encoding="utf-8").strip()


SAMPLES = (
    Sample("mau-sac", "colours", "Màu, chữ và số", "Mỗi nghĩa một màu. Đào chỉ dành cho đơn vị đang xem."),
    Sample(
        "nut",
        "buttons",
        "Nút và liên kết",
        "Một nút chính mỗi màn. Việc không quay lại được thì hỏi lại bằng trang riêng.",
    ),
    Sample("trang-thai", "states", "Trạng thái", "Hình, chữ rồi mới đến màu. In đen trắng vẫn phân biệt được."),
    Sample("bieu-mau", "forms", "Biểu mẫu", "Nhãn ở trên, trợ giúp dưới nhãn, lỗi nói sai gì và làm gì tiếp."),
    Sample("thong-bao", "alerts", "Thông báo và việc tiếp theo", "Câu đầu nói việc gì, câu sau nói làm gì."),
    Sample(
        "con-so", "figures", "Con số, thẻ, chỗ trống", "Con số luôn kèm n, khoảng, nguồn. Kẻ trên đầu thay cho khung."
    ),
    Sample("loc", "choices", "Lọc, thẻ chuyển, phân trang", "Đều là liên kết: chép được, quay lại được."),
    Sample("bang", "tables", "Bảng", "Số căn phải. Cột đầu giữ yên khi cuộn ngang. Hình nhỏ trong ô có lời."),
    Sample("bieu-do", "charts", "Biểu đồ", "Tiêu đề là điều tìm thấy; chân có n, nguồn, tải về, bảng số."),
    Sample("viec-dai", "work", "Việc chạy lâu", "Tiến độ có số và chữ, nhật ký đọc được; có thể đóng trang."),
    Sample("phieu", "answers", "Phiếu trả lời", "Mỗi trạng thái một màn, nói phiếu đang ở đâu và làm gì tiếp."),
    Sample("van-ban", "documents", "Văn bản", "Chỗ có nguồn, chỗ còn trống, chỗ không khớp."),
)
ANSWER_STATES = {
    "dang-gui": "Đang gửi",
    "da-gui": "Đã gửi",
    "da-gui-truoc": "Đã gửi từ trước",
    "het-han": "Đường dẫn hết hạn",
    "mat-mang": "Mất mạng",
    "da-luu": "Đã lưu trên máy",
}
ANSWER = {"answered": 13, "asked": 14, "closes": "30/11/2026", "published_on": "15/12/2026", "phone": "1800 0000"}
KINDS = ("stability", "slope", "heatmap", "ranking")
UNIT_KINDS = ("change", "history")
MOST_SEARCHED = 4  # publications
SCALE = (
    ("data-1", "chàm, chuỗi chính"),
    ("data-2", "đào, đơn vị đang xem"),
    ("data-3", "nghệ, chuỗi thứ ba"),
    ("data-4", "lá, chuỗi thứ tư"),
    ("data-0", "khói, bối cảnh"),
)
LIKERT = (
    ("l1", "hoàn toàn không đồng ý"),
    ("l2", "không đồng ý"),
    ("l3", "trung lập"),
    ("l4", "đồng ý"),
    ("l5", "hoàn toàn đồng ý"),
)
FIGURES = (
    {"label": "Điểm", "value": "56,29", "note": "54,9–57,7"},
    {"label": "Tập hạng", "value": "18–63", "note": "trong 63"},
    {"label": "n", "value": "131", "note": "phiếu, minh họa"},
)
ROWS = (
    {"name": "Cà Mau", "score": 56.36, "low": 54.9, "high": 57.8, "rank": 44, "first": 18, "last": 63, "n": 133},
    {"name": "Lạng Sơn", "score": 56.29, "low": 54.9, "high": 57.7, "rank": 45, "first": 18, "last": 63, "n": 131},
    {"name": "Kon Tum", "score": 56.27, "low": 54.8, "high": 57.7, "rank": 46, "first": 18, "last": 63, "n": 125},
)
TABS = (
    {"label": "Địa phương (11)", "url": "#loc", "is_current": True},
    {"label": "Sở, ban, ngành (19)", "url": "#loc", "is_current": False},
    {"label": "Ngành dọc (6)", "url": "#loc", "is_current": False},
)
FILTERS = (
    {
        "name": "Năm",
        "choices": [{"label": str(y), "url": "#loc", "is_current": y == 2024} for y in (2024, 2023, 2022)],
    },
)
CRUMBS = (
    {"label": "DDCI Lạng Sơn 2024", "url": "#loc"},
    {"label": "Khối địa phương", "url": "#loc"},
    {"label": "Chi Lăng"},
)
FILES = ({"title": "CSV", "url": "#bang", "size": 18432}, {"title": "XLSX", "url": "#bang", "size": 240128})
LOG = """14:02:11  Đọc 12 tệp của đợt 2025
14:02:13  Tính 141 chỉ tiêu của 65 đơn vị
14:02:19  Lấy mẫu lại 400 lần để có khoảng 95%"""


class SampleForm(forms.Form):
    """Every kind of field once."""

    lead = forms.ChoiceField(label="Cơ quan chủ trì", choices=[("", "Chọn một cơ quan"), ("tt", "Thanh tra huyện")])
    phone = forms.RegexField(
        r"^\d{10}$",
        label="Số điện thoại đường dây nóng",
        help_text="10 chữ số, ví dụ 0912345678.",
        error_messages={"invalid": "Số này chưa đủ 10 chữ số. Hãy thêm chữ số còn thiếu."},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    due = forms.DateField(
        label="Hạn hoàn thành",
        input_formats=["%d/%m/%Y"],
        error_messages={"invalid": "Ngày này không có trong lịch. Ví dụ: 27/02/2026."},
    )
    note = forms.CharField(label="Giải trình", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    to = forms.MultipleChoiceField(
        label="Gửi cho",
        choices=[("so", "11 cơ quan chuyên môn"), ("xa", "20 xã, thị trấn")],
        widget=forms.CheckboxSelectMultiple,
    )
    agreed = forms.BooleanField(label="Tôi đã đối chiếu số với văn bản gốc", required=False)


def context(query: Mapping[str, str]) -> dict[str, Any]:
    """Everything on the page; ``trang`` of the query string turns the pages of the sample list."""
    pages = Paginator(range(1, 61), 10)
    return {
        "answers": [
            {"state": key, "title": title, "file": f"ui/answer/{key}.html"} for key, title in ANSWER_STATES.items()
        ],
        "charts": _charts(),
        "crumbs": CRUMBS,
        "figures": FIGURES,
        "files": FILES,
        "filters": FILTERS,
        "form": SampleForm({"phone": "091234567", "due": "31/02/2026", "to": ["so"]}, auto_id="mau_%s"),
        "log": LOG,
        "page": pages.get_page(query.get("page", "3")),
        "rows": ROWS,
        "samples": SAMPLES,
        "scale": SCALE,
        "day_shown": dt.date(2024, 3, 18),
        "likert": LIKERT,
        "tabs": TABS,
        **ANSWER,
    }


def _charts() -> list[tuple[Figure, Published]]:
    """One chart of each kind, from the newest publications that have it."""
    found: dict[str, tuple[Figure, Published]] = {}
    for publication in [publication for _, waves in published.series() for publication in waves][:MOST_SEARCHED]:
        for kind, figure in _kinds(publication):
            found.setdefault(kind, (figure, publication))
        if len(found) == len(KINDS + UNIT_KINDS):
            break
    return [found[kind] for kind in KINDS + UNIT_KINDS if kind in found]


def _kinds(publication: Published) -> Iterator[tuple[str, Figure]]:
    for name, figure in wave_figures(publication.result).items():
        if (kind := name.partition("-")[0]) in KINDS:
            yield kind, figure
    for name, figure in unit_figures_of(publication.result, 0).items():
        if (kind := name.rpartition("-")[2]) in UNIT_KINDS:
            yield kind, figure
