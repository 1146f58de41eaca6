"""Answers to questions that were not asked are counted in a warning."""

import polars as pl

from ddci.framework.model import Option, Page, Question, Questionnaire
from ddci.survey.unasked import note_unasked

YES_NO = (Option("1", "Có"), Option("2", "Không"))
QUESTIONNAIRE = Questionnaire(
    scales=(),
    pages=(Page("P", "Trang"),),
    questions=(
        Question("Q1", "P", "Đã đến?", "single", options=YES_NO),
        Question("Q2", "P", "Mấy lần?", "number", asked_if="Q1 = 1"),
    ),
)


def test_answers_where_the_condition_is_false_or_blank_are_counted():
    responses = pl.DataFrame({"Q1": ["1", "2", None, "2"], "Q2": ["3", "4", "5", None]})

    (fault,) = note_unasked(responses, QUESTIONNAIRE)

    assert (fault.code, fault.severity, fault.place.column, fault.found) == ("ANSWER_NOT_ASKED", "warning", "Q2", "2")


def test_answers_in_order_give_no_warning():
    assert note_unasked(pl.DataFrame({"Q1": ["1", "2"], "Q2": ["3", None]}), QUESTIONNAIRE) == ()
