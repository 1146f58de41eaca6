"""The tables and keys of a framework: names, kinds, what is required, and the Vietnamese titles of the workbook.

One description serves the TOML reader, the TOML writer, the workbook in both directions and the documentation test, so
that a key is added in one place. Defaults live in the dataclasses of ``ddci.framework.model``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from ddci.framework import model

Kind = Literal["text", "code", "number", "whole", "flag", "codes", "pair", "bounds", "choice", "options"]

FRAMEWORK_FILE = "framework.toml"
QUESTIONNAIRE_FILE = "questionnaire.toml"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table; ``title`` heads its workbook column, ``note`` explains it there."""

    name: str
    kind: Kind
    title: str
    required: bool = False
    choices: tuple[str, ...] = ()
    note: str = ""
    width: int = 14


@dataclass(frozen=True, slots=True)
class Table:
    """One table: ``[name]`` (a single row) or ``[[name]]`` in TOML, one sheet in the workbook."""

    name: str
    sheet: str
    file: str
    row_class: Any
    keys: tuple[Key, ...]
    attribute: str = ""  # where its rows live in Framework or Questionnaire
    single: bool = False

    def key(self, name: str) -> Key:
        return next(key for key in self.keys if key.name == name)

    @property
    def key_names(self) -> tuple[str, ...]:
        return tuple(key.name for key in self.keys)


def _choice(name: str, title: str, literal: Any, *, required: bool = False, note: str = "") -> Key:
    choices = get_args(literal)
    return Key(name, "choice", title, required, choices, note or "Chọn một trong: " + ", ".join(choices), 16)


_CODE = Key("code", "code", "Mã", True, note="Chữ không dấu, số, dấu . _ -; không đổi qua các năm", width=12)
_VI = Key("vi", "text", "Tên tiếng Việt", True, width=60)
_EN = Key("en", "text", "Tên tiếng Anh", width=40)
_SOURCE = Key("source", "text", "Nguồn, căn cứ", width=30)
_WEIGHT = Key("index_weight", "number", "Trọng số", note="Số không âm; chỉ có ý nghĩa tương đối")
_GROUPS = Key(
    "applies_to", "codes", "Áp dụng cho nhóm", note="Mã nhóm, cách nhau bằng dấu phẩy; trống = mọi nhóm", width=22
)
_CONTINUES = Key("continues", "text", "Nối tiếp", note="mã-bộ-chỉ-số:mã, khi so sánh được với năm trước", width=24)
_ROLE = _choice("role", "Vai trò", model.OptionRole)

FRAMEWORK = Table(
    "framework",
    "Khung",
    FRAMEWORK_FILE,
    model.Framework,
    (
        Key("code", "code", "Mã bộ chỉ số", True, note="Không bao giờ đổi"),
        Key("vi", "text", "Tên bộ chỉ số", True),
        Key("en", "text", "Tên tiếng Anh"),
        Key("year", "whole", "Năm", True),
        Key("scale", "pair", "Thang điểm", note="Điểm thấp nhất và cao nhất của chỉ tiêu và chỉ số thành phần"),
        Key("total", "number", "Điểm tổng tối đa"),
        _choice("aggregation", "Cách gộp chỉ tiêu thành chỉ số thành phần", model.Aggregation),
        _choice("aggregation_top", "Cách gộp chỉ số thành phần thành tổng", model.Aggregation, note="Trống = như trên"),
        Key("power", "number", "Số mũ", note="Chỉ dùng khi cách gộp là power"),
        Key(
            "penalty", "choice", "Chiều phạt mất cân đối", choices=("negative", "positive"), note="Cho mazziotta_pareto"
        ),
        _choice("normalisation", "Cách chuẩn hoá", model.Normalisation),
        _choice("bounds", "Cận chuẩn hoá", model.BoundsRule),
        Key("clip", "flag", "Cắt điểm ở hai đầu thang"),
        _choice("missing", "Khi thiếu chỉ tiêu", model.Missing),
        Key("min_weight_share", "number", "Tỷ lệ trọng số tối thiểu phải có", note="Từ 0 đến 1"),
        _choice("ties", "Khi bằng điểm", model.Ties),
        _choice("median_rule", "Dưới trung vị", model.MedianRule),
        Key("min_n", "whole", "Số phiếu tối thiểu để xếp hạng"),
        Key(
            "publication_min",
            "whole",
            "Số phiếu tối thiểu để công bố",
            note="Ít phiếu hơn thì không công bố; 0 = công bố mọi số",
        ),
        Key("confidence", "number", "Độ tin cậy", note="Ví dụ 0,95"),
        _choice("weighting", "Cách định trọng số chỉ tiêu", model.Weighting),
        _choice("weighting_top", "Cách định trọng số chỉ số thành phần", model.Weighting),
        Key("source", "text", "Nguồn, căn cứ"),
    ),
    single=True,
)
UNIT_GROUP = Table("unit_group", "Nhóm đơn vị", FRAMEWORK_FILE, model.UnitGroup, (_CODE, _VI, _EN), "unit_groups")
BAND = Table(
    "band",
    "Mức xếp loại",
    FRAMEWORK_FILE,
    model.Band,
    (Key("min", "number", "Từ điểm", True, note="Mức cao nhất đứng trước"), _VI, _EN),
    "bands",
)
SUB_INDEX = Table(
    "sub_index",
    "Chỉ số thành phần",
    FRAMEWORK_FILE,
    model.SubIndex,
    (
        _CODE,
        _VI,
        _EN,
        _WEIGHT,
        _GROUPS,
        Key("lead", "text", "Cơ quan chủ trì", width=24),
        _CONTINUES,
        Key("definition", "text", "Định nghĩa", width=60),
        _SOURCE,
    ),
    "sub_indices",
)
INDICATOR = Table(
    "indicator",
    "Chỉ tiêu",
    FRAMEWORK_FILE,
    model.Indicator,
    (
        _CODE,
        Key("parent", "code", "Thuộc chỉ số thành phần", True),
        _VI,
        _EN,
        _choice("kind", "Loại", model.IndicatorKind, required=True, note="survey = khảo sát, hard = số liệu"),
        _choice("method", "Cách tính", model.Method, required=True),
        Key("questions", "codes", "Câu hỏi", note="Mã câu hỏi, cách nhau bằng dấu phẩy"),
        Key("positive", "codes", "Lựa chọn được tính", note="Mã lựa chọn, cách nhau bằng dấu phẩy"),
        Key("negative", "codes", "Lựa chọn trừ đi", note="Chỉ dùng cho net_balance"),
        _choice("base", "Mẫu số", model.Base, note="answered = đã trả lời; asked = tính cả không biết"),
        Key("where", "text", "Chỉ tính khi", note="Điều kiện, ví dụ Q10 in (1,2)", width=24),
        Key("unit", "text", "Đơn vị tính", True, note="share (0–1), days, hours, visits, score, count, million_vnd…"),
        Key("direction", "whole", "Chiều", True, ("1", "-1"), "1 = càng nhiều càng tốt, -1 = càng ít càng tốt", 8),
        Key("bounds", "bounds", "Cận riêng", choices=("pooled", "in_year"), note="Trống = theo bộ chỉ số"),
        _WEIGHT,
        _GROUPS,
        _CONTINUES,
        Key("probability", "number", "Xác suất p", note="Cho crosswise, unrelated, forced"),
        Key("probability_yes", "number", "Xác suất «có» phụ", note="Cho unrelated, forced"),
        _SOURCE,
    ),
    "indicators",
)
JUDGEMENT = Table(
    "judgement",
    "So sánh cặp",
    FRAMEWORK_FILE,
    model.Judgement,
    (
        Key("parent", "code", "Trong", True, note="Mã chỉ số thành phần, hoặc index cho các chỉ số thành phần"),
        Key("a", "code", "Mục A", True),
        Key("b", "code", "Mục B", True),
        Key("ratio", "number", "A quan trọng gấp mấy lần B", True, note="Từ 1/9 đến 9"),
    ),
    "judgements",
)
BUDGET = Table(
    "budget",
    "Điểm chuyên gia",
    FRAMEWORK_FILE,
    model.Budget,
    (
        Key("expert", "text", "Chuyên gia", True),
        Key("parent", "code", "Trong", True, note="Mã chỉ số thành phần, hoặc index"),
        Key("code", "code", "Mục", True),
        Key("points", "number", "Số điểm", True),
    ),
    "budgets",
)
OPTION_KEYS = (_CODE, _VI, _EN, _ROLE)
SCALE = Table(
    "scale",
    "Thang đo",
    QUESTIONNAIRE_FILE,
    model.Scale,
    (
        _CODE,
        Key("vi", "text", "Tên tiếng Việt", width=60),
        _EN,
        Key("options", "options", "Lựa chọn", True),
    ),
    "scales",
)
PAGE = Table("page", "Trang", QUESTIONNAIRE_FILE, model.Page, (_CODE, _VI, _EN), "pages")
QUESTION = Table(
    "question",
    "Câu hỏi",
    QUESTIONNAIRE_FILE,
    model.Question,
    (
        _CODE,
        Key("page", "code", "Trang", True),
        Key("vi", "text", "Câu hỏi tiếng Việt", True, width=60),
        Key("en", "text", "Câu hỏi tiếng Anh", width=40),
        Key("hint_vi", "text", "Gợi ý tiếng Việt", width=30),
        Key("hint_en", "text", "Gợi ý tiếng Anh", width=30),
        _choice("type", "Kiểu", model.QuestionType, required=True),
        Key("scale", "code", "Thang đo", note="Mã thang đo; hoặc ghi các lựa chọn riêng ở trang «Lựa chọn»"),
        Key("options", "options", "Lựa chọn"),
        Key("items", "options", "Phát biểu"),
        Key("asked_if", "text", "Chỉ hỏi khi", note="Điều kiện, ví dụ Q10 in (1,2)", width=24),
        Key("about", "choice", "Hỏi về", choices=("unit", "self"), note="unit = từng đơn vị; self = một lần"),
        Key("required", "flag", "Bắt buộc", width=10),
        Key("sensitive", "flag", "Nhạy cảm", width=10),
        Key("min", "number", "Nhỏ nhất", width=10),
        Key("max", "number", "Lớn nhất", width=10),
        Key("recall", "text", "Khoảng thời gian hỏi", width=24),
    ),
    "questions",
)

FRAMEWORK_TABLES = (FRAMEWORK, UNIT_GROUP, BAND, SUB_INDEX, INDICATOR, JUDGEMENT, BUDGET)
QUESTIONNAIRE_TABLES = (PAGE, QUESTION, SCALE)
TABLES = FRAMEWORK_TABLES + QUESTIONNAIRE_TABLES
TABLE_BY_NAME = {table.name: table for table in TABLES}
