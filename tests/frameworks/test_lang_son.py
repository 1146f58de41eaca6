"""The Lạng Sơn frameworks: counts, the published subjects, words fit for people, and comparability over the years.

Expected counts and names are those that the report of April 2024 and the plan of 2025 of UBND huyện Chi Lăng print.
``named_in_seeds.csv`` lists, in the order of those documents, a key phrase of our own wording and the code that carries
the subject. ``published_sentences.sha256`` holds the hashes of the published sentences (letters and digits only, small
letters), so that a copied sentence is noticed without keeping the sentences.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from ddci.framework.check import check_framework
from ddci.framework.compare import comparable_codes
from ddci.framework.conditions import parse_condition, questions_in
from ddci.framework.load import load_framework
from ddci.framework.model import Framework, Indicator, Option, Question, Questionnaire

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "frameworks" / "lang-son"
YEARS = (2023, 2024, 2025)
COUNTS_2023 = {"MB": 18, "TG": 11, "KC": 25, "CT": 10, "HT": 12, "TP": 10, "LD": 9, "DD": 25}
NAMES_2023 = (
    "Tính minh bạch và tiếp cận thông tin",
    "Chi phí thời gian",
    "Chi phí không chính thức",
    "Cạnh tranh bình đẳng",
    "Dịch vụ hỗ trợ doanh nghiệp",
    "Thiết chế pháp lý và An ninh trật tự",
    "Vai trò người đứng đầu",
    "Tiếp cận đất đai và tính ổn định trong sử dụng đất",
)
NAMES_2024 = (
    "Tính minh bạch và tiếp cận thông tin",
    "Chi phí thời gian",
    "Chi phí không chính thức",
    "cạnh tranh bình đẳng",
    "hỗ trợ doanh nghiệp",
    "tính năng động và hiệu lực của địa phương",
    "vai trò của người đứng đầu",
    "Thiết chế pháp lý và An ninh trật tự",
    "ứng dụng công nghệ thông tin một cách tích cực trong quản trị điều hành tại địa phương",
    "Tiếp cận đất đai",
)
BACKGROUND_PAGE = "NEN"
PHRASED = {"positive": (1,), "negative": (-1,), "ambiguous": (1, -1)}


@cache
def framework_of(year: int) -> Framework:
    return load_framework(FOLDER / str(year))


def questionnaire_of(year: int) -> Questionnaire:
    questionnaire = framework_of(year).questionnaire
    assert questionnaire is not None
    return questionnaire


@cache
def named() -> tuple[dict[str, str], ...]:
    with (HERE / "named_in_seeds.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def asked_of(question: Question) -> set[str]:
    return set(questions_in(parse_condition(question.asked_if))) if question.asked_if else set()


def needed_by(framework: Framework, indicators: tuple[Indicator, ...]) -> set[str]:
    """The questions that serve these indicators, with the filters that open them."""
    needed = {code for item in indicators for code in item.questions}
    needed |= {code for item in indicators if item.where for code in questions_in(parse_condition(item.where))}
    question_by_code = framework.questionnaire.question_by_code if framework.questionnaire else {}
    waiting = list(needed)
    while waiting:
        more = asked_of(question_by_code[waiting.pop()]) - needed
        needed |= more
        waiting += more
    return needed


def options_in(questionnaire: Questionnaire) -> Iterator[Option]:
    for scale in questionnaire.scales:
        yield from scale.options
    for question in questionnaire.questions:
        yield from question.options
        yield from question.items


def bilingual(year: int) -> Iterator[tuple[str, str | None, str | None]]:
    """Every (where, vi, en) shown to people."""
    framework, questionnaire = framework_of(year), questionnaire_of(year)
    yield "framework", framework.vi, framework.en
    for item in (*framework.unit_groups, *framework.sub_indices, *framework.indicators):
        yield item.code, item.vi, item.en
    for band in framework.bands:
        yield "band", band.vi, band.en
    for thing in (*questionnaire.pages, *questionnaire.scales, *options_in(questionnaire)):
        yield thing.code, thing.vi, thing.en
    for question in questionnaire.questions:
        yield question.code, question.vi, question.en
        if question.hint_vi or question.hint_en:
            yield question.code, question.hint_vi, question.hint_en


def letters_only(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))


def numbers_of_options(question: Question, questionnaire: Questionnaire) -> set[str]:
    return {option.code for option in questionnaire.options_of(question) if option.role is None}


@pytest.mark.parametrize("year", YEARS)
def test_the_framework_loads_and_its_check_finds_nothing_to_say(year: int) -> None:
    assert list(check_framework(framework_of(year))) == []


def test_2023_has_the_published_sub_indices_and_counts() -> None:
    framework = framework_of(2023)

    assert tuple(item.vi for item in framework.sub_indices) == NAMES_2023
    assert dict(Counter(item.parent for item in framework.indicators)) == COUNTS_2023
    assert len(framework.indicators) == 120
    assert [group.code for group in framework.unit_groups] == ["dia-phuong"]


@pytest.mark.parametrize("year", [2024, 2025])
def test_ten_sub_indices_carry_their_official_names_from_2024(year: int) -> None:
    names = tuple(item.vi for item in framework_of(year).sub_indices)

    assert tuple(name.casefold() for name in names) == tuple(name.casefold() for name in NAMES_2024)


@pytest.mark.parametrize(("year", "localities", "departments"), [(2024, 126, 95), (2025, 70, 55)])
def test_departments_are_not_rated_on_land_and_have_fewer_indicators(
    year: int, localities: int, departments: int
) -> None:
    framework = framework_of(year)

    assert [group.code for group in framework.unit_groups] == ["dia-phuong", "so-nganh"]
    assert len(framework.indicators_of_group("dia-phuong")) == localities
    assert len(framework.indicators_of_group("so-nganh")) == departments
    assert len(framework.sub_indices_of_group("dia-phuong")) == 10
    assert "DD" not in {item.code for item in framework.sub_indices_of_group("so-nganh")}
    assert len(framework.sub_indices_of_group("so-nganh")) == 9


@pytest.mark.parametrize("year", YEARS)
def test_sub_indices_weigh_the_same(year: int) -> None:
    assert {item.index_weight for item in framework_of(year).sub_indices} == {1.0}


@pytest.mark.parametrize(("year", "count"), [(2023, 69), (2024, 21)])
def test_every_subject_that_the_documents_name_has_its_own_indicator(year: int, count: int) -> None:
    framework = framework_of(year)
    rows = [row for row in named() if row["year"] == str(year)]

    assert len(rows) == len({row["code"] for row in rows}) == count
    for row in rows:
        indicator = framework.indicator_by_code[row["code"]]
        assert indicator.parent == row["sub_index"], row
        assert row["phrase"] in indicator.vi, row
        assert indicator.direction in PHRASED[row["direction_as_phrased"]], row
        assert "nêu" in (indicator.source or ""), row


def test_the_source_of_2023_names_exactly_the_69_subjects() -> None:
    reported = {item.code for item in framework_of(2023).indicators if item.source == "Báo cáo 2024 nêu"}

    assert reported == {row["code"] for row in named() if row["year"] == "2023"}
    assert {item.source for item in framework_of(2023).indicators} == {
        "Báo cáo 2024 nêu",
        "Soạn mới theo chuẩn PCI/DDCI",
    }


def test_no_text_repeats_a_published_sentence() -> None:
    published = set((HERE / "published_sentences.sha256").read_text(encoding="ascii").split())
    ours = {letters_only(vi) for year in YEARS for _, vi, _ in bilingual(year) if vi}

    assert len(published) == 90
    assert {text for text in ours if hashlib.sha256(text.encode()).hexdigest() in published} == set()


@pytest.mark.parametrize("year", YEARS)
def test_every_text_stands_in_both_languages_in_composed_unicode_without_stray_blanks(year: int) -> None:
    for where, vi, en in bilingual(year):
        assert vi, where
        assert en, where
        for text in (vi, en):
            assert unicodedata.is_normalized("NFC", text), where
            assert text == " ".join(text.split()), where
            assert not re.search(r"\s[,.;:?!]|[{}]", text), where


@pytest.mark.parametrize("year", YEARS)
def test_questions_end_as_sentences_and_names_do_not(year: int) -> None:
    for question in questionnaire_of(year).questions:
        assert question.vi[-1] in "?.", question.code
        assert (question.en or "")[-1] in "?.", question.code
    for item in (*framework_of(year).indicators, *framework_of(year).sub_indices):
        assert item.vi[-1] not in "?.,;:", item.code
        assert item.vi[0].isupper(), item.code


@pytest.mark.parametrize("year", YEARS)
def test_questions_are_short_and_address_people_politely(year: int) -> None:
    for question in questionnaire_of(year).questions:
        assert len(question.vi.split()) <= 30, question.code
        assert not re.search(r"\b(bạn|anh/chị|quý vị|DN|TTHC|huyện)\b", question.vi), question.code


@pytest.mark.parametrize("year", YEARS)
def test_no_two_questions_or_indicators_read_the_same(year: int) -> None:
    lists = [item.vi for item in framework_of(year).indicators]
    # The two lists of an item count must be introduced by the same sentence.
    asked = [question.vi for question in questionnaire_of(year).questions if question.type != "item_count"]

    for texts in (lists, asked):
        assert [text for text, times in Counter(texts).items() if times > 1] == []


@pytest.mark.parametrize("year", YEARS)
def test_every_question_serves_an_indicator_a_filter_or_the_description_of_respondents(year: int) -> None:
    framework, questionnaire = framework_of(year), questionnaire_of(year)
    used = needed_by(framework, framework.indicators)

    idle = [item for item in questionnaire.questions if item.code not in used]

    assert [item.code for item in idle if item.page != BACKGROUND_PAGE and item.type != "text"] == []
    assert {item.about for item in questionnaire.questions if item.page == BACKGROUND_PAGE} == {"self"}


@pytest.mark.parametrize("year", YEARS)
def test_scales_let_people_say_they_do_not_know_or_refuse(year: int) -> None:
    for scale in questionnaire_of(year).scales:
        assert [option.role for option in scale.options[-2:]] == ["dont_know", "refused"], scale.code


@pytest.mark.parametrize(
    ("year", "group", "most", "open_to_all"),
    [
        (2023, "dia-phuong", 121, 81),
        (2024, "dia-phuong", 124, 77),
        (2024, "so-nganh", 97, 54),
        (2025, "dia-phuong", 74, 46),
        (2025, "so-nganh", 60, 35),
    ],
)
def test_a_unit_is_rated_on_as_many_questions_as_its_source_file_says(
    year: int, group: str, most: int, open_to_all: int
) -> None:
    framework, questionnaire = framework_of(year), questionnaire_of(year)
    needed = needed_by(framework, framework.indicators_of_group(group))

    shown = [item for item in questionnaire.questions if item.code in needed]

    assert len(shown) == most
    assert len([item for item in shown if item.asked_if is None]) == open_to_all


def test_2024_mixes_the_methods_that_its_subjects_need() -> None:
    methods = Counter(item.method for item in framework_of(2024).indicators)

    assert set(methods) >= {"mean", "median", "ratio", "net_balance", "count", "item_count", "crosswise", "value"}
    assert methods["value"] == 6
    assert {item.method for item in framework_of(2024).indicators if item.kind == "hard"} == {"value"}
    assert methods["share"] > len(framework_of(2024).indicators) / 2


def test_the_two_faces_of_the_contribution_question_share_one_weight() -> None:
    framework, questionnaire = framework_of(2024), questionnaire_of(2024)
    for_all, for_few = framework.indicator_by_code["CT15"], framework.indicator_by_code["CT16"]
    (code,) = for_all.questions

    assert for_few.questions == (code,)
    assert set(for_all.positive).isdisjoint(for_few.positive)
    assert set(for_all.positive) | set(for_few.positive) == numbers_of_options(
        questionnaire.question_by_code[code], questionnaire
    )
    assert (for_all.direction, for_few.direction) == (1, -1)
    assert for_all.index_weight + for_few.index_weight == 1.0
    shares = {row["code"]: float(row["chi_lang_percent"]) for row in named() if row["code"] in ("CT15", "CT16")}
    assert shares["CT15"] + shares["CT16"] == pytest.approx(100.0)


@pytest.mark.parametrize("year", [2024, 2025])
def test_the_lists_of_the_item_count_differ_by_the_sensitive_item_alone(year: int) -> None:
    questionnaire = questionnaire_of(year)
    indicator = framework_of(year).indicator_by_code["KC29"]
    treatment, control = (questionnaire.question_by_code[code] for code in indicator.questions)

    extra = {item.vi for item in treatment.items} - {item.vi for item in control.items}

    assert len(treatment.items) == len(control.items) + 1
    assert extra == {"Đưa tiền hoặc quà ngoài quy định để được việc"}
    assert (treatment.min, treatment.max, control.min, control.max) == (0, 5, 0, 4)
    assert questionnaire.question_by_code["Q_DANH_SACH"].type == "random"
    assert {"Q_DANH_SACH"} <= asked_of(treatment) & asked_of(control)
    assert indicator.index_weight == 0.0


def test_the_crosswise_pair_comes_with_an_anchor_and_a_known_chance() -> None:
    framework, questionnaire = framework_of(2024), questionnaire_of(2024)
    indicator = framework.indicator_by_code["KC30"]
    asked, anchor = (questionnaire.question_by_code[code] for code in indicator.questions)

    assert indicator.probability == pytest.approx((31 + 28 + 31) / 365, abs=5e-5)
    assert indicator.positive == ("1",)
    assert [len(asked.items), len(anchor.items)] == [2, 2]
    assert "cảng biển" in anchor.items[1].vi
    assert indicator.index_weight == 0.0


@pytest.mark.parametrize("year", YEARS)
def test_questions_about_payments_are_marked_sensitive(year: int) -> None:
    for question in questionnaire_of(year).questions:
        if re.search(r"ngoài quy định|chi thêm|biếu quà|bảo kê|nhũng nhiễu ", question.vi):
            assert question.sensitive or question.vi.startswith(("Khi có phản ánh", "Nếu Ông/Bà phản ánh")), question


def test_fields_of_procedures_are_one_question_and_one_indicator_each() -> None:
    fields = [item for item in framework_of(2024).indicators if item.questions == ("Q_KC03",)]

    assert [item.code for item in fields] == ["KC03", "KC04", "KC05", "KC06", "KC07", "KC08"]
    assert [item.positive for item in fields] == [("1",), ("2",), ("3",), ("4",), ("5",), ("6",)]
    assert questionnaire_of(2024).question_by_code["Q_KC03"].type == "multi"


@pytest.mark.parametrize(("old", "new", "count"), [(2023, 2024, 78), (2024, 2025, 70)])
def test_what_continues_an_earlier_indicator_still_measures_the_same(old: int, new: int, count: int) -> None:
    before, after = framework_of(old), framework_of(new)
    continued = {item.code for item in after.indicators if item.continues}

    pairs = comparable_codes(before, after)

    assert len(continued) == count
    assert continued <= set(pairs)
    assert {item.continues for item in after.indicators if item.continues} == {
        f"{before.code}:{code}" for code in continued
    }


def test_a_code_that_is_gone_is_never_used_again() -> None:
    codes = {year: {item.code for item in framework_of(year).indicators} for year in YEARS}

    assert (codes[2023] - codes[2024]) & codes[2025] == set()


def test_communes_are_measured_against_fixed_goalposts() -> None:
    framework = framework_of(2025)

    assert framework.bounds == "fixed"
    assert framework.min_n == 20
    assert {item.bounds for item in framework.indicators if item.unit == "share"} == {(0.0, 1.0)}
    assert {item.bounds for item in framework.indicators if item.method == "net_balance"} == {(-1.0, 1.0)}
    assert all(isinstance(item.bounds, tuple) for item in framework.indicators)


@pytest.mark.parametrize("year", YEARS)
def test_every_folder_says_what_is_official_and_what_is_ours(year: int) -> None:
    text = (FOLDER / str(year) / "SOURCE.md").read_text(encoding="utf-8")

    assert "official" in text
    assert "Check before use" in text
    for item in framework_of(year).sub_indices:
        assert f"| {item.code} | {item.vi} |" in text


def test_communes_are_judged_half_as_much_on_questions_that_few_of_their_respondents_are_asked() -> None:
    framework, questionnaire = framework_of(2025), questionnaire_of(2025)
    narrow = {"Q_KIEM_TRA", "Q_CHUONG_TRINH", "Q_DOI_THOAI", "Q_KIEN_NGHI", "Q_DAT"}

    behind = {
        item.code
        for item in framework.indicators
        if any(asked_of(questionnaire.question_by_code[code]) & narrow for code in item.questions)
    }

    assert {item.code for item in framework.indicators if item.index_weight == 0.5} == behind
    assert {item.index_weight for item in framework.indicators if item.code not in behind} == {0.0, 1.0}
