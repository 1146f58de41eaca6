"""How a wave was computed and by what questions: everything a reader needs to understand, doubt and repeat a figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy

from ddci.framework.model import Framework, Indicator, Option, Question, Questionnaire
from ddci.messages import Language, fill
from ddci.report.method import method_facts
from ddci.result import Result
from ddci_web.results.models import Check, Review
from ddci_web.results.published import Published


@dataclass(frozen=True)
class WeightRow:
    """A sub-index with its share of the total among those that apply to a unit group."""

    code: str
    name: str
    n_indicators: int
    share: float


@dataclass(frozen=True)
class WeightTable:
    group: str
    rows: tuple[WeightRow, ...]


VERDICTS = {
    "ok": pgettext_lazy("kiểm tra", "đạt"),
    "doubtful": gettext_lazy("cần xem"),
    "fails": gettext_lazy("không đạt"),
}


@dataclass(frozen=True)
class CheckLine:
    """A check with its question and answer; an answer with figures stays as it was recorded, in Vietnamese."""

    verdict: str
    word: str
    title: str
    text: str
    is_recorded: bool


@dataclass(frozen=True)
class MethodPage:
    facts: tuple[tuple[str, str], ...]
    weights: tuple[WeightTable, ...]
    checks: tuple[CheckLine, ...]
    review: Review | None
    warnings: tuple[str, ...]
    n_suppressed: int
    minimum: int
    files: tuple[tuple[str, str], ...]

    @property
    def n_failing(self) -> int:
        return sum(check.verdict == Check.Verdict.FAILS for check in self.checks)


@dataclass(frozen=True)
class Answer:
    text: str
    role: str | None


@dataclass(frozen=True)
class AskedQuestion:
    """One question as respondents meet it, with the indicators made from it."""

    code: str
    text: str
    hint: str
    kind: str
    answers: tuple[Answer, ...]
    items: tuple[str, ...]
    asked_if: str
    recall: str
    is_sensitive: bool
    is_about_unit: bool
    indicators: tuple[tuple[str, str], ...]  # code, name


@dataclass(frozen=True)
class QuestionPage:
    code: str
    title: str
    questions: tuple[AskedQuestion, ...]


def method_page(published: Published) -> MethodPage:
    result = published.result
    suppressed = result.flags.get("suppressed")
    return MethodPage(
        facts=tuple(method_facts(result, _language())),
        weights=tuple(_weights(result)),
        checks=tuple(_check_line(check) for check in published.snapshot.computation.checks.all()),
        review=published.snapshot.review,
        warnings=tuple(fill(warning, "message", _language()) for warning in result.warnings),
        n_suppressed=0 if suppressed is None else int(np.count_nonzero(suppressed)),
        minimum=int(published.manifest["minimum"]),
        files=result.provenance.files,
    )


def question_pages(published: Published) -> tuple[QuestionPage, ...]:
    """The questionnaire page by page; empty for a wave without one."""
    framework = published.result.framework
    questionnaire = framework.questionnaire
    if questionnaire is None:
        return ()
    used = _indicators_by_question(framework)
    return tuple(
        QuestionPage(
            page.code,
            _words(page.vi, page.en),
            tuple(
                _asked(question, questionnaire, used.get(question.code, ()))
                for question in questionnaire.questions
                if question.page == page.code
            ),
        )
        for page in questionnaire.pages
    )


def _check_line(check: Check) -> CheckLine:
    text = gettext(check.text)
    is_recorded = _language() == "en" and text == check.text
    return CheckLine(check.verdict, str(VERDICTS[check.verdict]), gettext(check.title), text, is_recorded)


def _weights(result: Result) -> Iterator[WeightTable]:
    framework = result.framework
    for group in framework.unit_groups:
        applies = framework.sub_indices_of_group(group.code)
        total = sum(item.index_weight for item in applies)
        if not result.rows_of_group(group.code) or not total:
            continue
        indicators = framework.indicators_of_group(group.code)
        rows = tuple(
            WeightRow(
                item.code,
                _words(item.vi, item.en),
                sum(indicator.parent == item.code for indicator in indicators),
                item.index_weight / total,
            )
            for item in applies
        )
        yield WeightTable(_words(group.vi, group.en), rows)


def _indicators_by_question(framework: Framework) -> dict[str, tuple[Indicator, ...]]:
    used: dict[str, tuple[Indicator, ...]] = {}
    for indicator in framework.indicators:
        for code in indicator.questions:
            used[code] = (*used.get(code, ()), indicator)
    return used


def _asked(question: Question, questionnaire: Questionnaire, used: tuple[Indicator, ...]) -> AskedQuestion:
    return AskedQuestion(
        code=question.code,
        text=_words(question.vi, question.en),
        hint=_words(question.hint_vi or "", question.hint_en),
        kind=question.type,
        answers=tuple(_answer(option) for option in questionnaire.options_of(question)),
        items=tuple(_words(item.vi, item.en) for item in question.items),
        asked_if=question.asked_if or "",
        recall=question.recall or "",
        is_sensitive=question.sensitive,
        is_about_unit=question.about == "unit",
        indicators=tuple((item.code, _words(item.vi, item.en)) for item in used),
    )


def _answer(option: Option) -> Answer:
    return Answer(_words(option.vi, option.en), option.role)


def _words(vi: str, en: str | None) -> str:
    return en if en and _language() == "en" else vi


def _language() -> Language:
    return "en" if (get_language() or "vi").startswith("en") else "vi"
