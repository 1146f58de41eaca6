import polars as pl
import pytest

from ddci.framework.conditions import parse_condition
from ddci.framework.model import Option, Page, Question, Questionnaire
from ddci.survey.responses import Answers, evaluate_condition, read_number

FRAME = pl.DataFrame(
    {
        "Q1": ["1", "2", " 3 ", None, ""],
        "Q2": ["1 3", "2", "3", None, "1 2 3"],
        "Q3": ["10", "9", "10.0", "x", None],
    }
)
MANY = Questionnaire(
    (), (Page("p", "p"),), (Question("Q2", "p", "?", "multi", options=tuple(Option(c, c) for c in "123")),)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q1 = 1", [1, 0, 0, 0, 0]),
        ("Q1 != 1", [0, 1, 1, 0, 0]),
        ("not Q1 = 1", [0, 1, 1, 1, 1]),
        ("Q1 in (1,3)", [1, 0, 1, 0, 0]),
        ("Q2 in (3)", [1, 0, 1, 0, 1]),
        ("answered(Q1)", [1, 1, 1, 0, 0]),
        ("not answered(Q1)", [0, 0, 0, 1, 1]),
        ("Q3 = 10", [1, 0, 1, 0, 0]),
        ("Q3 > 9", [1, 0, 1, 0, 0]),
        ("Q3 <= 9", [0, 1, 0, 0, 0]),
        ("Q3 = x", [0, 0, 0, 1, 0]),
        ("Q1 = 1 or Q1 = 2 and Q3 < 9", [1, 0, 0, 0, 0]),
        ("Nowhere = 1", [0, 0, 0, 0, 0]),
        ("not answered(Nowhere)", [1, 1, 1, 1, 1]),
    ],
)
def test_conditions(text, expected):
    got = evaluate_condition(parse_condition(text), FRAME, questionnaire=MANY)

    assert got.tolist() == [bool(one) for one in expected]


@pytest.mark.parametrize("text", ["", "nan", "inf", "-inf", "1e999", "12 34", "mười"])
def test_texts_that_are_no_number(text):
    assert read_number(text) != read_number(text)


def test_columns_read_together_are_those_read_one_by_one():
    together, alone = Answers(FRAME, MANY), Answers(FRAME, MANY)
    together.read(["Q1", "Q2", "Q3", "absent"])

    for code in ("Q1", "Q2", "Q3", "absent"):
        one, other = together.column(code), alone.column(code)
        assert one.texts == other.texts
        assert one.codes.tolist() == other.codes.tolist()
    assert together.column("Q1").texts == ("1", "2", "3", "")
    assert together.column("Q1").codes.tolist() == [0, 1, 2, 3, 3]
    assert together.column("absent").codes.tolist() == [0] * 5
