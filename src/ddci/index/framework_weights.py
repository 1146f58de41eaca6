"""The weights that a framework asks for: given, equal, AHP, expert budgets, or taken from the data.

Weights from the data (entropy, PCA, benefit of the doubt) are found on the estimate and held in the replicates: an
interval then says what sampling does to a score whose weights are fixed, and a warning says so beside the result.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ddci.framework.model import Framework, Weighting
from ddci.index.weights import (
    ahp_weights,
    benefit_of_the_doubt,
    budget_weights,
    entropy_weights,
    equal_weights,
    judgement_matrix,
    pca_weights,
)

FloatArray = npt.NDArray[np.float64]
FROM_DATA = frozenset({"entropy", "pca", "benefit_of_the_doubt"})
TOP = "index"  # the parent of the sub-indices in judgements and budgets


def stated_weights(framework: Framework, group: str) -> tuple[FloatArray, FloatArray]:
    """(I,) and (S,) relative weights that need no data; equal ones stand in where the data decide."""
    sub_indices = framework.sub_indices_of_group(group)
    indicators = framework.indicators_of_group(group)
    of_indicators = np.array([item.index_weight for item in indicators], dtype=np.float64)
    of_sub_indices = np.array([item.index_weight for item in sub_indices], dtype=np.float64)
    if framework.weighting != "given":
        for sub_index in sub_indices:
            chosen = np.array([item.parent == sub_index.code for item in indicators])
            codes = [item.code for item in indicators if item.parent == sub_index.code]
            of_indicators[chosen] = _stated(framework, framework.weighting, sub_index.code, codes)
    if framework.weighting_top != "given":
        codes = [item.code for item in sub_indices]
        of_sub_indices = _stated(framework, framework.weighting_top, TOP, codes)
    return of_indicators, of_sub_indices


def _stated(framework: Framework, weighting: Weighting, parent: str, codes: list[str]) -> FloatArray:
    if weighting == "ahp":
        judgements = [(item.a, item.b, item.ratio) for item in framework.judgements if item.parent == parent]
        return ahp_weights(judgement_matrix(codes, judgements))[0]
    if weighting == "budget":
        return budget_weights(budget_table(framework, parent, codes))[0]
    return equal_weights(len(codes))


def budget_table(framework: Framework, parent: str, codes: list[str]) -> FloatArray:
    """(experts, codes) points; 0 where an expert gave a code nothing."""
    entries = [item for item in framework.budgets if item.parent == parent and item.code in codes]
    experts = sorted({item.expert for item in entries})
    points = np.zeros((len(experts), len(codes)))
    for item in entries:
        points[experts.index(item.expert), codes.index(item.code)] += item.points
    return points


def consistency_ratios(framework: Framework, group: str) -> dict[str, float]:
    """AHP's consistency ratio of the judgements under each parent of a group that is weighed by them.

    returns  parent → ratio; above 0.1 the judgements contradict each other too much. Empty without AHP.
    """
    families: dict[str, list[str]] = {}
    if framework.weighting_top == "ahp":
        families[TOP] = [item.code for item in framework.sub_indices_of_group(group)]
    if framework.weighting == "ahp":
        for item in framework.indicators_of_group(group):
            families.setdefault(item.parent, []).append(item.code)
    ratios = {}
    for parent, codes in families.items():
        judgements = [(item.a, item.b, item.ratio) for item in framework.judgements if item.parent == parent]
        ratios[parent] = float(ahp_weights(judgement_matrix(codes, judgements))[1])
    return ratios


def weights_from_data(weighting: Weighting, scores: FloatArray) -> FloatArray:
    """Relative weights (I,), or (U, I) for benefit of the doubt, of the scores (U, I) under one parent."""
    if weighting == "entropy":
        return entropy_weights(scores)
    if weighting == "pca":
        return pca_weights(scores)
    return benefit_of_the_doubt(scores)[1]
