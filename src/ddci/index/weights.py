"""Index weights: equal, from experts' judgements or budgets, or from the data.

In:  judgements, points or scores as plain arrays. Out: weights (I,) that sum to 1; or (U, I) for benefit of the doubt.
Weights from the data say what varies or what flatters, not what matters: the page that shows them says so.
Sources: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 6; Saaty (1980), The Analytic Hierarchy
Process; Cherchye et al. (2007) for benefit of the doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ddci.errors import MethodError
from ddci.index.covariance import pairwise_correlation

FloatArray = npt.NDArray[np.float64]

# Mean consistency index of random reciprocal matrices of order 1 … 15: Saaty (1980).
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
ACCEPTED_CONSISTENCY = 0.10  # Saaty: above it the judgements contradict each other and should be looked at again
ROUNDING = 1e-9


def equal_weights(n: int) -> FloatArray:
    """The same weight for each of ``n`` parts.

    >>> equal_weights(4)
    array([0.25, 0.25, 0.25, 0.25])
    """
    return np.full(n, 1.0 / n) if n else np.zeros(0)


def judgement_matrix(codes: Sequence[str], judgements: Iterable[tuple[str, str, float]]) -> FloatArray:
    """The reciprocal matrix of pairwise judgements "a is ``ratio`` times as important as b".

    codes       the parts compared
    judgements  (a, b, ratio): each pair once, in either order; several judges of a pair give their geometric mean
    returns     (I, I) float, [a, b] = ratio, [b, a] = 1 / ratio, 1 on the diagonal

    Raises MethodError: AHP_PAIRS_MISSING (names the pairs), AHP_CODE_UNKNOWN, AHP_RATIO (≤ 0, or not 1 for a = b).

    >>> judgement_matrix(["A", "B"], [("A", "B", 3.0)]).round(3)
    array([[1.   , 3.   ],
           [0.333, 1.   ]])
    """
    place = {code: position for position, code in enumerate(codes)}
    total, count = np.zeros((len(codes), len(codes))), np.zeros((len(codes), len(codes)))
    for a, b, ratio in judgements:
        if a not in place or b not in place:
            raise MethodError("AHP_CODE_UNKNOWN", found=a if a not in place else b, expected=", ".join(codes))
        if not (np.isfinite(ratio) and ratio > 0) or (a == b and ratio != 1):
            raise MethodError("AHP_RATIO", found=ratio, a=a, b=b)
        total[place[a], place[b]] += np.log(ratio)
        total[place[b], place[a]] -= np.log(ratio)
        count[place[a], place[b]] += 1
        count[place[b], place[a]] += 1
    np.fill_diagonal(count, 1)
    if np.any(count == 0):
        rows, columns = np.nonzero(np.triu(count == 0))
        pairs = [f"{codes[a]}–{codes[b]}" for a, b in zip(rows.tolist(), columns.tolist(), strict=True)]
        raise MethodError("AHP_PAIRS_MISSING", found=", ".join(pairs), n=len(pairs))
    return np.exp(total / count)


def ahp_weights(matrix: npt.ArrayLike) -> tuple[FloatArray, float]:
    """Weights of the analytic hierarchy process: the principal eigenvector of the reciprocal matrix.

    matrix   (I, I) float, as from ``judgement_matrix``
    returns  weights (I,) and the consistency ratio (λ_max − I)/(I − 1)/random index: 0 for perfect consistency, to be
             looked at again above ``ACCEPTED_CONSISTENCY``; 0 for one or two parts, which cannot contradict each other

    Raises MethodError("AHP_MATRIX") when the matrix is not square, positive and reciprocal.
    Source: Saaty (1980); random index beyond order 15 by Alonso and Lamata (2006), (1.7699 I − 4.3513)/(I − 1).

    >>> ahp_weights([[1, 3], [1 / 3, 1]])
    (array([0.75, 0.25]), 0.0)
    """
    array = np.asarray(matrix, dtype=np.float64)
    n = len(array)
    square = array.ndim == 2 and array.shape == (n, n) and bool(np.all(np.isfinite(array) & (array > 0)))
    if not square or not np.allclose(array * array.T, 1.0, rtol=0, atol=1e-6):
        raise MethodError("AHP_MATRIX", found=array.shape)
    values, vectors = np.linalg.eig(array)
    first = int(np.argmax(values.real))
    vector = np.abs(vectors[:, first].real)
    weights = vector / vector.sum()
    if n < 3:
        return weights, 0.0
    random_index = RANDOM_INDEX[n - 1] if n <= len(RANDOM_INDEX) else (1.7699 * n - 4.3513) / (n - 1)
    ratio = (float(values[first].real) - n) / (n - 1) / random_index
    return weights, max(ratio, 0.0)


def budget_weights(points: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Weights from experts who each share out a budget of points: the mean of their shares.

    points   (experts, I) float, at least 0; each expert's points are divided by their own sum
    returns  weights (I,), and disagreement (I,): the standard deviation of the experts' shares (NaN with one expert)

    Raises MethodError("BUDGET_POINTS") for a negative or missing number, no expert, or an expert without points.

    >>> budget_weights([[60, 40], [8, 2]])[0]
    array([0.7, 0.3])
    """
    array = np.atleast_2d(np.asarray(points, dtype=np.float64))
    total = array.sum(axis=1, keepdims=True)
    if not array.size or not np.isfinite(array).all() or np.any(array < 0) or np.any(total <= 0):
        raise MethodError("BUDGET_POINTS", found=array.tolist())
    shares = array / total
    disagreement = shares.std(axis=0, ddof=1) if len(shares) > 1 else np.full(array.shape[1], np.nan)
    return shares.mean(axis=0), disagreement


def entropy_weights(scores: npt.ArrayLike) -> FloatArray:
    """Weights by how unevenly an indicator is spread over the units: Shannon's entropy, 1 − e, shared out.

    scores   (U, I) float, at least 0; a missing score leaves the unit out of that indicator
    returns  (I,) float; 0 for an indicator that does not vary or has fewer than two units; equal weights if none varies

    Raises MethodError("SCORE_NEGATIVE").
    Source: Hwang and Yoon (1981), Multiple Attribute Decision Making, section 2.3.

    >>> entropy_weights([[1.0, 5.0], [0.0, 5.0]])
    array([1., 0.])
    """
    array = np.asarray(scores, dtype=np.float64)
    if np.any(array < 0):
        raise MethodError("SCORE_NEGATIVE", found=float(np.nanmin(array)))
    filled = np.nan_to_num(array, nan=0.0)
    total = filled.sum(axis=0)
    share = filled / np.where(total > 0, total, 1.0)
    n = np.isfinite(array).sum(axis=0)
    information = -np.sum(share * np.log(np.where(share > 0, share, 1.0)), axis=0)
    usable = (n > 1) & (total > 0)
    diversity = np.where(usable, 1.0 - information / np.log(np.maximum(n, 2)), 0.0)
    diversity[diversity < ROUNDING] = 0.0
    return diversity / diversity.sum() if diversity.sum() > 0 else equal_weights(array.shape[1])


def pca_weights(scores: npt.ArrayLike) -> FloatArray:
    """Weights by principal components: squared rotated loadings, each factor counting by what it explains.

    scores   (U, I) float; correlations use the units where both indicators are present
    returns  (I,) float; 0 for an indicator that does not vary; equal weights if none does

    The variant of the OECD/JRC Handbook (2008), step 6 (Nicoletti, Scarpetta and Boylaud 2000): keep the components
    whose eigenvalue is above 1, rotate them by varimax, let each indicator belong to the factor on which it loads most,
    and weight it by its squared loading as a share of the factor's sum of squares, times the factor's share of all that
    the kept factors explain; then scale to sum 1. Squares make the weights free of the components' arbitrary signs.

    >>> pca_weights([[1.0, 2.0, 1.0], [2.0, 4.0, 1.0], [3.0, 6.0, 1.0]])
    array([0.5, 0.5, 0. ])
    """
    array = np.asarray(scores, dtype=np.float64)
    correlation = pairwise_correlation(array)
    varies = np.isfinite(np.diag(correlation))
    weights = np.zeros(array.shape[1])
    if not varies.any():
        return equal_weights(array.shape[1])
    among = np.nan_to_num(correlation[np.ix_(varies, varies)], nan=0.0)
    values, vectors = np.linalg.eigh(among)
    kept = values > 1.0 + ROUNDING
    if not kept.any():  # nothing is correlated: each indicator stands for itself
        kept = np.ones(len(values), dtype=np.bool_)
    squared = _varimax(vectors[:, kept] * np.sqrt(np.maximum(values[kept], 0.0))) ** 2
    explained = squared.sum(axis=0)
    own = np.argmax(squared, axis=1)
    # Squared loading / factor's sum of squares × factor's sum of squares / all: the factor's sum cancels out.
    weights[varies] = squared[np.arange(len(own)), own] / explained.sum()
    return np.asarray(weights / weights.sum())


def benefit_of_the_doubt(
    scores: npt.ArrayLike, *, lower_share: float | None = None, upper_share: float | None = None
) -> tuple[FloatArray, FloatArray]:
    """Each unit is weighed by the weights that flatter it most, within limits, against all units under the same ones.

    scores       (U, I) float, at least 0
    lower_share  least that one indicator may make up of the unit's own index (share of w·z) and
    upper_share  most; by default half and twice an equal share of the indicators that the unit has. A limit beyond the
                 equal share, which could not be met, gives way to it
    returns      index (U,) in [0, 1], 1 = no unit does better under this unit's weights; and weights (U, I) with
                 index = Σ w·z. NaN and zeros for a unit without scores

    A missing score gets weight 0 in the unit's own problem; where another unit lacks it, it counts as 0 there, so that
    unit is a weaker rival. Solved as a linear programme per unit (HiGHS).
    Raises MethodError: SCORE_NEGATIVE, SHARE_LIMITS.
    Source: Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), Social Indicators Research 82, 111–145.

    >>> benefit_of_the_doubt([[8.0, 4.0], [4.0, 2.0]], lower_share=0.2, upper_share=0.8)[0].round(6)
    array([1. , 0.5])
    """
    array = np.asarray(scores, dtype=np.float64)
    if np.any(array < 0):
        raise MethodError("SCORE_NEGATIVE", found=float(np.nanmin(array)))
    if lower_share is not None and upper_share is not None and not 0 <= lower_share <= upper_share <= 1:
        raise MethodError("SHARE_LIMITS", found=f"{lower_share}, {upper_share}")
    index, weights = np.full(len(array), np.nan), np.zeros_like(array)
    for unit, own in enumerate(array):
        has = np.isfinite(own)
        if has.any():
            weights[unit, has] = _most_flattering(
                own[has], np.nan_to_num(array[:, has], nan=0.0), lower_share, upper_share
            )
            index[unit] = float(weights[unit, has] @ own[has])
    return index, weights


def _most_flattering(
    own: FloatArray, rivals: FloatArray, lower_share: float | None, upper_share: float | None
) -> FloatArray:
    """Weights (I,) that maximise Σ w·own with every rival's Σ w·z at most 1 and each part's share within limits."""
    fair = 1.0 / len(own)
    lower = min(0.5 * fair if lower_share is None else lower_share, fair)
    upper = max(min(2.0 * fair, 1.0) if upper_share is None else upper_share, fair)
    parts = np.diag(own)
    limits = np.vstack([rivals, parts - upper * own, lower * own - parts])
    ceilings = np.concatenate([np.ones(len(rivals)), np.zeros(2 * len(own))])
    from scipy.optimize import linprog  # heavy to import, needed for this weighting only

    solved = linprog(-own, A_ub=limits, b_ub=ceilings, bounds=(0, None), method="highs")
    if not solved.success:
        raise MethodError("WEIGHTS_NOT_FOUND", found=solved.message)
    return np.asarray(solved.x, dtype=np.float64)


def _varimax(loadings: FloatArray, *, iterations: int = 500, tolerance: float = 1e-12) -> FloatArray:
    """Rotate loadings (I, factors) so that each indicator loads on few factors. Source: Kaiser (1958)."""
    n_factors = loadings.shape[1]
    rotation, reached = np.eye(n_factors), 0.0
    for _ in range(iterations if n_factors > 1 else 0):
        rotated = loadings @ rotation
        gradient = loadings.T @ (rotated**3 - rotated * (rotated**2).mean(axis=0))
        left, singular, right = np.linalg.svd(gradient)
        rotation = left @ right
        if singular.sum() <= reached * (1 + tolerance):
            break
        reached = float(singular.sum())
    return np.asarray(loadings @ rotation)
