"""A small framework with every kind of question, and plans on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ddci.framework.model import Framework, Indicator, Option, Page, Question, Questionnaire, Scale, SubIndex, UnitGroup
from ddci.survey.simulation_plan import SimulationPlan
from ddci.wave.model import Unit

DONT_KNOW, REFUSED = Option("88", "Không biết", role="dont_know"), Option("99", "Từ chối", role="refused")
AGREE = Scale("dong_y", (*(Option(str(code), f"Mức {code}") for code in range(1, 5)), DONT_KNOW, REFUSED))
YES_NO = (Option("1", "Có"), Option("2", "Không"), DONT_KNOW, REFUSED)
ITEMS = tuple(Option(str(code), f"Việc {code}") for code in range(1, 5))
HIDDEN = Option("5", "Việc nhạy cảm")


def question(code: str, kind: str = "scale", **settings: Any) -> Question:
    if kind == "scale":
        settings.setdefault("scale", "dong_y")
    return Question(code=code, page="P", vi=code, type=kind, **settings)


def share(code: str, question_code: str, positive: tuple[str, ...] = ("3", "4"), **settings: Any) -> Indicator:
    settings.setdefault("direction", 1)
    settings.setdefault("parent", "A")
    return Indicator(
        code=code,
        vi=code,
        kind="survey",
        method="share",
        unit="share",
        questions=(question_code,),
        positive=positive,
        **settings,
    )


def every_kind() -> Framework:
    """Two groups, two sub-indices, fourteen questions; Q_LAND is asked of places only."""
    questions = (
        question("DN_LOAI", "single", about="self", options=(Option("1", "Hộ"), Option("2", "HTX"), Option("3", "DN"))),
        question("Q_USE", "single", options=YES_NO),
        question("Q_A1"),
        question("Q_A2", asked_if="Q_USE = 1"),
        question("Q_PAID", "single", options=YES_NO, asked_if="Q_USE = 1", sensitive=True),
        question("Q_WORTH", asked_if="Q_PAID = 1"),
        question("Q_FIELDS", "multi", options=(*ITEMS, Option("0", "Không"), DONT_KNOW)),
        question("Q_DAYS", "number", min=0.0, max=60.0),
        question("Q_FILES", "number", min=0.0, max=50.0),
        question("Q_VISITS", "number", min=0.0, max=500.0, asked_if="Q_FILES >= 1"),
        question("Q_LIST", "random", about="self", options=(Option("A", "A"), Option("B", "B"))),
        question("Q_CONTROL", "item_count", items=ITEMS, asked_if="Q_LIST = A"),
        question("Q_TREATED", "item_count", items=(*ITEMS, HIDDEN), asked_if="Q_LIST = B"),
        question("Q_PAIR", "crosswise", options=(Option("1", "Cùng"), Option("2", "Khác")), items=ITEMS[:2]),
        question("Q_ANCHOR", "crosswise", options=(Option("1", "Cùng"), Option("2", "Khác")), items=ITEMS[:2]),
        question("Q_LAND"),
        question("Q_REMARK", "text"),
    )
    survey = {"vi": "…", "kind": "survey", "parent": "B"}
    indicators = (
        share("A01", "Q_A1"),
        share("A02", "Q_A2", ("1", "2"), direction=-1),
        share("A03", "Q_PAID", ("1",), direction=-1),
        share("A04", "Q_WORTH"),
        share("A05", "Q_FIELDS", ("2",), direction=-1),
        share("A06", "Q_LAND", applies_to=("noi",)),
        Indicator("B01", method="median", direction=-1, unit="days", questions=("Q_DAYS",), **survey),
        Indicator("B02", method="ratio", direction=-1, unit="visits", questions=("Q_VISITS", "Q_FILES"), **survey),
        Indicator(
            "B03", method="item_count", direction=-1, unit="share", questions=("Q_TREATED", "Q_CONTROL"), **survey
        ),
        Indicator(
            "B04",
            method="crosswise",
            direction=-1,
            unit="share",
            questions=("Q_PAIR", "Q_ANCHOR"),
            positive=("1",),
            probability=0.25,
            **survey,
        ),
        Indicator("B05", "B", "…", "hard", "value", 1, "share"),
    )
    return Framework(
        code="mau",
        vi="Mẫu",
        year=2024,
        unit_groups=(UnitGroup("noi", "Nơi"), UnitGroup("nganh", "Ngành")),
        sub_indices=(SubIndex("A", "A"), SubIndex("B", "B")),
        indicators=indicators,
        questionnaire=Questionnaire((AGREE,), (Page("P", "Trang"),), questions),
    )


def plan(places: int = 5, branches: int = 4, **settings: Any) -> SimulationPlan:
    units = [Unit(f"p{number}", f"Nơi {number}", "noi") for number in range(places)]
    units += [Unit(f"b{number}", f"Ngành {number}", "nganh") for number in range(branches)]
    return replace(SimulationPlan(units=tuple(units), n=60, home_group="noi"), **settings)
