"""Sentences of findings: the indicator's own words unharmed, figures right, what is not known said to be unknown."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from ddci.framework.load import load_framework
from ddci.report.finding_sentences import Said, sentence

FRAMEWORKS = Path(__file__).resolve().parents[2] / "frameworks"
ALL = (
    "lang-son/2023", "lang-son/2024", "lang-son/2025", "lang-son-scorecard/2023", "lang-son-scorecard/2024", "pci/2013",
    "pci/2016", "pci/2016-indicators", "wbes/viet-nam-2023",
)  # fmt: skip
NAN = math.nan
SAID = Said(
    wording="Tỷ lệ cơ sở kinh doanh cho rằng phải quen biết mới lấy được thông tin, tài liệu",
    unit="share",
    direction=-1,
    standing="worse",
    value=0.2114,
    n=143,
    low=0.15,
    high=0.289,
    confidence=0.95,
    no_error="not_published",
    place="khối",
    median=0.124,
    best=0.05,
    rank=9,
    n_ranked=11,
    is_tied=False,
    rank_is_published=False,
    beyond_noise=True,
    few=0,
    change=NAN,
    change_beyond_noise=None,
    then=None,
    is_score=False,
)


def said(**changes: object) -> str:
    return sentence(replace(SAID, **changes)).replace("\u00a0", " ")


def test_share_of_somebody_is_said_with_n_interval_median_rank_and_noise():
    assert said() == (
        "Còn 21,1% cơ sở kinh doanh cho rằng phải quen biết mới lấy được thông tin, tài liệu (n = 143; khoảng 95%: "
        "15,0–28,9%); trung vị của khối là 12,4%, tốt nhất là 5,0%; hạng 9/11, kém trung vị ngoài sai số lấy mẫu."
    )


@pytest.mark.parametrize(
    ("direction", "standing", "value", "start"),
    [
        (-1, "worse", 0.2, "Còn 20,0% "),
        (-1, "better", 0.02, "Chỉ có 2,0% "),
        (-1, "better", 0.0, "Có 0,0% "),
        (-1, "plain", 0.2, "Có 20,0% "),
        (1, "worse", 0.2, "Chỉ có 20,0% "),
        (1, "worse", 0.9, "Mới có 90,0% "),
        (1, "better", 0.9, "Có 90,0% "),
    ],
)
def test_a_share_is_too_much_or_too_little_by_its_direction(direction, standing, value, start):
    assert said(direction=direction, standing=standing, value=value).startswith(start)


@pytest.mark.parametrize(
    ("wording", "unit", "direction", "value", "start"),
    [
        ("Số ngày chờ (trung vị)", "days", -1, 12.5, "Số ngày chờ (trung vị) còn ở mức 12,50 ngày "),
        ("Điểm hài lòng (1–10)", "score", 1, 5.123, "Điểm hài lòng (1–10) mới đạt 5,12 điểm "),
        ("Số loại hỗ trợ (trung bình)", "count", 1, 1.2, "Số loại hỗ trợ (trung bình) mới đạt 1,20 ("),
        ("Chênh lệch giữa hai tỷ lệ", "balance", 1, -0.052, "Chênh lệch giữa hai tỷ lệ ở mức −5,2 điểm % "),
        ("Bị mất điện", "share", -1, 0.3, "Chỉ tiêu “Bị mất điện” còn ở mức 30,0% "),
        ("Tỷ lệ nhà cung cấp tư nhân", "share", 1, 0.3, "Tỷ lệ nhà cung cấp tư nhân mới đạt 30,0% "),
        ("Một cửa: niêm yết", "share", 1, 0.3, "Chỉ tiêu “Một cửa: niêm yết” mới đạt 30,0% "),
        ("Số tuần hoàn thuế", "weeks", -1, 3.0, "Số tuần hoàn thuế còn ở mức 3,00 ("),
    ],
)
def test_a_wording_is_the_subject_where_it_can_be_and_quoted_where_not(wording, unit, direction, value, start):
    got = said(wording=wording, unit=unit, direction=direction, value=value, median=NAN, low=NAN, high=NAN)

    assert got.startswith(start)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"low": NAN, "high": NAN}, "(n = 143; nguồn không công bố khoảng 95%)"),
        ({"n": NAN}, "(khoảng 95%: 15,0–28,9%; nguồn không công bố n)"),
        ({"n": NAN, "low": NAN, "high": NAN}, "(nguồn không công bố n và khoảng 95%)"),
        ({"n": NAN, "low": NAN, "high": NAN, "no_error": "hard"}, "(số liệu hành chính, không lấy mẫu)"),
        ({"low": NAN, "high": NAN, "no_error": "not_computed"}, "(n = 143; đợt này không tính sai số lấy mẫu)"),
        ({"n": 10447}, "(n = 10.447; "),
        ({"low": -0.1, "high": 0.2, "unit": "balance"}, "khoảng 95%: −10,0 đến 20,0 điểm %)"),
        ({"is_tied": True}, "đồng hạng 9/11"),
        ({"rank": 8.5}, "hạng 8,5/11"),
        ({"beyond_noise": False}, "kém trung vị nhưng còn trong sai số lấy mẫu"),
        ({"beyond_noise": None}, "hạng 9/11, kém trung vị, chưa chắc ngoài sai số lấy mẫu."),
        ({"beyond_noise": None, "low": NAN, "high": NAN}, "hạng 9/11, kém trung vị."),
        ({"standing": "better"}, "tốt hơn trung vị ngoài sai số lấy mẫu"),
        ({"few": 30}, "; số phiếu dưới mức tối thiểu 30 nên chỉ để tham khảo."),
        (
            {"change": -1.21, "then": 2023, "change_beyond_noise": True},
            "chỉ tiêu giảm 1,21 so với năm 2023, ngoài sai số.",
        ),
        (
            {"change": 0.5, "then": 2023, "change_beyond_noise": False},
            "tăng 0,50 so với năm 2023, nhưng còn trong sai số.",
        ),
        ({"change": 0.001, "then": 2023, "change_beyond_noise": False}, "điểm không đổi so với năm 2023."),
        ({"change": -3.4, "then": 2023, "is_score": True}, "giảm 3,40 điểm so với năm 2023."),
    ],
)
def test_what_stands_beside_the_figure(changes, words):
    assert words in said(**changes)


def test_unit_alone_has_neither_median_nor_verdict_but_its_published_rank():
    got = said(place="", median=NAN, best=NAN, rank=11, rank_is_published=True, beyond_noise=None)

    assert got.endswith("; hạng công bố 11/11.")
    assert "trung vị" not in got


def test_published_score_is_said_of_the_sub_index():
    got = said(wording="Chi phí thời gian", is_score=True, unit="score", direction=1, value=3.2, low=NAN, high=NAN)

    assert got.startswith("Chỉ số thành phần “Chi phí thời gian” mới đạt 3,20 điểm (")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("standing", ["worse", "better", "plain"])
def test_no_wording_is_harmed(name, standing):
    for item in load_framework(FRAMEWORKS / name).indicators:
        got = said(wording=item.vi, unit=item.unit, direction=item.direction, standing=standing)

        assert got.count(re.sub("^Tỷ lệ ", "", item.vi)) == 1
        assert re.match(r"(Còn|Có|Chỉ có|Mới có) [\d,]+% |Chỉ tiêu “|" + re.escape(item.vi), got)
        assert not re.search(r"nan|None|  |;;|\( |,,|\.\.|; \.", got)
        assert got.count("(") == got.count(")")
        assert got.endswith(".")
