"""The sampling design of a wave: who was sampled in which stratum, with what weight, out of how many.

The respondent is the sampling unit. All rows of one respondent in one stratum move together; a respondent that stands
in two strata counts as one sampling unit in each. Everything is sorted by stratum and respondent key, so that nothing
depends on the order of the rows.

In:  columns respondent, stratum, survey_weight of the response table; population of strata; raking or not.
Out: SamplingDesign: strata with n and N, sampling units with key, stratum and weight, and these for every row.
Source: Särndal, Swensson, Wretman (1992), Model Assisted Survey Sampling, chapters 3 and 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ddci.wave.model import LoneStratum

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SamplingDesign:
    """P sampling units in S strata; rows of the table point to them.

    ``population`` is N_h, infinite where unknown. With ``raked`` the weights are already multiplied by
    N_h / Σ weights of the stratum's sampling units, wherever N_h is known.
    """

    strata: tuple[str, ...]
    n: FloatArray  # (S,) sampling units
    population: FloatArray  # (S,)
    weight_total: FloatArray  # (S,) Σ weights of sampling units
    weight_square_total: FloatArray  # (S,)
    respondents: tuple[str, ...]  # (P,) keys, sorted within stratum
    respondent_stratum: IntArray  # (P,) ascending
    respondent_weight: FloatArray  # (P,)
    row_respondent: IntArray  # (rows,) → P
    row_stratum: IntArray  # (rows,) → S
    row_weight: FloatArray  # (rows,)
    raked: bool = False
    lone_stratum: LoneStratum = "adjust"

    @property
    def sampled_fraction_left(self) -> FloatArray:
        """(S,) finite population correction 1 − n/N; 1 without a population, 0 when all or more than all were sampled."""
        left: FloatArray = np.clip(1.0 - self.n / self.population, 0.0, 1.0)
        return left

    @property
    def is_lone(self) -> npt.NDArray[np.bool_]:
        """(S,) strata with a single sampling unit that is not the whole population."""
        lone: npt.NDArray[np.bool_] = (self.n == 1) & (self.sampled_fraction_left > 0)
        return lone


def build_design(
    frame: pl.DataFrame,
    *,
    population: Mapping[str, float] | None = None,
    rake: bool = False,
    lone_stratum: LoneStratum = "adjust",
) -> SamplingDesign:
    """The design of a response table.

    frame       columns respondent and, optionally, stratum (absent = one stratum), survey_weight (absent = 1)
    population  N_h by stratum code; absent strata have no finite population correction

    A weight that is blank or not finite counts as 0. A sampling unit's own weight is the largest of its rows' weights.

    >>> table = pl.DataFrame({"respondent": ["a", "b", "a"], "stratum": ["x", "y", "x"]})
    >>> design = build_design(table, population={"x": 4})
    >>> design.n.tolist(), design.sampled_fraction_left.tolist(), design.row_respondent.tolist()
    ([1.0, 1.0], [0.75, 1.0], [0, 1, 0])
    """
    rows = _design_columns(frame)
    sampled = rows.group_by("stratum", "respondent").agg(pl.col("weight").max()).sort("stratum", "respondent")
    sampled = sampled.with_row_index("place")
    strata = tuple(sampled["stratum"].unique().sort().to_list())
    place_of = {code: place for place, code in enumerate(strata)}
    numbers = pl.DataFrame(
        {"stratum": strata, "number": range(len(strata))}, schema={"stratum": pl.String, "number": pl.Int64}
    )
    placed = rows.join(
        sampled.select("stratum", "respondent", "place"),
        on=["stratum", "respondent"],
        how="left",
        maintain_order="left",
    ).join(numbers, on="stratum", how="left", maintain_order="left")
    stratum = np.array([place_of[code] for code in sampled["stratum"].to_list()], dtype=np.int64)
    size = len(strata)
    n = np.bincount(stratum, minlength=size).astype(np.float64)
    totals = np.array([float((population or {}).get(code, np.inf)) for code in strata], dtype=np.float64)
    weight = sampled["weight"].to_numpy().astype(np.float64)
    factor = _raking_factors(weight, stratum, totals) if rake else np.ones(size)
    weight = weight * factor[stratum]
    row_stratum = placed["number"].to_numpy().astype(np.int64)
    return SamplingDesign(
        strata=strata,
        n=n,
        population=totals,
        weight_total=_sum_by(stratum, weight, size),
        weight_square_total=_sum_by(stratum, weight**2, size),
        respondents=tuple(sampled["respondent"].to_list()),
        respondent_stratum=stratum,
        respondent_weight=weight,
        row_respondent=placed["place"].to_numpy().astype(np.int64),
        row_stratum=row_stratum,
        row_weight=rows["weight"].to_numpy().astype(np.float64) * factor[row_stratum],
        raked=rake,
        lone_stratum=lone_stratum,
    )


def _design_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Respondent, stratum and weight without blanks; a row without a respondent key is a sampling unit of its own."""
    named = set(frame.columns)
    stratum = pl.col("stratum").cast(pl.String).fill_null("") if "stratum" in named else pl.lit("")
    weight = pl.col("survey_weight").cast(pl.Float64, strict=False) if "survey_weight" in named else pl.lit(1.0)
    return frame.with_row_index("line").select(
        pl.coalesce(pl.col("respondent").cast(pl.String), pl.format("line {}", "line")).alias("respondent"),
        stratum.alias("stratum"),
        pl.when(weight.is_finite() & (weight >= 0)).then(weight).otherwise(0.0).alias("weight"),
    )


def _sum_by(stratum: IntArray, weight: FloatArray, size: int) -> FloatArray:
    """(S,) sums in the order of the sampling units; float also where there are none."""
    return np.bincount(stratum, weights=weight, minlength=size).astype(np.float64)


def _raking_factors(weight: FloatArray, stratum: IntArray, population: FloatArray) -> FloatArray:
    """(S,) N_h / Σ weights, 1 where N_h is unknown or the stratum has no weight."""
    total = _sum_by(stratum, weight, len(population))
    known = np.isfinite(population) & (total > 0)
    return np.where(known, population / np.where(known, total, 1.0), 1.0)
