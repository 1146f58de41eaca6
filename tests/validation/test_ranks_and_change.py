"""What rank sets, tiers and intervals of change do when units are alike and nothing has changed.

Each unit group of a wave is one trial. With 120 trials a rate of 0.05 is itself uncertain by 0.02.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from ddci.compute import compute
from ddci.framework.model import Framework
from ddci.result import Result
from ddci.wave.model import Wave
from tests.validation.worlds import framework_of, share_indicators, share_wave

N_UNITS, N_TRIALS = 11, 120
YEAR_BEFORE = "kiem-chung-2023"


def survey_trials(
    framework: Framework,
    shares: np.ndarray,
    *,
    n: int,
    rng: np.random.Generator,
    replicates: int = 200,
    halo: float = 0.3,
) -> Wave:
    """A wave in which every unit group is a fresh survey of the same units."""
    groups = len(framework.unit_groups)
    return share_wave(np.tile(shares, (groups, 1)), framework, n=n, rng=rng, replicates=replicates, halo=halo)


def by_trial(result: Result, figures: np.ndarray) -> np.ndarray:
    """(trials, units) of the index's column, or of an array over all units."""
    column = figures[:, 0] if figures.ndim == 2 else figures
    return column.reshape(len(result.framework.unit_groups), -1)


def sets_hold(result: Result, order: np.ndarray) -> np.ndarray:
    """(trials,) whether every unit's rank set holds all ranks that its true standing allows."""
    better = (order[None, :] > order[:, None]).sum(axis=1)
    worse = (order[None, :] < order[:, None]).sum(axis=1)
    low, high = by_trial(result, result.scores.rank_low), by_trial(result, result.scores.rank_high)
    return ((low <= 1 + better) & (high >= len(order) - worse)).all(axis=1)


@pytest.mark.parametrize(("replicates", "n"), [(1000, 100), (200, 60)])
def test_nothing_is_proven_between_equal_units_under_in_year_bounds(replicates, n):
    rng = np.random.default_rng(21)
    framework = framework_of(share_indicators(2, 3), n_groups=N_TRIALS)

    result = compute(survey_trials(framework, np.full((N_UNITS, 6), 0.6), n=n, rng=rng, replicates=replicates))

    first = [len(tier.units) == N_UNITS for tier in result.tiers if tier.number == 1]
    assert sets_hold(result, np.zeros(N_UNITS)).mean() >= 0.92  # 95 % less two errors of the simulation
    assert len(first) == N_TRIALS
    assert np.mean(first) >= 0.92


def test_rank_sets_hold_for_nearly_equal_units_under_in_year_bounds():
    rng = np.random.default_rng(22)
    shares = expit(0.3 + 0.15 * rng.standard_normal((N_UNITS, 1)) + 0.05 * rng.standard_normal((N_UNITS, 6)))
    framework = framework_of(share_indicators(2, 3), n_groups=N_TRIALS)

    result = compute(survey_trials(framework, shares, n=100, rng=rng))

    expected = by_trial(result, result.scores.score).mean(axis=0)  # what surveys of this size show on average
    assert sets_hold(result, expected).mean() >= 0.92


def test_clearly_different_units_are_told_apart():
    rng = np.random.default_rng(23)
    shares = np.repeat(np.linspace(0.3, 0.85, N_UNITS)[:, None], 6, axis=1)
    framework = framework_of(share_indicators(2, 3), n_groups=20)

    result = compute(survey_trials(framework, shares, n=175, rng=rng))

    width = by_trial(result, result.scores.rank_high - result.scores.rank_low)
    assert width.mean() < 4
    assert sets_hold(result, shares.mean(axis=1)).all()


def two_years(rng: np.random.Generator, framework: Framework, shares: np.ndarray, **options: float) -> Result:
    """Two fresh surveys of the same units between which nothing changed."""
    linked = tuple(replace(item, continues=f"{YEAR_BEFORE}:{item.code}") for item in framework.indicators)
    earlier = survey_trials(replace(framework, code=YEAR_BEFORE, year=2023), shares, rng=rng, **options)  # type: ignore[arg-type]
    now = survey_trials(replace(framework, indicators=linked), shares, rng=rng, **options)  # type: ignore[arg-type]
    return compute(replace(now, previous=replace(earlier, code=YEAR_BEFORE, year=2023)))


@pytest.mark.parametrize(
    ("bounds", "spread"), [("fixed", 0.3), ("in_year", 0.0), ("in_year", 0.3), ("in_year", 0.8)]
)  # fmt: skip
def test_intervals_of_change_hold_no_change_where_nothing_changed(bounds, spread):
    rng = np.random.default_rng(24)
    given = {"bounds": (0.0, 1.0)} if bounds == "fixed" else {}
    shares = expit(rng.uniform(-1, 1, 6) + spread * rng.standard_normal((N_UNITS, 6)))

    result = two_years(rng, framework_of(share_indicators(2, 3, **given), n_groups=60), shares, n=100)

    change = result.change
    holds = [
        np.mean((low <= 0) & (high >= 0))
        for low, high in (
            (change.like_for_like_low, change.like_for_like_high),
            (change.low[:, 0], change.high[:, 0]),
        )
    ]
    assert min(holds) >= 0.93
    assert max(holds) <= 0.985


def test_totals_and_ranks_move_by_chance_alone_as_stated():
    """Eleven near-equal units, 100 answers each, no true change: totals move by 9–13 points between the year's extremes,
    by 2.2–2.4 between fixed bounds, and ranks by 2 to 3.7 places."""
    moves, rank_moves = {}, {}
    for name, given in (("in_year", {}), ("fixed", {"bounds": (0.0, 1.0)})):
        rng = np.random.default_rng(25)
        quality = 0.05 * rng.standard_normal((N_UNITS, 1))
        shares = expit(rng.uniform(-1, 1, 24) + quality + 0.1 * rng.standard_normal((N_UNITS, 24)))
        framework = framework_of(share_indicators(8, 3, **given), n_groups=30)
        result = two_years(rng, framework, shares, n=100, replicates=0, halo=0.15)
        rank, rank_then = by_trial(result, result.scores.rank), by_trial(result, result.change.rank_then)
        moves[name] = by_trial(result, result.change.score).std()
        rank_moves[name] = np.abs(rank - rank_then).mean()

    assert 7.5 < moves["in_year"] < 14
    assert 2.0 < moves["fixed"] < 2.6
    assert 1.8 < rank_moves["in_year"] < 3.9
