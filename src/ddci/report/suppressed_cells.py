"""Which cells of a Result must stay unpublished so that no small cell can be worked out from what is published.

In:  a Result and the publication minimum. Out: masks; nothing is changed here. The rule is told in ``suppression``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ddci.framework.model import Framework, Indicator
from ddci.report.standing import columns_of_group, groups_with_units, indicators_of
from ddci.result import Result

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
BY_BOUNDS = ("min_max", "distance_to_best")
WITHOUT_BOUNDS = ("share_scale", "none", "rank", "percentile")
EXACT = 1e-12  # of a figure: two roads to the same number may differ by so much


def cells_to_hide(result: Result, minimum: int) -> BoolArray:
    """(U, K) the small cells, and for each unit as many others as keep them from being worked out."""
    hidden = small_cells(result, minimum)
    if hidden.any():
        hidden |= _equal_columns(result, hidden)
        for group in groups_with_units(result):
            plan = _Plan.of(result, group)
            for row in result.rows_of_group(group):
                if hidden[row].any():
                    _Unit(plan, row, hidden).protect()
    return hidden


def small_cells(result: Result, minimum: int) -> BoolArray:
    """(U, K) cells with fewer answers than the minimum; all of a unit where its index or a sub-index is one of them."""
    n = result.scores.n
    small = np.isfinite(n) & (n > 0) & (n < minimum)
    above_indicators = [column for column, node in enumerate(result.nodes) if node.level != "indicator"]
    small[small[:, above_indicators].any(axis=1)] = True
    return small


def figures_of_level(result: Result) -> FloatArray:
    """(U, K) what medians and bests are of: values of indicators, scores above them."""
    is_indicator = np.array([node.level == "indicator" for node in result.nodes])
    return np.where(is_indicator, result.scores.value, result.scores.score)


def has_fixed_bounds(framework: Framework, indicator: Indicator) -> bool:
    """Whether the score of a unit hangs on its own value alone."""
    if framework.normalisation in WITHOUT_BOUNDS:
        return True
    rule = indicator.bounds if indicator.bounds is not None else framework.bounds
    return framework.normalisation in BY_BOUNDS and (isinstance(rule, tuple) or rule == "fixed")


def bounds_of_wave(result: Result, rows: Sequence[int], column: int) -> tuple[FloatArray, ...]:
    """The bounds (rows,) of an indicator that the data of the wave set; none where they are fixed or not used."""
    indicator = result.framework.indicator_by_code[result.nodes[column].code]
    if result.framework.normalisation not in BY_BOUNDS or has_fixed_bounds(result.framework, indicator):
        return ()
    return result.scores.bounds_low[rows, column], result.scores.bounds_high[rows, column]


def held_by_hidden_alone(figures: FloatArray, gone: BoolArray, told: FloatArray) -> bool:
    """Whether ``told`` (one figure) is that of a suppressed cell and of no published one."""
    held = same(figures, told)
    return bool(held[gone].any() and not held[~gone].any())


def same(left: FloatArray, right: FloatArray) -> BoolArray:
    """Equal but for rounding noise; a missing number equals nothing."""
    return np.isclose(left, right, rtol=EXACT, atol=0.0)


def _equal_columns(result: Result, hidden: BoolArray) -> BoolArray:
    """(U, K) columns of a group in which all units have the same figure: the published ones would tell the hidden one."""
    found = np.zeros_like(hidden)
    figures = figures_of_level(result)
    for group in groups_with_units(result):
        rows = result.rows_of_group(group)
        for column in columns_of_group(result, group, "indicator"):
            known = [row for row in rows if np.isfinite(figures[row, column])]
            equal = len(known) > 1 and bool(same(figures[known, column], figures[known[0], column]).all())
            if equal and hidden[known, column].any():
                found[known, column] = True
    return found


@dataclass(frozen=True)
class _Plan:
    """What the units of a group share: its columns, the order in which cells are given up, and what can be inferred."""

    result: Result
    sub_indices: list[int]
    indicators: dict[int, list[int]]  # sub-index column → its indicators
    inferable: BoolArray  # (U, K) the unit has an end of the scale, which may be guessed: it does not count as unknown

    @classmethod
    def of(cls, result: Result, group: str) -> _Plan:
        rows = result.rows_of_group(group)
        inferable = np.zeros(result.scores.score.shape, dtype=bool)
        for column in columns_of_group(result, group, "indicator"):
            value = result.scores.value[rows, column]
            for bound in bounds_of_wave(result, rows, column):
                inferable[rows, column] |= same(value, bound)
        sub_indices = columns_of_group(result, group, "sub_index")
        indicators = {column: indicators_of(result, group, result.nodes[column].code) for column in sub_indices}
        return cls(result, sub_indices, indicators, inferable)


class _Unit:
    """One unit: hides more of its cells until no equation has a single unknown. Changes its row of ``hidden``."""

    def __init__(self, plan: _Plan, row: int, hidden: BoolArray) -> None:
        scores = plan.result.scores
        self.plan, self.hidden = plan, hidden[row]
        weighs = np.nan_to_num(scores.effective_weight[row], nan=1.0) > 0
        self.counts = weighs & np.isfinite(scores.score[row])
        self.n = np.nan_to_num(scores.n[row], nan=np.inf)
        self.inferable = plan.inferable[row]

    def protect(self) -> None:
        """Sub-indices from their indicators, then the index from the sub-indices, until both are safe."""
        while not self.hidden[0]:
            for column in self.plan.sub_indices:
                self._protect_sub_index(column)
            if self._index_is_safe():
                return
        self.hidden[:] = True

    def _protect_sub_index(self, column: int) -> None:
        """Hide more of a sub-index until nobody can tell a part of it; at last the sub-index itself.

        A published one has no hidden part or two unknown ones; a hidden one has an unknown part, else it could be summed up.
        """
        parts = self._parts(column)
        if not self.hidden[[column, *parts]].any():
            return
        while self._unknown(parts) < (1 if self.hidden[column] else 2):
            candidates = [part for part in parts if not self.hidden[part] and not self.inferable[part]]
            if candidates:
                self.hidden[self._smallest(candidates)] = True
            elif not self.hidden[column]:
                self.hidden[column] = True
            else:
                self.hidden[parts] = True
                return

    def _index_is_safe(self) -> bool:
        """No hidden sub-index or two unknown ones; otherwise another is hidden, or with none left the whole unit."""
        parts = [column for column in self.plan.sub_indices if self.counts[column]]
        hidden = [column for column in parts if self.hidden[column]]
        if not hidden or sum(self._unknown(self._parts(column)) > 0 for column in hidden) > 1:
            return True
        candidates = [column for column in parts if not self.hidden[column]]
        self.hidden[self._smallest(candidates) if candidates else 0] = True
        return False

    def _parts(self, column: int) -> list[int]:
        return [part for part in self.plan.indicators[column] if self.counts[part]]

    def _unknown(self, parts: Sequence[int]) -> int:
        return sum(bool(self.hidden[part] and not self.inferable[part]) for part in parts)

    def _smallest(self, columns: Sequence[int]) -> int:
        return min(columns, key=lambda column: (self.n[column], column))
