"""Take the change of each unit's index apart into pieces that add up exactly.

In:  both waves of one unit group as they were scored, units in the same rows, and which indicators continue.
Out: points (U, parts): leaving items, sub-indices over comparable indicators, bounds, weights, entering items.

The path from then to now, in a stated order:
1. leaving: each item that does not continue takes the score of what stays (its sub-index, or the index), where it is
   neutral. For arithmetic means its part is share × (score of what stays − its own score).
2. the comparable core moves: values sub-index by sub-index, then the bounds, then the weights; and once more in the
   opposite order. A part is the average of the two, so exchanging the waves turns every sign and nothing else.
   With the same weights and bounds the part of a sub-index is weight × change of its score.
3. entering: as leaving, with the new items going from neutral to their own score.
An indicator that a unit lacks in one wave leaves or enters for that unit alone.
Source: Dietzenbacher and Los (1998), Structural Decomposition Techniques: Sense and Sensitivity, Economic Systems
Research 10(4), for the average of the two polar paths.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from ddci.index.normalise import normalise
from ddci.index.score import ANY_SIGN, IndexScores, ScoringRule, score_values
from ddci.index.what_if import aggregate_scores, points_per_score, select_indicators, use_what_is_there

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
PartKind = Literal["leaving", "sub_index", "bounds", "weights", "entering"]
OF_THE_GROUP = frozenset({"z_score", "rank", "percentile"})  # scores that no bounds describe: they have no bounds term

WITHOUT_BOUNDS = frozenset({"share_scale", "none"})


@dataclass(frozen=True)
class ScoredWave:
    """One wave's unit group as it was scored; rows are shared with the other wave, NaN where a unit did not exist."""

    values: FloatArray  # (U, I)
    scored: IndexScores
    rule: ScoringRule


@dataclass(frozen=True, slots=True)
class Part:
    """What a column of points stands for.

    ``place`` counts this wave's sub-indices or indicators, for kind "leaving" the earlier wave's; -1 without one.
    """

    kind: PartKind
    level: Literal["sub_index", "indicator", ""]
    place: int


@dataclass(frozen=True)
class Decomposition:
    parts: tuple[Part, ...]
    points: FloatArray  # (U, parts)
    change: FloatArray  # (U,) the sum of a row, exactly and in any order; this wave's index − the earlier one's


def scored_wave(
    values: FloatArray, rule: ScoringRule, *, bounds: tuple[FloatArray, FloatArray] | None = None
) -> ScoredWave:
    """Score one wave's values (U, I) and keep all that a decomposition needs; ``bounds`` as in ``score_values``."""
    return ScoredWave(values, score_values(values, rule, bounds=bounds), rule)


def decompose_change(now: ScoredWave, then: ScoredWave, *, matches: IntArray) -> Decomposition:
    """Contributions of each part to the change of each unit's index.

    now, then   the two waves; they may differ in indicators, weights, bounds, aggregation and scale
    matches     (I of now,) the place of the same indicator in the earlier wave, -1 = it did not exist or was changed
    returns     points of the total; a unit without an index in one of the waves, or with nothing comparable, has NaN.
                What a rule cannot attribute (a neutral item moves Mazziotta and Pareto's mean) is in the largest part.
    """
    stays = _core_of_units(now, then, matches)
    continuing = np.flatnonzero(matches >= 0).astype(np.int64)
    moves = _core_moves(now, then, continuing, matches[continuing], stays)
    came = _neutral_swaps(now, _all_columns(stays, continuing, now), "entering")
    went = _neutral_swaps(then, _all_columns(stays, matches[continuing], then), "leaving")
    columns = [(part, -points) for part, points in went] + moves + came
    total = now.scored.index - then.scored.index
    points = np.stack([points for _, points in columns], axis=-1) if columns else np.empty((len(total), 0))
    known = np.isfinite(total) & stays.any(axis=1) & np.isfinite(points).all(axis=-1)
    points = np.where(known[:, np.newaxis], points, np.nan)
    points, change = add_up_exactly(points, total)
    return Decomposition(tuple(part for part, _ in columns), points, change)


def add_up_exactly(points: FloatArray, total: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Parts that sum to the total without rounding error, in whatever order they are added.

    points   (U, P) parts that sum to ``total`` but for rounding; NaN rows stay
    total    (U,)
    returns  (parts, total), moved to the finest grid of binary fractions on which every partial sum is exact (about
             1e-14 for points up to 100); what rounding left over is in the largest part

    >>> parts, total = add_up_exactly(np.array([[0.1, 0.2, -0.4]]), np.array([-0.1]))
    >>> bool(parts[0, 0] + parts[0, 1] + parts[0, 2] == parts[0, 2] + parts[0, 1] + parts[0, 0] == total[0])
    True
    """
    if not points.shape[1]:
        return points, np.full(total.shape, np.nan)
    size = np.abs(points).sum(axis=1) + np.abs(total)
    _, exponent = np.frexp(np.where(np.isfinite(size), size, 1.0))
    grid = np.ldexp(1.0, np.maximum(exponent - 51, -1000))  # 2 bits to spare: the largest part may grow a little
    parts = np.round(points / grid[:, np.newaxis]) * grid[:, np.newaxis]
    whole = np.round(total / grid) * grid
    rows = np.arange(len(total))
    largest = np.argmax(np.abs(points), axis=1)
    parts[rows, largest] += whole - parts.sum(axis=1)
    return parts, np.where(np.isnan(parts).any(axis=1), np.nan, whole)


def _core_of_units(now: ScoredWave, then: ScoredWave, matches: IntArray) -> BoolArray:
    """(U, continuing) which continuing indicators count in both waves of a unit."""
    continuing = np.flatnonzero(matches >= 0)
    return _counted(now)[:, continuing] & _counted(then)[:, matches[continuing]]


def _counted(wave: ScoredWave) -> BoolArray:
    """(U, I) which scores entered the index: measured, and in a sub-index that was not refused."""
    return np.isfinite(wave.scored.scores) & np.isfinite(wave.scored.sub_indices)[:, wave.rule.parent]


def _all_columns(stays: BoolArray, places: IntArray, wave: ScoredWave) -> BoolArray:
    whole = np.zeros(wave.values.shape, dtype=bool)
    whole[:, places] = stays
    return whole


def _in_points(rule: ScoringRule) -> ScoringRule:
    """The rule for scores given in points of the total, so that two waves with different scales can be mixed."""
    factor = points_per_score(rule)
    scale = (rule.scale[0] * factor, rule.scale[1] * factor)
    return use_what_is_there(replace(rule, scale=scale, total=scale[1]))


def _core_moves(
    now: ScoredWave, then: ScoredWave, columns: IntArray, columns_then: IntArray, stays: BoolArray
) -> list[tuple[Part, FloatArray]]:
    """Step 2: values by sub-index, bounds and weights over the comparable core, averaged over both orders."""
    if not columns.size:
        return []
    rule_now, kept = select_indicators(_in_points(now.rule), columns)
    rule_then, _ = select_indicators(_in_points(then.rule), columns_then)
    start, end, values_only, bounds_only = (
        np.where(stays, scores, np.nan) for scores in _four_states(now, then, columns, columns_then)
    )
    forward, backward = [start], [start, bounds_only]
    for place in range(kept.size):
        forward.append(np.where(rule_now.parent == place, values_only, forward[-1]))
        reverse_place = kept.size - 1 - place
        backward.append(np.where(rule_now.parent == reverse_place, end, backward[-1]))
    forward.append(end)
    ahead = [aggregate_scores(state, rule_then).index for state in forward]
    ahead.append(aggregate_scores(end, rule_now).index)
    back = [aggregate_scores(start, rule_then).index] + [aggregate_scores(state, rule_now).index for state in backward]
    steps_ahead, steps_back = np.diff(ahead, axis=0), np.diff(back, axis=0)[::-1]
    steps = (steps_ahead + steps_back) / 2
    parts = [Part("sub_index", "sub_index", int(place)) for place in kept]
    parts += [Part("bounds", "", -1), Part("weights", "", -1)]
    return list(zip(parts, steps, strict=True))


def _four_states(
    now: ScoredWave, then: ScoredWave, columns: IntArray, columns_then: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Scores in points of the core: as then, as now, now's values between then's bounds, then's between now's."""
    now_factor, then_factor = points_per_score(now.rule), points_per_score(then.rule)
    start = then.scored.scores[:, columns_then] * then_factor
    end = now.scored.scores[:, columns] * now_factor
    if now.rule.normalisation in OF_THE_GROUP or then.rule.normalisation in OF_THE_GROUP:
        return start, end, end, start
    means = {now.rule.aggregation, now.rule.aggregation_top, then.rule.aggregation, then.rule.aggregation_top}
    cut_all = not means <= ANY_SIGN  # a mean that cannot take a score below 0 gets the scale's end
    values_only = _scores_between(now.values[:, columns], then, columns_then, cut_all=cut_all) * then_factor
    bounds_only = _scores_between(then.values[:, columns_then], now, columns, cut_all=cut_all) * now_factor
    return start, end, values_only, bounds_only


def _scores_between(values: FloatArray, wave: ScoredWave, columns: IntArray, *, cut_all: bool) -> FloatArray:
    """The values scored as ``wave`` scored: clipped only where its bounds were given, for extremes cut off nothing."""
    rule = wave.rule
    scores = normalise(
        values,
        method=rule.normalisation,
        direction=rule.direction[columns],
        low=wave.scored.low[..., columns],
        high=wave.scored.high[..., columns],
        scale=rule.scale,
    )
    cut = cut_all | rule.clip & (np.isfinite(rule.low[columns]) | (rule.normalisation in WITHOUT_BOUNDS))
    return np.where(cut, np.clip(scores, *rule.scale), scores)


def _neutral_swaps(wave: ScoredWave, core: BoolArray, kind: PartKind) -> list[tuple[Part, FloatArray]]:
    """Steps 1 and 3: what each item outside the core adds when it goes from neutral to its own score."""
    counted = _counted(wave)
    rule = _in_points(wave.rule)
    real = np.where(counted, wave.scored.scores * points_per_score(wave.rule), np.nan)
    outside = counted & ~core
    if not outside.any() or not core.any():
        return []
    parts = _items_outside(core, outside, rule, kind)
    neutral = np.where(outside, _neutral_scores(real, core, rule), real)
    order = [columns for _, columns in parts]
    ahead = _swap(neutral, real, order, rule)
    if rule.aggregation == rule.aggregation_top == "arithmetic":  # the order cannot matter
        return [(part, points) for (part, _), points in zip(parts, ahead, strict=True)]
    back = _swap(neutral, real, order[::-1], rule)[::-1]
    return [(part, (a + b) / 2) for (part, _), a, b in zip(parts, ahead, back, strict=True)]


def _items_outside(
    core: BoolArray, outside: BoolArray, rule: ScoringRule, kind: PartKind
) -> list[tuple[Part, IntArray]]:
    """The items to swap: a whole sub-index where none of its indicators continues, else single indicators."""
    items = []
    for place in range(rule.n_sub_indices):
        columns = np.flatnonzero(rule.parent == place).astype(np.int64)
        if not core[:, columns].any():
            if outside[:, columns].any():
                items.append((Part(kind, "sub_index", place), columns))
            continue
        single = columns[outside[:, columns].any(axis=0)]
        items.extend((Part(kind, "indicator", int(column)), np.array([column])) for column in single)
    return items


def _neutral_scores(real: FloatArray, core: BoolArray, rule: ScoringRule) -> FloatArray:
    """(U, I) in points: the sub-index over its core; the index over the core where a sub-index has no core."""
    columns = np.flatnonzero(core.any(axis=0)).astype(np.int64)
    selected, kept = select_indicators(rule, columns)
    only_core = aggregate_scores(np.where(core, real, np.nan)[:, columns], selected)
    of_sub_index = np.full((len(real), rule.n_sub_indices), np.nan)
    of_sub_index[:, kept] = only_core.sub_indices
    missing = np.isnan(of_sub_index)
    return np.where(missing, only_core.index[:, np.newaxis], of_sub_index)[:, rule.parent]


def _swap(neutral: FloatArray, real: FloatArray, order: list[IntArray], rule: ScoringRule) -> list[FloatArray]:
    """The step of the index (U,) as the items take their real scores one after the other."""
    state = neutral.copy()
    index = [aggregate_scores(state, rule).index]
    for columns in order:
        state[:, columns] = real[:, columns]
        index.append(aggregate_scores(state, rule).index)
    return list(np.diff(index, axis=0))
