"""A scoring rule with everything given a plain default, for tests that are about something else."""

from __future__ import annotations

from typing import Any

import numpy as np

from ddci.index.score import ScoringRule


def make_rule(parent: list[int], **changes: Any) -> ScoringRule:
    """Min-max between the extremes, arithmetic means of equal weight, scores 1–10, total 100."""
    n_indicators, n_sub_indices = len(parent), max(parent) + 1
    given: dict[str, Any] = {
        "direction": np.ones(n_indicators),
        "parent": np.array(parent, dtype=np.int64),
        "indicator_weights": np.ones(n_indicators),
        "sub_index_weights": np.ones(n_sub_indices),
        "low": np.full(n_indicators, np.nan),
        "high": np.full(n_indicators, np.nan),
        "floor": np.full(n_indicators, np.nan),
        "ceiling": np.full(n_indicators, np.nan),
        "normalisation": "min_max",
        "aggregation": "arithmetic",
        "aggregation_top": "arithmetic",
        "power": None,
        "penalty": "negative",
        "missing": "reweight",
        "min_weight_share": 0.5,
        "scale": (1.0, 10.0),
        "total": 100.0,
        "clip": True,
    }
    given.update(
        {name: np.asarray(value, float) if isinstance(value, list) else value for name, value in changes.items()}
    )
    return ScoringRule(**given)
