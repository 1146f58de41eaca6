"""Read the response table: what a text means, who was asked, who answered, and where a condition is true.

In:  the response table (text columns) and, for roles, scales and ``asked_if``, the questionnaire.
Out: boolean and number arrays over the rows.

Each text column is reduced to its distinct texts first; whatever a text means is decided once per distinct text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
import numpy.typing as npt
import polars as pl

from ddci.framework.conditions import And, Answered, Compare, Condition, InList, Not, Or, parse_condition
from ddci.framework.model import Question, Questionnaire

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
PlaceArray = npt.NDArray[np.unsignedinteger]

COLUMNS_AT_ONCE = 32  # of long tables, so that few need memory at the same time
NO_ANSWER_ROLES = frozenset({"dont_know", "refused"})


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """One question's answers: ``codes`` (rows,) point into ``texts``, the distinct texts; the last text is the blank."""

    texts: tuple[str, ...]
    codes: PlaceArray
    is_multiple: bool
    roles: Mapping[str, str]  # option code → role

    def chosen(self, text: str) -> tuple[str, ...]:
        """The option codes in one answer."""
        return tuple(text.split()) if self.is_multiple else ((text,) if text else ())

    def has_role(self, text: str, roles: frozenset[str]) -> bool:
        """Whether an answer consists only of codes with one of these roles."""
        chosen = self.chosen(text)
        return bool(chosen) and all(self.roles.get(code) in roles for code in chosen)

    def where(self, claim: Callable[[str], bool]) -> BoolArray:
        """(rows,) whether a claim about the text is true."""
        return np.array([claim(text) for text in self.texts], dtype=np.bool_)[self.codes]

    def numbers(self, reading: Callable[[str], float]) -> FloatArray:
        """(rows,) the number that a text stands for."""
        return np.array([reading(text) for text in self.texts], dtype=np.float64)[self.codes]


@dataclass(slots=True)
class Answers:
    """The response table read column by column, each at most once. A column that is not there is blank throughout."""

    frame: pl.DataFrame
    questionnaire: Questionnaire | None = None
    _columns: dict[str, AnswerColumn] = field(default_factory=dict)
    _asked: dict[str, BoolArray] = field(default_factory=dict)

    def question(self, code: str) -> Question | None:
        return self.questionnaire.question_by_code.get(code) if self.questionnaire else None

    def column(self, code: str) -> AnswerColumn:
        """The answers to one question."""
        if code not in self._columns:
            self.read([code])
        return self._columns[code]

    def read(self, codes: Iterable[str]) -> None:
        """Read the answers to many questions together, which is several times faster than one by one."""
        unread = [code for code in dict.fromkeys(codes) if code not in self._columns]
        for code, (texts, places) in _distinct_texts(self.frame, unread).items():
            question = self.question(code)
            options = self.questionnaire.options_of(question) if self.questionnaire and question else ()
            roles = {option.code: option.role for option in options if option.role}
            is_multiple = question.type == "multi" if question else any(" " in text for text in texts)
            self._columns[code] = AnswerColumn(texts, places, is_multiple, roles)

    def is_answered(self, code: str) -> BoolArray:
        """(rows,) there is an answer, also "don't know" and "refused"."""
        return self.column(code).where(bool)

    def is_asked(self, code: str) -> BoolArray:
        """(rows,) the question's own ``asked_if`` is true; a question that asks about itself is always asked."""
        if code not in self._asked:
            question = self.question(code)
            self._asked[code] = np.ones(self.frame.height, dtype=np.bool_)
            if question is not None and question.asked_if:
                self._asked[code] = evaluate(parse_condition(question.asked_if), self)
        return self._asked[code]

    def has_dont_know(self, code: str) -> BoolArray:
        column = self.column(code)
        return column.where(lambda text: column.has_role(text, frozenset({"dont_know"})))

    def has_substance(self, code: str) -> BoolArray:
        """(rows,) asked, answered, and neither "don't know" nor "refused"."""
        column = self.column(code)
        said = column.where(lambda text: bool(text) and not column.has_role(text, NO_ANSWER_ROLES))
        return said & self.is_asked(code)

    def value_of(self, code: str) -> FloatArray:
        """(rows,) the answer read as a number; NaN where asked in vain, blank, a code with a role, or no number."""
        column = self.column(code)
        number = column.numbers(lambda text: math.nan if text in column.roles else read_number(text))
        return np.where(self.is_asked(code), number, np.nan)


def evaluate_condition(
    condition: Condition, frame: pl.DataFrame, *, questionnaire: Questionnaire | None = None
) -> BoolArray:
    """(rows,) where a condition is true; with a questionnaire, multiple choices are known as such.

    >>> table = pl.DataFrame({"Q1": ["1", "2", None], "Q2": ["10", "9", "8"]})
    >>> evaluate_condition(parse_condition("Q1 in (1,3) or Q2 < 9"), table)
    array([ True, False,  True])
    """
    return evaluate(condition, Answers(frame, questionnaire))


def evaluate(condition: Condition, answers: Answers) -> BoolArray:
    """(rows,) where a condition is true. A blank makes ``in`` and every comparison, ``!=`` included, false."""
    match condition:
        case Answered(question):
            return answers.is_answered(question)
        case InList(question, codes):
            column, wanted = answers.column(question), frozenset(codes)
            return column.where(lambda text: not wanted.isdisjoint(column.chosen(text)))
        case Compare():
            column = answers.column(condition.question)
            return column.where(lambda text: _compares(column.chosen(text), condition.operator, condition.value))
        case Not(operand):
            return ~evaluate(operand, answers)
        case And(operands):
            return reduce(np.logical_and, [evaluate(operand, answers) for operand in operands])
        case Or(operands):
            return reduce(np.logical_or, [evaluate(operand, answers) for operand in operands])


def read_number(text: str) -> float:
    """The number in a text; NaN when there is none.

    >>> read_number("12.5"), read_number("many"), read_number("inf")
    (12.5, nan, nan)
    """
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def _distinct_texts(frame: pl.DataFrame, codes: Sequence[str]) -> dict[str, tuple[tuple[str, ...], PlaceArray]]:
    """The distinct trimmed texts of columns, sorted, the blank last, and which one each row has; all columns at once."""
    named = set(frame.columns)
    present = [code for code in codes if code in named]
    found: dict[str, tuple[tuple[str, ...], PlaceArray]] = {
        code: (("",), np.zeros(frame.height, dtype=np.uint8)) for code in codes if code not in named
    }
    for start in range(0, len(present), COLUMNS_AT_ONCE):
        some = [pl.col(code).cast(pl.String) for code in present[start : start + COLUMNS_AT_ONCE]]
        distinct = frame.select(column.drop_nulls().unique().sort().implode() for column in some)
        raw = {column.name: column[0] for column in distinct}
        places = frame.select(
            column.cast(pl.Enum(texts)).to_physical().cast(pl.UInt32).fill_null(len(texts))
            for column, texts in zip(some, raw.values(), strict=True)
        )
        found |= {code: _trim(texts.to_list(), places[code].to_numpy()) for code, texts in raw.items()}
    return found


def _trim(raw: list[str], places: npt.NDArray[np.uint32]) -> tuple[tuple[str, ...], PlaceArray]:
    """Texts that are the same but for blanks around them become one; ``places`` point into ``raw`` and one beyond."""
    trimmed = [text.strip() for text in raw] + [""]
    texts = [*sorted(set(trimmed) - {""}), ""]
    new_place = {text: at for at, text in enumerate(texts)}
    smallest = np.min_scalar_type(len(texts))  # most columns have few texts: one byte per row
    return tuple(texts), np.array([new_place[text] for text in trimmed], dtype=smallest)[places]


def _compares(chosen: tuple[str, ...], operator: str, value: str) -> bool:
    """Whether an answer stands in a relation to a value: as numbers where both are, else as text (= and != only)."""
    if not chosen:
        return False
    if operator == "!=":
        return not _compares(chosen, "=", value)
    right = read_number(value)
    return any(_relation(operator, code, read_number(code), value, right) for code in chosen)


def _relation(operator: str, code: str, left: float, value: str, right: float) -> bool:
    if operator == "=":
        return code == value or left == right
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]
