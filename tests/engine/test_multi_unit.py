"""Firms that rate several units: values and errors agree with R survey (tests/golden/multi-unit/SOURCE.md)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ddci.engine.local import estimate_values
from ddci.framework.model import Framework, Indicator, Option, Page, Question, Questionnaire, Scale, SubIndex, UnitGroup
from ddci.wave.model import Unit, Wave

FOLDER = Path(__file__).parents[1] / "golden" / "multi-unit"
UNITS = ("A", "B", "C", "D")
FIVE = Scale("FIVE", (*(Option(str(k), str(k)) for k in range(1, 6)), Option("9", "Không biết", role="dont_know")))


def indicator(code: str, method: str, *questions: str, **more: object) -> Indicator:
    return Indicator(code, "S", code, "survey", method, 1, "score", questions=questions, **more)  # type: ignore[arg-type]


ITEMS = (
    indicator("good", "share", "Q1", positive=("4", "5")),
    indicator("balance", "net_balance", "Q1", positive=("4", "5"), negative=("1", "2")),
    indicator("asked", "share", "Q1", positive=("4", "5"), base="asked"),
    indicator("scale", "mean", "Q1"),
    indicator("DAYS", "mean", "DAYS"),
    indicator("ratio", "ratio", "LATE", "SENT"),
    indicator("good_where", "share", "Q1", positive=("4", "5"), where="SENT > 3"),
    indicator("median", "median", "DAYS"),
)


def wave(*, with_population: bool, replicates: int = 0) -> Wave:
    numbers = tuple(Question(code, "P", code, type="number") for code in ("DAYS", "LATE", "SENT"))
    asked = Questionnaire((FIVE,), (Page("P", "P"),), (Question("Q1", "P", "Q1", type="scale", scale="FIVE"), *numbers))
    framework = Framework("f", "f", 2024, (UnitGroup("g", "g"),), (SubIndex("S", "S"),), ITEMS, questionnaire=asked)
    frame = pl.read_csv(FOLDER / "responses.csv", infer_schema_length=0)
    strata = pl.read_csv(FOLDER / "strata.csv")
    return Wave(
        "w",
        2024,
        framework,
        tuple(Unit(code, code, "g") for code in UNITS),
        responses=frame.with_columns(pl.col("survey_weight").cast(pl.Float64)),
        population=dict(strata.rows()) if with_population else {},
        replicates=replicates,
    )


def expected(design: str) -> list[dict[str, str]]:
    return pl.read_csv(FOLDER / "expected.csv", infer_schema_length=0).filter(pl.col("design") == design).to_dicts()


@pytest.mark.parametrize("design", ["fpc", "nofpc"])
def test_values_and_errors_of_units_that_share_firms(design):
    got = estimate_values(wave(with_population=design == "fpc"))

    place = {item.code: column for column, item in enumerate(ITEMS)}
    rows = [row for row in expected(design) if row["code"] in place]
    assert len(rows) == len(ITEMS) * len(UNITS)
    for row in rows:
        cell = UNITS.index(row["unit"]), place[row["code"]]
        assert got.values[0][cell] == pytest.approx(float(row["estimate"]), rel=1e-9)
        assert got.se[cell] == pytest.approx(float(row["se"]), rel=1e-6), row


@pytest.mark.parametrize("design", ["fpc", "nofpc"])
def test_replicates_carry_the_covariance_between_units(design):
    got = estimate_values(wave(with_population=design == "fpc", replicates=4000))
    row = next(row for row in expected(design) if row["code"] == "difference")

    difference = got.values[:, 0, 0] - got.values[:, 1, 0]

    assert difference[0] == pytest.approx(float(row["estimate"]), rel=1e-9)
    # 4,000 replicates know a standard error to about 1 %; in small domains the bootstrap runs a little above linearisation.
    assert np.std(difference[1:], ddof=1) == pytest.approx(float(row["se"]), rel=0.07)
