"""What a questionnaire must satisfy: pages, scales and options exist, and each question has what its type needs.

In:  a Questionnaire and a notebook that knows the places. Out: faults in the notebook.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ddci.framework.check_conditions import check_condition
from ddci.framework.conditions import RESERVED_WORDS
from ddci.framework.model import Option, Page, Question, Questionnaire, Scale
from ddci.framework.spots import Notebook, Spot, nearest

RESPONSE_COLUMNS = frozenset({"respondent", "unit", "stratum", "survey_weight"})
QUESTION_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,39}")
OPTION_CODE = re.compile(r"-?[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}")
FEWEST_OPTIONS = 2


@dataclass(frozen=True, slots=True)
class TypeNeeds:
    """What a question type needs: options to choose from, statements (how many at least), limits."""

    options: bool
    items: int = 0
    limits: bool = False


TYPE_NEEDS: dict[str, TypeNeeds] = {
    "single": TypeNeeds(options=True),
    "multi": TypeNeeds(options=True),
    "scale": TypeNeeds(options=True),
    "random": TypeNeeds(options=True),
    "crosswise": TypeNeeds(options=True, items=2),
    "item_count": TypeNeeds(options=False, items=2, limits=True),
    "number": TypeNeeds(options=False, limits=True),
    "text": TypeNeeds(options=False),
}


def check_questionnaire(questionnaire: Questionnaire, notebook: Notebook) -> None:
    """All pages, scales and questions of a questionnaire."""
    _check_codes(questionnaire, notebook)
    for row, scale in enumerate(questionnaire.scales):
        _check_options(scale.options, Spot("scale", row, "options", code=scale.code), notebook)
        if not scale.options:
            notebook.note("OPTIONS_TOO_FEW", Spot("scale", row, "options", code=scale.code), found=0)
    pages = {page.code for page in questionnaire.pages}
    for row, question in enumerate(questionnaire.questions):
        _check_question(questionnaire, question, row, pages, notebook)


def _check_codes(questionnaire: Questionnaire, notebook: Notebook) -> None:
    lists: dict[str, Sequence[Scale | Page | Question]] = {
        "scale": questionnaire.scales,
        "page": questionnaire.pages,
        "question": questionnaire.questions,
    }
    for table, rows in lists.items():
        seen: dict[str, int] = {}
        for row, item in enumerate(rows):
            spot = Spot(table, row, "code", code=item.code)
            if item.code in RESERVED_WORDS or (table == "question" and item.code in RESPONSE_COLUMNS):
                notebook.note("CODE_RESERVED", spot, found=item.code)
            elif not (QUESTION_CODE if table == "question" else OPTION_CODE).fullmatch(item.code):
                notebook.note("CODE_FORM_QUESTION" if table == "question" else "CODE_FORM", spot, found=item.code)
            elif item.code in seen:
                notebook.note("CODE_DUPLICATE", spot, found=item.code, first=f"{table} #{seen[item.code] + 1}")
            seen.setdefault(item.code, row)


def _check_options(options: tuple[Option, ...], spot: Spot, notebook: Notebook) -> None:
    """Codes well formed and each once; at least two options."""
    seen: dict[str, int] = {}
    for number, option in enumerate(options):
        place = Spot(spot.table, spot.row, spot.key, number, "code", spot.code)
        if option.code in RESERVED_WORDS:
            notebook.note("CODE_RESERVED", place, found=option.code)
        elif not OPTION_CODE.fullmatch(option.code):
            notebook.note("CODE_FORM_OPTION", place, found=option.code)
        elif option.code in seen:
            notebook.note("CODE_DUPLICATE", place, found=option.code, first=f"#{seen[option.code] + 1}")
        seen.setdefault(option.code, number)
    if 0 < len(options) < FEWEST_OPTIONS:
        notebook.note("OPTIONS_TOO_FEW", spot, found=len(options))


def _check_question(
    questionnaire: Questionnaire, question: Question, row: int, pages: set[str], notebook: Notebook
) -> None:
    def spot(key: str) -> Spot:
        return Spot("question", row, key, code=question.code)

    needs = TYPE_NEEDS[question.type]
    if question.page not in pages:
        notebook.note("PAGE_UNKNOWN", spot("page"), found=question.page, nearest=nearest(question.page, pages))
    scales = questionnaire.scale_by_code
    if question.scale is not None and question.scale not in scales:
        notebook.note("SCALE_UNKNOWN", spot("scale"), found=question.scale, nearest=nearest(question.scale, scales))
    if question.scale is not None and question.options:
        notebook.note("SCALE_AND_OPTIONS", spot("options"), found=question.scale)
    has_options = bool(question.scale or question.options)
    type_is_known = spot("type") not in notebook.broken
    if needs.options and not has_options and type_is_known:
        notebook.note("OPTIONS_MISSING", spot("options"), found="∅", type=question.type)
    if not needs.options and has_options and type_is_known:
        key = "scale" if question.scale else "options"
        notebook.note(
            "OPTIONS_UNEXPECTED", spot(key), found=question.scale or len(question.options), type=question.type
        )
    _check_options(question.options, spot("options"), notebook)
    _check_items(question, needs, spot("items"), notebook)
    _check_limits(question, needs, spot, notebook)
    if question.asked_if is not None:
        check_condition(question.asked_if, spot("asked_if"), questionnaire, notebook, asking=question)


def _check_items(question: Question, needs: TypeNeeds, spot: Spot, notebook: Notebook) -> None:
    _check_options(question.items, spot, notebook)
    n = len(question.items)
    if question.type == "crosswise" and n != needs.items:
        notebook.note("ITEMS_OF_CROSSWISE", spot, found=n)
    elif n < needs.items and n != 1:  # a single one is already noted as too few
        notebook.note("ITEMS_MISSING", spot, found=n, type=question.type)
    elif n and not needs.items:
        notebook.note("ITEMS_UNEXPECTED", spot, found=n, type=question.type)


def _check_limits(question: Question, needs: TypeNeeds, spot: Callable[[str], Spot], notebook: Notebook) -> None:
    low, high = question.min, question.max
    for key, value in (("min", low), ("max", high)):
        if value is not None and not needs.limits:
            notebook.note("LIMITS_UNEXPECTED", spot(key), found=f"{value:g}", type=question.type)
    if low is not None and high is not None and low >= high:
        notebook.note("BOUNDS_ORDER", spot("max"), found=f"{low:g} … {high:g}", low=low, high=high)
