"""Every indicator value as a smooth function of weighted sums, with its gradient.

Share, mean, ratio, net balance, count, crosswise, unrelated question and forced response are one formula:
``intercept + slope × Σ w·numerator / Σ w·denominator``. Item count is a difference of two such ratios (the mean of two
differences with a double list); crosswise with an anchor item a quotient of two.

In:  sums of features (…, F).
Out: values (…, J) of the J survey indicators (a median's column stays NaN here), and the gradient by feature.
Source: Wolter (2007), Introduction to Variance Estimation, chapter 6 (linearisation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ddci.framework.model import Indicator
from ddci.survey.features import IndicatorColumns
from ddci.survey.sensitive import PLAIN, crosswise_anchored, line_of

FloatArray = npt.NDArray[np.float64]
Index = slice | npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Slot:
    """Features that play the same part (say, the first denominator) in several indicators: one per indicator."""

    features: Index
    indicators: Index


@dataclass(frozen=True, slots=True)
class Formulas:
    """The J survey indicators' formulas over F features; built by ``build_formulas``."""

    columns: tuple[IndicatorColumns, ...]
    numerator: Slot  # of the indicators with one ratio
    denominator: Slot
    intercept: FloatArray  # (J,)
    slope: FloatArray  # (J,)
    lists: tuple[int, ...]  # places in J of item counts
    anchored: tuple[int, ...]  # places in J of crosswise questions with an anchor item
    slots: tuple[Slot, ...]  # all features of all ratios; each feature belongs to one indicator
    medians: tuple[int, ...]  # places in J
    base: npt.NDArray[np.intp]  # (J,) feature that marks the rows in the base
    is_plain: bool  # every value is one ratio and nothing else

    def values(self, sums: FloatArray, *, out: FloatArray | None = None, is_finite: bool = False) -> FloatArray:
        """Values from sums of features.

        sums       (…, F) Σ w·feature; only ratios matter, so any common unit will do; float32 is read as exact integers
        out        (…, J) float64, where to put them
        is_finite  whether it is known that no denominator is 0
        returns    (…, J); NaN where a denominator is 0, and for medians
        """
        values = np.empty((*sums.shape[:-1], len(self.columns))) if out is None else out
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.is_plain:
                np.divide(
                    sums[..., self.numerator.features],
                    sums[..., self.denominator.features],
                    out=values,
                    dtype=np.float64,
                )
            else:
                self._fill_values(values, sums)
        if not is_finite:
            values[~np.isfinite(values)] = np.nan
        return values

    def is_surely_finite(self, sums: FloatArray) -> bool:
        """Whether a glance at the denominators tells that no value is missing; cheap, and may say no without need."""
        below = sums[..., self.denominator.features]
        return self.is_plain and below.size > 0 and bool(below.min() > 0)

    def _fill_values(self, values: FloatArray, sums: FloatArray) -> None:
        values[...] = np.nan
        chosen = self.numerator.indicators
        ratio = np.divide(sums[..., self.numerator.features], sums[..., self.denominator.features], dtype=np.float64)
        values[..., chosen] = self.intercept[chosen] + self.slope[chosen] * ratio
        for j in self.lists:
            signs = _list_signs(len(self.columns[j].ratios))
            values[..., j] = sum(
                sign * _ratio(sums, pair) for sign, pair in zip(signs, self.columns[j].ratios, strict=True)
            )
        for j in self.anchored:
            observed, anchor = (_ratio(sums, pair) for pair in self.columns[j].ratios)
            values[..., j] = crosswise_anchored(observed, anchor=anchor)

    def gradient(self, sums: FloatArray) -> FloatArray:
        """How each feature's sum moves the one value it belongs to.

        sums     (…, F)
        returns  (…, F); NaN where the value is NaN, 0 for features of no ratio
        """
        gradient = np.zeros(sums.shape)
        below = sums[..., self.denominator.features]
        below = np.where(below == 0, np.nan, below)
        slope = self.slope[self.numerator.indicators]
        gradient[..., self.numerator.features] = slope / below
        gradient[..., self.denominator.features] = -slope * sums[..., self.numerator.features] / below**2
        for j in (*self.lists, *self.anchored):
            ratios = [_ratio(sums, pair) for pair in self.columns[j].ratios]
            for (numerator, denominator), ratio, outer in zip(
                self.columns[j].ratios, ratios, self._slopes(j, ratios), strict=True
            ):
                bottom = np.where(sums[..., denominator] == 0, np.nan, sums[..., denominator])
                gradient[..., numerator] = outer / bottom
                gradient[..., denominator] = -outer * ratio / bottom
        return gradient

    def _slopes(self, j: int, ratios: list[FloatArray]) -> list[FloatArray]:
        """How each ratio of an item count or an anchored crosswise question moves its value."""
        if j in self.lists:
            return [np.asarray(sign) for sign in _list_signs(len(ratios))]
        observed, anchor = ratios[0] - 0.5, ratios[1] - 0.5
        anchor = np.where(anchor == 0, np.nan, anchor)
        return [-0.5 / anchor, 0.5 * observed / anchor**2]


def build_formulas(columns: tuple[IndicatorColumns, ...], *, indicators: tuple[Indicator, ...]) -> Formulas:
    """The formulas of the survey indicators whose columns were laid out; ``indicators`` are the framework's."""
    single = [j for j, item in enumerate(columns) if len(item.ratios) == 1]
    lines = [line_of(indicators[item.indicator]) if item.ratios else PLAIN for item in columns]
    deepest = max((len(item.ratios) for item in columns), default=0)
    slots = [
        _slot([(item.ratios[k][side], j) for j, item in enumerate(columns) if len(item.ratios) > k])
        for k in range(deepest)
        for side in (0, 1)
    ]
    return Formulas(
        columns=columns,
        numerator=_slot([(columns[j].ratios[0][0], j) for j in single]),
        denominator=_slot([(columns[j].ratios[0][1], j) for j in single]),
        intercept=np.array([line.intercept for line in lines]),
        slope=np.array([line.slope for line in lines]),
        lists=tuple(j for j, item in enumerate(columns) if indicators[item.indicator].method == "item_count"),
        anchored=tuple(
            j
            for j, item in enumerate(columns)
            if indicators[item.indicator].method == "crosswise" and len(item.ratios) > 1
        ),
        slots=tuple(slots),
        medians=tuple(j for j, item in enumerate(columns) if item.ordered is not None),
        base=np.array([item.base for item in columns], dtype=np.intp),
        is_plain=len(single) == len(columns) and all(line == PLAIN for line in lines),
    )


def _slot(pairs: list[tuple[int, int]]) -> Slot:
    return Slot(_index([feature for feature, _ in pairs]), _index([place for _, place in pairs]))


def _index(places: list[int]) -> Index:
    """A slice where the places follow each other (then no copy is made), else an array."""
    if places and places == list(range(places[0], places[0] + len(places))):
        return slice(places[0], places[0] + len(places))
    return np.array(places, dtype=np.intp)


def _ratio(sums: FloatArray, pair: tuple[int, int]) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: FloatArray = sums[..., pair[0]] / np.where(sums[..., pair[1]] == 0, np.nan, sums[..., pair[1]])
    return ratio


def _list_signs(count: int) -> list[float]:
    """Treatment less control; with two lists the mean of the two differences."""
    return [2.0 * sign / count for sign in (1.0, -1.0) * (count // 2)]
