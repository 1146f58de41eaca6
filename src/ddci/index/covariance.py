"""Covariance and correlation of columns when some cells are missing.

In:  observations (n, K): rows are units or replicates, columns what is compared; NaN = missing.
Out: (K, K) matrices in which each pair uses the rows where both are present ("pairwise complete"). Such a matrix need
     not be positive semi-definite; callers that draw from it or take components cut negative eigenvalues.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

CONSTANT = 1e-12  # a spread below this share of the column's size is rounding, not variation


def pairwise_covariance(observations: npt.ArrayLike) -> FloatArray:
    """Sample covariance (divisor n − 1) of each pair of columns over the rows where both are present.

    observations  (n, K) float; NaN = missing
    returns       (K, K) float; NaN where a pair shares fewer than two rows

    >>> pairwise_covariance([[1.0, 2.0], [2.0, 4.0], [3.0, np.nan]])
    array([[1., 1.],
           [1., 2.]])
    """
    products, _, count = _moments(observations)
    return _divide(products, count - 1.0)


def pairwise_correlation(observations: npt.ArrayLike) -> FloatArray:
    """Pearson correlation of each pair of columns over the rows where both are present.

    observations  (n, K) float; NaN = missing
    returns       (K, K) float in [−1, 1], 1 on the diagonal; NaN where a column does not vary over the shared rows

    >>> pairwise_correlation([[1.0, 2.0, 7.0], [2.0, 0.0, 7.0], [3.0, -2.0, 7.0]])
    array([[ 1., -1., nan],
           [-1.,  1., nan],
           [nan, nan, nan]])
    """
    products, squares, count = _moments(observations)
    scale = np.sqrt(squares) * np.sqrt(squares.T)
    correlation = np.clip(_divide(np.where(count > 1, products, np.nan), scale), -1.0, 1.0)
    np.fill_diagonal(correlation, np.where(np.isnan(np.diag(correlation)), np.nan, 1.0))
    return correlation


def _moments(observations: npt.ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Sums of products and of the row column's squares about the shared rows' means, and the number of shared rows."""
    columns = np.asarray(observations, dtype=np.float64)
    present = np.isfinite(columns)
    seen = present.astype(np.float64)
    total = np.where(present, columns, 0.0).sum(axis=0)
    # Centred first: the shared rows' means are then near 0, so that subtracting them loses no digits.
    middle = total / np.maximum(seen.sum(axis=0), 1.0)
    centred = np.where(present, columns - middle, 0.0)
    count = seen.T @ seen
    sums = centred.T @ seen  # [i, j]: sum of column i over the rows it shares with j
    shared = np.maximum(count, 1.0)
    products = centred.T @ centred - sums * sums.T / shared
    squares = (centred**2).T @ seen - sums**2 / shared
    size = np.abs(np.where(present, columns, 0.0)).max(axis=0, initial=0.0)
    squares[squares <= shared * (CONSTANT * size[:, None]) ** 2] = 0.0
    return products, squares, count


def _divide(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    return np.divide(numerator, denominator, out=np.full_like(numerator, np.nan), where=denominator > 0)
