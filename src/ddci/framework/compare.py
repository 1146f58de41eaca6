"""Compare two frameworks: what was added, removed and changed, and what still measures the same thing.

In:  an old and a new Framework.
Out: a FrameworkDiff (data), its description in words, and ``comparable_codes``, the links that change over time is
     computed along.

Two items are linked when the new one ``continues`` the old one ("old-framework:code"), when both continue the same
earlier item, or when they have the same code in frameworks of one series (codes equal but for a year at the end). A
linked indicator stays comparable unless what decides its value has changed: kind, method, base, unit, direction, the
options counted, or the form of its questions. A change of wording, recall period or bounds asks for a second look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from ddci.errors import InputError
from ddci.framework.conditions import parse_condition, rename_questions, write_condition
from ddci.framework.model import Framework, Indicator, Option, Question, SubIndex
from ddci.messages import Language
from ddci.messages.phrases import phrase

Level = Literal["sub_index", "indicator"]
Kind = Literal["added", "removed", "kept"]
Verdict = Literal["same", "review", "different"]

_WEIGHT_OF_FIELD: dict[str, Verdict] = {
    "kind": "different",
    "method": "different",
    "base": "different",
    "where": "different",
    "unit": "different",
    "direction": "different",
    "positive": "different",
    "negative": "different",
    "questions": "different",
    "question_type": "different",
    "question_options": "different",
    "question_items": "different",
    "question_about": "different",
    "question_asked_if": "different",
    "indicators": "different",
    "vi": "review",
    "parent": "review",
    "bounds": "review",
    "probability": "review",
    "probability_yes": "review",
    "question_vi": "review",
    "question_recall": "review",
    "question_option_words": "review",
    "indicators_added": "review",
    "indicators_removed": "review",
}
_SETTINGS_APART = frozenset(
    {"code", "vi", "en", "year", "source", "files", "unit_groups", "sub_indices", "indicators", "questionnaire"}
)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One thing that differs, as text; ``field`` is a key of the file, or ``question_…`` for a key of its questions."""

    field: str
    old: str
    new: str

    @property
    def verdict(self) -> Verdict:
        return _WEIGHT_OF_FIELD.get(self.field, "same")


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One sub-index or indicator in both frameworks; what was added has no old side, what was removed no new one."""

    level: Level
    kind: Kind
    old_code: str | None
    new_code: str | None
    vi: str
    changes: tuple[FieldChange, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The gravest of its changes; an item on one side only has nothing to be compared with."""
        verdicts = {change.verdict for change in self.changes}
        if self.kind != "kept" or "different" in verdicts:
            return "different"
        return "review" if "review" in verdicts else "same"

    @property
    def is_comparable(self) -> bool:
        return self.verdict != "different"


@dataclass(frozen=True, slots=True)
class FrameworkDiff:
    """Everything that differs between two frameworks. ``settings`` are the rules of the whole index."""

    old: str
    new: str
    settings: tuple[FieldChange, ...]
    items: tuple[ItemChange, ...]

    def of(self, level: Level, kind: Kind) -> tuple[ItemChange, ...]:
        return tuple(item for item in self.items if item.level == level and item.kind == kind)


def comparable_codes(old: Framework, new: Framework) -> dict[str, str]:
    """New code → old code of the sub-indices and indicators that still measure the same thing."""
    items = compare_frameworks(old, new).items
    return {item.new_code: item.old_code for item in items if item.is_comparable and item.new_code and item.old_code}


def compare_frameworks(old: Framework, new: Framework) -> FrameworkDiff:
    """All differences, in the new framework's order, what was removed last."""
    indicator_links = _links(old, new, old.indicators, new.indicators)
    sub_index_links = _links(old, new, old.sub_indices, new.sub_indices)
    names = _renamed_questions(old, new)
    indicators = [
        _kept_indicator(old, new, old.indicator_by_code[indicator_links[item.code]], item, sub_index_links, names)
        if item.code in indicator_links
        else ItemChange("indicator", "added", None, item.code, item.vi)
        for item in new.indicators
    ]
    sub_indices = [
        _kept_sub_index(old, new, old.sub_index_by_code[sub_index_links[item.code]], item, indicators)
        if item.code in sub_index_links
        else ItemChange("sub_index", "added", None, item.code, item.vi)
        for item in new.sub_indices
    ]
    items = [
        *sub_indices,
        *_removed("sub_index", old.sub_indices, sub_index_links),
        *indicators,
        *_removed("indicator", old.indicators, indicator_links),
    ]
    settings = [item.name for item in fields(Framework) if item.name not in _SETTINGS_APART]
    return FrameworkDiff(old.code, new.code, _field_changes(old, new, settings), tuple(items))


def describe_diff(diff: FrameworkDiff, language: Language = "vi") -> str:
    """The comparison as readable text: counts, settings, then one entry per item that is not simply unchanged."""
    lines = [phrase("diff_title", language, old=diff.old, new=diff.new)]
    lines += [f"  {_describe_change(change, language)}" for change in diff.settings]
    levels: tuple[Level, ...] = ("sub_index", "indicator")
    for level in levels:
        kept = diff.of(level, "kept")
        counts = {verdict: sum(item.verdict == verdict for item in kept) for verdict in ("same", "review", "different")}
        added, removed = diff.of(level, "added"), diff.of(level, "removed")
        lines += ["", phrase(f"diff_count_{level}", language, added=len(added), removed=len(removed), **counts)]
        for item in (*added, *removed, *kept):
            lines += _describe_item(item, language)
    return "\n".join(lines)


def series_of(code: str) -> str:
    """The series a framework belongs to: its code without a year at the end.

    >>> series_of("lang-son-2024"), series_of("pci")
    ('lang-son', 'pci')
    """
    return re.sub(r"[-_.]?(?:19|20|21)\d\d$", "", code)


def _links(
    old: Framework,
    new: Framework,
    old_items: Sequence[SubIndex] | Sequence[Indicator],
    new_items: Sequence[SubIndex] | Sequence[Indicator],
) -> dict[str, str]:
    """New code → old code; each old item is continued at most once, stated links before same codes."""
    old_codes = {item.code for item in old_items}
    by_ancestor = {item.continues: item.code for item in old_items if item.continues}
    links: dict[str, str] = {}
    for item in new_items:
        framework, _, code = (item.continues or "").partition(":")
        found = code if framework == old.code else by_ancestor.get(item.continues or "∅")
        if found in old_codes and found not in links.values():
            links[item.code] = str(found)
    if series_of(old.code) == series_of(new.code):
        for item in new_items:
            names_old = (item.continues or "").partition(":")[0] == old.code
            free = item.code in old_codes and item.code not in links.values()
            if item.code not in links and free and not names_old:
                links[item.code] = item.code
    return links


def _removed(
    level: Level, items: Sequence[SubIndex] | Sequence[Indicator], links: Mapping[str, str]
) -> list[ItemChange]:
    continued = set(links.values())
    return [ItemChange(level, "removed", item.code, None, item.vi) for item in items if item.code not in continued]


def _kept_sub_index(
    old: Framework, new: Framework, before: SubIndex, after: SubIndex, indicators: Iterable[ItemChange]
) -> ItemChange:
    """A linked sub-index: its own fields, and which of its indicators came, went or remain comparable."""
    changes = list(_field_changes(before, after, ["vi", "index_weight", "applies_to", "lead", "definition"]))
    now = [item.code for item in new.indicators if item.parent == after.code]
    then = [item.code for item in old.indicators if item.parent == before.code]
    kept = {item.new_code: item for item in indicators if item.kind == "kept" and item.old_code in then}
    comparable = [code for code in now if code in kept and kept[code].is_comparable]
    came = [code for code in now if code not in comparable]
    continued = {kept[code].old_code for code in comparable}
    went = [code for code in then if code not in continued]
    if (now or then) and not comparable:
        changes.append(FieldChange("indicators", ", ".join(then), ", ".join(now)))
    else:
        if came:
            changes.append(FieldChange("indicators_added", "", ", ".join(came)))
        if went:
            changes.append(FieldChange("indicators_removed", ", ".join(went), ""))
    return ItemChange("sub_index", "kept", before.code, after.code, after.vi, tuple(changes))


def _kept_indicator(
    old: Framework,
    new: Framework,
    before: Indicator,
    after: Indicator,
    sub_indices: Mapping[str, str],
    names: Mapping[str, str],
) -> ItemChange:
    plain = ["vi", "kind", "method", "unit", "direction", "positive", "negative", "base"]
    plain += ["bounds", "index_weight", "applies_to", "probability", "probability_yes"]
    changes = list(_field_changes(before, after, plain))
    if sub_indices.get(after.parent) != before.parent:
        changes.append(FieldChange("parent", before.parent, after.parent))
    where = _renamed_condition(before.where, names), _renamed_condition(after.where, {})
    if where[0] != where[1]:
        changes.append(FieldChange("where", *where))
    if len(before.questions) != len(after.questions):
        changes.append(FieldChange("questions", ", ".join(before.questions), ", ".join(after.questions)))
    elif old.questionnaire and new.questionnaire:
        for earlier, later in zip(before.questions, after.questions, strict=True):
            changes += _question_changes(old, new, earlier, later, names)
    return ItemChange("indicator", "kept", before.code, after.code, after.vi, tuple(changes))


def _question_changes(
    old: Framework, new: Framework, earlier: str, later: str, names: Mapping[str, str]
) -> list[FieldChange]:
    """What differs between two questions that measure linked indicators; a new number alone changes nothing."""
    before, options_before = _question(old, earlier)
    after, options_after = _question(new, later)
    if before is None or after is None:
        return []
    pairs = {
        "question_vi": (before.vi, after.vi),
        "question_type": (before.type, after.type),
        "question_about": (before.about, after.about),
        "question_recall": (before.recall or "", after.recall or ""),
        "question_asked_if": (
            _renamed_condition(before.asked_if, names),
            _renamed_condition(after.asked_if, {}),
        ),
        "question_options": (_option_codes(options_before), _option_codes(options_after)),
        "question_items": (str(len(before.items)), str(len(after.items))),
        "question_option_words": (_option_words(before, options_before), _option_words(after, options_after)),
    }
    return [FieldChange(name, then, now) for name, (then, now) in pairs.items() if then != now]


def _question(framework: Framework, code: str) -> tuple[Question | None, tuple[Option, ...]]:
    questionnaire = framework.questionnaire
    question = questionnaire.question_by_code.get(code) if questionnaire else None
    return question, questionnaire.options_of(question) if questionnaire and question else ()


def _option_codes(options: Iterable[Option]) -> str:
    return ", ".join(f"{option.code} ({option.role})" if option.role else option.code for option in options)


def _option_words(question: Question, options: Iterable[Option]) -> str:
    return "; ".join(option.vi for option in (*options, *question.items))


def _renamed_questions(old: Framework, new: Framework) -> dict[str, str]:
    """Old question code → new code, of questions with the same wording: renumbering is no change of a condition."""
    if old.questionnaire is None or new.questionnaire is None:
        return {}
    new_codes = {question.vi: question.code for question in new.questionnaire.questions}
    return {item.code: new_codes[item.vi] for item in old.questionnaire.questions if item.vi in new_codes}


def _renamed_condition(text: str | None, names: Mapping[str, str]) -> str:
    """A condition in canonical form; as it stands when it cannot be read (frameworks made in code are not checked)."""
    if text is None:
        return ""
    try:
        return write_condition(rename_questions(parse_condition(text), names))
    except InputError:
        return text


def _field_changes(before: object, after: object, names: Iterable[str]) -> tuple[FieldChange, ...]:
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in names]
    return tuple(FieldChange(name, _show(then), _show(now)) for name, then, now in pairs if then != now)


def _show(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        shown = [getattr(item, "vi", None) or _show(item) for item in value]
        return ", ".join(shown)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _describe_item(item: ItemChange, language: Language) -> list[str]:
    if item.kind == "kept" and not item.changes:
        return []
    code = item.new_code or item.old_code or ""
    if item.kind == "kept" and item.old_code != item.new_code:
        code = f"{item.old_code} → {item.new_code}"
    verdict = phrase(f"diff_{item.verdict if item.kind == 'kept' else item.kind}", language)
    lines = [f"  [{verdict}] {code}  {item.vi}"]
    return lines + [f"      {_describe_change(change, language)}" for change in item.changes]


def _describe_change(change: FieldChange, language: Language) -> str:
    name = phrase(f"diff_field_{change.field}", language)
    return phrase("diff_change", language, name=name, old=change.old or "∅", new=change.new or "∅")
