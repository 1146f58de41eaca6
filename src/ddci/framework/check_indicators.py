"""What an indicator must satisfy: direction, bounds, and that its questions and options fit its method.

In:  a Framework and a notebook that knows the places. Out: faults in the notebook.
The table ``METHOD_NEEDS`` is the contract between methods and questions; ``docs/framework-format.md`` prints it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ddci.framework.check_conditions import check_condition
from ddci.framework.model import Framework, Indicator, Question, Questionnaire
from ddci.framework.spots import Notebook, Spot, nearest

NORMALISATIONS_WITH_BOUNDS = ("min_max",)


@dataclass(frozen=True, slots=True)
class MethodNeeds:
    """What a survey method needs: numbers of questions, their types, and the keys that go with it."""

    counts: tuple[int, ...]
    types: tuple[str, ...]
    positive: bool | None = False  # True = needed, None = may be given, False = not used
    negative: bool = False
    probability: bool = False
    probability_yes: bool = False


METHOD_NEEDS: dict[str, MethodNeeds] = {
    "share": MethodNeeds((1,), ("single", "multi", "scale"), positive=True),
    "mean": MethodNeeds((1,), ("scale", "single", "number")),
    "median": MethodNeeds((1,), ("number", "scale", "single")),
    "ratio": MethodNeeds((2,), ("number",)),
    "net_balance": MethodNeeds((1,), ("single", "scale", "multi"), positive=True, negative=True),
    "count": MethodNeeds((1,), ("multi",), positive=None),
    "value": MethodNeeds((0,), ()),
    "item_count": MethodNeeds((2, 4), ("item_count",)),
    "crosswise": MethodNeeds((1, 2), ("crosswise",), positive=True, probability=True),
    "unrelated": MethodNeeds((1,), ("random", "single"), positive=True, probability=True, probability_yes=True),
    "forced": MethodNeeds((1,), ("random", "single"), positive=True, probability=True, probability_yes=True),
}
SENSITIVE_METHODS = ("item_count", "crosswise", "unrelated", "forced")


def check_indicators(framework: Framework, notebook: Notebook) -> None:
    """All indicators of a framework, with or without a questionnaire."""
    for row, indicator in enumerate(framework.indicators):
        _IndicatorCheck(framework, indicator, row, notebook).run()
    surveyed = [item for item in framework.indicators if item.kind == "survey"]
    if framework.questionnaire is None and surveyed and Spot("questionnaire") not in notebook.broken:
        spot = Spot("framework")
        notebook.note("QUESTIONNAIRE_MISSING", spot, severity="warning", found=len(surveyed))


class _IndicatorCheck:
    """The checks of one indicator; they share its row, its spots and its needs."""

    def __init__(self, framework: Framework, indicator: Indicator, row: int, notebook: Notebook) -> None:
        self.framework = framework
        self.indicator = indicator
        self.row = row
        self.notebook = notebook
        self.needs = METHOD_NEEDS[indicator.method]

    def run(self) -> None:
        self._direction_and_bounds()
        if not {self.spot("kind"), self.spot("method")} & self.notebook.broken:
            self._method()
            self._probabilities()
            if self.framework.questionnaire is not None:
                self._questions(self.framework.questionnaire)
                self._codes(self.framework.questionnaire)
        if self.indicator.where is not None and Spot("questionnaire") not in self.notebook.broken:
            spot = self.spot("where")
            check_condition(self.indicator.where, spot, self.framework.questionnaire, self.notebook)

    def spot(self, key: str) -> Spot:
        return Spot("indicator", self.row, key, code=self.indicator.code)

    def _direction_and_bounds(self) -> None:
        indicator, framework = self.indicator, self.framework
        if indicator.direction not in (1, -1):
            self.notebook.note("DIRECTION", self.spot("direction"), found=indicator.direction)
        if isinstance(indicator.bounds, tuple):
            low, high = indicator.bounds
            found = f"{low:g} … {high:g}"
            if low >= high:
                self.notebook.note("BOUNDS_ORDER", self.spot("bounds"), found=found, low=low, high=high)
            elif indicator.unit == "share" and not self._share_fits(low, high):
                self.notebook.note("BOUNDS_OF_SHARE", self.spot("bounds"), found=found)
        needs_bounds = framework.bounds == "fixed" and framework.normalisation in NORMALISATIONS_WITH_BOUNDS
        if needs_bounds and indicator.bounds is None:
            self.notebook.note("BOUNDS_MISSING", self.spot("bounds"), found="∅")
        if framework.normalisation == "share_scale" and indicator.unit != "share":
            self.notebook.note("UNIT_NOT_SHARE", self.spot("unit"), found=indicator.unit)

    def _share_fits(self, low: float, high: float) -> bool:
        """Bounds of a share lie in 0–1; a net balance runs from −1 to 1."""
        lowest = -1.0 if self.indicator.method == "net_balance" else 0.0
        return lowest <= low and high <= 1.0

    def _method(self) -> None:
        indicator = self.indicator
        if indicator.kind == "hard":
            if indicator.method in SENSITIVE_METHODS:
                self.notebook.note("METHOD_OF_HARD", self.spot("method"), found=indicator.method)
            elif indicator.questions:
                self.notebook.note("QUESTIONS_OF_HARD", self.spot("questions"), found=", ".join(indicator.questions))
            return
        unused = (
            ("positive", indicator.positive, self.needs.positive is False),
            ("negative", indicator.negative, not self.needs.negative),
        )
        for key, codes, is_unused in unused:
            if codes and is_unused:
                needs = f"method ≠ {indicator.method}"
                spot = self.spot(key)
                self.notebook.note("KEY_UNUSED", spot, severity="warning", found=", ".join(codes), needs=needs)

    def _probabilities(self) -> None:
        indicator, needs = self.indicator, self.needs
        pairs = (
            ("probability", indicator.probability, needs.probability),
            ("probability_yes", indicator.probability_yes, needs.probability_yes),
        )
        for key, value, is_needed in pairs:
            if value is None and is_needed:
                self.notebook.note("PROBABILITY_MISSING", self.spot(key), found="∅", key=key, method=indicator.method)
            elif value is not None and not is_needed:
                spot = self.spot(key)
                self.notebook.note(
                    "KEY_UNUSED", spot, severity="warning", found=value, needs="crosswise, unrelated, forced"
                )
            elif value is not None and not (0 < value < 1 or (key == "probability_yes" and 0 <= value <= 1)):
                self.notebook.note("PROBABILITY_RANGE", self.spot(key), found=value)
        if indicator.method == "crosswise" and indicator.probability == 0.5:
            self.notebook.note("PROBABILITY_HALF", self.spot("probability"), found=0.5)
        together = (indicator.probability or 0) + (indicator.probability_yes or 0)
        if indicator.method == "forced" and together > 1 + 1e-12:
            self.notebook.note("PROBABILITIES_SUM", self.spot("probability_yes"), found=f"{together:g}")

    def _questions(self, questionnaire: Questionnaire) -> None:
        indicator = self.indicator
        if indicator.kind == "hard":
            return
        spot = self.spot("questions")
        if len(indicator.questions) not in self.needs.counts:
            expected = " / ".join(map(str, self.needs.counts))
            found = len(indicator.questions)
            self.notebook.note("QUESTION_COUNT", spot, found=found, method=indicator.method, count=expected)
        for code in indicator.questions:
            question = questionnaire.question_by_code.get(code)
            if question is None:
                near = nearest(code, questionnaire.question_by_code)
                self.notebook.note("QUESTION_UNKNOWN", spot, found=code, nearest=near)
            elif question.type not in self.needs.types and self.needs.types and not self._is_broken_type(question):
                types = ", ".join(self.needs.types)
                self.notebook.note(
                    "QUESTION_TYPE", spot, found=question.type, question=code, method=indicator.method, types=types
                )

    def _is_broken_type(self, question: Question) -> bool:
        questionnaire = self.framework.questionnaire
        row = questionnaire.questions.index(question) if questionnaire else 0
        return Spot("question", row, "type") in self.notebook.broken

    def _codes(self, questionnaire: Questionnaire) -> None:
        """Positive and negative codes are options, have no role that leaves the base, and do not overlap."""
        indicator = self.indicator
        if indicator.kind == "hard" or not indicator.questions:
            return
        if self.needs.positive and not indicator.positive:
            self.notebook.note(
                "CODES_MISSING", self.spot("positive"), found="∅", key="positive", method=indicator.method
            )
        if self.needs.negative and not indicator.negative:
            self.notebook.note(
                "CODES_MISSING", self.spot("negative"), found="∅", key="negative", method=indicator.method
            )
        question = questionnaire.question_by_code.get(indicator.questions[0])
        options = {option.code: option for option in questionnaire.options_of(question)} if question else {}
        for key, codes in (("positive", indicator.positive), ("negative", indicator.negative)):
            for code in codes if options else ():
                option = options.get(code)
                if option is None:
                    near = nearest(code, options)
                    spot = self.spot(key)
                    self.notebook.note(
                        "OPTION_UNKNOWN", spot, found=code, question=indicator.questions[0], nearest=near
                    )
                elif option.role in ("dont_know", "refused"):
                    self.notebook.note("OPTION_OUTSIDE_BASE", self.spot(key), found=code, role=option.role)
        if both := [code for code in indicator.negative if code in indicator.positive]:
            self.notebook.note("CODES_OVERLAP", self.spot("negative"), found=", ".join(both))
        if indicator.method == "mean" and question is not None:
            self._numeric_codes(question, questionnaire)

    def _numeric_codes(self, question: Question, questionnaire: Questionnaire) -> None:
        """The mean of a scale reads option codes as numbers."""
        wrong = [
            o.code for o in questionnaire.options_of(question) if o.role in (None, "other") and not _is_number(o.code)
        ]
        if wrong:
            spot = self.spot("method")
            self.notebook.note("SCALE_NOT_NUMERIC", spot, found=", ".join(wrong), question=question.code)


def _is_number(code: str) -> bool:
    try:
        float(code)
    except ValueError:
        return False
    return True
