"""Leave out of a Result what rests on too few answers to be published.

In:  a Result and the publication minimum. Out: a Result in which the figures of small cells are NaN, with the flag
``suppressed``; everything else as it was.

A cell is a unit × (index, sub-index or indicator). It is small when its n is known and 0 < n < minimum.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ddci.result import Result

BoolArray = npt.NDArray[np.bool_]
FLAG = "suppressed"
KEPT = frozenset({"median", "best", "bounds_low", "bounds_high", "effective_weight", "importance"})  # not of one unit


def suppress(result: Result, *, minimum: int) -> Result:
    """The Result as it may be published: no figure of a cell with fewer than ``minimum`` answers; 0 changes nothing."""
    hidden = small_cells(result, minimum)
    return _without(result, hidden) if hidden.any() else result


def small_cells(result: Result, minimum: int) -> BoolArray:
    """(U, K) cells with fewer answers than the minimum; all cells of a unit whose index is one of them."""
    n = result.scores.n
    small = np.isfinite(n) & (n > 0) & (n < minimum)
    small[small[:, 0]] = True
    return small


def _without(result: Result, hidden: BoolArray) -> Result:
    figures = {
        name: np.where(hidden, np.nan, getattr(result.scores, name))
        for name in result.scores.__dataclass_fields__
        if name not in KEPT
    }
    return replace(result, scores=replace(result.scores, **figures), flags={**result.flags, FLAG: hidden})
