"""The Result: everything computed for one wave, with its uncertainty and where it came from.

Arrays run over units U (the wave's order) and nodes K: the index first, then the sub-indices, then the indicators, in the
framework's order. A cell that does not apply to a unit's group, or could not be computed, is NaN. Pages, files and
reports are views of a Result and compute nothing themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ddci.errors import Fault
from ddci.framework.model import Framework
from ddci.wave.model import HistoryPoint, Published, Target, Unit

SCHEMA_VERSION = 1
INDEX_CODE = "index"

Level = Literal["index", "sub_index", "indicator"]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Node:
    """A column of the result: the index (code "index"), a sub-index or an indicator."""

    level: Level
    code: str
    parent: str | None  # sub-index code, "index", or None
    vi: str
    en: str | None
    unit: str  # of ``value``; "points" for the index and the sub-indices
    direction: int


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures, each (U, K). ``se``, ``low``, ``high`` are of ``value`` on indicators, of ``score`` elsewhere."""

    value: FloatArray  # indicators only, in their own unit
    score: FloatArray  # indicators and sub-indices on the framework's scale, the index on its total
    se: FloatArray
    low: FloatArray
    high: FloatArray
    n: FloatArray  # unweighted rows in the base; on sub-indices and the index the largest n among their indicators
    n_effective: FloatArray
    rank: FloatArray
    rank_low: FloatArray  # simultaneous over the group
    rank_high: FloatArray
    rank_low_single: FloatArray  # for one unit taken alone
    rank_high_single: FloatArray
    median: FloatArray  # of the group: of values on indicators, of scores elsewhere
    best: FloatArray  # of the group, likewise
    below_median: FloatArray  # 1, 0 or NaN
    bounds_low: FloatArray  # indicators: the bounds in force in the unit's group
    bounds_high: FloatArray
    effective_weight: (
        FloatArray  # share of the unit's index that hangs on this node, after re-weighting; sums to 1 per level
    )
    importance: FloatArray  # indicators: derived importance in the unit's group, see ddci.index.diagnose
    gain: FloatArray  # points of the index if this node alone reached the group's best, the rest held


@dataclass(frozen=True, slots=True)
class Tier:
    """Units of one group that cannot be told apart from the tier's best one; tiers are numbered from the best, 1."""

    unit_group: str
    number: int
    units: tuple[str, ...]  # best first


@dataclass(frozen=True, slots=True)
class Check:
    """A published figure beside the computed one. ``explained`` is what rounding of the inputs can account for."""

    unit: str
    code: str
    what: Literal["score", "rank"]
    published: float
    computed: float
    difference: float  # computed − published
    explained: float
    matches: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """One part of a unit's change of the index, in points; a unit's parts add up to its change exactly."""

    unit: str
    part: Literal["sub_index", "weights", "entering", "leaving", "bounds"]
    code: str  # sub-index or indicator code (of the earlier framework for "leaving"); "" where it belongs to none
    points: float


@dataclass(frozen=True, slots=True)
class Change:
    """Change against an earlier wave. Units without a figure there have NaN."""

    wave: str
    year: int
    score: FloatArray  # (U, K) this wave's score − the earlier one's, as each was computed
    low: FloatArray  # (U, K) confidence limits, NaN without sampling error on both sides
    high: FloatArray
    comparable: BoolArray  # (K,) measured the same way in both waves
    published: FloatArray  # (U,) difference of the published totals, NaN where not published
    published_then: FloatArray  # (U,) the published total of the earlier wave
    like_for_like: FloatArray  # (U,) change of the index over the comparable parts and the same bounds
    like_for_like_low: FloatArray
    like_for_like_high: FloatArray
    like_for_like_now: FloatArray  # (U,) the index over the comparable parts in this wave
    like_for_like_then: FloatArray
    rank_then: FloatArray  # (U,)
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A strength, a weakness or a quick win of one unit. ``gain`` = points of the index if the group's best were reached."""

    unit: str
    kind: Literal["strength", "weakness", "quick_win"]
    code: str
    gap_to_median: float  # in score points, negative = worse than the median
    gap_to_best: float
    gain: float
    beyond_noise: bool | None  # None without sampling error


@dataclass(frozen=True, slots=True)
class SmallAreaScore:
    """A steadier estimate of one unit's index, shown beside the direct one and never in its place."""

    unit: str
    direct: float
    estimate: float
    se: float
    low: float
    high: float
    own_share: float  # how much of the estimate is the unit's own data; the rest is the mean of its group


@dataclass(frozen=True, slots=True)
class Coherence:
    """What a statistician asks of the structure; see ``ddci.index.coherence``. (S,) and (I,) in the framework's order."""

    unit_group: str
    sub_indices: tuple[str, ...]
    indicators: tuple[str, ...]
    cronbach_alpha: FloatArray  # (S,)
    first_component_share: FloatArray  # (S,) share of variance on the first principal component
    correlation_with_parent: FloatArray  # (I,) of the score, with the sub-index without it
    correlation_with_index: FloatArray  # (S,)
    redundant: tuple[tuple[str, str, float], ...]  # pairs of indicators with |r| ≥ 0.95
    wrong_way: tuple[str, ...]  # indicators that correlate negatively with their sub-index


@dataclass(frozen=True, slots=True)
class Provenance:
    """Enough to compute the same bytes again."""

    version: str
    framework_hash: str
    data_hash: str
    files: tuple[tuple[str, str], ...]  # (name, sha256)
    seed: int
    replicates: int
    replicate_method: str
    lone_stratum: str
    raked: bool
    engine: str


@dataclass(frozen=True)
class Result:
    framework: Framework
    wave: str
    year: int
    simulated: bool
    units: tuple[Unit, ...]
    nodes: tuple[Node, ...]
    scores: Scores
    band: tuple[int, ...]  # (U,) place in framework.bands, −1 = none
    flags: dict[
        str, BoolArray
    ]  # name → (U, K): small_n, no_answers, bounds_equal, reweighted, refused, not_ranked, tied, capped …
    tiers: tuple[Tier, ...]
    stability: FloatArray  # (U, largest group) share of replicates at rank 1, 2, …; NaN without sampling error
    index_covariance: dict[str, FloatArray]  # unit group → covariance of its units' index, in the order of ``units``
    findings: tuple[Finding, ...]
    coherence: tuple[Coherence, ...]
    provenance: Provenance
    vi: str | None = None
    source: str | None = None
    change: Change | None = None
    published: tuple[Published, ...] = ()
    checks: tuple[Check, ...] = ()
    targets: tuple[Target, ...] = ()
    history: tuple[HistoryPoint, ...] = ()
    warnings: tuple[Fault, ...] = ()
    schema_version: int = SCHEMA_VERSION
    small_area: tuple[SmallAreaScore, ...] = ()

    def __getstate__(self) -> dict[str, Any]:
        """A copy: a process pool pickles in a thread of its own, while the properties below may just be kept."""
        return dict(self.__dict__)

    @cached_property
    def unit_row(self) -> dict[str, int]:
        return {unit.code: row for row, unit in enumerate(self.units)}

    @cached_property
    def node_column(self) -> dict[str, int]:
        return {node.code: column for column, node in enumerate(self.nodes)}

    def columns(self, level: Level) -> list[int]:
        """The columns of one level, in order."""
        return [column for column, node in enumerate(self.nodes) if node.level == level]

    def rows_of_group(self, group: str) -> list[int]:
        """The rows of one unit group, in order."""
        return [row for row, unit in enumerate(self.units) if unit.group == group]
