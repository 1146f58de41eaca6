"""The golden numbers of R survey and the waves that stand for its designs."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ddci.framework.model import Framework, Indicator, SubIndex, UnitGroup
from ddci.wave.model import Unit, Wave

FOLDER = Path(__file__).parents[1] / "golden" / "rsurvey"
DATA = {"strat": "apistrat", "clus1": "apiclus1", "srs": "apisrs", "lonely": "apistrat"}


def reference(case: str, design: str, **named: str) -> list[dict[str, str]]:
    """The rows of reference.csv of one case and design."""
    table = pl.read_csv(FOLDER / "reference.csv", infer_schema_length=0)
    wanted = {"case": case, "design": design, **named}
    rows = table.filter(*(pl.col(name) == value for name, value in wanted.items())).to_dicts()
    assert rows, (case, design, named)
    return rows


def schools(design: str) -> pl.DataFrame:
    """The response table of a design; every column text except the weight, dots in names replaced."""
    table = pl.read_csv(FOLDER / f"{DATA[design.removesuffix('nofpc')]}.csv", infer_schema_length=0, null_values="NA")
    table = table.rename({name: name.replace(".", "_") for name in table.columns})
    respondent = "dnum" if design.startswith("clus1") else "snum"
    stratum = pl.col("stype") if design.startswith("strat") or design == "lonely" else pl.lit("all")
    return table.with_columns(
        respondent=pl.col(respondent), stratum=stratum, survey_weight=pl.col("pw").cast(pl.Float64), unit=pl.lit("all")
    )


def population(design: str) -> dict[str, float]:
    if design.endswith("nofpc") or design == "lonely":
        return {}
    table = schools(design)
    return {stratum: float(fpc) for stratum, fpc in table.select("stratum", "fpc").unique().rows()}


def indicator(code: str, method: str, *questions: str, **more: object) -> Indicator:
    return Indicator(code, "S", code, "survey", method, 1, "score", questions=questions or (code,), **more)  # type: ignore[arg-type]


def wave(frame: pl.DataFrame, *indicators: Indicator, design: str = "srsnofpc", **more: object) -> Wave:
    """A wave of one group whose units are those of the frame."""
    framework = Framework("f", "f", 2024, (UnitGroup("g", "g"),), (SubIndex("S", "S"),), indicators)
    units = tuple(Unit(code, code, "g") for code in frame["unit"].unique().sort().to_list())
    return Wave("w", 2024, framework, units, responses=frame, population=population(design), **more)  # type: ignore[arg-type]
