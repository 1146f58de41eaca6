"""How realistic a target is: against the unit's own history, and against sampling noise.

In:  a target in points or ranks, past totals, the covariance of the group's index.
Out: whether such a gain was ever made; the chances that the next survey shows the target, and shows a rise at all.
All chances suppose that the unit truly gets where the plan says, and that the other units stay where they are.
Method: normal approximation with the covariance of the index; variances fall in proportion to the number of answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from ddci.index.rank import rank_scores

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PastRecord:
    """A needed gain beside the unit's own history; None where there is no history to tell."""

    needed_gain: float
    best_gain: float | None  # largest gain from one wave to the next
    gain_ever_made: bool | None
    total_ever_reached: bool | None


@dataclass(frozen=True, slots=True)
class Chances:
    """Chances from 0 to 1; NaN without sampling error."""

    reaching: float  # the next survey shows the target score or rank
    conclusive_rise: float  # the interval of the change lies above 0
    se_planned: float  # points, of the unit's index at the planned number of answers


def past_record(history: Sequence[float], *, index_now: float, wanted: float) -> PastRecord:
    """Set a target beside the totals of earlier waves.

    history   totals in order of time, the oldest first; a NaN year is passed over and makes no gain with its neighbours

    >>> record = past_record([71.64, 70.92, 74.03, 66.57, 63.25], index_now=63.25, wanted=70.0)
    >>> round(record.needed_gain, 2), round(record.best_gain, 2), record.gain_ever_made, record.total_ever_reached
    (6.75, 3.11, False, True)
    """
    totals = np.asarray(history, dtype=np.float64)
    gains = np.diff(totals)
    gains = gains[np.isfinite(gains)]
    known = totals[np.isfinite(totals)]
    needed = wanted - index_now
    best = float(gains.max()) if gains.size else None
    return PastRecord(
        needed_gain=needed,
        best_gain=best,
        gain_ever_made=None if best is None else best >= needed,
        total_ever_reached=bool((known >= wanted).any()) if known.size else None,
    )


def chances(
    index: FloatArray,
    covariance: FloatArray,
    *,
    unit: int,
    reached: float,
    rng: np.random.Generator,
    score: float | None = None,
    rank: int | None = None,
    n_ratio: float = 1.0,
    panel_correlation: float = 0.0,
    confidence: float = 0.95,
    draws: int = 20_000,
) -> Chances:
    """Chances that the next survey shows a target that is truly reached.

    index        (U,) points now; NaN = not scored, left out of the ranking
    covariance   (U, U) of the index now
    reached      the unit's true index once the plan is carried out
    score, rank  the target, exactly one of them
    n_ratio      planned answers / answers now
    panel_correlation   between the errors of the two waves: 0 for fresh samples
    returns      NaN where the unit has no sampling error

    >>> sure = chances(np.array([60.0, 50.0]), np.eye(2), unit=1, reached=55.0, score=55.0, rng=np.random.default_rng(1))
    >>> sure.reaching, round(sure.conclusive_rise, 3)    # half the surveys fall short of what is just reached; 5/√2 − 1.96
    (0.5, 0.942)
    """
    variance = float(covariance[unit, unit])
    if not (np.isfinite(variance) and np.isfinite(reached) and np.isfinite(index[unit])):
        return Chances(np.nan, np.nan, np.nan)
    se_now, se_planned = np.sqrt(variance), np.sqrt(variance / n_ratio)
    if score is not None:
        reaching = _above(reached - score, se_planned)
    else:
        reaching = _rank_chance(index, covariance / n_ratio, unit, reached, int(rank or 1), rng, draws)
    se_change = np.sqrt(max(se_now**2 + se_planned**2 - 2 * panel_correlation * se_now * se_planned, 0.0))
    needed = NormalDist().inv_cdf(0.5 + confidence / 2) * se_change
    rise = _above(reached - float(index[unit]) - needed, float(se_change))
    return Chances(reaching, rise, float(se_planned))


def _above(distance: float, se: float) -> float:
    """Chance that a normal figure ``distance`` above a threshold is measured above it."""
    if se == 0:
        return 1.0 if distance >= 0 else 0.0
    return NormalDist().cdf(distance / se)


def _rank_chance(
    index: FloatArray,
    covariance: FloatArray,
    unit: int,
    reached: float,
    rank: int,
    rng: np.random.Generator,
    draws: int,
) -> float:
    scored = np.flatnonzero(np.isfinite(index))
    mean = np.where(np.arange(index.size) == unit, reached, index)[scored]
    errors = np.nan_to_num(covariance[np.ix_(scored, scored)])
    sizes, directions = np.linalg.eigh((errors + errors.T) / 2)
    root = directions * np.sqrt(np.maximum(sizes, 0.0))  # min-max couples units: the matrix is singular
    drawn = mean + rng.standard_normal((draws, scored.size)) @ root.T
    ranks = rank_scores(drawn)[:, int(np.searchsorted(scored, unit))]
    return float((ranks <= rank).mean())
