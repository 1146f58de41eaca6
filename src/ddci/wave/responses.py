"""The response table: who answered about which unit, with which weight, and whether every answer is an allowed one.

In:  a Table with columns respondent, unit, stratum, survey_weight and question codes, one row per respondent × unit.
Out: the frame of ``Wave.responses``: text columns, stratum always there ("all" when the file has none), survey_weight
     as Float64 (1.0 when the file has none), blanks null. Answers are checked once per distinct text, not per cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from ddci.errors import Faults
from ddci.framework.model import Question, Questionnaire
from ddci.framework.spots import nearest
from ddci.wave.cell_faults import CellFaults
from ddci.wave.cells import numbers, positions
from ddci.wave.columns import Column, Table
from ddci.wave.model import Unit

ONLY_STRATUM = "all"
DESIGN_COLUMNS = (
    Column("respondent", required=True),
    Column("unit", required=True),
    Column("stratum"),
    Column("survey_weight", "number"),
)
CODED = frozenset({"single", "scale", "multi", "crosswise", "random"})
OPTIONS_SHOWN = 8


def response_columns(questionnaire: Questionnaire) -> tuple[Column, ...]:
    """The columns that a response table of this questionnaire may have."""
    answers = (Column(item.code, "text" if item.type == "text" else "code") for item in questionnaire.questions)
    return (*DESIGN_COLUMNS, *answers)


def read_responses(
    table: Table,
    units: Sequence[Unit],
    questionnaire: Questionnaire,
    population: Mapping[str, float] | None,
    faults: Faults,
) -> pl.DataFrame:
    """The checked responses. ``population`` is None when the wave has no table of strata."""
    found = CellFaults(table, faults)
    positions(table, "unit", [unit.code for unit in units], found, unknown="UNIT_UNKNOWN")
    weights = numbers(table, "survey_weight", found, low=0.0, required=True)
    if not table.has("survey_weight"):
        weights = np.ones(len(table))
    answers = [
        _answers(table, question, questionnaire, found)
        for question in questionnaire.questions
        if table.has(question.code)
    ]
    stratum = (
        table.frame["stratum"] if table.has("stratum") else pl.Series([ONLY_STRATUM]).new_from_index(0, len(table))
    )
    frame = pl.DataFrame(
        [
            table.frame["respondent"],
            table.frame["unit"],
            stratum.alias("stratum"),
            pl.Series("survey_weight", weights, dtype=pl.Float64),
            *answers,
        ]
    )
    _check_design(table, frame, population, found)
    found.flush()
    return frame


def _check_design(table: Table, frame: pl.DataFrame, population: Mapping[str, float] | None, found: CellFaults) -> None:
    """One row per respondent and unit, one stratum and one weight per respondent, strata that the population knows."""
    found.add("CELL_BLANK", "respondent", frame["respondent"].is_null())
    found.add("CELL_BLANK", "stratum", frame["stratum"].is_null())
    pairs = frame.select(pl.struct("respondent", "unit").is_first_distinct()).to_series()
    found.add("RESPONDENT_TWICE", "unit", ~pairs & frame["respondent"].is_not_null() & frame["unit"].is_not_null())
    for column, code in (("stratum", "RESPONDENT_STRATA"), ("survey_weight", "RESPONDENT_WEIGHTS")):
        first = frame.select(
            (pl.col(column) != pl.col(column).first().over("respondent")) & pl.col("respondent").is_not_null()
        ).to_series()
        found.add(code, column, first)
    if population is not None:
        positions(table, "stratum", population, found, unknown="STRATUM_UNKNOWN", required=False)
        _check_population(frame, population, found)


def _check_population(frame: pl.DataFrame, population: Mapping[str, float], found: CellFaults) -> None:
    """No stratum has more respondents than the population; a stratum without any is worth a warning."""
    counts = dict(frame.group_by("stratum").agg(pl.col("respondent").n_unique()).rows())
    place = found.table.place(column="stratum")
    if not found.table.has("stratum") and set(population) != {ONLY_STRATUM}:
        found.faults.add("STRATUM_COLUMN_MISSING", place, found=", ".join(population))
        return
    for stratum, size in population.items():
        count = counts.get(stratum, 0)
        if count > size:
            found.faults.add("POPULATION_TOO_SMALL", place, found=count, population=f"{size:g}", stratum=stratum)
        elif count == 0:
            found.faults.warn("STRATUM_EMPTY", place, found=stratum, population=f"{size:g}")


def _answers(table: Table, question: Question, questionnaire: Questionnaire, found: CellFaults) -> pl.Series:
    """The checked answers to one question, as text."""
    cells = table.frame[question.code]
    if question.type in CODED:
        options = {option.code: option.vi for option in questionnaire.options_of(question)}
        if not options:
            return cells
        return _coded(cells, question, options, table.labels.get(question.code, {}), found)
    if question.type == "number":
        roles = {option.code for option in questionnaire.options_of(question)}
        return _numeric(table, question, roles, found)
    if question.type == "item_count":
        numbers(table, question.code, found, low=0.0, high=float(len(question.items)) or None, whole=True)
    return cells


def _numeric(table: Table, question: Question, roles: set[str], found: CellFaults) -> pl.Series:
    """Numbers within the question's limits; codes such as "don't know" stand beside them."""
    cells = table.frame[question.code]
    if roles:
        is_code = cells.is_in(list(roles))
        plain = pl.select(pl.when(~is_code).then(cells).alias(question.code)).to_series()
        table = Table(table.file, table.frame.with_columns(plain), table.rows, table.sheet, table.decimal_comma)
    numbers(table, question.code, found, low=question.min, high=question.max)
    return cells.str.replace(",", ".", literal=True) if table.decimal_comma else cells


def _coded(
    cells: pl.Series, question: Question, options: Mapping[str, str], labels: Mapping[str, str], found: CellFaults
) -> pl.Series:
    """Option codes. "4.0" is read as 4 with a warning; SPSS and Stata codes unknown to the framework by their label."""
    by_label = {wording: code for code, wording in options.items()} | {code: code for code in options}
    translated: dict[str, str] = {}
    decimal: list[str] = []
    twice: list[str] = []
    unknown: list[str] = []
    for text in cells.unique().drop_nulls().to_list():
        parts = text.split() if question.type == "multi" else [text]
        codes = [_code(part, options, labels, by_label) for part in parts]
        if None in codes:
            unknown.append(text)
        elif len(set(codes)) < len(codes):
            twice.append(text)
        elif codes != parts:
            translated[text] = " ".join(code for code in codes if code)
            if any(part not in labels for part in parts):
                decimal.append(text)
    shown = ", ".join(list(options)[:OPTIONS_SHOWN]) + (" …" if len(options) > OPTIONS_SHOWN else "")
    valid = list(options)
    if unknown := [text for text in unknown if not text.startswith("=")]:
        bad = cells.is_in(unknown)
        found.add(
            "ANSWER_NOT_OPTION",
            question.code,
            bad,
            explain=lambda text: {"nearest": nearest(text, valid)},
            allowed=shown,
        )
    if twice:
        found.add("ANSWER_OPTION_TWICE", question.code, cells.is_in(twice))
    if decimal:
        found.add("ANSWER_DECIMAL", question.code, cells.is_in(decimal), severity="warning")
    return cells.replace(translated) if translated else cells


def _code(part: str, options: Mapping[str, str], labels: Mapping[str, str], by_label: Mapping[str, str]) -> str | None:
    """The option meant by one code as it stands in the file, or None."""
    if part in options:
        return part
    if part in labels:
        return by_label.get(labels[part])
    whole = part.removesuffix(".0")
    return whole if whole in options else None
