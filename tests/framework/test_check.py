"""Checks of meaning on frameworks made in code."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.framework.cases import changed_folder, sound_folder

from ddci.framework.check import check_framework, framework_warnings
from ddci.framework.check_indicators import METHOD_NEEDS
from ddci.framework.check_questionnaire import TYPE_NEEDS
from ddci.framework.load import load_framework
from ddci.framework.model import Budget, Framework, Judgement
from ddci.framework.schema import INDICATOR, QUESTION, TABLES


@pytest.fixture
def framework(tmp_path: Path) -> Framework:
    return load_framework(sound_folder(tmp_path / "khung"))


def test_every_method_and_question_type_has_its_needs() -> None:
    assert set(METHOD_NEEDS) == set(INDICATOR.key("method").choices)
    assert set(TYPE_NEEDS) == set(QUESTION.key("type").choices)


def test_the_schema_names_exactly_the_fields_of_the_dataclasses() -> None:
    lists = {"unit_groups", "sub_indices", "indicators", "bands", "judgements", "budgets", "questionnaire", "files"}
    for table in TABLES:
        fields = set(table.row_class.__dataclass_fields__) - (lists if table.single else set())
        assert set(table.key_names) == fields, table.name


def test_complete_judgements_and_budgets_are_sound(framework: Framework) -> None:
    ahp = replace(framework, weighting_top="ahp", judgements=(Judgement("index", "MB", "TG", 1 / 3),))
    points = tuple(Budget("A", "index", code, value) for code, value in (("MB", 60.0), ("TG", 0.0)))
    budget = replace(framework, weighting_top="budget", budgets=points)

    assert not check_framework(ahp).errors
    assert not check_framework(budget).errors


def test_a_sub_index_with_one_indicator_needs_no_judgements(framework: Framework) -> None:
    indicators = tuple(item for item in framework.indicators if item.code in ("MB01", "TG01"))

    faults = check_framework(replace(framework, indicators=indicators, weighting="ahp"))

    assert not faults.errors


@pytest.mark.parametrize(
    ("old", "new", "needs"),
    [
        ('bounds = "in_year"', "power = 2.0", "aggregation = power"),
        ('method = "median"', 'method = "median"\npositive = ["1"]', "method ≠ median"),
        ('method = "median"', 'method = "median"\nprobability = 0.3', "crosswise, unrelated, forced"),
    ],
)
def test_what_is_given_but_not_used_is_a_warning(tmp_path: Path, old: str, new: str, needs: str) -> None:
    framework = load_framework(changed_folder(tmp_path / "khung", ("framework.toml", old, new)))

    (warning,) = framework_warnings(framework)

    assert (warning.code, dict(warning.details)["needs"]) == ("KEY_UNUSED", needs)


def test_an_item_count_needs_two_or_four_questions(tmp_path: Path) -> None:
    items = 'items = [{ code = "1", vi = "A" }, { code = "2", vi = "B" }]'
    questions = "".join(
        f'\n[[question]]\ncode = "L{n}"\npage = "chung"\nvi = "Bao nhiêu câu đúng?"\ntype = "item_count"\n{items}\n'
        for n in (1, 2)
    )
    folder = changed_folder(
        tmp_path / "khung",
        ("framework.toml", 'method = "median"\nquestions = ["Q3"]', 'method = "item_count"\nquestions = ["L1", "L2"]'),
        ("questionnaire.toml", "[[scale]]\n", "[[scale]]\n"),
    )
    path = folder / "questionnaire.toml"
    path.write_text(path.read_text(encoding="utf-8") + questions, encoding="utf-8")

    assert load_framework(folder).indicator_by_code["TG01"].questions == ("L1", "L2")
