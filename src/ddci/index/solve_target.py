"""The optimisation behind a target: which gains, within limits, bring a unit's index up to an aim at the least effort.

In:  limits and costs by indicator (I,), the unit's index as a function of its gains, the aim in points.
Out: gains (I,) in score points, or None where the limits do not allow the aim.
Solver: HiGHS through ``scipy.optimize.milp``. Tangent planes of a concave index: Duran and Grossmann (1986), An
outer-approximation algorithm for a class of mixed-integer nonlinear programs, Mathematical Programming 36.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

PLANES = 60  # tangent planes at most
CLOSE = 1e-3  # points of the index: what is left is closed along the chosen indicators
SECONDS = 10.0  # for one programme; with the problem's size it takes milliseconds


class Index(ABC):
    """The index of one unit as a function of its gains (I,) in score points."""

    @abstractmethod
    def at(self, gains: FloatArray) -> float:
        """Points of the index with these gains."""

    @abstractmethod
    def slopes(self, gains: FloatArray) -> FloatArray:
        """Points of the index per score point of each indicator (I,) at these gains."""


@dataclass(frozen=True)
class Problem:
    limit: FloatArray  # (I,) largest gain in score points; 0 = held
    cost: FloatArray  # (I,) effort of one score point
    max_indicators: int | None
    fewest: bool  # first as few indicators as possible, then the least effort
    concave: bool  # tangent planes hold everywhere


@dataclass
class _Planes:
    """Linear conditions Σ slope × gain ≥ needed, over the indicators that may move."""

    slopes: list[FloatArray] = field(default_factory=list)
    needed: list[float] = field(default_factory=list)

    def add(self, slopes: FloatArray, needed: float) -> None:
        self.slopes.append(slopes)
        self.needed.append(needed)


def solve(problem: Problem, index: Index, aim: float) -> FloatArray | None:
    """Gains (I,) with which ``index`` reaches ``aim``, or None.

    With ``fewest`` the number of indicators is minimised first. The outcome reaches the aim to rounding.
    """
    free = np.flatnonzero(problem.limit > 0)
    gains = np.zeros_like(problem.limit)
    if not free.size or index.at(problem.limit) < aim - 1e-9:
        return gains if index.at(gains) >= aim else None
    planes = _Planes()
    for _ in range(PLANES):
        slopes = index.slopes(gains)
        if not problem.concave:
            planes = _Planes()
        planes.add(slopes[free], aim - index.at(gains) + float(slopes @ gains))
        found = _choose(problem, free, planes)
        if found is None:
            # Tangent planes of a concave index never forbid what is possible; of another one they may.
            return None if problem.concave else close_gap(problem.limit, problem.limit, index, aim)
        gains = np.zeros_like(problem.limit)
        gains[free] = found
        reaching = close_gap(gains, problem.limit, index, aim) if index.at(gains) >= aim - CLOSE else None
        if reaching is not None:
            return reaching
    return close_gap(gains, problem.limit, index, aim)


def close_gap(gains: FloatArray, limit: FloatArray, index: Index, aim: float) -> FloatArray | None:
    """Move the chosen gains together towards their limits just as far as the aim needs; None where that is too little."""
    if index.at(gains) >= aim:
        return gains
    furthest = np.where(gains > 1e-9, limit, 0.0)
    if index.at(furthest) < aim - 1e-9:
        return None
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if index.at(gains + middle * (furthest - gains)) >= aim else (middle, high)
    return gains + high * (furthest - gains)


def _choose(problem: Problem, free: npt.NDArray[np.int64], planes: _Planes) -> FloatArray | None:
    """Gains (free,) that satisfy the planes; fewest indicators first where asked."""
    n = free.size
    limit, cost = problem.limit[free], problem.cost[free]
    most = problem.max_indicators
    if problem.fewest:
        counted = _programme(np.r_[np.zeros(n), np.ones(n)], limit, planes, most)
        if counted is None:
            return None
        most = int(counted[n:].sum())
    effort = _programme(np.r_[cost * limit, np.zeros(n)], limit, planes, most)
    return None if effort is None else effort[:n] * limit


def _programme(objective: FloatArray, limit: FloatArray, planes: _Planes, most: int | None) -> FloatArray | None:
    """Minimise over (share of each limit used, chosen or not); None where it cannot be done."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # heavy to import, needed for targets only

    n = limit.size
    none = np.zeros((len(planes.needed), n))
    conditions = [
        LinearConstraint(np.hstack([np.array(planes.slopes) * limit, none]), lb=np.array(planes.needed) - 1e-9),
        LinearConstraint(np.hstack([-np.eye(n), np.eye(n)]), lb=0.0),
    ]
    if most is not None:
        conditions.append(LinearConstraint(np.r_[np.zeros(n), np.ones(n)], ub=most))
    found = milp(
        objective,
        constraints=conditions,
        bounds=Bounds(0.0, 1.0),
        integrality=np.r_[np.zeros(n), np.full(n, 0 if most is None and not objective[n:].any() else 1)],
        options={"mip_rel_gap": 0.0, "time_limit": SECONDS},
    )
    if found.x is None:
        return None
    chosen = np.round(found.x[n:])
    return np.concatenate([np.clip(found.x[:n], 0.0, 1.0), chosen]).astype(np.float64)
