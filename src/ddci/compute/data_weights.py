"""Weights that the framework takes from the data: entropy, principal components, benefit of the doubt.

They follow from the estimate and are held in every replicate. A wave being computed and one of which only the Result is
left weigh alike here, so that a change does not depend on which of the two stands for the earlier wave.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ddci.framework.model import Framework
from ddci.index.framework_weights import FROM_DATA, weights_from_data
from ddci.index.score import ScoringRule, score_values

FloatArray = npt.NDArray[np.float64]
Bounds = tuple[FloatArray, FloatArray]


def weigh_by_data(
    framework: Framework, rule: ScoringRule, estimate: FloatArray, *, bounds: Bounds | None = None
) -> ScoringRule:
    """The rule with the weights that the framework takes from the data; unchanged where it states them all.

    estimate  (1, U, I) values; ``bounds`` are those in force, where they do not follow from the estimate
    """
    if framework.weighting in FROM_DATA:
        scores = score_values(estimate, rule, bounds=bounds).scores[0]
        weights = np.ones(scores.shape)
        for sub_index in range(rule.n_sub_indices):
            inside = rule.parent == sub_index
            weights[:, inside] = weights_from_data(framework.weighting, scores[:, inside])
        rule = replace(rule, indicator_weights=weights)
    if framework.weighting_top in FROM_DATA:
        top = weights_from_data(framework.weighting_top, score_values(estimate, rule, bounds=bounds).sub_indices[0])
        rule = replace(rule, sub_index_weights=np.broadcast_to(top, (estimate.shape[1], rule.n_sub_indices)).copy())
    return rule
