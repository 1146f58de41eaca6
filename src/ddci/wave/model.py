"""One wave of data, ready for computing: units, values, answers, what was published, and how to replicate.

Read from a wave folder by ``ddci.wave.load``; the columns are those of ``docs/wave-format.md``. Tables that the methods
need as arrays are arrays here; missing numbers are NaN.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from ddci.errors import Fault
from ddci.framework.model import Framework

ReplicateMethod = Literal["rao_wu", "poisson", "gaussian"]
LoneStratum = Literal["adjust", "certainty", "average", "refuse"]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    name: str
    group: str
    valid_from: str | None = None  # ISO dates
    valid_to: str | None = None
    succeeds: tuple[str, ...] = ()  # codes of predecessors
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class ValueTable:
    """Hard data or ready-made indicator values. All arrays (U, I) over the wave's units and the framework's indicators.

    ``half_unit`` is half of the last printed decimal of the value as it stood in the file (0.005 for "3.63"): what
    rounding in the source can explain. NaN where there is no value.
    """

    value: FloatArray
    se: FloatArray
    n: FloatArray
    half_unit: FloatArray


@dataclass(frozen=True, slots=True)
class Published:
    """A figure that somebody has already published for a unit; ``code`` is a sub-index or indicator code, or "index"."""

    unit: str
    code: str
    score: float | None
    rank: float | None
    half_unit: float | None  # half of the last printed decimal of the score
    n_units: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a unit was to reach in this wave."""

    unit: str
    code: str
    score: float | None
    rank_from: int | None = None
    rank_to: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """A published figure of an earlier year for which there is no wave folder.

    ``comparable`` is False where the year before was measured by another framework.
    """

    year: int
    unit: str
    code: str
    score: float | None
    rank: float | None
    n_units: int | None = None
    comparable: bool = True


@dataclass(frozen=True, slots=True)
class Flagged:
    """A respondent whose answers somebody doubts, and why. The answers stay; see ``ddci.survey.flagged``."""

    respondent: str
    reason: str


@dataclass(frozen=True)
class Wave:
    code: str
    year: int
    framework: Framework
    units: tuple[Unit, ...]
    seed: int = 0
    replicates: int = 0
    vi: str | None = None
    en: str | None = None
    simulated: bool = False
    source: str | None = None
    values: ValueTable | None = None
    responses: pl.DataFrame | None = None  # respondent, unit, stratum, survey_weight, question codes; text columns
    population: dict[str, float] = field(default_factory=dict)  # stratum → N_h
    published: tuple[Published, ...] = ()
    targets: tuple[Target, ...] = ()
    history: tuple[HistoryPoint, ...] = ()
    flagged: tuple[Flagged, ...] = ()
    previous: Wave | Any | None = None  # a Wave or a Result
    pooled: tuple[Wave | Any, ...] = ()
    rake: bool = False
    replicate_method: ReplicateMethod = "rao_wu"
    lone_stratum: LoneStratum = "adjust"
    listwise: bool = False
    publication_min: int | None = None  # instead of the framework's
    panel: bool = False  # the same firms as in ``previous`` under the same respondent codes
    files: tuple[tuple[str, str], ...] = ()  # (name, sha256) of every input file
    warnings: tuple[Fault, ...] = ()

    @property
    def publication_minimum(self) -> int:
        """A cell with fewer answers is not published: the wave's own minimum, else its framework's; 0 = no such rule."""
        return self.framework.publication_min if self.publication_min is None else self.publication_min
