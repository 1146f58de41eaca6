"""The framework as frozen data: what a People's Committee decision fixes for one index, and the questionnaire with it.

Nothing here computes. Lists are flat; a row points to its parent by code. Every text shown to people has a Vietnamese
and, optionally, an English wording. The file format that these classes mirror is ``docs/framework-format.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

Normalisation = Literal["min_max", "z_score", "rank", "percentile", "distance_to_best", "share_scale", "none"]
Aggregation = Literal["arithmetic", "geometric", "harmonic", "power", "mazziotta_pareto", "copeland"]
BoundsRule = Literal["in_year", "pooled", "fixed"]
Weighting = Literal["given", "equal", "ahp", "budget", "entropy", "pca", "benefit_of_the_doubt"]
Missing = Literal["reweight", "refuse"]
Ties = Literal["min", "average", "dense"]
MedianRule = Literal["strict", "at_or_below"]
IndicatorKind = Literal["survey", "hard"]
Method = Literal[
    "share",
    "mean",
    "median",
    "ratio",
    "net_balance",
    "count",
    "value",
    "item_count",
    "crosswise",
    "unrelated",
    "forced",
]
Base = Literal["answered", "asked"]
QuestionType = Literal["single", "multi", "scale", "number", "text", "item_count", "crosswise", "random"]
OptionRole = Literal["dont_know", "refused", "other"]


@dataclass(frozen=True, slots=True)
class UnitGroup:
    code: str
    vi: str
    en: str | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A named range of the index: from ``min`` (points of the total) up to the next higher band."""

    min: float
    vi: str
    en: str | None = None


@dataclass(frozen=True, slots=True)
class SubIndex:
    code: str
    vi: str
    en: str | None = None
    index_weight: float = 1.0
    applies_to: tuple[str, ...] = ()  # unit group codes; empty = all groups
    lead: str | None = None  # default lead agency
    continues: str | None = None  # "framework-code:sub-index-code" it can be compared with
    definition: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. ``questions`` by method:

    share, mean, median, net_balance, count   one question
    ratio                                     numerator, denominator (two number questions)
    item_count                                treatment, control [, treatment, control of the second list]
    crosswise                                 the crosswise question [, the anchor question];
                                              ``positive`` = code(s) of "both or neither"
    unrelated, forced                         one question; ``positive`` = code(s) of "yes"
    """

    code: str
    parent: str
    vi: str
    kind: IndicatorKind
    method: Method
    direction: int  # +1 more is better, -1 less is better
    unit: str  # share | days | hours | visits | score | count | million_vnd …
    en: str | None = None
    questions: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    base: Base = "answered"
    where: str | None = None
    bounds: tuple[float, float] | Literal["pooled", "in_year"] | None = None
    index_weight: float = 1.0
    applies_to: tuple[str, ...] = ()
    continues: str | None = None
    source: str | None = None
    probability: float | None = None  # p of the randomising device: crosswise, unrelated, forced
    probability_yes: float | None = (
        None  # forced: p1, the chance of a forced "yes"; unrelated: share with the unrelated trait
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """AHP: how many times more important ``a`` is than ``b`` (both children of ``parent``; "index" = the sub-indices)."""

    parent: str
    a: str
    b: str
    ratio: float


@dataclass(frozen=True, slots=True)
class Budget:
    """Budget allocation: the points that one expert gave to ``code`` under ``parent`` ("index" = the sub-indices)."""

    expert: str
    parent: str
    code: str
    points: float


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    vi: str
    en: str | None = None
    role: OptionRole | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    code: str
    options: tuple[Option, ...]
    vi: str | None = None
    en: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    code: str
    vi: str
    en: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    code: str
    page: str
    vi: str
    type: QuestionType
    en: str | None = None
    hint_vi: str | None = None
    hint_en: str | None = None
    scale: str | None = None
    options: tuple[Option, ...] = ()
    items: tuple[Option, ...] = ()  # item_count: the statements shown; crosswise: the two statements
    asked_if: str | None = None
    about: Literal["unit", "self"] = "unit"
    required: bool = False
    sensitive: bool = False
    min: float | None = None
    max: float | None = None
    recall: str | None = None  # the period asked about, e.g. "12 tháng qua"


@dataclass(frozen=True)
class Questionnaire:
    scales: tuple[Scale, ...]
    pages: tuple[Page, ...]
    questions: tuple[Question, ...]

    def __getstate__(self) -> dict[str, Any]:
        """A copy: a process pool pickles in a thread of its own, while the properties below may just be kept."""
        return dict(self.__dict__)

    @cached_property
    def question_by_code(self) -> dict[str, Question]:
        return {question.code: question for question in self.questions}

    @cached_property
    def scale_by_code(self) -> dict[str, Scale]:
        return {scale.code: scale for scale in self.scales}

    def options_of(self, question: Question) -> tuple[Option, ...]:
        """The options a question offers, whether its own or those of its scale."""
        scale = self.scale_by_code.get(question.scale or "")
        return question.options or (scale.options if scale else ())


@dataclass(frozen=True)
class Framework:
    """One approved framework; see the module's docstring. ``files`` are (name, sha256) of the files it was read from."""

    code: str
    vi: str
    year: int
    unit_groups: tuple[UnitGroup, ...]
    sub_indices: tuple[SubIndex, ...]
    indicators: tuple[Indicator, ...]
    en: str | None = None
    scale: tuple[float, float] = (1.0, 10.0)
    total: float = 100.0
    aggregation: Aggregation = "arithmetic"
    aggregation_top: Aggregation | None = None  # None = as aggregation
    power: float | None = None
    penalty: Literal["negative", "positive"] = "negative"  # mazziotta_pareto: − for positive phenomena (more is better)
    normalisation: Normalisation = "min_max"
    bounds: BoundsRule = "in_year"
    clip: bool = True
    missing: Missing = "reweight"
    min_weight_share: float = 0.5
    ties: Ties = "min"
    median_rule: MedianRule = "strict"
    min_n: int = 30
    publication_min: int = 0  # a published cell rests on at least so many answers; 0 = no such rule
    confidence: float = 0.95
    weighting: Weighting = "given"  # of indicators within their sub-index
    weighting_top: Weighting = "given"  # of sub-indices
    bands: tuple[Band, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    budgets: tuple[Budget, ...] = ()
    source: str | None = None
    questionnaire: Questionnaire | None = None
    files: tuple[tuple[str, str], ...] = ()

    def __getstate__(self) -> dict[str, Any]:
        """A copy: a process pool pickles in a thread of its own, while the properties below may just be kept."""
        return dict(self.__dict__)

    @cached_property
    def sub_index_by_code(self) -> dict[str, SubIndex]:
        return {sub_index.code: sub_index for sub_index in self.sub_indices}

    @cached_property
    def indicator_by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    def sub_indices_of_group(self, group: str) -> tuple[SubIndex, ...]:
        """The sub-indices that apply to a unit group, in the framework's order."""
        return tuple(item for item in self.sub_indices if not item.applies_to or group in item.applies_to)

    def indicators_of_group(self, group: str) -> tuple[Indicator, ...]:
        """The indicators that apply to a unit group: themselves and through their sub-index."""
        parents = {item.code for item in self.sub_indices_of_group(group)}
        return tuple(
            item
            for item in self.indicators
            if item.parent in parents and (not item.applies_to or group in item.applies_to)
        )
