"""What a statistician asks of the structure: do the indicators of a sub-index belong together, and which repeat others.

In:  scores (U, I) and sub-indices (U, S) of one unit group, larger = better; NaN = missing.
Out: correlations, Cronbach's alpha, the first principal component's share, redundant pairs, indicators that point
     the other way. Each correlation uses the units where both are present.
Sources: OECD/JRC Handbook on Constructing Composite Indicators (2008), steps 4 and 7; Cronbach (1951).

With few units all of these are uncertain: a correlation over 11 units is within ± 0.6 of 0 by chance alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ddci.index.aggregate import weighted_mean
from ddci.index.covariance import pairwise_correlation, pairwise_covariance

FloatArray = npt.NDArray[np.float64]

REDUNDANT = 0.95  # two indicators this closely correlated count the same thing twice


@dataclass(frozen=True, slots=True)
class CoherenceFigures:
    """Figures of one unit group, (S,) over sub-indices and (I,) over indicators; NaN = cannot be computed."""

    cronbach_alpha: FloatArray  # (S,)
    first_component_share: FloatArray  # (S,)
    correlation_with_parent: FloatArray  # (I,) with the sub-index made of the other indicators
    correlation_with_index: FloatArray  # (S,) with the index, of which the sub-index is a part
    redundant: tuple[tuple[int, int, float], ...]  # positions of two indicators and their correlation
    wrong_way: tuple[int, ...]  # positions of indicators that correlate negatively with their sub-index


def audit_coherence(
    scores: npt.ArrayLike,
    sub_indices: npt.ArrayLike,
    index: npt.ArrayLike,
    *,
    parent: npt.ArrayLike,
    index_weights: npt.ArrayLike | None = None,
    threshold: float = REDUNDANT,
) -> CoherenceFigures:
    """All figures of one unit group.

    scores         (U, I) float, on the common scale, turned so that more is better
    sub_indices    (U, S) float
    index          (U,) float
    parent         (I,) int: the place of each indicator's sub-index
    index_weights  (I,) or (U, I): relative, for the sub-index without the indicator; None = equal
    """
    array, parts = np.asarray(scores, dtype=np.float64), np.asarray(sub_indices, dtype=np.float64)
    places = np.asarray(parent, dtype=np.int64)
    weights = np.ones(array.shape[1]) if index_weights is None else np.asarray(index_weights, dtype=np.float64)
    alpha, first = np.full(parts.shape[1], np.nan), np.full(parts.shape[1], np.nan)
    with_parent = np.full(array.shape[1], np.nan)
    for place in range(parts.shape[1]):
        chosen = places == place
        if chosen.any():
            alpha[place] = cronbach_alpha(array[:, chosen])
            first[place] = first_component_share(array[:, chosen])
            with_parent[chosen] = item_rest_correlations(array[:, chosen], index_weights=weights[..., chosen])
    whole = np.column_stack([parts, np.asarray(index, dtype=np.float64)])
    return CoherenceFigures(
        cronbach_alpha=alpha,
        first_component_share=first,
        correlation_with_parent=with_parent,
        correlation_with_index=pairwise_correlation(whole)[:-1, -1],
        redundant=redundant_pairs(array, threshold=threshold),
        wrong_way=wrong_way(with_parent),
    )


def cronbach_alpha(scores: npt.ArrayLike) -> float:
    """How far the indicators agree: I/(I − 1) · (1 − Σ variances / sum of all covariances).

    scores   (U, I) float; pairwise-complete covariances where some are missing
    returns  at most 1; negative when the indicators work against each other; NaN with one indicator or no variation

    Source: Cronbach (1951), Psychometrika 16, 297–334.

    >>> round(cronbach_alpha([[1.0, 2.0], [2.0, 2.0], [3.0, 5.0]]), 6)
    0.857143
    """
    covariance = pairwise_covariance(scores)
    n_items, total = len(covariance), float(covariance.sum())
    if n_items < 2 or not total > 0:
        return float("nan")
    return n_items / (n_items - 1) * (1.0 - float(np.trace(covariance)) / total)


def item_rest_correlations(scores: npt.ArrayLike, *, index_weights: npt.ArrayLike | None = None) -> FloatArray:
    """Correlation of each indicator with the weighted mean of the others, so that none is compared with itself.

    scores         (U, I) float; a missing score leaves the mean to the rest
    index_weights  (I,) or (U, I): relative; None = equal
    returns        (I,) float; NaN for a lone indicator, for one that does not vary, and where the others have no weight

    >>> item_rest_correlations([[1.0, 2.0, 6.0], [2.0, 4.0, 4.0], [3.0, 6.0, 2.0]])
    array([nan, -1., -1.])
    """
    array = np.asarray(scores, dtype=np.float64)
    weights = np.ones(array.shape[1]) if index_weights is None else np.asarray(index_weights, dtype=np.float64)
    found = np.full(array.shape[1], np.nan)
    for item in range(array.shape[1]):
        others = weights.copy()
        others[..., item] = 0.0
        rest = weighted_mean(array, others)
        found[item] = pairwise_correlation(np.column_stack([array[:, item], rest]))[0, 1]
    return found


def first_component_share(scores: npt.ArrayLike) -> float:
    """Share of the standardised indicators' variance on their first principal component; 1 = they all move as one.

    scores   (U, I) float; indicators that do not vary are left out
    returns  between 1/I and 1; NaN when none varies

    >>> round(first_component_share([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]), 6)
    1.0
    """
    correlation = pairwise_correlation(scores)
    varies = np.isfinite(np.diag(correlation))
    if not varies.any():
        return float("nan")
    values = np.linalg.eigvalsh(np.nan_to_num(correlation[np.ix_(varies, varies)], nan=0.0))
    return float(values[-1] / np.maximum(values, 0.0).sum())


def redundant_pairs(scores: npt.ArrayLike, *, threshold: float = REDUNDANT) -> tuple[tuple[int, int, float], ...]:
    """Pairs of indicators with |r| at or above the threshold, the closest first.

    >>> redundant_pairs([[1.0, 1.0, 1.0], [2.0, 2.0, 0.0], [3.0, 3.0, 1.0]])[0][:2]
    (0, 1)
    """
    correlation = pairwise_correlation(scores)
    rows, columns = np.nonzero(np.triu(np.nan_to_num(np.abs(correlation), nan=0.0) >= threshold, k=1))
    pairs = [(a, b, float(correlation[a, b])) for a, b in zip(rows.tolist(), columns.tolist(), strict=True)]
    return tuple(sorted(pairs, key=lambda pair: (-abs(pair[2]), pair[0], pair[1])))


def wrong_way(correlation_with_parent: FloatArray) -> tuple[int, ...]:
    """Positions of the indicators that go down where their sub-index goes up: a turned direction, or another matter."""
    return tuple(np.flatnonzero(np.nan_to_num(correlation_with_parent, nan=0.0) < 0).tolist())
