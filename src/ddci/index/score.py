"""From indicator values to scores, sub-indices and the index of one unit group: the rule of a framework, applied.

In:  values (..., U, I) of one unit group; a leading replicate axis is carried through.
Out: scores (..., U, I), sub-indices (..., U, S), index (..., U), with the bounds and weights that were in force.
Every other part (change, diagnosis, targets) that needs a score calls this, so that nothing is computed in two ways.

Two kinds of replicates. ``score_values`` takes the extremes of the group anew in every replicate: this is how a repeated
survey would be published, and how often each rank comes up (stability) is counted from it. ``score_with_held_bounds``
keeps the bounds of the estimate: standard errors, intervals, proven differences and changes are taken from it. The
replicates of units that are alike spread √2 times as wide as the estimates do, so extremes taken anew would shrink their
scores by just that, and chance would look like proof.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ddci.framework.model import Aggregation, Framework, Missing, Normalisation
from ddci.index.aggregate import aggregate, effective_weights
from ddci.index.normalise import equal_bounds, extremes, normalise, spread_bounds

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

GROUP_BOUNDS = frozenset({"min_max", "distance_to_best"})  # methods whose bounds may be the group's own extremes
ANY_SIGN = frozenset({"arithmetic", "copeland"})  # means that also take a score below 0


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
    return _aggregate(scores, rule, low, high)


def score_with_held_bounds(values: FloatArray, rule: ScoringRule, scored: IndexScores) -> IndexScores:
    """Score every replicate between the bounds of the estimate, replicate 0, for everything that is said about error.

    values   (R, U, I), replicate 0 the estimate
    scored   of the same values, by ``score_values``
    returns  replicate 0 as in ``scored``. In the others a value beyond a bound that the group itself gave goes beyond the
             scale (a mean that cannot take such a score gets it cut); given bounds cut as the rule says. Under "rank" and
             "percentile", which have no bounds to hold, ``scored`` itself.
    Source: ``docs/decisions/0008-held-bounds.md``, with what both ways cover.
    """
    bounds = held_bounds(values[0], rule, between=(scored.low[0], scored.high[0])) if len(values) > 1 else None
    if bounds is None:
        return scored
    held = score_between(values, rule, bounds)
    for name in ("scores", "sub_indices", "index"):
        getattr(held, name)[0] = getattr(scored, name)[0]
    return held


def held_bounds(
    estimate: FloatArray, rule: ScoringRule, *, between: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray] | None:
    """The bounds (1, I) that ``score_between`` keeps; None where scoring anew or between held bounds is the same.

    estimate  (U, I) values
    between   the bounds that were in force for the estimate

    Standard scores are a straight line between three standard deviations below and above the group's mean. Ranks and
    percentiles have no bounds to hold, given bounds are held anyway.
    """
    if rule.normalisation == "z_score":
        return spread_bounds(estimate)
    return None if rule.normalisation not in GROUP_BOUNDS or np.isfinite(rule.low).all() else between


def score_between(values: FloatArray, rule: ScoringRule, bounds: tuple[FloatArray, FloatArray]) -> IndexScores:
    """Score values (..., U, I) between bounds (1, I) that the group gave in another draw; see ``score_with_held_bounds``."""
    method: Normalisation = "min_max" if rule.normalisation == "z_score" else rule.normalisation
    scores = normalise(values, method=method, direction=rule.direction, low=bounds[0], high=bounds[1], scale=rule.scale)
    given = np.isfinite(rule.low) & (rule.normalisation != "z_score")
    if not {rule.aggregation, rule.aggregation_top} <= ANY_SIGN:
        np.clip(scores, *rule.scale, out=scores)
    elif rule.clip and given.any():
        scores = np.where(given, np.clip(scores, *rule.scale), scores)
    return _aggregate(scores, rule, *bounds)


def _aggregate(scores: FloatArray, rule: ScoringRule, low: FloatArray, high: FloatArray) -> IndexScores:
    """Sub-indices and the index of scores (..., U, I)."""
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
