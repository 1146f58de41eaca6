"""From indicator values to scores, sub-indices and the index of one unit group: the rule of a framework, applied.

In:  values (..., U, I) of one unit group; a leading replicate axis is carried through.
Out: scores (..., U, I), sub-indices (..., U, S), index (..., U), with the bounds and weights that were in force.
Every other part (change, diagnosis, targets) that needs a score calls this, so that nothing is computed in two ways.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ddci.framework.model import Aggregation, Framework, Missing, Normalisation
from ddci.index.aggregate import aggregate, effective_weights
from ddci.index.normalise import equal_bounds, extremes, normalise

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ScoringRule:
    """What the framework says about one unit group, as arrays over its indicators I and sub-indices S.

    ``low``, ``high`` (I,) are bounds that are given; NaN where the extremes of the scored values are the bounds.
    ``floor``, ``ceiling`` (I,) are extremes of other waves that widen the extremes ("pooled"); NaN where they do not.
    ``indicator_weights`` (I,) or (U, I); ``sub_index_weights`` (S,) or (U, S): relative.
    """

    direction: FloatArray
    parent: IntArray  # (I,) place of the sub-index
    indicator_weights: FloatArray
    sub_index_weights: FloatArray
    low: FloatArray
    high: FloatArray
    floor: FloatArray
    ceiling: FloatArray
    normalisation: Normalisation
    aggregation: Aggregation
    aggregation_top: Aggregation
    power: float | None
    penalty: str
    missing: Missing
    min_weight_share: float
    scale: tuple[float, float]
    total: float
    clip: bool

    @property
    def n_sub_indices(self) -> int:
        return int(self.sub_index_weights.shape[-1])


@dataclass(frozen=True)
class IndexScores:
    scores: FloatArray  # (..., U, I)
    sub_indices: FloatArray  # (..., U, S)
    index: FloatArray  # (..., U)
    low: FloatArray  # (..., 1, I) bounds in force
    high: FloatArray
    equal_bounds: npt.NDArray[np.bool_]  # (I,) low = high in the first replicate


def scoring_rule(
    framework: Framework, group: str, *, floor: FloatArray, ceiling: FloatArray, weights: tuple[FloatArray, FloatArray]
) -> ScoringRule:
    """The rule of ``framework`` for one unit group; ``weights`` = (of indicators, of sub-indices), relative."""
    sub_indices = framework.sub_indices_of_group(group)
    indicators = framework.indicators_of_group(group)
    place = {sub_index.code: position for position, sub_index in enumerate(sub_indices)}
    given = [item.bounds if isinstance(item.bounds, tuple) else (np.nan, np.nan) for item in indicators]
    low, high = np.array(given, dtype=np.float64).reshape(-1, 2).T
    return ScoringRule(
        direction=np.array([item.direction for item in indicators], dtype=np.float64),
        parent=np.array([place[item.parent] for item in indicators], dtype=np.int64),
        indicator_weights=weights[0],
        sub_index_weights=weights[1],
        low=low,
        high=high,
        floor=floor,
        ceiling=ceiling,
        normalisation=framework.normalisation,
        aggregation=framework.aggregation,
        aggregation_top=framework.aggregation_top or framework.aggregation,
        power=framework.power,
        penalty=framework.penalty,
        missing=framework.missing,
        min_weight_share=framework.min_weight_share,
        scale=framework.scale,
        total=framework.total,
        clip=framework.clip,
    )


def bounds_in_force(values: FloatArray, rule: ScoringRule) -> tuple[FloatArray, FloatArray]:
    """The bounds (..., 1, I): given ones, else the extremes of the values, widened by those of the pooled waves.

    Extremes are taken anew in every replicate, because that is what makes a score under in-year bounds noisy.
    """
    low, high = extremes(values)
    low, high = np.fmin(low, rule.floor), np.fmax(high, rule.ceiling)
    given = np.isfinite(rule.low)
    return np.where(given, rule.low, low), np.where(given, rule.high, high)


def score_values(
    values: FloatArray, rule: ScoringRule, *, bounds: tuple[FloatArray, FloatArray] | None = None
) -> IndexScores:
    """Score one unit group.

    values   (..., U, I) in each indicator's own unit; NaN = not measured
    bounds   hold these instead of the rule's own, e.g. to ask what one changed value alone would do
    returns  scores and sub-indices on ``rule.scale``, the index on ``rule.total``; NaN where the missing rule refuses
    """
    low, high = bounds if bounds is not None else bounds_in_force(values, rule)
    scores = normalise(
        values,
        method=rule.normalisation,
        direction=rule.direction,
        low=low,
        high=high,
        scale=rule.scale,
        clip=rule.clip,
    )
    sub_indices = np.stack([_sub_index(scores, rule, place) for place in range(rule.n_sub_indices)], axis=-1)
    top = aggregate(
        sub_indices,
        rule.sub_index_weights,
        method=rule.aggregation_top,
        missing=rule.missing,
        min_weight_share=rule.min_weight_share,
        power=rule.power,
        penalty=rule.penalty,
        scale=rule.scale,
    )
    first = (0,) * (low.ndim - 2)
    return IndexScores(
        scores=scores,
        sub_indices=sub_indices,
        index=top * (rule.total / rule.scale[1]),
        low=low,
        high=high,
        equal_bounds=equal_bounds(low[first], high[first]).reshape(-1) & (rule.normalisation == "min_max"),
    )


def _sub_index(scores: FloatArray, rule: ScoringRule, place: int) -> FloatArray:
    chosen = rule.parent == place
    return aggregate(
        scores[..., chosen],
        rule.indicator_weights[..., chosen],
        method=rule.aggregation,
        missing=rule.missing,
        min_weight_share=rule.min_weight_share,
        power=rule.power,
        penalty=rule.penalty,
        scale=rule.scale,
    )


def shares_of_index(scores: IndexScores, rule: ScoringRule) -> tuple[FloatArray, FloatArray]:
    """How much of each unit's index hangs on each part after re-weighting of missing ones.

    returns  (U, I) for indicators and (U, S) for sub-indices, each summing to 1 over a scored unit; from replicate 0
    """
    first = (0,) * (scores.index.ndim - 1)
    indicator_scores, sub_indices = scores.scores[first], scores.sub_indices[first]
    of_sub_index = effective_weights(np.isfinite(sub_indices), rule.sub_index_weights)
    of_indicator = np.zeros_like(indicator_scores)
    for place in range(rule.n_sub_indices):
        chosen = rule.parent == place
        within = effective_weights(np.isfinite(indicator_scores[:, chosen]), rule.indicator_weights[..., chosen])
        of_indicator[:, chosen] = within * of_sub_index[:, [place]]
    return of_indicator, of_sub_index
