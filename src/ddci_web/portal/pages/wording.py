"""How a node is asked and counted, and what it was in other waves.

In:  a Result and a node; a Published for the waves. Out: the definition in words, the question with its options, the
medians of earlier and later public waves with what continues what.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ddci.framework.compare import compare_frameworks
from ddci.framework.model import Framework, Indicator, Question
from ddci.report import standing
from ddci.result import Node, Result
from ddci_web.portal.pages import headings, words
from ddci_web.results.published import Published, public_waves

METHODS = {
    "share": gettext_lazy("tỷ lệ người trả lời chọn phương án được đếm"),
    "mean": gettext_lazy("trung bình cộng của các câu trả lời"),
    "median": gettext_lazy("trung vị của các câu trả lời"),
    "ratio": gettext_lazy("tổng của câu thứ nhất chia cho tổng của câu thứ hai"),
    "net_balance": gettext_lazy("tỷ lệ chọn phương án tốt trừ tỷ lệ chọn phương án xấu"),
    "count": gettext_lazy("số lần đếm được"),
    "value": gettext_lazy("số liệu có sẵn, không lấy từ phiếu"),
    "item_count": gettext_lazy("ước lượng từ hai danh sách việc (câu hỏi nhạy cảm, không ai biết câu trả lời của ai)"),
    "crosswise": gettext_lazy("ước lượng từ câu hỏi ghép đôi (câu hỏi nhạy cảm, không ai biết câu trả lời của ai)"),
    "unrelated": gettext_lazy("ước lượng từ câu hỏi bốc thăm (câu hỏi nhạy cảm, không ai biết câu trả lời của ai)"),
    "forced": gettext_lazy("ước lượng từ câu hỏi bốc thăm (câu hỏi nhạy cảm, không ai biết câu trả lời của ai)"),
}


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    mark: str  # "counted", "against", "outside" (don't know, refused) or ""


@dataclass(frozen=True, slots=True)
class Wording:
    """A question as respondents read it."""

    code: str
    text: str
    hint: str
    options: tuple[Option, ...]
    recall: str
    is_sensitive: bool


@dataclass(frozen=True, slots=True)
class Definition:
    """``base``: who counts; ``weight`` in the level above; ``bounds``: the rule by which bounds are set."""

    text: str
    method: str
    base: str
    questions: tuple[Wording, ...]
    weight: float
    weight_share: float
    lead: str
    source: str
    continues: str
    where: str


@dataclass(frozen=True, slots=True)
class NodeYear:
    """The node in one public wave and one group; ``link`` is how it continues: "same", "review" or "different"."""

    published: Published
    code: str
    group: str
    median: float
    best: float
    n_low: float
    n_high: float
    link: str
    is_current: bool


def definition_of(result: Result, node: Node) -> Definition:
    framework = result.framework
    if node.level == "sub_index":
        item = framework.sub_index_by_code[node.code]
        total = sum(other.index_weight for other in framework.sub_indices) or 1.0
        return Definition(
            item.definition or "",
            "",
            "",
            (),
            item.index_weight,
            item.index_weight / total,
            item.lead or "",
            item.source or "",
            item.continues or "",
            "",
        )
    indicator = framework.indicator_by_code[node.code]
    total = sum(other.index_weight for other in framework.indicators if other.parent == indicator.parent) or 1.0
    return Definition(
        text="",
        method=str(METHODS.get(indicator.method, indicator.method)),
        base=_base(indicator),
        questions=tuple(_wording(framework, indicator, code) for code in indicator.questions if _has(framework, code)),
        weight=indicator.index_weight,
        weight_share=indicator.index_weight / total,
        lead="",
        source=indicator.source or "",
        continues=indicator.continues or "",
        where=indicator.where or "",
    )


def history_of_node(published: Published, code: str) -> tuple[NodeYear, ...]:
    """The node in every public wave of the programme that has something linked to it, newest first."""
    found = []
    for wave in public_waves(published.programme):
        is_current = wave.wave.pk == published.wave.pk
        other = published if is_current else wave
        linked, link = (code, "same") if is_current else _linked(published.result.framework, other, code)
        column = other.result.node_column.get(linked)
        if column is not None:
            found += [_year(other, column, group, link, is_current) for group in _groups(other.result, column)]
    return tuple(found)


def _linked(framework: Framework, other: Published, code: str) -> tuple[str, str]:
    """Code of the linked node in another wave's framework, and how alike they measure."""
    theirs = other.result.framework
    if theirs.code == framework.code:
        return code, "same"
    is_later = theirs.year > framework.year
    diff = compare_frameworks(framework, theirs) if is_later else compare_frameworks(theirs, framework)
    for item in diff.items:
        if item.kind == "kept" and code == (item.old_code if is_later else item.new_code):
            return (item.new_code if is_later else item.old_code) or "", item.verdict
    return "", "different"


def _groups(result: Result, column: int) -> list[str]:
    node = result.nodes[column]
    groups = standing.groups_with_units(result)
    return [group for group in groups if column in standing.columns_of_group(result, group, node.level)]


def _year(published: Published, column: int, group: str, link: str, is_current: bool) -> NodeYear:
    result = published.result
    rows, node = result.rows_of_group(group), result.nodes[column]
    figures = result.scores.value if node.level == "indicator" else result.scores.score
    is_alone = len(rows) == 1
    median = _first_known(figures[rows, column] if is_alone else result.scores.median[rows, column])
    best = math.nan if is_alone else _first_known(result.scores.best[rows, column])
    n = result.scores.n[rows, column]
    known = n[np.isfinite(n)]
    low, high = (float(known.min()), float(known.max())) if known.size else (math.nan, math.nan)
    name = headings.group_name(result, group)
    return NodeYear(published, node.code, name, median, best, low, high, link, is_current)


def _first_known(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known[0]) if known.size else math.nan


def _base(indicator: Indicator) -> str:
    if indicator.kind == "hard" or indicator.method == "value":
        return _("số liệu của cơ quan quản lý hoặc số đã công bố, không lấy từ phiếu")
    if indicator.base == "asked":
        return _("mọi người được hỏi câu này, kể cả người trả lời không biết")
    return _("những người có trả lời câu này")


def _has(framework: Framework, code: str) -> bool:
    return framework.questionnaire is not None and code in framework.questionnaire.question_by_code


def _wording(framework: Framework, indicator: Indicator, code: str) -> Wording:
    questionnaire = framework.questionnaire
    assert questionnaire is not None
    question: Question = questionnaire.question_by_code[code]
    options = []
    for option in (*questionnaire.options_of(question), *question.items):
        is_outside = option.role in ("dont_know", "refused")
        mark = "counted" if option.code in indicator.positive else "outside" if is_outside else ""
        mark = "against" if option.code in indicator.negative else mark
        options.append(Option(words.named(option), mark))
    english = words.language() == "en"
    hint = (question.hint_en if english and question.hint_en else question.hint_vi) or ""
    return Wording(code, words.named(question), hint, tuple(options), question.recall or "", question.sensitive)
