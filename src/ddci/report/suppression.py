"""Leave out of a Result what rests on too few answers to be published, and what would tell it.

In:  a Result and the publication minimum. Out: a Result in which these figures are NaN, with the flag ``suppressed`` on
cells without figures and ``withheld`` on cells whose score is published and whose value is not; everything else as it was.

A cell is a unit × (index, sub-index or indicator). It is *small* when its n is known and 0 < n < minimum. Where the index
or a sub-index of a unit is small, all cells of the unit are suppressed.

Second suppression, so that a small cell cannot be worked out from what stays:

* Parts of a unit. A sub-index with one unknown indicator would tell it, so a second one goes: that with the smallest n. A
  unit that holds a bound of the year has an end of the scale for a score, which may be guessed: it does not count as unknown.
  Where no second one is left the sub-index goes, and likewise a second sub-index, with an indicator of its own; at last the
  unit.
* Figures of the group. A median goes where only a suppressed cell has the figure in the middle or no more than two cells
  stay; the best where only a suppressed cell has it, and with it the gains of all units. Ranks stay, they tell order only,
  except in a column where a suppressed cell shares its rank with a published one.
* Bounds. Where only a suppressed cell holds a bound that the data of the year set, or scores come from mean and spread, the
  values of any two other units with their scores would tell it: the values of that column are withheld, the scores stay.
* Sentences. Findings and checks that quote what is gone are dropped; so are a unit's like-for-like change and the parts of
  its change where they are a further equation in a suppressed cell. Importance needs three suppressed cells in its column
  or none, coherence none.

Published figures, targets and history stay: they are public already. What this does not protect against: figures published
elsewhere; with scores from mean and spread, the score (not the value) of a lone suppressed cell; a guess within bounds
(every score lies on the scale).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ddci.framework.compare import comparable_codes
from ddci.report.standing import columns_of_group, groups_with_units, indicators_of
from ddci.report.suppressed_cells import (
    bounds_of_wave,
    cells_to_hide,
    figures_of_level,
    has_fixed_bounds,
    held_by_hidden_alone,
)
from ddci.report.suppressed_parts import without_texts
from ddci.result import Change, Result, Scores

BoolArray = npt.NDArray[np.bool_]
FLAG, WITHHELD = "suppressed", "withheld"
FEWEST_LEFT = 3  # published cells without which a median or a best stands for single units
FEWEST_UNKNOWN = 3  # suppressed cells in a column from which on its importance cannot be solved for one of them
OF_GROUP = frozenset({"median", "best", "bounds_low", "bounds_high", "effective_weight", "importance"})
IN_UNITS = ("value", "se", "low", "high", "median", "best", "bounds_low", "bounds_high")
RANKS = ("rank", "rank_low", "rank_high", "rank_low_single", "rank_high_single")


@dataclass(frozen=True)
class Masks:
    """(U, K) each. What is suppressed, and what goes because of it in the columns of a group."""

    hidden: BoolArray
    withheld: BoolArray  # figures in the indicator's own unit
    median: BoolArray
    best: BoolArray
    tied: BoolArray  # columns whose ranks would tell a tie
    importance: BoolArray


def suppress(result: Result, *, minimum: int, previous: Result | None = None) -> Result:
    """The Result as it may be published; where nothing is to be suppressed, the Result itself.

    previous  the earlier wave's Result as published: changes since a cell suppressed there would tell it
    """
    hidden = cells_to_hide(result, minimum)
    if hidden.any():
        result = _without(result, hidden)
    return _without_change_since(result, previous)


def _without(result: Result, hidden: BoolArray) -> Result:
    masks = _group_masks(result, hidden)
    flags = {
        name: raised & ~hidden if name in ("tied", "bounds_equal") else raised for name, raised in result.flags.items()
    }
    if "tied" in flags:
        flags["tied"] = flags["tied"] & ~masks.tied
    flags[FLAG] = hidden
    if (shown := masks.withheld & ~hidden).any():
        flags[WITHHELD] = shown
    units_gone = hidden[:, 0]
    change = None if result.change is None else _change_without(result, result.change, hidden)
    kept = replace(
        result,
        scores=_scores_without(result.scores, masks),
        flags=flags,
        change=change,
        band=tuple(-1 if gone else band for band, gone in zip(result.band, units_gone, strict=True)),
        stability=np.where(units_gone[:, None], np.nan, result.stability),
    )
    return without_texts(kept, hidden, quoted=hidden | masks.withheld | masks.median | masks.best)


def _group_masks(result: Result, hidden: BoolArray) -> Masks:
    names = ("withheld", "median", "best", "tied", "importance")
    masks = {name: np.zeros_like(hidden) for name in names}
    figures = figures_of_level(result)
    for group in groups_with_units(result):
        rows = np.array(result.rows_of_group(group))
        columns = [0, *columns_of_group(result, group, "sub_index"), *columns_of_group(result, group, "indicator")]
        for column in columns:
            gone = hidden[rows, column]
            if gone.any():
                for name in _told_by(result, rows, column, gone, figures[rows, column]):
                    masks[name][rows, column] = True
    return Masks(hidden, **masks)


def _told_by(
    result: Result, rows: npt.NDArray[np.intp], column: int, gone: BoolArray, figures: npt.NDArray[np.float64]
) -> Iterable[str]:
    """The masks that a column of a group falls under, of whose units some are suppressed (``gone``)."""
    scores = result.scores
    left = np.isfinite(figures) & ~gone
    few = left.sum() < FEWEST_LEFT
    if few or held_by_hidden_alone(figures, gone, scores.best[rows[0], column]):
        yield "best"
    if few or any(held_by_hidden_alone(figures, gone, middle) for middle in _middle(figures)):
        yield "median"
    ranks = scores.rank[rows, column]
    if np.isin(ranks[gone & np.isfinite(ranks)], ranks[~gone]).any():
        yield "tied"
    if result.nodes[column].level == "indicator":
        bounds = bounds_of_wave(result, rows.tolist(), column)
        told = any(held_by_hidden_alone(figures, gone, bound[0]) for bound in bounds)
        if told or result.framework.normalisation == "z_score":
            yield "withheld"
        if gone.sum() < FEWEST_UNKNOWN:
            yield "importance"


def _middle(figures: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The one or two figures that the median is made of."""
    ordered = np.sort(figures[np.isfinite(figures)])
    return ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]


def _scores_without(scores: Scores, masks: Masks) -> Scores:
    gone = {
        name: masks.hidden if name not in OF_GROUP else np.zeros_like(masks.hidden) for name in Scores.__annotations__
    }
    for name in IN_UNITS:
        gone[name] = gone[name] | masks.withheld
    gone["median"] = gone["median"] | masks.median
    gone["best"] = gone["best"] | masks.best
    gone["gain"] = gone["gain"] | masks.best
    gone["importance"] = gone["importance"] | masks.importance
    for name in RANKS:
        gone[name] = gone[name] | masks.tied
    return replace(scores, **{name: np.where(mask, np.nan, getattr(scores, name)) for name, mask in gone.items()})


def _change_without(result: Result, change: Change, hidden: BoolArray) -> Change:
    """Changes of suppressed cells go, and what would be a further equation in them."""
    telling = _told_by_change(result, change, hidden)
    codes = [{result.nodes[column].code for column in np.flatnonzero(row)} for row in hidden]
    quoting = {item.unit for item in change.contributions if item.code in codes[result.unit_row[item.unit]]} | {
        result.units[row].code for row in np.flatnonzero(telling)
    }
    figures: dict[str, Any] = {
        name: np.where(hidden, np.nan, getattr(change, name)) for name in ("score", "low", "high")
    }
    for name in (name for name in Change.__annotations__ if name.startswith("like_for_like")):
        figures[name] = np.where(telling, np.nan, getattr(change, name))
    return replace(
        change,
        **figures,
        contributions=tuple(item for item in change.contributions if item.unit not in quoting),
    )


def _told_by_change(result: Result, change: Change, hidden: BoolArray) -> BoolArray:
    """(U,) units whose like-for-like change is a further equation in a suppressed cell.

    It is none where no suppressed indicator is comparable; nor where bounds are fixed and all indicators of the sub-indices
    concerned are comparable, because the sub-index then enters it as it is published.
    """
    telling: BoolArray = np.asarray(hidden[:, [0, *result.columns("sub_index")]].any(axis=1), dtype=bool)
    fixed = np.array(
        [
            node.level == "indicator"
            and has_fixed_bounds(result.framework, result.framework.indicator_by_code[node.code])
            for node in result.nodes
        ]
    )
    whole = change.comparable & fixed
    for row in np.flatnonzero(hidden.any(axis=1) & ~telling):
        group = result.units[row].group
        for column in columns_of_group(result, group, "sub_index"):
            parts = indicators_of(result, group, result.nodes[column].code)
            unknown = [part for part in parts if hidden[row, part] and change.comparable[part]]
            telling[row] |= bool(unknown) and not whole[parts].all()
    return telling


def _without_change_since(result: Result, previous: Result | None) -> Result:
    """The Result without changes since cells that were suppressed in the earlier wave."""
    change = result.change
    if change is None or previous is None or FLAG not in previous.flags or previous.wave != change.wave:
        return result
    then = previous.flags[FLAG]
    codes = {"index": "index", **comparable_codes(previous.framework, result.framework)}
    gone = np.zeros(result.scores.score.shape, dtype=bool)
    for row, unit in enumerate(result.units):
        before = [previous.unit_row[code] for code in (unit.code, *unit.succeeds) if code in previous.unit_row]
        for column, node in enumerate(result.nodes):
            place = previous.node_column.get(codes.get(node.code, ""))
            gone[row, column] = place is not None and bool(then[before, place].any())
    return replace(result, change=_change_without(result, change, gone)) if gone.any() else result
