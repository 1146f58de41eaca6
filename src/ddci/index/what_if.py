"""What the index would be if one thing were different, the rest held.

In:  scores (U, I) of one unit group, on the framework's scale, and the group's rule.
Out: the index (I, U) with each indicator in turn left out or changed; the group's scores with weights of a rule.
Bounds are held: a changed score moves nobody else's score. Gains, leave-one-out and targets rest on these functions,
and these rest on ``aggregate``, so that no rule is written twice.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ddci.index.aggregate import aggregate
from ddci.index.score import IndexScores, ScoringRule, score_values

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ANY_SHARE = 1e-12  # a minimum share of weight that whatever is present satisfies


def points_per_score(rule: ScoringRule) -> float:
    """Points of the total that one score point of the whole index is worth (10 for scores to 10 and a total to 100)."""
    return rule.total / rule.scale[1]


def aggregate_scores(scores: FloatArray, rule: ScoringRule) -> IndexScores:
    """Sub-indices and index of scores (..., U, I) that are normalised already."""
    held = (np.zeros((1, scores.shape[-1])), np.ones((1, scores.shape[-1])))
    towards_better = np.ones(scores.shape[-1])
    return score_values(scores, replace(rule, normalisation="none", direction=towards_better, clip=False), bounds=held)


def select_indicators(rule: ScoringRule, columns: IntArray) -> tuple[ScoringRule, IntArray]:
    """The rule over some indicators only, in the order of ``columns``, and the places of the sub-indices that remain.

    A sub-index of which no indicator is selected is left out; the weights of the others stay relative.
    """
    kept = np.unique(rule.parent[columns])
    selected = replace(
        rule,
        direction=rule.direction[columns],
        parent=np.searchsorted(kept, rule.parent[columns]).astype(np.int64),
        indicator_weights=rule.indicator_weights[..., columns],
        sub_index_weights=rule.sub_index_weights[..., kept],
        low=rule.low[columns],
        high=rule.high[columns],
        floor=rule.floor[columns],
        ceiling=rule.ceiling[columns],
    )
    return selected, kept.astype(np.int64)


def use_what_is_there(rule: ScoringRule) -> ScoringRule:
    """The rule with the weights of missing parts shared among whatever is present, however little that is."""
    return replace(rule, missing="reweight", min_weight_share=ANY_SHARE)


def index_with_each_changed(scores: FloatArray, changed: FloatArray, rule: ScoringRule) -> FloatArray:
    """The index when one indicator at a time takes another score.

    scores    (U, I) on the rule's scale; NaN = missing
    changed   (U, I) the other score of each unit on each indicator; NaN where there is nothing to try
    returns   (I, U) points of the total; NaN where ``changed`` is NaN or the unit is not scored
    """
    sub_indices = aggregate_scores(scores, rule).sub_indices
    trials = np.repeat(sub_indices[np.newaxis], scores.shape[1], axis=0)
    for place in range(rule.n_sub_indices):
        columns = np.flatnonzero(rule.parent == place)
        variants = np.repeat(scores[np.newaxis][..., columns], columns.size, axis=0)
        each = np.arange(columns.size)
        variants[each, :, each] = changed[:, columns].T
        trials[columns, :, place] = sub_index_of(variants, rule, columns)
    index = top_of(trials, rule)
    return np.where(np.isnan(changed.T), np.nan, index)


def index_without_each(scores: FloatArray, rule: ScoringRule) -> FloatArray:
    """The index with one indicator at a time left out of the framework, its weight shared among the others.

    scores    (U, I) on the rule's scale; NaN = missing
    returns   (I, U) points of the total. A sub-index of one indicator goes with it; NaN where nothing remains.
    """
    sub_indices = aggregate_scores(scores, rule).sub_indices
    trials = np.repeat(sub_indices[np.newaxis], scores.shape[1], axis=0)
    alone = []
    for column in range(scores.shape[1]):
        siblings = np.flatnonzero((rule.parent == rule.parent[column]) & (np.arange(scores.shape[1]) != column))
        if (rule.indicator_weights[..., siblings] > 0).any():
            trials[column, :, rule.parent[column]] = sub_index_of(scores[:, siblings], rule, siblings)
        else:
            alone.append(column)
    index = top_of(trials, rule)
    for column in alone:
        others = np.flatnonzero(np.arange(rule.n_sub_indices) != rule.parent[column])
        remains = (rule.sub_index_weights[..., others] > 0).any()
        index[column] = top_of(sub_indices[:, others], rule, places=others) if remains else np.nan
    return index


def sub_index_of(scores: FloatArray, rule: ScoringRule, columns: IntArray) -> FloatArray:
    """One sub-index (..., U) of the scores (..., U, len(columns)) of the indicators at ``columns``."""
    return aggregate(
        scores,
        rule.indicator_weights[..., columns],
        method=rule.aggregation,
        missing=rule.missing,
        min_weight_share=rule.min_weight_share,
        power=rule.power,
        penalty=rule.penalty,
        scale=rule.scale,
    )


def top_of(sub_indices: FloatArray, rule: ScoringRule, *, places: IntArray | None = None) -> FloatArray:
    """The index (..., U) in points, of sub-indices (..., U, S), or of those at ``places`` only."""
    weights = rule.sub_index_weights if places is None else rule.sub_index_weights[..., places]
    index = aggregate(
        sub_indices,
        weights,
        method=rule.aggregation_top,
        missing=rule.missing,
        min_weight_share=rule.min_weight_share,
        power=rule.power,
        penalty=rule.penalty,
        scale=rule.scale,
    )
    return index * points_per_score(rule)
