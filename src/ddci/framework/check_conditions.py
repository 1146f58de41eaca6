"""What a condition may refer to: questions that exist and come earlier, options they offer, numbers where it compares.

In:  the text of a condition, its spot, the questionnaire (None when there is none) and a notebook.
Out: faults in the notebook.
"""

from __future__ import annotations

from ddci.errors import InputError
from ddci.framework.conditions import Answered, Compare, InList, parse_condition, single_tests
from ddci.framework.model import Question, Questionnaire
from ddci.framework.spots import Notebook, Spot, nearest

ORDER_OPERATORS = ("<", "<=", ">", ">=")


def check_condition(
    text: str, spot: Spot, questionnaire: Questionnaire | None, notebook: Notebook, *, asking: Question | None = None
) -> None:
    """One condition; ``asking`` is the question that is asked if it holds, None for the base of an indicator."""
    if spot in notebook.broken:
        return
    try:
        condition = parse_condition(text, notebook.locate(spot))
    except InputError as error:
        notebook.faults.extend(error.faults)
        return
    if questionnaire is None:
        return
    for test in single_tests(condition):
        question = questionnaire.question_by_code.get(test.question)
        if question is None:
            near = nearest(test.question, questionnaire.question_by_code)
            notebook.note("QUESTION_UNKNOWN", spot, found=test.question, nearest=near)
            continue
        if asking is not None:
            _check_order(question, asking, spot, questionnaire, notebook)
        _check_values(test, question, spot, questionnaire, notebook)


def _check_order(
    question: Question, asking: Question, spot: Spot, questionnaire: Questionnaire, notebook: Notebook
) -> None:
    """A question can depend only on what was asked before it, and one asked once only on such questions."""
    order = [item.code for item in questionnaire.questions]
    if question.code == asking.code:
        notebook.note("CONDITION_ON_ITSELF", spot, found=question.code)
    elif order.index(question.code) > order.index(asking.code):
        notebook.note("CONDITION_ON_LATER", spot, found=question.code, asking=asking.code)
    elif asking.about == "self" and question.about == "unit":
        notebook.note("CONDITION_SELF_ON_UNIT", spot, found=question.code, asking=asking.code)


def _check_values(
    test: Answered | InList | Compare, question: Question, spot: Spot, questionnaire: Questionnaire, notebook: Notebook
) -> None:
    if isinstance(test, Answered):
        return
    options = [option.code for option in questionnaire.options_of(question)]
    values = test.codes if isinstance(test, InList) else (test.value,)
    orders = isinstance(test, Compare) and test.operator in ORDER_OPERATORS
    for value in values:
        if (orders or not options) and question.type != "text" and not _is_number(value):
            notebook.note("CONDITION_NOT_NUMBER", spot, found=value, question=question.code)
        elif options and not orders and value not in options:
            near = nearest(value, options)
            notebook.note("OPTION_UNKNOWN", spot, found=value, question=question.code, nearest=near)
    if orders and question.type in ("text", "multi"):
        notebook.note("CONDITION_NO_ORDER", spot, found=question.type, question=question.code)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
