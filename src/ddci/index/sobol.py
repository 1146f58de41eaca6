"""Which choice of method moves the ranks most: Sobol first and total effects.

In:  values (U, I) of one unit group and the group's rule.
Out: for each of the factors normalisation, mean, weights and left_out the share of the variance of the mean absolute
     rank shift that it explains alone (first) and with all its interactions (total), with confidence half-widths.
Each factor is one number from 0 to 1: it picks a normalisation, a kind of mean, one of many drawn sets of weights, an
indicator to leave out. The design and the estimators are SALib's.
Source: Saltelli et al. (2010), Variance based sensitivity analysis of model output, Computer Physics Communications
181(2); Saisana, Saltelli and Tarantola (2005), JRSS A 168(2), for the factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ddci.framework.model import Normalisation
from ddci.index.rank import rank_scores
from ddci.index.score import ScoringRule, score_values
from ddci.index.sensitivity import (
    CONCENTRATION,
    MEANS,
    NORMALISATIONS,
    Mean,
    MethodDraws,
    draw_weights,
    mean_rank_shift,
    ranks_under,
)

FloatArray = npt.NDArray[np.float64]
FACTORS = ("normalisation", "mean", "weights", "left_out")
WEIGHT_SETS = 1000
NO_VARIANCE = 1e-18


@dataclass(frozen=True)
class SobolEffects:
    """Effects by factor (..., D); ``_reach`` is half the 95 % interval. NaN where the outcome never varies."""

    factors: tuple[str, ...]
    first: FloatArray
    first_reach: FloatArray
    total: FloatArray
    total_reach: FloatArray


@dataclass(frozen=True)
class MethodEffects:
    shift: SobolEffects  # (D,) on the mean absolute rank shift
    units: SobolEffects | None  # (U, D) on each unit's own rank, when asked for


def method_effects(
    values: FloatArray,
    rule: ScoringRule,
    *,
    seed: int,
    n_base: int = 512,
    normalisations: tuple[Normalisation, ...] | None = None,
    means: tuple[Mean, ...] = MEANS,
    concentration: float = CONCENTRATION,
    per_unit: bool = False,
) -> MethodEffects:
    """Sobol effects of the choices of method on the ranks of one group.

    values    (U, I) in each indicator's own unit; NaN = not measured
    n_base    base sample, a power of 2; n_base × (factors + 2) runs are made
    per_unit  also the effects on every unit's own rank
    """
    design = sobol_design(FACTORS, n_base=n_base, seed=seed)
    names = normalisations or tuple(dict.fromkeys((rule.normalisation, *NORMALISATIONS)))
    draws = _draws_of_design(design, rule, names, means, concentration, np.random.default_rng(seed))
    ranks = ranks_under(values, rule, draws)
    nominal = rank_scores(score_values(values, rule).index)
    shift = sobol_effects(mean_rank_shift(ranks, nominal), factors=FACTORS, seed=seed)
    of_units = (
        [sobol_effects(ranks[:, unit], factors=FACTORS, seed=seed) for unit in range(len(values))] if per_unit else []
    )
    return MethodEffects(shift, _stack(of_units) if of_units else None)


def sobol_design(factors: Sequence[str], *, n_base: int, seed: int) -> FloatArray:
    """Points (n_base × (D + 2), D) from 0 to 1, in the order that ``sobol_effects`` expects."""
    from SALib.sample import sobol  # drags in pandas and plotting: only when effects are asked for

    points = sobol.sample(_problem(factors), n_base, calc_second_order=False, seed=seed)
    return np.asarray(points, dtype=np.float64)


def sobol_effects(outcome: FloatArray, *, factors: Sequence[str], seed: int) -> SobolEffects:
    """First and total effects from the outcomes (n_base × (D + 2),) at the points of ``sobol_design``.

    Raises nothing for a constant or missing outcome: its effects are NaN.
    """
    if not np.isfinite(outcome).all() or np.var(outcome) < NO_VARIANCE:
        nothing = np.full(len(factors), np.nan)
        return SobolEffects(tuple(factors), nothing, nothing.copy(), nothing.copy(), nothing.copy())
    from SALib.analyze import sobol  # see sobol_design

    found = sobol.analyze(_problem(factors), outcome, calc_second_order=False, seed=seed)
    first, first_reach, total, total_reach = (
        np.asarray(found[name], dtype=np.float64) for name in ("S1", "S1_conf", "ST", "ST_conf")
    )
    return SobolEffects(tuple(factors), first, first_reach, total, total_reach)


def _problem(factors: Sequence[str]) -> dict[str, object]:
    return {"num_vars": len(factors), "names": list(factors), "bounds": [[0.0, 1.0]] * len(factors)}


def _draws_of_design(
    design: FloatArray,
    rule: ScoringRule,
    names: tuple[Normalisation, ...],
    means: tuple[Mean, ...],
    concentration: float,
    rng: np.random.Generator,
) -> MethodDraws:
    indicator_weights, sub_index_weights = draw_weights(WEIGHT_SETS, rule=rule, rng=rng, concentration=concentration)
    choices = np.array([len(names), len(means), WEIGHT_SETS, len(rule.parent) + 1])
    picked = np.minimum((design * choices).astype(np.int64), choices - 1)
    return MethodDraws(
        names,
        means,
        picked[:, 0],
        picked[:, 1],
        indicator_weights[picked[:, 2]],
        sub_index_weights[picked[:, 2]],
        picked[:, 3] - 1,
    )


def _stack(effects: list[SobolEffects]) -> SobolEffects:
    first, first_reach, total, total_reach = (
        np.stack([getattr(item, name) for item in effects]) for name in ("first", "first_reach", "total", "total_reach")
    )
    return SobolEffects(effects[0].factors, first, first_reach, total, total_reach)
