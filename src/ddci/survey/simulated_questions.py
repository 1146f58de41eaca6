"""Answers that do not come straight from a latent favourability: numbers, hidden answers, what people say of themselves.

In:  a question, the people, what is needed to answer. Out: (rows,) texts, None = nothing said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ddci.framework.model import Indicator, Question, Questionnaire
from ddci.survey.simulated_choices import answer_codes
from ddci.survey.simulated_people import People, stream
from ddci.survey.simulated_views import Views
from ddci.survey.simulation_plan import SimulationPlan

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.object_]
Columns = Mapping[str, TextArray]

HARMLESS = (0.55, 0.35, 0.25, 0.6, 0.45)  # shares of the harmless items of a list, in turn
TYPICAL = {"days": (7.0, 0.6), "hours": (4.0, 0.6), "visits": (1.8, 0.5)}  # median, sd of the logarithm, by unit
OTHER_NUMBER = (3.0, 0.8)
RECENT = (3.0, 1.3)  # Beta: a year of founding and the like stands more often near the upper limit


def own_answer(
    question: Question, questionnaire: Questionnaire, plan: SimulationPlan, people: People, *, seed: int
) -> TextArray:
    """A choice that serves no indicator: what the stratum says, a planned share of the first option, or any option."""
    codes = np.array(answer_codes(question, questionnaire) or (None,), dtype=np.object_)
    rng = stream(seed, question.code)
    n = people.n_respondents if question.about == "self" else len(people.unit)
    share = _option_shares(question, len(codes), plan, stream(plan.persistent_seed or seed, question.code, "shares"))
    answer = codes[rng.choice(len(codes), size=n, p=share)]
    if question.about == "self":
        for place, stratum in enumerate(plan.strata):
            own = [code for code in stratum.answers.get(question.code, ()) if code in codes]
            members = np.flatnonzero(people.stratum == place)
            if own:
                answer[members] = np.array(own, dtype=np.object_)[rng.integers(0, len(own), len(members))]
        answer = answer[people.respondent]
    return np.asarray(answer)


def _option_shares(question: Question, n: int, plan: SimulationPlan, rng: np.random.Generator) -> FloatArray:
    if question.type == "random" or n == 1:
        return np.full(n, 1.0 / n)
    first = plan.shares.get(question.code)
    if first is None and n > 2:
        return np.asarray(rng.dirichlet(np.full(n, 3.0)))
    rest = rng.dirichlet(np.full(n - 1, 3.0)) if n > 2 else np.ones(1)
    first = 0.6 if first is None else first
    return np.asarray(np.r_[first, (1.0 - first) * rest])


def number_answer(
    question: Question, served: Sequence[Indicator], views: Views, *, seed: int, columns: Columns
) -> TextArray:
    """Whole numbers: log-normal about a median that good units shift the good way; a ratio's numerator follows its
    denominator; a number that serves no indicator is spread over its range."""
    plan, people = views.plan, views.people
    rng = stream(seed, question.code)
    n = len(people.unit)
    indicator = next(iter(served), None)
    if indicator is None and question.min is not None and question.max is not None:
        share = rng.beta(*RECENT, size=people.n_respondents)[people.respondent]
        return _texts(question.min + share * (question.max - question.min), question)
    is_base = indicator is not None and indicator.method == "ratio" and indicator.questions[1:] == (question.code,)
    default = TYPICAL.get(indicator.unit, OTHER_NUMBER) if indicator is not None and not is_base else OTHER_NUMBER
    median, spread = plan.medians.get(question.code, default)
    shift = rng.standard_normal(n)
    if indicator is not None and not is_base:
        shift = indicator.direction * views.latent(indicator.parent, indicator.code)
    value = median * np.exp(spread * shift)
    if indicator is not None and indicator.method == "ratio" and not is_base:
        value *= _denominator(indicator.questions[1], columns, views)
    return _texts(value, question)


def _denominator(code: str, columns: Columns, views: Views) -> FloatArray:
    """(rows,) the denominator as answered; 1 where it was not asked before, left blank or "don't know"."""
    questionnaire = views.framework.questionnaire
    question = questionnaire.question_by_code.get(code) if questionnaire else None
    no_number = {option.code for option in questionnaire.options_of(question)} if questionnaire and question else set()
    texts = columns.get(code, np.full(len(views.people.unit), None, dtype=np.object_))
    return np.array([float(text) if text and text not in no_number else 1.0 for text in texts], dtype=np.float64)


def _texts(value: FloatArray, question: Question) -> TextArray:
    low = -np.inf if question.min is None else question.min
    high = np.inf if question.max is None else question.max
    return np.array([str(int(number)) for number in np.clip(np.rint(value), low, high)], dtype=np.object_)


def indirect_answer(
    question: Question,
    indicator: Indicator,
    yes: BoolArray,
    questionnaire: Questionnaire,
    plan: SimulationPlan,
    people: People,
    *,
    seed: int,
    columns: Columns,
) -> TextArray:
    """The answer that a hidden "yes" leaves under its design; some people answer item counts and pairs at random."""
    rng = stream(seed, question.code)
    n = len(people.unit)
    careless = (stream(seed, "careless").random(people.n_respondents) < plan.random_answers)[people.respondent]
    if indicator.method == "item_count":
        return _item_count(question, indicator, yes, careless, rng)
    codes = answer_codes(question, questionnaire)
    hit = next(code for code in codes if code in indicator.positive)
    miss = next(code for code in codes if code not in indicator.positive)
    first, second = rng.random(n), rng.random(n)
    p = indicator.probability or 0.0
    if indicator.method == "crosswise":
        truth = yes & (question.code == indicator.questions[0])  # nobody has the trait of the anchor pair
        says = (first < p) == truth
        says = np.where(careless, second < 0.5, says)
    elif indicator.method == "unrelated":
        says = np.where(first < p, yes, second < (indicator.probability_yes or 0.0))
    else:  # forced: asked truly with probability p, forced to "yes" with p₁, else forced to "no"
        says = np.where(first < p, yes, first < p + (indicator.probability_yes or 0.0))
    return np.where(says, np.object_(hit), np.object_(miss)).astype(np.object_)


def _item_count(
    question: Question, indicator: Indicator, yes: BoolArray, careless: BoolArray, rng: np.random.Generator
) -> TextArray:
    """How many items of the list hold: the harmless ones, and in a treatment list the hidden one too."""
    has_hidden = indicator.questions.index(question.code) % 2 == 0
    n_items = len(question.items)
    count = np.zeros(len(yes), dtype=np.int64)
    for place in range(n_items - int(has_hidden)):
        count += rng.random(len(yes)) < HARMLESS[place % len(HARMLESS)]
    count += yes & has_hidden
    count = np.where(careless, rng.integers(0, n_items + 1, len(yes)), count)
    return np.array([str(number) for number in count.tolist()], dtype=np.object_)


def remark(question: Question, plan: SimulationPlan, people: People, *, seed: int) -> TextArray:
    """A few people write a line."""
    rng = stream(seed, question.code)
    n = len(people.unit)
    answer = np.full(n, None, dtype=np.object_)
    if plan.remarks:
        writes = np.flatnonzero(rng.random(n) < plan.remark_share)
        answer[writes] = np.array(plan.remarks, dtype=np.object_)[rng.integers(0, len(plan.remarks), len(writes))]
    return answer
