"""What a simulated wave is to look like: who answers, how units differ, how people answer.

A plan is data. Everything in it has a default that suits a provincial survey of businesses; ``ddci.survey.plan_file``
reads one from TOML. Effects are in standard deviations of one answer's latent scale (probit scale), shares run 0–1.

Source of the orders of magnitude: items of provincial surveys of businesses in Viet Nam are mostly answered favourably;
the answers of one person about one unit move together (halo), so an index gains less from more items than from more people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ddci.wave.model import Unit

REMARKS = (
    "Rút ngắn thời gian giải quyết hồ sơ",
    "Công khai quy hoạch trên trang thông tin điện tử",
    "Hướng dẫn một lần, đầy đủ",
    "Trả lời kiến nghị đúng hẹn",
    "Bớt giấy tờ phải nộp",
    "Hỗ trợ nộp hồ sơ qua mạng",
    "Thông báo sớm khi quy định thay đổi",
    "Cán bộ niềm nở hơn",
)


@dataclass(frozen=True, slots=True)
class Stratum:
    """One sampling stratum (type × size). ``answers``: question → option codes that its members may give about themselves.

    population    businesses in the list
    sample_share  relative share of the sample; the survey weight is population / sampled
    """

    code: str
    population: float
    sample_share: float
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


STRATA = (
    Stratum("ho-nho", 4600, 0.34, {"DN_LOAI": ("1",), "DN_QUY_MO": ("1",)}),
    Stratum("ho-lon", 900, 0.10, {"DN_LOAI": ("1",), "DN_QUY_MO": ("2",)}),
    Stratum("hop-tac-xa", 420, 0.08, {"DN_LOAI": ("2",), "DN_QUY_MO": ("2", "3")}),
    Stratum("dn-sieu-nho", 2300, 0.28, {"DN_LOAI": ("3",), "DN_QUY_MO": ("1", "2")}),
    Stratum("dn-nho", 1050, 0.16, {"DN_LOAI": ("3", "3", "3", "4"), "DN_QUY_MO": ("3",)}),
    Stratum("dn-vua-lon", 190, 0.04, {"DN_LOAI": ("3", "4", "5"), "DN_QUY_MO": ("4", "4", "5")}),
)


@dataclass(frozen=True, slots=True)
class HardValue:
    """A hard indicator: a good unit has ``center + spread`` (− where less is better), cut at ``low`` and ``high``."""

    center: float
    spread: float
    low: float = float("-inf")
    high: float = float("inf")


@dataclass(frozen=True, slots=True)
class SimulationPlan:
    """See the module's docstring. Codes that name nothing in a framework have no effect; ``plan_file`` reports them."""

    units: tuple[Unit, ...]
    n: int = 100  # answers per unit
    n_of: Mapping[str, int] = field(default_factory=dict)  # unit code or unit group → its own n
    n_spread: float = 0.0  # units get n × (1 ± n_spread), evenly drawn, unless n_of names them
    strata: tuple[Stratum, ...] = STRATA
    units_per_respondent: tuple[float, ...] = (0.35, 0.35, 0.2, 0.1)  # shares of respondents who rate 1, 2, 3 … units
    home_group: str | None = None  # a respondent rates at most one unit of this group: the place where it works

    unit_sd: float = 0.3  # spread of true unit effects
    sub_index_correlation: float = 0.5  # of one unit's effects on two sub-indices
    item_unit_sd: float = 0.1  # what a unit does better or worse in one item alone
    effects: Mapping[tuple[str, str], float] = field(default_factory=dict)  # (unit, sub-index) → effect in unit_sd
    persistent_seed: int | None = None  # waves that share it have units that stay alike
    persistence: float = 0.0  # share of the unit effects' variance that stays

    halo: float = 0.12  # shares of the latent variance: the person's mood …
    rating: float = 0.12  # … this person's view of this unit …
    sub_index_view: float = 0.16  # … of this sub-index of it; the rest is the single item

    favourable: float = 0.7  # typical share of favourable answers
    favourable_spread: float = 0.35  # between items, probit scale
    shares: Mapping[str, float] = field(
        default_factory=dict
    )  # indicator → its share; question → share of its first option
    medians: Mapping[str, tuple[float, float]] = field(
        default_factory=dict
    )  # number question → median, sd of the logarithm
    matched_shares: Mapping[tuple[str, str], float] = field(default_factory=dict)  # (unit, indicator) → share to match
    hard: Mapping[str, HardValue] = field(default_factory=dict)

    blank: float = 0.02  # item non-response
    dont_know: float = 0.04  # where the question offers it
    refused: float = 0.005
    sensitive_factor: float = 4.0  # blanks and refusals of sensitive questions, times this
    straight_liners: float = 0.03  # share of respondents who give one place of every scale throughout
    random_answers: float = 0.03  # share who answer item counts and crosswise pairs at random
    named_share: float = 0.3  # respondents that the rated unit itself put on the list …
    named_bias: float = 0.25  # … who rate that unit better by this much
    remarks: tuple[str, ...] = REMARKS
    remark_share: float = 0.04
