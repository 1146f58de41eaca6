"""What the ranking of a group would be if its sub-indices weighed otherwise, from nothing but a Result.

In:  a Result, a unit group, a weight for each of its sub-indices.
Out: index and ranks of the group's units by the framework's own rule; the sub-indices stay as they were computed.
The figures equal those of computing the wave with a framework that states these weights, as every sub-index and each
rule above it is the same. A unit of which a sub-index is suppressed gets none: its other figures would tell it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ddci.index.framework_weights import FROM_DATA, stated_weights
from ddci.index.rank import rank_scores
from ddci.index.score import ScoringRule, scoring_rule
from ddci.index.what_if import top_of
from ddci.result import Result

FloatArray = npt.NDArray[np.float64]


class Reweighted(NamedTuple):
    """Of the units of the group, in the order of ``result.rows_of_group``: points of the total, and ranks."""

    scores: FloatArray
    ranks: FloatArray


def reweighted(result: Result, group: str, weights: Mapping[str, float]) -> Reweighted:
    """Score and rank a group anew with other weights of its sub-indices.

    weights  sub-index code → relative weight, at least 0; every sub-index of the group must be named
    returns  NaN where the unit has no score, or (ranks) is not ranked for having too few answers

    Raises MethodError: WEIGHTS_NOT_VALID, WEIGHTS_NONE_POSITIVE. KeyError names a sub-index without a weight.
    """
    rows = result.rows_of_group(group)
    codes = [item.code for item in result.framework.sub_indices_of_group(group)]
    columns = [result.node_column[code] for code in codes]
    given = np.array([weights[code] for code in codes], dtype=np.float64)
    index = top_of(result.scores.score[np.ix_(rows, columns)], replace(_rule(result, group), sub_index_weights=given))
    index = np.where(_hidden(result, rows, columns, given), np.nan, index)
    ranked = np.isfinite(index) & ~result.flags["small_n"][rows, 0]
    return Reweighted(index, rank_scores(np.where(ranked, index, np.nan), ties=result.framework.ties))


def ranks_beside(result: Result, group: str, anew: Reweighted) -> FloatArray:
    """The ranks as they are, to be compared with those anew.

    Where a cell of the group is suppressed they are counted among the units that have a rank anew too; otherwise a unit
    that got none would seem to lift all that stand behind it.
    """
    rows = result.rows_of_group(group)
    ranks = result.scores.rank[rows, 0]
    if "suppressed" not in result.flags or not result.flags["suppressed"][rows].any():
        return ranks
    both = np.isfinite(ranks) & np.isfinite(anew.ranks)
    return rank_scores(np.where(both, result.scores.score[rows, 0], np.nan), ties=result.framework.ties)


def sub_index_weights(result: Result, group: str) -> dict[str, float]:
    """The weights of a group's sub-indices in the Result, as shares that sum to 1.

    Weights that each unit has of its own (benefit of the doubt) are given as their mean.
    """
    framework = result.framework
    codes = [item.code for item in framework.sub_indices_of_group(group)]
    shares = stated_weights(framework, group)[1]
    if framework.weighting_top in FROM_DATA:
        rows, columns = result.rows_of_group(group), [result.node_column[code] for code in codes]
        in_force = result.scores.effective_weight[np.ix_(rows, columns)]
        whole = np.isfinite(in_force).all(axis=1) & ~result.flags["reweighted"][rows, 0]
        shares = in_force[whole].mean(axis=0) if whole.any() else np.ones(len(codes))
    return dict(zip(codes, (shares / shares.sum()).tolist(), strict=True))


def _rule(result: Result, group: str) -> ScoringRule:
    nothing = np.full(len(result.framework.indicators_of_group(group)), np.nan)
    weights = stated_weights(result.framework, group)
    return scoring_rule(result.framework, group, floor=nothing, ceiling=nothing, weights=weights)


def _hidden(result: Result, rows: list[int], columns: list[int], weights: FloatArray) -> npt.NDArray[np.bool_]:
    suppressed = result.flags.get("suppressed")
    if suppressed is None:
        return np.zeros(len(rows), dtype=np.bool_)
    hidden = suppressed[np.ix_(rows, columns)] & (weights > 0)
    return np.asarray(hidden.any(axis=1) | suppressed[rows, 0])
