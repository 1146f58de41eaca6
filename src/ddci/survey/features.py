"""Turn answers into the numeric features that every estimator is built from.

An indicator's value is a function of ratios of weighted sums, so it needs, per row of the response table, one or more
pairs (numerator, denominator) of numbers, and its base: the rows that count. A median needs the value itself.

In:  the response table (text columns), the framework, the rated unit of every row.
Out: Features: small whole numbers as int8, other numbers as float64, values of medians; and for each survey indicator
     which columns are its pairs and its base.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from ddci.framework.conditions import parse_condition
from ddci.framework.model import Framework, Indicator
from ddci.survey.responses import AnswerColumn, Answers, evaluate

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
SmallArray = npt.NDArray[np.int8]
IntArray = npt.NDArray[np.int64]
Number = TypeVar("Number", np.int8, np.float64)

SMALLEST, LARGEST = -127, 127  # whole numbers kept in one byte


@dataclass(frozen=True, slots=True)
class IndicatorColumns:
    """Where one survey indicator's features stand.

    ``ratios`` are pairs of feature columns (numerator, denominator); ``base`` is the feature column of the rows that
    count; ``ordered`` is the column of ``Features.ordered`` of a median (then there are no ratios).
    """

    indicator: int  # place in framework.indicators
    ratios: tuple[tuple[int, int], ...]
    base: int
    ordered: int | None = None


@dataclass(frozen=True, slots=True)
class Features:
    """Rows as numbers. Feature column f is ``small[:, f]`` for f < Fs, else ``wide[:, f − Fs]``; no NaN in either.

    small    (rows, Fs) int8: shares, bases, scale codes, counts
    wide     (rows, Fw) float64: days, hours, money
    ordered  (rows, M) float64: values of medians, NaN = not in the base
    """

    small: SmallArray
    wide: FloatArray
    ordered: FloatArray
    columns: tuple[IndicatorColumns, ...]
    item_missing: (
        FloatArray  # (U, I) share of the rows asked that gave no answer of substance; NaN where none was asked
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """One indicator read from the answers, before its columns are laid out."""

    ratios: tuple[tuple[FloatArray | SmallArray, FloatArray | SmallArray], ...]
    base: BoolArray
    asked: BoolArray
    value: FloatArray | None = None


def read_features(
    frame: pl.DataFrame,
    *,
    framework: Framework,
    unit: IntArray,
    group: Sequence[str],
    order: IntArray,
    listwise: bool = False,
) -> Features:
    """The features of all survey indicators, rows taken in ``order``.

    frame     the response table
    unit      (rows,) place of the rated unit, −1 = not a unit of this wave
    group     unit group code of each unit (U,)
    order     rows to take, in this order
    listwise  use only rows that answered everything they were asked among the unit's indicators

    An indicator that does not apply to a unit's group has no base in that unit's rows.
    """
    answers = Answers(frame, framework.questionnaire)
    survey = [
        (i, item) for i, item in enumerate(framework.indicators) if item.kind == "survey" and item.method != "value"
    ]
    answers.read(question for _, item in survey for question in item.questions)
    group_names = sorted(set(group))
    applies = {name: {item.code for item in framework.indicators_of_group(name)} for name in group_names}
    group_of_unit = np.array([group_names.index(name) for name in group] + [-1], dtype=np.int64)  # last: unit −1
    group_of_row = group_of_unit[unit]
    complete = _complete_rows(answers, survey, applies, group_names, group_of_row) if listwise else None
    item_missing = np.full((len(group), len(framework.indicators)), np.nan)
    layout = _Layout(order)
    for i, item in survey:
        eligible = np.array([item.code in applies[name] for name in group_names] + [False], dtype=np.bool_)[
            group_of_row
        ]
        reading = _read_indicator(item, answers, eligible if complete is None else eligible & complete)
        asked = np.bincount(unit[reading.asked & eligible], minlength=len(group))
        answered = np.bincount(unit[reading.base & reading.asked], minlength=len(group))
        item_missing[:, i] = np.where(asked > 0, 1.0 - answered / np.maximum(asked, 1), np.nan)
        layout.add(i, reading)
    return layout.finish(item_missing)


class _Layout:
    """Collects columns and lays them out: all first numerators, all first denominators, the further ones, extra bases."""

    def __init__(self, order: IntArray) -> None:
        self._order = order
        self._columns: list[
            tuple[tuple[int, int, int], FloatArray | SmallArray]
        ] = []  # (slot, indicator, kind) → column
        self._ordered: list[FloatArray] = []
        self._parts: list[tuple[int, int, tuple[int, int, int], int | None]] = []

    def add(self, indicator: int, reading: _Reading) -> None:
        base_key = (1_000, indicator, 0)
        for place, (numerator, denominator) in enumerate(reading.ratios):
            self._columns.append(((2 * place, indicator, 0), _compact(numerator)[self._order]))
            self._columns.append(((2 * place + 1, indicator, 0), _compact(denominator)[self._order]))
        if len(reading.ratios) == 1 and np.array_equal(reading.ratios[0][1], reading.base):
            base_key = (1, indicator, 0)
        else:
            self._columns.append((base_key, reading.base.astype(np.int8)[self._order]))
        place_ordered = None
        if reading.value is not None:
            place_ordered = len(self._ordered)
            self._ordered.append(np.where(reading.base, reading.value, np.nan)[self._order])
        self._parts.append((indicator, len(reading.ratios), base_key, place_ordered))

    def finish(self, item_missing: FloatArray) -> Features:
        rows = len(self._order)
        small = sorted((key, column) for key, column in self._keyed(np.int8))
        wide = sorted((key, column) for key, column in self._keyed(np.float64))
        place = {key: f for f, (key, _) in enumerate([*small, *wide])}
        columns = tuple(
            IndicatorColumns(
                indicator,
                tuple((place[2 * k, indicator, 0], place[2 * k + 1, indicator, 0]) for k in range(count)),
                place[base_key],
                ordered,
            )
            for indicator, count, base_key, ordered in self._parts
        )
        return Features(
            small=_stack([self._columns[at][1].astype(np.int8, copy=False) for _, at in small], rows, np.int8),
            wide=_stack([self._columns[at][1].astype(np.float64, copy=False) for _, at in wide], rows, np.float64),
            ordered=_stack(self._ordered, rows, np.float64),
            columns=columns,
            item_missing=item_missing,
        )

    def _keyed(self, dtype: type) -> list[tuple[tuple[int, int, int], int]]:
        return [(key, at) for at, (key, column) in enumerate(self._columns) if column.dtype == dtype]


def _read_indicator(item: Indicator, answers: Answers, eligible: BoolArray) -> _Reading:
    """The pairs, the base and the rows asked of one indicator."""
    where = evaluate(parse_condition(item.where), answers) & eligible if item.where else eligible
    first = item.questions[0]
    asked = answers.is_asked(first) & where
    said = answers.has_substance(first) & where
    if item.method in ("mean", "median"):
        value = answers.value_of(first)
        base = where & np.isfinite(value)
        if item.method == "median":
            return _Reading((), base, asked, value)
        return _Reading(((_only(value, base), base.astype(np.int8)),), base, asked)
    if item.method == "ratio":
        numerator, denominator = answers.value_of(first), answers.value_of(item.questions[1])
        base = where & np.isfinite(numerator) & np.isfinite(denominator)
        return _Reading(((_only(numerator, base), _only(denominator, base)),), base, asked)
    if item.method == "item_count":
        return _read_item_count(item, answers, where)
    base = said | (answers.has_dont_know(first) & asked) if item.base == "asked" else said
    pairs = [(_only(_points(item, answers.column(first)), said), base.astype(np.int8))]
    if item.method == "crosswise" and len(item.questions) > 1:
        anchor = item.questions[1]
        known = answers.has_substance(anchor) & where
        pairs.append((_only(_points(item, answers.column(anchor)), known), known.astype(np.int8)))
    return _Reading(tuple(pairs), base, asked)


def _points(item: Indicator, column: AnswerColumn) -> FloatArray:
    """(rows,) what an answer adds: 1 for a positive code, −1 for a negative one, the number of codes for ``count``."""
    positive, negative = frozenset(item.positive), frozenset(item.negative)

    def count(text: str) -> float:
        chosen = set(column.chosen(text))
        return float(len(chosen & positive if positive else {code for code in chosen if code not in column.roles}))

    def balance(text: str) -> float:
        chosen = set(column.chosen(text))
        return float(bool(chosen & positive)) - float(bool(chosen & negative))

    return column.numbers(count if item.method == "count" else balance)


def _read_item_count(item: Indicator, answers: Answers, where: BoolArray) -> _Reading:
    """Treatment and control counts of one list or two; a row is in the base when it answered any of them."""
    pairs: list[tuple[FloatArray | SmallArray, FloatArray | SmallArray]] = []
    base, asked = np.zeros_like(where), np.zeros_like(where)
    for question in item.questions:
        value = answers.value_of(question)
        known = np.isfinite(value) & where
        pairs.append((_only(value, known), known.astype(np.int8)))
        base |= known
        asked |= answers.is_asked(question) & where
    return _Reading(tuple(pairs), base, asked)


def _complete_rows(
    answers: Answers,
    survey: list[tuple[int, Indicator]],
    applies: dict[str, set[str]],
    group_names: list[str],
    group_of_row: IntArray,
) -> BoolArray:
    """(rows,) nothing that was asked for the unit's indicators is left without an answer."""
    complete = np.ones(answers.frame.height, dtype=np.bool_)
    for _, item in survey:
        eligible = np.array([item.code in applies[name] for name in group_names] + [False], dtype=np.bool_)[
            group_of_row
        ]
        reading = _read_indicator(item, answers, eligible)
        complete &= reading.base | ~reading.asked
    return complete


def _only(value: FloatArray, base: BoolArray) -> FloatArray:
    """(rows,) the value inside the base, 0 outside."""
    return np.where(base, value, 0.0)


def _compact(column: FloatArray | SmallArray) -> FloatArray | SmallArray:
    """One byte per row when all numbers are whole and small."""
    if column.dtype == np.int8 or column.size == 0:
        return column.astype(np.int8)
    is_small = np.all((column >= SMALLEST) & (column <= LARGEST) & (column == np.rint(column)))
    return column.astype(np.int8) if is_small else column.astype(np.float64)


def _stack(columns: Sequence[npt.NDArray[Number]], rows: int, dtype: type[Number]) -> npt.NDArray[Number]:
    """(rows, len(columns)); also where there are no columns."""
    stacked = np.empty((rows, len(columns)), dtype=dtype)
    for place, column in enumerate(columns):
        stacked[:, place] = column
    return stacked
