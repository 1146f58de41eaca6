"""Who answers in a simulated wave: respondents, their strata and weights, and the units that each of them rates.

In:  a plan and a seed. Out: a People: arrays over respondents and over rows (respondent × rated unit).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ddci.survey.simulation_plan import SimulationPlan

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

ROUNDS = 200  # of exchanging ratings until nobody rates a unit twice


def stream(seed: int, *names: str) -> np.random.Generator:
    """A stream of its own for everything that has a name, so that one more question leaves all others as they were.

    >>> stream(1, "Q1").random() == stream(1, "Q1").random(), stream(1, "Q1").random() == stream(1, "Q2").random()
    (True, False)
    """
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


@dataclass(frozen=True, slots=True)
class People:
    """Rows are sorted by respondent, then unit."""

    stratum: IntArray  # (respondents,) place in plan.strata
    survey_weight: FloatArray  # (respondents,)
    population: dict[str, float]  # stratum → N_h, only strata with respondents
    respondent: IntArray  # (rows,)
    unit: IntArray  # (rows,) place in plan.units
    is_named: BoolArray  # (rows,) the rated unit itself put this respondent on the list

    @property
    def n_respondents(self) -> int:
        return len(self.stratum)


def draw_people(plan: SimulationPlan, *, seed: int) -> People:
    """Respondents and the units they rate; unit u gets exactly its n rows."""
    rng = stream(seed, "people")
    respondent, unit = _deal(plan, answers_per_unit(plan, rng), rng)
    order = np.lexsort((unit, respondent))
    respondent, unit = respondent[order], unit[order]
    n = int(respondent[-1]) + 1 if len(respondent) else 0
    stratum = _draw_strata(plan, n, stream(seed, "strata"))
    counts = np.bincount(stratum, minlength=len(plan.strata))
    sizes = np.maximum([item.population for item in plan.strata], counts)
    weight = sizes[stratum] / counts[stratum]
    first = np.r_[True, respondent[1:] != respondent[:-1]] if n else np.zeros(0, dtype=np.bool_)
    named = stream(seed, "named").random(n) < plan.named_share
    population = {item.code: float(size) for item, size, count in zip(plan.strata, sizes, counts, strict=True) if count}
    return People(stratum, np.round(weight, 6), population, respondent, unit, first & named[respondent])


def answers_per_unit(plan: SimulationPlan, rng: np.random.Generator) -> IntArray:
    """(units,) rows of each unit: its own n, or its group's or the plan's n with the plan's spread."""
    counts = []
    for unit in plan.units:
        typical = plan.n_of.get(unit.group, plan.n)
        spread = 1.0 + plan.n_spread * (2.0 * rng.random() - 1.0)
        counts.append(plan.n_of.get(unit.code, max(1, round(typical * spread))))
    return np.array(counts, dtype=np.int64)


def _deal(plan: SimulationPlan, counts: IntArray, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Deal each unit's rows to respondents; whoever got a unit twice exchanges it, or a new respondent takes it."""
    is_home = np.array([unit.group == plan.home_group for unit in plan.units], dtype=np.bool_)
    cards = np.repeat(np.arange(len(counts)), counts)
    home, other = cards[is_home[cards]], cards[~is_home[cards]]
    wanted = np.asarray(plan.units_per_respondent, dtype=np.float64)
    sizes = np.arange(1, len(wanted) + 1)
    mean = float(sizes @ wanted / wanted.sum())
    n = max(round(1.02 * len(cards) / mean), len(home), 1)
    capacity = rng.choice(sizes, size=n, p=wanted / wanted.sum())
    slots = rng.permutation(np.repeat(np.arange(n), np.maximum(capacity - (np.arange(n) < len(home)), 0)))
    if len(slots) < len(other):
        slots = np.concatenate([slots, n + np.arange(len(other) - len(slots))])
    respondent = np.concatenate([np.arange(len(home)), slots[: len(other)]])
    unit = np.concatenate([rng.permutation(home), rng.permutation(other)])
    respondent = _settle(respondent, unit, len(home), rng)
    kept, respondent = np.unique(respondent, return_inverse=True)
    return rng.permutation(len(kept))[respondent], unit


def _settle(respondent: IntArray, unit: IntArray, n_home: int, rng: np.random.Generator) -> IntArray:
    """Exchange respondents between rows beyond the home rows until no pair of respondent and unit stands twice."""
    respondent = respondent.copy()
    for _ in range(ROUNDS):
        twice = _repeated(respondent, unit)
        if not len(twice):
            return respondent
        for row in twice.tolist():
            other = int(rng.integers(n_home, len(respondent)))
            respondent[[row, other]] = respondent[[other, row]]
    twice = _repeated(respondent, unit)
    respondent[twice] = respondent.max() + 1 + np.arange(len(twice))
    return respondent


def _repeated(respondent: IntArray, unit: IntArray) -> IntArray:
    """Rows that repeat an earlier pair of respondent and unit."""
    key = respondent * (int(unit.max(initial=0)) + 1) + unit
    first = np.zeros(len(key), dtype=np.bool_)
    first[np.unique(key, return_index=True)[1]] = True
    return np.flatnonzero(~first)


def _draw_strata(plan: SimulationPlan, n: int, rng: np.random.Generator) -> IntArray:
    """(n,) strata in the shares of the sample, as near as whole numbers permit (largest remainders)."""
    share = np.array([item.sample_share for item in plan.strata], dtype=np.float64)
    exact = n * share / share.sum()
    counts = np.floor(exact).astype(np.int64)
    counts[np.argsort(counts - exact, kind="stable")[: n - counts.sum()]] += 1
    return rng.permutation(np.repeat(np.arange(len(share)), counts))
