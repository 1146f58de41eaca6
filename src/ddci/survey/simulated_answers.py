"""The answers of a simulated wave: one question after the other, as people would meet them.

In:  a framework with its questionnaire, a plan, the people and their views.
Out: question → text of each row (respondent × unit); None where not asked or left blank.

A question is put to a row when it serves an indicator of the unit's group (or opens such a question, or serves none at
all), and when its own ``asked_if`` holds on the answers given so far.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import ndtr, ndtri

from ddci.framework.conditions import parse_condition, questions_in
from ddci.framework.model import Framework, Indicator, Question, Questionnaire
from ddci.survey.matched_shares import rows_to_turn
from ddci.survey.responses import evaluate_condition
from ddci.survey.simulated_choices import Ordered, answer_codes, border, order_options, role_code, share_above
from ddci.survey.simulated_people import People, stream
from ddci.survey.simulated_questions import indirect_answer, number_answer, own_answer, remark
from ddci.survey.simulated_views import Views
from ddci.survey.simulation_plan import SimulationPlan

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.object_]

INDIRECT = frozenset({"item_count", "crosswise", "unrelated", "forced"})
NONE_OF_THESE = "0"  # by convention of the questionnaires: the option of a multiple choice that excludes the others
EACH_OF_SEVERAL = 0.5  # one option of several is chosen less often than a question of its own would be
RELUCTANCE = 0.4  # share of non-response that belongs to the person
LEAST_EXPECTED = 0.03  # a share of 0 or 1 in one unit does not make all units say the same
LINES = ((0.0, 0.1), (0.5, 0.3), (0.75, 0.4), (1.0, 0.2))  # where straight-liners stay on a scale, and how many there


@dataclass(slots=True)
class Interview:
    """Asks every question once; ``columns`` grows in the order of the questionnaire."""

    framework: Framework
    questionnaire: Questionnaire
    plan: SimulationPlan
    people: People
    views: Views
    seed: int
    columns: dict[str, TextArray] = field(default_factory=dict)
    _indicators: dict[str, list[Indicator]] = field(default_factory=dict)
    _shown: dict[str, BoolArray] = field(default_factory=dict)
    _reluctance: FloatArray = field(init=False)
    _line: FloatArray = field(init=False)  # (respondents,) place on every scale, NaN = not a straight-liner

    def __post_init__(self) -> None:
        n = self.people.n_respondents
        for indicator in self.framework.indicators:
            for code in indicator.questions:
                self._indicators.setdefault(code, []).append(indicator)
        self._shown = shown_questions(self.framework, self.questionnaire, self.plan, self.people)
        self._reluctance = stream(self.seed, "reluctance").standard_normal(n)
        rng = stream(self.seed, "straight")
        place = rng.choice([place for place, _ in LINES], size=n, p=[share for _, share in LINES])
        self._line = np.where(rng.random(n) < self.plan.straight_liners, place, np.nan)

    def run(self) -> dict[str, TextArray]:
        for question in self.questionnaire.questions:
            answer = self._by_type(question)
            if question.type not in ("random", "text"):
                self._withhold(question, answer)
            asked = self._shown[question.code] & self._condition(question.asked_if)
            answer[~asked] = None
            self.columns[question.code] = answer
            self._match(question)
        return self.columns

    def _condition(self, text: str | None) -> BoolArray:
        """(rows,) where a condition holds on the answers given so far."""
        if not text:
            return np.ones(len(self.people.unit), dtype=np.bool_)
        condition = parse_condition(text)
        known = [code for code in questions_in(condition) if code in self.columns]
        frame = pl.DataFrame({code: pl.Series(self.columns[code].tolist(), dtype=pl.String) for code in known})
        if not known:
            frame = pl.DataFrame({"": np.zeros(len(self.people.unit))})
        return evaluate_condition(condition, frame, questionnaire=self.questionnaire)

    def _by_type(self, question: Question) -> TextArray:
        served = self._indicators.get(question.code, [])
        hidden = next((item for item in served if item.method in INDIRECT), None)
        if question.type == "text":
            return remark(question, self.plan, self.people, seed=self.seed)
        if hidden is not None:
            latent = self.views.latent(hidden.parent, hidden.code)
            yes = latent < border(self.favourable(hidden), sd=self.views.sd)
            return indirect_answer(
                question, hidden, yes, self.questionnaire, self.plan, self.people, seed=self.seed, columns=self.columns
            )
        if question.type == "number":
            return number_answer(question, served, self.views, seed=self.seed, columns=self.columns)
        if question.type == "multi":
            return self._several(question, served)
        ranked = next((item for item in served if question.type in ("single", "scale")), None)
        if ranked is None:
            return own_answer(question, self.questionnaire, self.plan, self.people, seed=self.seed)
        return self._one(question, ranked)

    def favourable(self, indicator: Indicator) -> float:
        """The share of people (of all units together) on the good side of an indicator's border.

        Set so that a unit with a matched share expects it; else as planned; else drawn about the plan's typical share.
        """
        plan, sign = self.plan, indicator.direction
        for row, unit in enumerate(plan.units):
            share = plan.matched_shares.get((unit.code, indicator.code))
            if share is not None:
                good = min(max(share if sign > 0 else 1.0 - share, LEAST_EXPECTED), 1.0 - LEAST_EXPECTED)
                at = self.views.center(indicator.parent, indicator.code)[row] + border(good, sd=1.0)
                return share_above(float(at), sd=self.views.sd)
        if indicator.code in plan.shares and indicator.method != "net_balance":
            return plan.shares[indicator.code] if sign > 0 else 1.0 - plan.shares[indicator.code]
        lasting = self.seed if plan.persistent_seed is None else plan.persistent_seed
        shift = plan.favourable_spread * float(stream(lasting, "difficulty", indicator.code).standard_normal())
        return float(ndtr(ndtri(plan.favourable) + shift))

    def _ordered(self, question: Question, indicator: Indicator) -> Ordered:
        codes = answer_codes(question, self.questionnaire)
        of_option = {
            code: self.plan.shares[name] for code in codes if (name := f"{question.code}:{code}") in self.plan.shares
        }
        return order_options(codes, indicator, self.favourable(indicator)).fix(of_option)

    def _one(self, question: Question, indicator: Indicator) -> TextArray:
        ordered = self._ordered(question, indicator)
        place = ordered.choose(self.views.latent(indicator.parent, indicator.code), sd=self.views.sd)
        answer = np.array(ordered.codes, dtype=np.object_)[place]
        if question.type == "scale":
            codes = np.array(answer_codes(question, self.questionnaire), dtype=np.object_)
            line = self._line[self.people.respondent]
            straight = np.isfinite(line)
            answer[straight] = codes[np.rint(line[straight] * (len(codes) - 1)).astype(np.int64)]
        return answer

    def _several(self, question: Question, served: list[Indicator]) -> TextArray:
        codes = answer_codes(question, self.questionnaire)
        options = [code for code in codes if code != NONE_OF_THESE]
        chosen = np.stack([self._is_chosen(question, code, served) for code in options], axis=1)
        none = NONE_OF_THESE if NONE_OF_THESE in codes else None
        return np.array([_joined(row, options, none) for row in chosen], dtype=np.object_)

    def _is_chosen(self, question: Question, code: str, served: list[Indicator]) -> BoolArray:
        """(rows,) whether one option of several is chosen."""
        indicator = next((item for item in served if code in item.positive), None)
        if indicator is None:
            share = self.plan.shares.get(f"{question.code}:{code}", 0.1)
            return stream(self.seed, question.code, code).random(len(self.people.unit)) < share
        latent = self.views.latent(indicator.parent, f"{indicator.code}:{code}")
        good = self.favourable(indicator)
        chosen = good if indicator.direction > 0 else 1.0 - good
        planned = (
            any(indicator.code == item for _, item in self.plan.matched_shares) or indicator.code in self.plan.shares
        )
        if indicator.method == "count" or not planned:
            chosen *= EACH_OF_SEVERAL
        if indicator.direction > 0:
            return latent > border(chosen, sd=self.views.sd)
        return latent < border(1.0 - chosen, sd=self.views.sd)

    def _withhold(self, question: Question, answer: TextArray) -> None:
        """Blanks, "don't know" and refusals; some people withhold more than others. What is about oneself: once."""
        plan, people = self.plan, self.people
        rng = stream(self.seed, question.code, "withhold")
        person = np.sqrt(RELUCTANCE) * self._reluctance
        rest = np.sqrt(1.0 - RELUCTANCE)
        if question.about == "self":
            z = (person + rest * rng.standard_normal(people.n_respondents))[people.respondent]
        else:
            z = person[people.respondent] + rest * rng.standard_normal(len(people.unit))
        factor = plan.sensitive_factor if question.sensitive else 1.0
        edge = 0.0
        for code, share in (
            (None, 0.0 if question.required else plan.blank * factor),
            (role_code(question, self.questionnaire, "dont_know"), plan.dont_know),
            (role_code(question, self.questionnaire, "refused"), plan.refused * factor),
        ):
            if code is None and edge > 0.0:
                continue  # a code that this question does not offer
            below, edge = edge, edge + share
            answer[(ndtr(z) >= below) & (ndtr(z) < edge)] = code

    def _match(self, question: Question) -> None:
        """Turn answers of units with a matched share on an indicator of this question."""
        for indicator in self._indicators.get(question.code, []):
            if indicator.method != "share":
                continue
            for row, unit in enumerate(self.plan.units):
                share = self.plan.matched_shares.get((unit.code, indicator.code))
                if share is not None:
                    self._match_one(question, indicator, row, share)

    def _match_one(self, question: Question, indicator: Indicator, unit: int, share: float) -> None:
        answer, codes = self.columns[question.code], answer_codes(question, self.questionnaire)
        dont_know = role_code(question, self.questionnaire, "dont_know")
        base = np.flatnonzero((self.people.unit == unit) & self._condition(indicator.where) & (answer != None))  # noqa: E711
        said = np.array([any(code in codes for code in answer[row].split()) for row in base], dtype=np.bool_)
        in_base = said | (np.array([answer[row] == dont_know for row in base]) & (indicator.base == "asked"))
        rows = base[said]
        if not len(rows):
            return
        weight = self.people.survey_weight[self.people.respondent]
        wanted = frozenset(indicator.positive)
        counts = np.array([not wanted.isdisjoint(answer[row].split()) for row in rows], dtype=np.bool_)
        single = question.type != "multi"
        item = indicator.code if single else f"{indicator.code}:{indicator.positive[0]}"
        cost = np.abs(
            self.views.latent(indicator.parent, item)[rows] - border(self.favourable(indicator), sd=self.views.sd)
        )
        turned = rows_to_turn(
            counts, weight=weight[rows], cost=cost, base_weight=float(weight[base[in_base]].sum()), share=share
        )
        ordered = self._ordered(question, indicator)
        for place in turned.tolist():
            becomes = not counts[place]
            if single:
                to_good = becomes == (indicator.direction > 0)
                answer[rows[place]] = ordered.codes[ordered.n_unfavourable - (0 if to_good else 1)]
            else:
                answer[rows[place]] = _turn_option(answer[rows[place]], indicator.positive, codes, becomes)


def _joined(chosen: BoolArray, options: list[str], none: str | None) -> str | None:
    return " ".join(code for code, is_chosen in zip(options, chosen, strict=True) if is_chosen) or none


def _turn_option(text: str, positive: tuple[str, ...], codes: tuple[str, ...], becomes: bool) -> str | None:
    """A multiple answer with, or without, the counted options; "none of these" comes and goes with the others."""
    chosen = {code for code in text.split() if code not in positive and code != NONE_OF_THESE}
    if becomes:
        chosen.add(positive[0])
    none = NONE_OF_THESE if NONE_OF_THESE in codes else None
    return " ".join(code for code in codes if code in chosen) or none


def shown_questions(
    framework: Framework, questionnaire: Questionnaire, plan: SimulationPlan, people: People
) -> dict[str, BoolArray]:
    """Question → (rows,) whether it is put to the unit's group: it serves one of its indicators, opens one that does,
    or serves none of any group."""
    serving = {code for indicator in framework.indicators for code in _needs(indicator)}
    groups = np.array([unit.group for unit in plan.units], dtype=np.object_)[people.unit]
    shown = {code: np.zeros(len(groups), dtype=np.bool_) for code in questionnaire.question_by_code}
    openers = _closure(serving, questionnaire)
    for group in sorted(set(groups.tolist())):
        of_group = {code for indicator in framework.indicators_of_group(group) for code in _needs(indicator)}
        wanted = _closure(of_group, questionnaire)
        for code, question in questionnaire.question_by_code.items():
            if code in wanted or code not in openers or question.about == "self":
                shown[code] |= groups == group
    return shown


def _needs(indicator: Indicator) -> set[str]:
    where = questions_in(parse_condition(indicator.where)) if indicator.where else ()
    return {*indicator.questions, *where}


def _closure(codes: set[str], questionnaire: Questionnaire) -> set[str]:
    """The questions and all that open them."""
    found: set[str] = set()
    waiting = sorted(codes)
    while waiting:
        code = waiting.pop()
        question = questionnaire.question_by_code.get(code)
        if code in found or question is None:
            continue
        found.add(code)
        if question.asked_if:
            waiting += questions_in(parse_condition(question.asked_if))
    return found
