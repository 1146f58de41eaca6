"""Lay units out as equal tiles near the places where they are, so that a large empty province counts no more than a city.

In:  latitudes and longitudes of units. Out: a row and a column of a grid for each, no two alike, without empty rows and
columns; and a short label for each name, no two alike. The same coordinates always give the same tiles.

Coordinates are first spread out: partly the true position, partly the place in the order from west to east and from south
to north, so that crowded deltas get room. Then units are assigned to cells with the least sum of squared distances.
Source: Kuhn (1955) for the assignment; McNeill and Hale (2017), Generating tile maps, Computer Graphics Forum 36(3).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.stats import rankdata

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SPREAD = 0.4  # weight of the order against the true position
FILLED = 0.55  # share of the cells of the grid that tiles take: the rest leaves room for the shape
MOST_COLUMNS = 9  # what still fits on a telephone


def tile_layout(lat: Sequence[float], lon: Sequence[float]) -> tuple[tuple[int, int], ...]:
    """(row, column) of each unit, both from 0, the first row in the north and the first column in the west.

    lat, lon  decimal degrees, all finite

    >>> tile_layout([21.0, 20.0], [105.0, 106.0])
    ((0, 0), (1, 1))
    """
    return _layout(tuple(float(x) for x in lat), tuple(float(x) for x in lon))


@lru_cache(maxsize=64)
def _layout(lat: tuple[float, ...], lon: tuple[float, ...]) -> tuple[tuple[int, int], ...]:
    if not lat:
        return ()
    north, east = np.array(lat), np.array(lon) * np.cos(np.radians(np.mean(lat)))
    height, width = np.ptp(north), np.ptp(east)
    n_rows, n_columns = _grid(len(lat), height, width)
    y, x = _spread(-north) * (n_rows - 1), _spread(east) * (n_columns - 1)
    rows, columns = np.divmod(np.arange(n_rows * n_columns), n_columns)
    cost = (y[:, None] - rows) ** 2 + (x[:, None] - columns) ** 2
    _, cells = linear_sum_assignment(cost)
    return tuple(zip(_closed(rows[cells]), _closed(columns[cells]), strict=True))


def short_labels(names: Sequence[str]) -> tuple[str, ...]:
    """Initials of each name; where two would be alike, more letters of the last word or else of the first; or numbers.

    >>> short_labels(["Hà Nam", "Hà Nội", "Bắc Ninh", "TP. Hồ Chí Minh", "Hà Giang", "Hậu Giang"])
    ('HNa', 'HNộ', 'BN', 'THCM', 'HàG', 'HậG')
    """
    words = [_words(name) for name in names]
    labels = ["".join(word[0].upper() for word in name) for name in words]
    alike: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        alike.setdefault(_plain(label), []).append(place)
    for places in alike.values():
        if len(places) > 1:
            for place, label in zip(places, _told_apart([words[place] for place in places]), strict=True):
                labels[place] = label
    return tuple(_numbered(labels))


def _told_apart(names: list[list[str]]) -> list[str]:
    """Labels of names with the same initials."""
    for at in (-1, 0):
        for length in range(2, max(len(name[at]) for name in names) + 1):
            labels = [_lengthened(name, at, length) for name in names]
            if len(set(labels)) == len(labels):
                return labels
    return ["".join(word[0].upper() for word in name) for name in names]


def _lengthened(name: list[str], at: int, length: int) -> str:
    parts = [word[0].upper() for word in name]
    parts[at] = name[at][:length].capitalize()
    return "".join(parts)


def _numbered(labels: list[str]) -> Iterator[str]:
    """Labels with a number behind the second and later ones of the same."""
    seen: Counter[str] = Counter()
    for label in labels:
        seen[label] += 1
        yield label if seen[label] == 1 else f"{label}{seen[label]}"


def shades(figures: npt.ArrayLike, *, n: int = 5) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Equal steps from the least to the largest figure, and the step of each, 1 … n; 0 for a missing figure.

    returns  n + 1 limits (none without two different figures) and the steps

    >>> shades([40.0, 50.0, 41.9, float("nan")])
    ((40.0, 42.0, 44.0, 46.0, 48.0, 50.0), (1, 5, 1, 0))
    """
    array = np.asarray(figures, dtype=np.float64)
    known = array[np.isfinite(array)]
    if known.size == 0 or known.min() == known.max():
        return (), tuple(int(place) for place in np.where(np.isfinite(array), (n + 1) // 2, 0))
    limits = np.linspace(known.min(), known.max(), n + 1)
    step = np.clip(np.searchsorted(limits, np.where(np.isfinite(array), array, limits[0]), side="right"), 1, n)
    return tuple(limits.tolist()), tuple(int(place) for place in np.where(np.isfinite(array), step, 0))


def _grid(n: int, height: float, width: float) -> tuple[int, int]:
    """Rows and columns with room for ``n`` tiles, in the shape of the land."""
    if n < 2 or not (height > 0 and width > 0):
        return (n, 1) if height >= width else (1, n)
    cells = n / FILLED if n > 4 else n + 1
    n_columns = int(np.clip(round(np.sqrt(cells * width / height)), 1, min(n, MOST_COLUMNS)))
    return int(np.ceil(cells / n_columns)), n_columns


def _spread(position: FloatArray) -> FloatArray:
    """Positions from 0 to 1, between the true ones and equal steps."""
    extent = np.ptp(position)
    if not extent > 0:
        return np.zeros_like(position)
    true = (position - position.min()) / extent
    order = (rankdata(position) - 1) / (len(position) - 1)
    return np.asarray((1 - SPREAD) * true + SPREAD * order)


def _closed(places: IntArray) -> list[int]:
    """Places without the empty ones between them."""
    return [int(place) for place in np.unique(places, return_inverse=True)[1]]


def _words(name: str) -> list[str]:
    words = ["".join(letter for letter in word if letter.isalnum()) for word in name.replace("-", " ").split()]
    return [word for word in words if word] or ["?"]


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).casefold()
