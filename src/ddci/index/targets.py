"""The smallest set of improvements with which one unit reaches a target score or rank, by optimisation.

In:  values (U, I) of the unit's group, the group's rule, a target; limits, costs and choices by indicator.
Out: the chosen indicators with value now → value needed, verified by scoring the changed table from scratch.
The other units are held. While choosing, the bounds are held too; then everything is recomputed, because the unit's own
new value may move in-year bounds, and the choice is repeated with a higher aim where it falls short.

How the choice is made, and when it is proven the best, is in ``solve_target.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from ddci.errors import MethodError
from ddci.index.rank import rank_scores
from ddci.index.score import IndexScores, ScoringRule, score_values
from ddci.index.solve_target import Index, Problem, solve
from ddci.index.what_if import aggregate_scores, index_with_each_changed, top_of

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Goal = Literal["fewest", "least_effort"]

MARGIN = 0.01  # points above the unit that holds the wanted rank: seen at two printed decimals
ROUNDS = 12  # of recomputing the bounds
SEEN = 1e-9  # gains and shortfalls below this are rounding


@dataclass(frozen=True, slots=True)
class Step:
    """One indicator to improve."""

    indicator: int
    value_now: float  # in its own unit
    value_needed: float
    score_now: float
    score_needed: float
    index_gain: float  # points of the index from this step alone; they add up where both levels are arithmetic


@dataclass(frozen=True)
class TargetPlan:
    """``index_reached`` and ``rank_reached`` are recomputed with the bounds that the new values bring about."""

    unit: int
    reachable: bool
    proven: bool  # no better choice exists between the held bounds
    wanted_index: float  # the target score, or what the wanted rank takes at present
    index_now: float
    rank_now: float
    steps: tuple[Step, ...]  # largest gain first; empty where the target is met already or cannot be reached
    effort: float  # Σ cost × gain in score points
    index_reached: float
    rank_reached: float
    best_index: (
        float  # with every allowed indicator (or the most useful ones, where their number is limited) at its limit
    )
    best_rank: float


def plan_target(
    values: FloatArray,
    rule: ScoringRule,
    *,
    unit: int,
    score: float | None = None,
    rank: int | None = None,
    goal: Goal = "fewest",
    margin: float = MARGIN,
    cost: npt.ArrayLike = 1.0,
    max_gain: npt.ArrayLike = np.inf,
    allowed: BoolArray | None = None,
    max_indicators: int | None = None,
    beyond_best: bool = False,
) -> TargetPlan:
    """Find the improvements that bring one unit to a target.

    values           (U, I) in each indicator's own unit; NaN = not measured, and not improved
    score, rank      the target, exactly one of them; a rank means this rank or better among the units as they are now
    goal             fewest: as few indicators as possible, then the least effort; least_effort: the least effort at once
    cost             (I,) or a number > 0: effort of one score point
    max_gain         (I,) or a number: at most so many score points on one indicator
    allowed          (I,) indicators that may be chosen; None = all
    max_indicators   at most so many
    beyond_best      False: no indicator is to get better than the group's best; True: up to the end of the scale

    Raises MethodError: TARGET_NOT_ONE without exactly one target, TARGET_AGGREGATION for Copeland's contests,
    TARGET_NOT_SCORED for a unit without an index.
    """
    if (score is None) == (rank is None):
        raise MethodError("TARGET_NOT_ONE", found=f"score={score}, rank={rank}")
    if "copeland" in (rule.aggregation, rule.aggregation_top):
        raise MethodError("TARGET_AGGREGATION", found="copeland")
    scored = score_values(values, rule)
    if not np.isfinite(scored.index[unit]):
        raise MethodError("TARGET_NOT_SCORED", found=unit)
    index = _UnitIndex(scored, rule, unit)
    problem = Problem(
        limit=_limits(scored, rule, unit, max_gain=max_gain, allowed=allowed, beyond_best=beyond_best),
        cost=np.broadcast_to(np.asarray(cost, dtype=np.float64), rule.parent.shape),
        max_indicators=max_indicators,
        fewest=goal == "fewest",
        linear=rule.aggregation == rule.aggregation_top == "arithmetic",
        concave=_is_concave(rule),
    )
    return _Search(values, rule, scored, index, problem, unit, score, rank, margin).run()


def implied_index(sub_indices: FloatArray, targets: FloatArray, rule: ScoringRule) -> FloatArray:
    """The index (U,) that follows if every sub-index reaches its target (U, S); NaN = no target, it stays as it is.

    A target below the present score does not pull it down.
    """
    return top_of(np.fmax(sub_indices, targets), rule)


class _UnitIndex(Index):
    """The index of one unit as a function of its gains in score points, bounds and other units held."""

    def __init__(self, scored: IndexScores, rule: ScoringRule, unit: int) -> None:
        self.scores = scored.scores[[unit]]
        self.rule = replace(
            rule,
            indicator_weights=_own(rule.indicator_weights, unit),
            sub_index_weights=_own(rule.sub_index_weights, unit),
        )

    def at(self, gains: FloatArray) -> float:
        return float(aggregate_scores(self.scores + gains, self.rule).index[0])

    def slopes(self, gains: FloatArray) -> FloatArray:
        """Points of the index per score point (I,) at these gains; 0 where there is no score."""
        step = 1e-6 * (self.rule.scale[1] - self.rule.scale[0])
        here = self.scores + gains
        above = index_with_each_changed(here, here + step, self.rule)
        below = index_with_each_changed(here, np.maximum(here - step, self.scores), self.rule)
        width = step + np.minimum(step, np.broadcast_to(gains, here.shape))
        return np.asarray(np.nan_to_num((above - below)[:, 0] / width[0]))

    def each(self, gains: FloatArray, other: FloatArray) -> FloatArray:
        index = index_with_each_changed(self.scores + gains, self.scores + other, self.rule)[:, 0]
        return np.asarray(np.where(np.isnan(index), -np.inf, index))

    def alone(self, gains: FloatArray) -> FloatArray:
        """Points of the index (I,) of each gain taken alone."""
        changed = index_with_each_changed(self.scores, self.scores + gains, self.rule)
        return np.asarray(np.nan_to_num(changed[:, 0] - self.at(np.zeros_like(gains))))


@dataclass
class _Search:
    """The state of one search: what is wanted, and the aim with bounds held that brings it about."""

    values: FloatArray
    rule: ScoringRule
    scored: IndexScores
    index: _UnitIndex
    problem: Problem
    unit: int
    score: float | None
    rank: int | None
    margin: float

    def run(self) -> TargetPlan:
        wanted = self._wanted(self.scored.index)
        now = float(self.scored.index[self.unit])
        if now >= wanted - SEEN:
            return self._plan(wanted, np.zeros(self.problem.limit.shape), reachable=True, proven=True)
        aim = wanted
        for _ in range(ROUNDS):
            found = solve(self.problem, self.index, aim)
            if found is None:
                break
            gains, proven = found
            recomputed = self._recompute(gains)
            short = self._wanted(recomputed) - recomputed[self.unit]
            if short <= SEEN:
                return self._plan(wanted, gains, reachable=True, proven=proven)
            aim += max(short, SEEN)
        limit = self._best_gains()
        recomputed = self._recompute(limit)
        if recomputed[self.unit] >= self._wanted(recomputed) - SEEN:
            # The aim overshot what is possible between held bounds; everything at its limit still does.
            return self._plan(wanted, limit, reachable=True)
        return self._plan(wanted, np.zeros(self.problem.limit.shape), reachable=False)

    def _wanted(self, index: FloatArray) -> float:
        """The index that the target takes, given all units' index."""
        if self.score is not None:
            return self.score
        others = np.delete(index, self.unit)
        others = np.sort(others[np.isfinite(others)])[::-1]
        place = int(self.rank or 1) - 1
        return float(others[place] + self.margin) if place < others.size else -np.inf

    def _best_gains(self) -> FloatArray:
        """Every indicator at its limit, or those that give most alone, where their number is limited."""
        limit = self.problem.limit
        if self.problem.max_indicators is None:
            return limit
        most = np.argsort(-self.index.alone(limit), kind="stable")[: self.problem.max_indicators]
        chosen = np.zeros_like(limit)
        chosen[most] = limit[most]
        return chosen

    def _recompute(self, gains: FloatArray) -> FloatArray:
        """All units' index (U,) after the unit's values changed, bounds moved with them."""
        return score_values(self._changed_values(gains), self.rule).index

    def _changed_values(self, gains: FloatArray) -> FloatArray:
        changed = self.values.copy()
        for indicator in np.flatnonzero(gains > SEEN):
            needed = self.scored.scores[self.unit, indicator] + gains[indicator]
            changed[self.unit, indicator] = value_for_score(
                needed, values=self.values[:, indicator], scored=self.scored, rule=self.rule, indicator=int(indicator)
            )
        return changed

    def _plan(self, wanted: float, gains: FloatArray, *, reachable: bool, proven: bool = False) -> TargetPlan:
        ranks = rank_scores(self.scored.index)
        reached, best = self._recompute(gains), self._recompute(self._best_gains())
        return TargetPlan(
            unit=self.unit,
            reachable=reachable,
            proven=proven,
            wanted_index=wanted,
            index_now=float(self.scored.index[self.unit]),
            rank_now=float(ranks[self.unit]),
            steps=self._steps(gains),
            effort=float((self.problem.cost * gains).sum()),
            index_reached=float(reached[self.unit]),
            rank_reached=float(rank_scores(reached)[self.unit]),
            best_index=float(best[self.unit]),
            best_rank=float(rank_scores(best)[self.unit]),
        )

    def _steps(self, gains: FloatArray) -> tuple[Step, ...]:
        changed, alone = self._changed_values(gains), self.index.alone(gains)
        scores = self.scored.scores[self.unit]
        chosen = np.flatnonzero(gains > SEEN)
        return tuple(
            Step(
                indicator=int(i),
                value_now=float(self.values[self.unit, i]),
                value_needed=float(changed[self.unit, i]),
                score_now=float(scores[i]),
                score_needed=float(scores[i] + gains[i]),
                index_gain=float(alone[i]),
            )
            for i in chosen[np.argsort(-alone[chosen], kind="stable")]
        )


def value_for_score(
    score: float, *, values: FloatArray, scored: IndexScores, rule: ScoringRule, indicator: int
) -> float:
    """The value that has this score between the bounds in force; for ranks, the easiest one of the group that reaches it.

    values   (U,) of this indicator
    """
    low, high = scored.low[..., indicator].item(), scored.high[..., indicator].item()
    positive = rule.direction[indicator] > 0
    share = (score - rule.scale[0]) / (rule.scale[1] - rule.scale[0])
    if rule.normalisation == "none":
        return score if positive else rule.scale[0] + rule.scale[1] - score
    if rule.normalisation in ("min_max", "share_scale"):
        bottom, top = (low, high) if rule.normalisation == "min_max" else (0.0, 1.0)
        return bottom + share * (top - bottom) if positive else top - share * (top - bottom)
    if rule.normalisation == "distance_to_best":
        return share * high if positive else low / share
    scores = scored.scores[:, indicator]
    if rule.normalisation == "z_score":  # a straight line through any two units
        worst, best = int(np.nanargmin(scores)), int(np.nanargmax(scores))
        slope = (values[best] - values[worst]) / (scores[best] - scores[worst])
        return float(values[worst] + (score - scores[worst]) * slope)
    enough = np.flatnonzero(scores >= score - SEEN)
    easiest = enough[np.argmin(scores[enough])] if enough.size else int(np.nanargmax(scores))
    return float(values[easiest])


def _limits(
    scored: IndexScores,
    rule: ScoringRule,
    unit: int,
    *,
    max_gain: npt.ArrayLike,
    allowed: BoolArray | None,
    beyond_best: bool,
) -> FloatArray:
    """How many score points each indicator may gain (I,)."""
    scores = scored.scores
    has_end = rule.normalisation in ("min_max", "share_scale", "none")
    ceiling = np.full(scores.shape[1], rule.scale[1]) if beyond_best and has_end else np.fmax.reduce(scores, axis=0)
    room = np.nan_to_num(np.minimum(ceiling - scores[unit], np.asarray(max_gain, dtype=np.float64)))
    room = np.where(scored.equal_bounds, 0.0, room)  # no value has another score there
    room = np.where(room > SEEN, room, 0.0)
    return room if allowed is None else np.where(allowed, room, 0.0)


def _is_concave(rule: ScoringRule) -> bool:
    return all(
        name in ("arithmetic", "geometric", "harmonic")
        or (name == "power" and rule.power is not None and rule.power <= 1)
        for name in (rule.aggregation, rule.aggregation_top)
    )


def _own(weights: FloatArray, unit: int) -> FloatArray:
    return weights[unit] if weights.ndim == 2 and len(weights) > 1 else weights.reshape(-1)
