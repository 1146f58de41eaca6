"""Conditions: what they mean, how they are written back, and where a fault is said to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddci.errors import InputError, Place
from ddci.framework.conditions import (
    OPERATORS,
    RESERVED_WORDS,
    And,
    Answered,
    Compare,
    Condition,
    InList,
    Not,
    Or,
    parse_condition,
    questions_in,
    write_condition,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q10 in (1,2)", InList("Q10", ("1", "2"))),
        ("Q1=1", Compare("Q1", "=", "1")),
        ("Q1 != -2.5", Compare("Q1", "!=", "-2.5")),
        ("C2.3 <= 99", Compare("C2.3", "<=", "99")),
        ("answered( Q3 )", Answered("Q3")),
        ("not answered(Q3)", Not(Answered("Q3"))),
        ("not not Q1 > 5", Not(Not(Compare("Q1", ">", "5")))),
        ("((Q1 = yes))", Compare("Q1", "=", "yes")),
    ],
)
def test_each_construct_has_its_own_node(text: str, expected: Condition) -> None:
    assert parse_condition(text) == expected


def test_and_binds_tighter_than_or_and_not_tighter_than_and() -> None:
    a, b, c = (Compare(name, "=", "1") for name in ("A", "B", "C"))

    assert parse_condition("A = 1 or B = 1 and C = 1") == Or((a, And((b, c))))
    assert parse_condition("not A = 1 and B = 1") == And((Not(a), b))
    assert parse_condition("not (A = 1 and B = 1)") == Not(And((a, b)))
    assert parse_condition("(A = 1 and B = 1) and C = 1") == And((a, b, c))


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "CONDITION_EMPTY", None),
        ("   \n", "CONDITION_EMPTY", None),
        ("Q1 = 'a'", "CONDITION_CHARACTER", "6"),
        ("Q1 = 1 & Q2 = 1", "CONDITION_CHARACTER", "8"),
        ("Q1 = 1\x00", "CONDITION_CHARACTER", "7"),
        ("and Q1 = 1", "CONDITION_QUESTION", "1"),
        ("Q1 = 1 and", "CONDITION_QUESTION", "11"),
        ("Q1", "CONDITION_OPERATOR", "3"),
        ("Q1 not in (1)", "CONDITION_OPERATOR", "4"),
        ("Q1 =", "CONDITION_VALUE", "5"),
        ("Q1 in (1,)", "CONDITION_VALUE", "10"),
        ("Q1 in 1", "CONDITION_BRACKET", "7"),
        ("(Q1 = 1", "CONDITION_BRACKET", "8"),
        ("answered Q1", "CONDITION_BRACKET", "10"),
        ("Q1 = 1 AND Q2 = 2", "CONDITION_LEFTOVER", "8"),
        ("Q1 = 1)", "CONDITION_LEFTOVER", "7"),
        ("(" * 5000 + "Q1", "CONDITION_TOO_LONG", None),
        ("(" * 1000 + "Q1 = 1" + ")" * 1000, "CONDITION_TOO_DEEP", None),
        ("not " * 1000 + "Q1 = 1", "CONDITION_TOO_DEEP", None),
        ("x" * 1_000_000, "CONDITION_TOO_LONG", None),
    ],
)
def test_a_fault_names_its_position(text: str, code: str, position: str | None) -> None:
    place = Place(file="questionnaire.toml", element="question Q2 › asked_if")

    with pytest.raises(InputError) as caught:
        parse_condition(text, place)

    (fault,) = caught.value.faults
    assert (fault.code, fault.place) == (code, place)
    assert dict(fault.details).get("position") == position


codes = st.from_regex(r"[A-Za-z][A-Za-z0-9_.]{0,5}", fullmatch=True).filter(lambda code: code not in RESERVED_WORDS)
values = codes | st.integers(-99, 99).map(str)
single_tests = (
    st.builds(Answered, codes)
    | st.builds(InList, codes, st.lists(values, min_size=1, max_size=3).map(tuple))
    | st.builds(Compare, codes, st.sampled_from(OPERATORS), values)
)


@given(
    st.recursive(
        single_tests,
        lambda inner: (
            st.builds(Not, inner)
            | st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple))
            | st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple))
        ),
        max_leaves=8,
    )
)
def test_the_canonical_text_reads_back_to_itself(condition: Condition) -> None:
    text = write_condition(condition)

    again = parse_condition(text)

    assert write_condition(again) == text
    assert parse_condition(write_condition(again)) == again
    assert set(questions_in(again)) == set(questions_in(condition))
