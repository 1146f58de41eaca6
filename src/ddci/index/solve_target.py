"""The optimisation behind a target: which gains, within limits, bring a unit's index up to an aim at the least effort.

In:  limits and costs by indicator (I,), the unit's index as a function of its gains, the aim in points.
Out: gains (I,) in score points and whether they are proven the best, or None where the limits do not allow the aim.

* The index is linear (arithmetic means): one mixed-integer programme, HiGHS through ``scipy.optimize.milp``; proven.
* It is concave and all indicators may move, or at most 15: proven up to 0.001 points, by sequential quadratic programming
  and by tangent planes (Duran and Grossmann 1986, An outer-approximation algorithm for a class of mixed-integer
  nonlinear programs, Mathematical Programming 36).
* Otherwise indicators are chosen one by one, the most useful first, and those that turn out needless are dropped; then
  the least effort among them is found. A good plan, but not proven the smallest.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

PLANES = 60  # tangent planes at most
FEW = 15  # indicators up to which tangent planes settle the choice in a moment
CLOSE = 1e-3  # points of the index: what is left is closed along the chosen indicators
SEEN = 1e-9  # gains and shortfalls below this are rounding


class Index(ABC):
    """The index of one unit as a function of its gains (I,) in score points."""

    @abstractmethod
    def at(self, gains: FloatArray) -> float:
        """Points of the index with these gains."""

    @abstractmethod
    def slopes(self, gains: FloatArray) -> FloatArray:
        """Points of the index per score point of each indicator (I,) at these gains."""

    @abstractmethod
    def each(self, gains: FloatArray, other: FloatArray) -> FloatArray:
        """Points of the index (I,) when one indicator at a time takes its other gain; -inf where it has no score."""


@dataclass(frozen=True)
class Problem:
    limit: FloatArray  # (I,) largest gain in score points; 0 = held
    cost: FloatArray  # (I,) effort of one score point
    max_indicators: int | None
    fewest: bool  # first as few indicators as possible, then the least effort
    linear: bool
    concave: bool  # tangent planes hold everywhere


@dataclass
class _Planes:
    """Linear conditions Σ slope × gain ≥ needed, over the indicators that may move."""

    slopes: list[FloatArray] = field(default_factory=list)
    needed: list[float] = field(default_factory=list)

    def add(self, slopes: FloatArray, needed: float) -> None:
        self.slopes.append(slopes)
        self.needed.append(needed)


def solve(problem: Problem, index: Index, aim: float) -> tuple[FloatArray, bool] | None:
    """Gains (I,) with which ``index`` reaches ``aim`` and whether no better ones exist; None where there are none.

    With ``fewest`` the number of indicators is minimised first. The aim is reached to rounding.
    """
    free = np.flatnonzero(problem.limit > 0)
    if not free.size or index.at(problem.limit) < aim - SEEN:
        return None
    choosing = problem.fewest or problem.max_indicators is not None
    if problem.linear or (problem.concave and choosing and free.size <= FEW):
        gains = _by_planes(problem, index, aim, free)
        return None if gains is None else (gains, True)
    chosen = _one_by_one(problem, index, aim) if choosing else problem.limit
    if chosen is None:
        return None
    return _least_effort(chosen, problem.cost, index, aim), problem.concave and not choosing


def _by_planes(problem: Problem, index: Index, aim: float, free: IntArray) -> FloatArray | None:
    planes = _Planes()
    gains = np.zeros_like(problem.limit)
    for _ in range(PLANES):
        slopes = index.slopes(gains)
        planes.add(slopes[free], aim - index.at(gains) + float(slopes @ gains))
        found = _choose(problem, free, planes)
        if found is None:
            return None
        gains = np.zeros_like(problem.limit)
        gains[free] = found
        reaching = close_gap(gains, problem.limit, index, aim) if index.at(gains) >= aim - CLOSE else None
        if reaching is not None:
            if problem.linear:
                return reaching
            return _least_effort(np.where(gains > SEEN, problem.limit, 0.0), problem.cost, index, aim)
    return close_gap(gains, problem.limit, index, aim)


def _one_by_one(problem: Problem, index: Index, aim: float) -> FloatArray | None:
    """Limits (I,) of a small set of indicators that reaches the aim; 0 for the others."""
    chosen = np.zeros_like(problem.limit)
    most = np.count_nonzero(problem.limit) if problem.max_indicators is None else problem.max_indicators
    while index.at(chosen) < aim - SEEN or (not problem.fewest and np.count_nonzero(chosen) < most):
        left = (chosen == 0) & (problem.limit > 0)
        if np.count_nonzero(chosen) >= most or not left.any():
            return None if index.at(chosen) < aim - SEEN else chosen
        best = int(np.argmax(np.where(left, index.each(chosen, problem.limit), -np.inf)))
        chosen[best] = problem.limit[best]
    if problem.fewest:
        for indicator in np.flatnonzero(chosen)[np.argsort(problem.limit[chosen > 0], kind="stable")]:
            without = chosen.copy()
            without[indicator] = 0.0
            chosen = without if index.at(without) >= aim - SEEN else chosen
    return chosen


def _least_effort(limit: FloatArray, cost: FloatArray, index: Index, aim: float) -> FloatArray:
    """The cheapest gains within ``limit`` that reach the aim; the limits themselves reach it."""
    from scipy.optimize import minimize  # heavy to import, needed for targets only

    free = np.flatnonzero(limit > 0)

    def whole(part: FloatArray) -> FloatArray:
        gains = np.zeros_like(limit)
        gains[free] = np.clip(part, 0.0, 1.0) * limit[free]
        return gains

    price = cost[free] * limit[free] / max(float((cost * limit).sum()), SEEN)
    found = minimize(
        lambda part: float(price @ part),
        np.full(free.size, 0.5),
        jac=lambda part: price,
        bounds=[(0.0, 1.0)] * free.size,
        constraints={
            "type": "ineq",
            "fun": lambda part: index.at(whole(part)) - aim,
            "jac": lambda part: index.slopes(whole(part))[free] * limit[free],
        },
        method="SLSQP",
        options={"maxiter": 300, "ftol": 1e-10},
    )
    gains = whole(found.x)
    gains = np.where(gains > 1e-6 * limit, gains, 0.0)  # traces that the programme left at zero
    reaching = close_gap(gains, limit, index, aim)
    return limit if reaching is None else reaching


def close_gap(gains: FloatArray, limit: FloatArray, index: Index, aim: float) -> FloatArray | None:
    """Move the chosen gains together towards their limits just as far as the aim needs; None where that is too little."""
    if index.at(gains) >= aim:
        return gains
    furthest = np.where(gains > SEEN, limit, 0.0)
    if index.at(furthest) < aim - SEEN:
        return None
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if index.at(gains + middle * (furthest - gains)) >= aim else (middle, high)
    return gains + high * (furthest - gains)


def _choose(problem: Problem, free: IntArray, planes: _Planes) -> FloatArray | None:
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
        LinearConstraint(np.hstack([np.array(planes.slopes) * limit, none]), lb=np.array(planes.needed) - SEEN),
        LinearConstraint(np.hstack([-np.eye(n), np.eye(n)]), lb=0.0),
    ]
    if most is not None:
        conditions.append(LinearConstraint(np.r_[np.zeros(n), np.ones(n)], ub=most))
    found = milp(
        objective,
        constraints=conditions,
        bounds=Bounds(0.0, 1.0),
        integrality=np.r_[np.zeros(n), np.full(n, 0 if most is None and not objective[n:].any() else 1)],
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    chosen = np.round(found.x[n:])
    return np.concatenate([np.clip(found.x[:n], 0.0, 1.0), chosen]).astype(np.float64)
