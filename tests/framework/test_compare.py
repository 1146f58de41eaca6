"""Comparing frameworks: links, verdicts, and the words for them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.framework.cases import sound_folder

from ddci.framework.compare import ItemChange, comparable_codes, compare_frameworks, describe_diff
from ddci.framework.load import load_framework
from ddci.framework.model import Framework, Indicator, Question

ROOT = Path(__file__).parents[2] / "frameworks"


@pytest.fixture
def old(tmp_path: Path) -> Framework:
    return load_framework(sound_folder(tmp_path / "khung"))


def next_year(framework: Framework, **changes: Any) -> Framework:
    return replace(framework, code="mau-2026", year=2026, **changes)


def with_indicator(framework: Framework, which: str, **changes: Any) -> tuple[Indicator, ...]:
    return tuple(replace(item, **changes) if item.code == which else item for item in framework.indicators)


def with_question(framework: Framework, code: str, **changes: Any) -> Any:
    assert framework.questionnaire is not None
    questions: tuple[Question, ...] = framework.questionnaire.questions
    changed = tuple(replace(item, **changes) if item.code == code else item for item in questions)
    return replace(framework.questionnaire, questions=changed)


def item(old: Framework, new: Framework, code: str) -> ItemChange:
    return next(found for found in compare_frameworks(old, new).items if code in (found.new_code, found.old_code))


def test_the_next_year_of_the_same_framework_is_comparable_throughout(old: Framework) -> None:
    new = next_year(old)

    assert comparable_codes(old, new) == {code: code for code in ("MB", "TG", "MB01", "TG01", "TG02", "MB02")}
    assert all(not found.changes for found in compare_frameworks(old, new).items)


def test_same_codes_in_another_series_mean_nothing(old: Framework) -> None:
    assert comparable_codes(old, replace(old, code="tinh-khac-2026")) == {}


def test_continues_links_across_codes_and_series(old: Framework) -> None:
    new = replace(old, code="moi", indicators=with_indicator(old, "TG01", code="X9", continues="mau-2025:TG01"))

    assert comparable_codes(old, new) == {"X9": "TG01"}


def test_two_items_that_continue_the_same_ancestor_are_linked(old: Framework) -> None:
    before = replace(old, indicators=with_indicator(old, "TG01", continues="mau-2020:A"))
    after = replace(before, code="khac-2026", indicators=with_indicator(before, "TG01", code="T1"))

    assert comparable_codes(before, after) == {"T1": "TG01"}


def test_a_stated_link_comes_before_an_equal_code(old: Framework) -> None:
    indicators = tuple(
        replace(found, code="MB02", continues="mau-2025:MB01") if found.code == "MB01" else found
        for found in old.indicators
        if found.code != "MB02"
    )

    links = comparable_codes(old, next_year(old, indicators=indicators))

    assert links["MB02"] == "MB01"


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"method": "mean"}, "different"),
        ({"base": "asked"}, "different"),
        ({"where": None}, "different"),
        ({"direction": -1}, "different"),
        ({"positive": ("5",)}, "different"),
        ({"unit": "score"}, "different"),
        ({"where": "Q1 in (1, 2)"}, "same"),
        ({"vi": "Lời khác"}, "review"),
        ({"bounds": (0.0, 0.9)}, "review"),
        ({"index_weight": 3.0}, "same"),
    ],
)
def test_what_decides_a_value_decides_comparability(old: Framework, change: dict[str, Any], verdict: str) -> None:
    found = item(old, next_year(old, indicators=with_indicator(old, "MB01", **change)), "MB01")

    assert (found.verdict, found.is_comparable) == (verdict, verdict != "different")


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"type": "text"}, "different"),
        ({"about": "self"}, "different"),
        ({"asked_if": "Q1 = 2"}, "different"),
        ({"vi": "Hỏi khác đi"}, "review"),
        ({"recall": "6 tháng qua"}, "review"),
        ({"hint_vi": "Gợi ý"}, "same"),
    ],
)
def test_a_changed_question_counts_for_its_indicator(old: Framework, change: dict[str, Any], verdict: str) -> None:
    assert item(old, next_year(old, questionnaire=with_question(old, "Q2", **change)), "MB01").verdict == verdict


def test_a_scale_with_another_option_is_not_comparable_but_another_wording_is(old: Framework) -> None:
    assert old.questionnaire is not None
    (scale,) = old.questionnaire.scales
    shorter = replace(old.questionnaire, scales=(replace(scale, options=scale.options[1:]),))
    reworded = tuple(replace(option, vi=option.vi + " lắm") for option in scale.options)
    in_other_words = replace(old.questionnaire, scales=(replace(scale, options=reworded),))

    assert item(old, next_year(old, questionnaire=shorter), "MB01").verdict == "different"
    assert item(old, next_year(old, questionnaire=in_other_words), "MB01").verdict == "review"


def test_renumbering_the_questions_changes_nothing(old: Framework) -> None:
    assert old.questionnaire is not None
    names = {"Q1": "A1", "Q2": "A2", "Q3": "A3", "Q4": "A4", "Q5": "A5"}
    questions = tuple(
        replace(q, code=names[q.code], asked_if=q.asked_if and q.asked_if.replace("Q1", "A1"))
        for q in old.questionnaire.questions
    )
    indicators = tuple(
        replace(i, questions=tuple(names[q] for q in i.questions), where=i.where and i.where.replace("Q1", "A1"))
        for i in old.indicators
    )
    new = next_year(old, questionnaire=replace(old.questionnaire, questions=questions), indicators=indicators)

    assert all(not found.changes for found in compare_frameworks(old, new).items)


def test_a_sub_index_is_comparable_while_one_of_its_indicators_is(old: Framework) -> None:
    fewer = next_year(old, indicators=tuple(found for found in old.indicators if found.code != "TG02"))
    other = next_year(
        old, indicators=tuple(replace(i, unit="visits") if i.parent == "TG" else i for i in old.indicators)
    )

    assert item(old, fewer, "TG").verdict == "review"
    assert item(old, other, "TG").verdict == "different"
    assert "TG" in comparable_codes(old, fewer)
    assert "TG" not in comparable_codes(old, other)


def test_lang_son_2024_adds_two_sub_indices_to_the_eight_of_2023() -> None:
    """The official lists: 8 sub-indices in 2023, 10 in 2024 (Báo cáo 2023, Kế hoạch 2025 of Chi Lăng)."""
    diff = compare_frameworks(load_framework(ROOT / "lang-son/2023"), load_framework(ROOT / "lang-son/2024"))

    assert len(diff.of("sub_index", "kept")) == 8
    assert len(diff.of("sub_index", "added")) == 2
    assert diff.of("sub_index", "removed") == ()


def test_the_comparison_is_told_in_both_languages(old: Framework) -> None:
    indicators = tuple(
        replace(found, method="mean", vi="Số ngày chờ trung bình") if found.code == "TG01" else found
        for found in old.indicators
        if found.code != "MB02"
    )
    added = replace(indicators[0], code="MB09", vi="Chỉ tiêu mới")
    diff = compare_frameworks(old, next_year(old, indicators=(*indicators, added), normalisation="rank"))

    text = describe_diff(diff, "vi")

    assert "So sánh bộ chỉ số mau-2025 → mau-2026" in text
    assert "cách chuẩn hoá: min_max → rank" in text
    assert "[thêm mới] MB09  Chỉ tiêu mới" in text
    assert "[đã bỏ] MB02  Hồ sơ đúng hạn" in text
    assert (
        "[không so sánh được] TG01  Số ngày chờ trung bình\n      tên gọi: Số ngày chờ → Số ngày chờ trung bình" in text
    )
    assert "cách tính: median → mean" in text
    assert "[not comparable] TG01" in describe_diff(diff, "en")
