"""Conditions of questions and bases: ``Q10 in (1,2) and not answered(Q3)``.

In:  the text of ``asked_if`` or ``where``.
Out: a small tree of frozen dataclasses, and back to one canonical text. Nothing is evaluated here.

Grammar, tightest first; ``and`` binds tighter than ``or``, ``not`` tighter than ``and``::

    test      = question "in" "(" value {"," value} ")" | question operator value | "answered" "(" question ")"
    operator  = "=" | "!=" | "<" | "<=" | ">" | ">="
    factor    = "not" factor | "(" condition ")" | test
    condition = factor {"and" factor} {"or" factor {"and" factor}}

A question is a code; a value is an option code or a number, always kept as the text that was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NoReturn, TypeAlias, cast

from ddci.errors import Place, fail

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
OPERATORS: tuple[Operator, ...] = ("=", "!=", "<", "<=", ">", ">=")
RESERVED_WORDS = frozenset({"and", "or", "not", "in", "answered"})
DEEPEST_NESTING = 40
LONGEST_CONDITION = 5_000


@dataclass(frozen=True, slots=True)
class Answered:
    """True when the question has an answer, also "don't know"; a blank is no answer."""

    question: str


@dataclass(frozen=True, slots=True)
class InList:
    """True when the answer is one of the codes; of a multiple choice, when any chosen code is."""

    question: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison with one value; false when the answer is blank."""

    question: str
    operator: Operator
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    operand: Condition


@dataclass(frozen=True, slots=True)
class And:
    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    operands: tuple[Condition, ...]


Condition: TypeAlias = Answered | InList | Compare | Not | And | Or


def parse_condition(text: str, place: Place | None = None) -> Condition:
    """Read a condition; ``place`` is named in the fault when it cannot be read.

    Raises InputError with one fault: CONDITION_EMPTY, CONDITION_TOO_LONG, CONDITION_TOO_DEEP, CONDITION_CHARACTER,
    CONDITION_QUESTION, CONDITION_OPERATOR, CONDITION_VALUE, CONDITION_BRACKET or CONDITION_LEFTOVER; its detail
    ``position`` counts characters from 1.

    >>> parse_condition("Q10 in (1, 2)")
    InList(question='Q10', codes=('1', '2'))
    >>> write_condition(parse_condition("not(Q1=1 or Q2 >=5 )and answered( Q3 )"))
    'not (Q1 = 1 or Q2 >= 5) and answered(Q3)'
    """
    return _Parser(text, place or Place()).parse()


def write_condition(condition: Condition) -> str:
    """The canonical text; reading it again gives an equal tree."""
    match condition:
        case Answered(question):
            return f"answered({question})"
        case InList(question, codes):
            return f"{question} in ({', '.join(codes)})"
        case Compare(question, operator, value):
            return f"{question} {operator} {value}"
        case Not(operand):
            inner = write_condition(operand)
            return f"not ({inner})" if isinstance(operand, (And, Or)) else f"not {inner}"
        case And(operands):
            return " and ".join(
                f"({write_condition(o)})" if isinstance(o, Or) else write_condition(o) for o in operands
            )
        case Or(operands):
            return " or ".join(write_condition(operand) for operand in operands)


def single_tests(condition: Condition) -> Iterator[Answered | InList | Compare]:
    """The single tests of a condition, from left to right."""
    match condition:
        case Not(operand):
            yield from single_tests(operand)
        case And(operands) | Or(operands):
            for operand in operands:
                yield from single_tests(operand)
        case _:
            yield condition


def questions_in(condition: Condition) -> tuple[str, ...]:
    """The question codes that a condition names, each once, in order.

    >>> questions_in(parse_condition("Q2 = 1 or Q1 > 3 and Q2 != 4"))
    ('Q2', 'Q1')
    """
    return tuple(dict.fromkeys(test.question for test in single_tests(condition)))


def rename_questions(condition: Condition, names: Mapping[str, str]) -> Condition:
    """The same condition about questions of other codes; a code that ``names`` lacks stays.

    >>> write_condition(rename_questions(parse_condition("Q1 = 1 and not answered(Q2)"), {"Q1": "Q7"}))
    'Q7 = 1 and not answered(Q2)'
    """
    match condition:
        case Not(operand):
            return Not(rename_questions(operand, names))
        case And(operands):
            return And(tuple(rename_questions(operand, names) for operand in operands))
        case Or(operands):
            return Or(tuple(rename_questions(operand, names) for operand in operands))
        case test:
            return replace(test, question=names.get(test.question, test.question))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["word", "operator", "bracket", "end"]
    text: str
    position: int  # of its first character, from 1


_TOKEN = re.compile(r"\s*(?:(?P<word>-?[A-Za-z0-9_][A-Za-z0-9_.\-]*)|(?P<operator><=|>=|!=|=|<|>)|(?P<bracket>[(),]))")


class _Parser:
    """Recursive descent over the tokens; every method leaves ``self.next`` on the first token it did not use."""

    def __init__(self, text: str, place: Place) -> None:
        self.text = text
        self.place = place
        self.depth = 0
        if len(text) > LONGEST_CONDITION:
            fail("CONDITION_TOO_LONG", place, found=len(text), limit=LONGEST_CONDITION)
        self.tokens = list(self._tokens())
        self.next = 0

    def parse(self) -> Condition:
        if self._peek().kind == "end":
            fail("CONDITION_EMPTY", self.place, found=self.text)
        condition = self._either()
        if self._peek().kind != "end":
            self._fail("CONDITION_LEFTOVER")
        return condition

    def _tokens(self) -> Iterator[_Token]:
        start = 0
        end = len(self.text.rstrip())
        while start < end:
            found = _TOKEN.match(self.text, start)
            if found is None:
                position = start + len(self.text[start:]) - len(self.text[start:].lstrip())
                fail(
                    "CONDITION_CHARACTER", self.place, found=self.text[position], position=position + 1, text=self.text
                )
            kind = cast(Literal["word", "operator", "bracket"], found.lastgroup)
            yield _Token(kind, found.group(kind), found.start(kind) + 1)
            start = found.end()
        yield _Token("end", "", end + 1)

    def _either(self) -> Condition:
        operands = [self._both()]
        while self._take("word", "or"):
            operands.append(self._both())
        return operands[0] if len(operands) == 1 else Or(_flat(Or, operands))

    def _both(self) -> Condition:
        operands = [self._factor()]
        while self._take("word", "and"):
            operands.append(self._factor())
        return operands[0] if len(operands) == 1 else And(_flat(And, operands))

    def _factor(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST_NESTING:
            fail("CONDITION_TOO_DEEP", self.place, found=self.text, limit=DEEPEST_NESTING)
        try:
            if self._take("word", "not"):
                return Not(self._factor())
            if self._take("bracket", "("):
                inner = self._either()
                self._need_bracket(")")
                return inner
            return self._test()
        finally:
            self.depth -= 1

    def _test(self) -> Condition:
        if self._take("word", "answered"):
            self._need_bracket("(")
            answered = Answered(self._word("CONDITION_QUESTION"))
            self._need_bracket(")")
            return answered
        question = self._word("CONDITION_QUESTION")
        if self._take("word", "in"):
            self._need_bracket("(")
            codes = [self._word("CONDITION_VALUE")]
            while self._take("bracket", ","):
                codes.append(self._word("CONDITION_VALUE"))
            self._need_bracket(")")
            return InList(question, tuple(codes))
        token = self._peek()
        if token.kind != "operator":
            self._fail("CONDITION_OPERATOR")
        self.next += 1
        return Compare(question, cast(Operator, token.text), self._word("CONDITION_VALUE"))

    def _peek(self) -> _Token:
        return self.tokens[self.next]

    def _take(self, kind: str, text: str) -> bool:
        token = self._peek()
        if token.kind == kind and token.text == text:
            self.next += 1
            return True
        return False

    def _word(self, fault: str) -> str:
        token = self._peek()
        if token.kind != "word" or token.text in RESERVED_WORDS:
            self._fail(fault)
        self.next += 1
        return token.text

    def _need_bracket(self, bracket: str) -> None:
        if not self._take("bracket", bracket):
            self._fail("CONDITION_BRACKET", bracket=bracket)

    def _fail(self, code: str, **details: object) -> NoReturn:
        token = self._peek()
        fail(code, self.place, found=token.text or "∅", position=token.position, text=self.text, **details)


def _flat(kind: type[And] | type[Or], operands: list[Condition]) -> tuple[Condition, ...]:
    """``(a and b) and c`` is ``a and b and c``: brackets that change nothing leave no trace."""
    flat: list[Condition] = []
    for operand in operands:
        flat += operand.operands if isinstance(operand, kind) else (operand,)
    return tuple(flat)
