"""Small waves for tests, built in memory: a framework of shares with answers drawn from stated probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

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
from ddci.wave.model import Unit, ValueTable, Wave

YES_NO = Scale("YN", (Option("1", "Có"), Option("0", "Không"), Option("9", "Không biết", role="dont_know")))


def small_framework(
    n_sub_indices: int = 2, n_indicators: int = 2, *, kind: str = "survey", **changes: Any
) -> Framework:
    """Sub-indices S1 …, each with indicators S1I1 …: shares of "yes", more is better, bounds of the year."""
    sub_indices = tuple(SubIndex(f"S{s}", f"Thành phần {s}") for s in range(1, n_sub_indices + 1))
    indicators, questions = [], []
    for sub_index in sub_indices:
        for place in range(1, n_indicators + 1):
            code = f"{sub_index.code}I{place}"
            method = (
                {"method": "share", "questions": (f"Q{code}",), "positive": ("1",)}
                if kind == "survey"
                else {"method": "value"}
            )
            indicators.append(
                Indicator(code, sub_index.code, f"Chỉ tiêu {code}", kind=kind, direction=1, unit="share", **method)  # type: ignore[arg-type]
            )
            questions.append(Question(f"Q{code}", "P1", f"Câu hỏi {code}?", type="single", scale="YN"))
    questionnaire = Questionnaire((YES_NO,), (Page("P1", "Trang 1"),), tuple(questions)) if kind == "survey" else None
    framework = Framework(
        code="thu-nghiem-2024",
        vi="Bộ chỉ số thử nghiệm",
        year=2024,
        unit_groups=(UnitGroup("nhom", "Nhóm thử"),),
        sub_indices=sub_indices,
        indicators=tuple(indicators),
        questionnaire=questionnaire,
        min_n=0,
    )
    return replace(framework, **changes)


def units(n: int, group: str = "nhom") -> tuple[Unit, ...]:
    return tuple(Unit(f"u{place:02d}", f"Đơn vị {place}", group) for place in range(n))


def table_wave(
    values: Any, *, se: Any = None, n: Any = None, framework: Framework | None = None, **changes: Any
) -> Wave:
    """A wave of hard values (U, I)."""
    value = np.asarray(values, dtype=np.float64)
    nothing = np.full(value.shape, np.nan)
    table = ValueTable(
        value=value,
        se=nothing.copy() if se is None else np.broadcast_to(np.asarray(se, dtype=np.float64), value.shape).copy(),
        n=nothing.copy() if n is None else np.broadcast_to(np.asarray(n, dtype=np.float64), value.shape).copy(),
        half_unit=np.zeros(value.shape),
    )
    if framework is None:
        framework = small_framework(1, value.shape[1], kind="hard")
    wave = Wave("thu-nghiem-2024", 2024, framework, units(len(value)), seed=1, values=table)
    return replace(wave, **changes)


def answer_wave(
    shares: Any,
    *,
    n: int = 60,
    seed: int = 1,
    framework: Framework | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Wave:
    """A wave of answers: unit u says yes to item i with probability shares[u, i]; every respondent rates one unit."""
    probabilities = np.asarray(shares, dtype=np.float64)
    rng = np.random.default_rng(seed)
    framework = framework or small_framework(1, probabilities.shape[1])
    questions = [question.code for question in framework.questionnaire.questions] if framework.questionnaire else []
    columns: dict[str, list[Any]] = {"respondent": [], "unit": [], "stratum": [], "survey_weight": []}
    columns |= {code: [] for code in questions}
    for unit, row in zip(units(len(probabilities)), probabilities, strict=True):
        answers = rng.random((n, len(row))) < row
        for respondent in range(n):
            columns["respondent"].append(f"{unit.code}-{respondent:04d}")
            columns["unit"].append(unit.code)
            columns["stratum"].append("all")
            columns["survey_weight"].append(1.0)
            for place, code in enumerate(questions):
                columns[code].append("1" if answers[respondent, place] else "0")
    wave = Wave(
        "thu-nghiem-2024",
        2024,
        framework,
        units(len(probabilities)),
        seed=seed,
        replicates=200,
        responses=pl.DataFrame(columns),
    )
    return replace(wave, **(changes or {}))
