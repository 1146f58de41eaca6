"""Simulated worlds whose truth is known: many independent surveys inside one wave, so that one run is many trials.

A trial is a unit (for values), or a unit group (for scores between the extremes of the group, ranks and tiers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import ndtri

from ddci.framework.model import (
    Framework,
    Indicator,
    Option,
    Page,
    Question,
    Questionnaire,
    Scale,
    SubIndex,
    UnitGroup,
)
from ddci.wave.model import Unit, Wave

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
YES_NO = Scale("YN", (Option("1", "Có"), Option("0", "Không"), Option("9", "Không biết", role="dont_know")))


def share_indicators(n_sub_indices: int, n_each: int, **changes: Any) -> tuple[Indicator, ...]:
    """Shares of "yes" S1I1 …, asked by questions QS1I1 …, more is better."""
    return tuple(
        Indicator(
            f"S{s}I{i}", f"S{s}", "Chỉ tiêu", kind="survey", method="share", direction=1, unit="share",
            questions=(f"QS{s}I{i}",), positive=("1",), **changes,
        )
        for s in range(1, n_sub_indices + 1)
        for i in range(1, n_each + 1)
    )  # fmt: skip


def framework_of(
    indicators: Sequence[Indicator],
    *,
    n_groups: int = 1,
    question_types: Mapping[str, str] | None = None,
    **changes: Any,
) -> Framework:
    """A framework of these indicators; questions are yes-or-no unless ``question_types`` says otherwise."""
    kinds = question_types or {}
    asked = dict.fromkeys(question for item in indicators for question in item.questions)
    questions = tuple(
        Question(code, "P", "Câu hỏi?", type=kinds.get(code, "single"), scale=None if code in kinds else "YN")  # type: ignore[arg-type]
        for code in asked
    )
    options: dict[str, Any] = {"min_n": 0, **changes}
    return Framework(
        code="kiem-chung-2024",
        vi="Bộ chỉ số kiểm chứng",
        year=2024,
        unit_groups=tuple(UnitGroup(f"g{place}", f"Nhóm {place}") for place in range(n_groups)),
        sub_indices=tuple(SubIndex(code, "Thành phần") for code in dict.fromkeys(item.parent for item in indicators)),
        indicators=tuple(indicators),
        questionnaire=Questionnaire((YES_NO,), (Page("P", "Trang"),), questions),
        **options,
    )


def units_of(n_units: int, *, n_groups: int = 1) -> tuple[Unit, ...]:
    """Units u0000 …, dealt to the groups in equal runs."""
    each = n_units // n_groups
    return tuple(Unit(f"u{place:04d}", f"Đơn vị {place}", f"g{place // each}") for place in range(n_units))


def wave_of(
    framework: Framework,
    answers: Mapping[str, npt.NDArray[Any]],
    *,
    unit: IntArray,
    respondent: IntArray | None = None,
    stratum: Sequence[str] | None = None,
    weight: FloatArray | None = None,
    n_units: int,
    replicates: int = 0,
    seed: int = 1,
    **changes: Any,
) -> Wave:
    """A wave with one row per entry of ``unit``; NaN answers are blanks; each row is a firm of its own unless told."""
    rows = len(unit)
    columns: dict[str, Any] = {
        "respondent": [f"r{number}" for number in (np.arange(rows) if respondent is None else respondent)],
        "unit": [f"u{number:04d}" for number in unit],
        "stratum": ["all"] * rows if stratum is None else list(stratum),
        "survey_weight": np.ones(rows) if weight is None else weight,
    }
    columns |= {code: _as_text(values) for code, values in answers.items()}
    return Wave(
        "kiem-chung-2024",
        2024,
        framework,
        units_of(n_units, n_groups=len(framework.unit_groups)),
        seed=seed,
        replicates=replicates,
        responses=pl.DataFrame(columns),
        **changes,
    )


def _as_text(values: npt.NDArray[Any]) -> pl.Series:
    series = pl.Series(np.asarray(values, dtype=np.float64)).fill_nan(None)
    whole = bool((series.drop_nulls() == series.drop_nulls().round()).all())
    return (series.cast(pl.Int64) if whole else series).cast(pl.String)


def latent_answers(
    shares: FloatArray, *, n: int, rng: np.random.Generator, halo: float = 0.3
) -> tuple[IntArray, FloatArray]:
    """Correlated yes-or-no answers of ``n`` firms per unit: every firm has a mood that all its answers share.

    shares   (U, I) true shares
    halo     share of the variance of an answer's latent that is the mood
    returns  unit of each row (U·n,), answers (U·n, I)
    """
    n_units, n_items = shares.shape
    unit = np.repeat(np.arange(n_units), n)
    mood = rng.standard_normal((len(unit), 1))
    latent = np.sqrt(halo) * mood + np.sqrt(1 - halo) * rng.standard_normal((len(unit), n_items))
    return unit, (latent < ndtri(shares)[unit]).astype(np.float64)


def share_wave(
    shares: FloatArray,
    framework: Framework,
    *,
    n: int,
    rng: np.random.Generator,
    replicates: int,
    halo: float = 0.3,
    **changes: Any,
) -> Wave:
    """One survey of all units with these true shares."""
    unit, answers = latent_answers(shares, n=n, rng=rng, halo=halo)
    questions = [item.questions[0] for item in framework.indicators]
    return wave_of(
        framework,
        dict(zip(questions, answers.T, strict=True)),
        unit=unit,
        n_units=len(shares),
        replicates=replicates,
        seed=int(rng.integers(1 << 30)),
        **changes,
    )


def covered(truth: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """Share of the intervals that hold the truth; a missing interval counts as one that does not."""
    return float(np.mean((low <= truth) & (truth <= high)))
