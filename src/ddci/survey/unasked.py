"""Answers to questions that were not asked: they are not counted, and whoever reads the result must know how many.

In:  the checked responses and the questionnaire. Out: one warning per question, with the number of such answers.
"""

from __future__ import annotations

import polars as pl

from ddci.errors import Fault, Faults, Place
from ddci.framework.model import Questionnaire
from ddci.survey.responses import Answers


def note_unasked(
    responses: pl.DataFrame, questionnaire: Questionnaire, *, file: str = "responses"
) -> tuple[Fault, ...]:
    """A warning ANSWER_NOT_ASKED for each question answered in rows where its ``asked_if`` is false.

    responses   the frame of ``Wave.responses``
    file        the name shown in the warnings
    """
    faults = Faults()
    answers = Answers(responses, questionnaire)
    conditional = [item for item in questionnaire.questions if item.asked_if and item.code in responses.columns]
    answers.read(question.code for question in conditional)
    for question in conditional:
        count = int((answers.is_answered(question.code) & ~answers.is_asked(question.code)).sum())
        if count:
            place = Place(file=file, column=question.code)
            details = {"name": question.code, "condition": question.asked_if}
            faults.warn("ANSWER_NOT_ASKED", place, found=count, **details)
    return faults.warnings
