"""Simulate a wave of answers from a framework: to try a questionnaire, to plan a sample, to teach, to show the software.

In:  a framework with a questionnaire, a plan, one seed.
Out: the table of responses of the wave format, a whole Wave marked as simulated, or a Simulation with what a real survey
     never knows: the true unit effects and who was named by the unit that he or she rates.

The same framework, plan and seed give the same bytes. Every question has a random stream of its own, so that adding one
changes no other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from ddci.errors import Place, fail
from ddci.framework.model import Framework, Indicator
from ddci.survey.simulated_answers import Interview
from ddci.survey.simulated_people import People, draw_people, stream
from ddci.survey.simulated_views import Views
from ddci.survey.simulation_plan import HardValue, SimulationPlan
from ddci.wave.model import ValueTable, Wave

FloatArray = npt.NDArray[np.float64]

DECIMALS = 4  # of a simulated hard value that is a share; others have one


@dataclass(frozen=True, slots=True)
class Simulation:
    """``responses`` as in a wave; ``effects`` (units, sub-indices) the truth, latent scale; ``is_named`` (rows,)."""

    responses: pl.DataFrame
    population: dict[str, float]
    effects: FloatArray
    is_named: npt.NDArray[np.bool_]
    values: ValueTable


def simulate(framework: Framework, plan: SimulationPlan, *, seed: int) -> Simulation:
    """Simulate everything about a wave; see the module's docstring.

    Raises InputError: SIMULATE_WITHOUT_QUESTIONNAIRE, SIMULATE_WITHOUT_UNITS.
    """
    questionnaire = framework.questionnaire
    if questionnaire is None:
        fail("SIMULATE_WITHOUT_QUESTIONNAIRE", Place(element=framework.code), found=framework.code)
    if not plan.units:
        fail("SIMULATE_WITHOUT_UNITS", Place(element=framework.code), found="0")
    people = draw_people(plan, seed=seed)
    views = Views(framework, plan, people, seed)
    answers = Interview(framework, questionnaire, plan, people, views, seed).run()
    columns = [pl.Series(code, texts.tolist(), dtype=pl.String) for code, texts in answers.items()]
    return Simulation(
        responses=pl.DataFrame([*_design(plan, people), *columns]),
        population=people.population,
        effects=views.effects,
        is_named=people.is_named,
        values=hard_values(framework, plan, views.effects, seed=seed),
    )


def simulate_responses(framework: Framework, plan: SimulationPlan, *, seed: int) -> pl.DataFrame:
    """The table of responses: respondent, unit, stratum, survey_weight and every question, one row per rating."""
    return simulate(framework, plan, seed=seed).responses


def simulate_wave(
    framework: Framework,
    plan: SimulationPlan,
    *,
    seed: int,
    code: str | None = None,
    year: int | None = None,
    replicates: int = 1000,
) -> Wave:
    """A whole wave, marked as simulated, with strata, their populations and values of the hard indicators."""
    found = simulate(framework, plan, seed=seed)
    return Wave(
        code=code or f"{framework.code}-mo-phong",
        year=framework.year if year is None else year,
        framework=framework,
        units=plan.units,
        seed=seed,
        replicates=replicates,
        vi=f"{framework.vi} (mô phỏng)",
        en=f"{framework.en} (simulated)" if framework.en else None,
        simulated=True,
        source="Số liệu mô phỏng: mọi câu trả lời đều do máy đặt ra.",
        values=None if np.isnan(found.values.value).all() else found.values,
        responses=found.responses,
        population=found.population,
    )


def default_plan(plan: SimulationPlan, framework: Framework) -> SimulationPlan:
    """The plan with the framework's first group, where respondents are at home, if it leaves that open and there are more."""
    if plan.home_group is None and len({unit.group for unit in plan.units}) > 1:
        return replace(plan, home_group=framework.unit_groups[0].code)
    return plan


def _design(plan: SimulationPlan, people: People) -> list[pl.Series]:
    width = len(str(people.n_respondents))
    names = np.array([f"{number:0{width}d}" for number in range(1, people.n_respondents + 1)], dtype=np.object_)
    units = np.array([unit.code for unit in plan.units], dtype=np.object_)
    strata = np.array([item.code for item in plan.strata], dtype=np.object_)
    return [
        pl.Series("respondent", names[people.respondent].tolist(), dtype=pl.String),
        pl.Series("unit", units[people.unit].tolist(), dtype=pl.String),
        pl.Series("stratum", strata[people.stratum[people.respondent]].tolist(), dtype=pl.String),
        pl.Series("survey_weight", people.survey_weight[people.respondent], dtype=pl.Float64),
    ]


def hard_values(framework: Framework, plan: SimulationPlan, effects: FloatArray, *, seed: int) -> ValueTable:
    """Values of the hard indicators, (units, indicators): good units have better ones, on the whole; NaN elsewhere."""
    value = np.full((len(plan.units), len(framework.indicators)), np.nan)
    half_unit = np.full(value.shape, np.nan)
    parents = [item.code for item in framework.sub_indices]
    scale = plan.unit_sd or 1.0
    for column, indicator in enumerate(framework.indicators):
        if indicator.kind != "hard":
            continue
        design = plan.hard.get(indicator.code) or _usual_value(indicator)
        decimals = DECIMALS if indicator.unit == "share" else 1
        own = stream(seed, "hard", indicator.code).standard_normal(len(plan.units))
        quality = (effects[:, parents.index(indicator.parent)] / scale + own) / np.sqrt(2.0)
        drawn = design.center + indicator.direction * design.spread * quality
        for row, unit in enumerate(plan.units):
            if indicator in framework.indicators_of_group(unit.group):
                value[row, column] = round(float(np.clip(drawn[row], design.low, design.high)), decimals)
                half_unit[row, column] = 0.5 * 10.0**-decimals
    nothing = np.full(value.shape, np.nan)
    return ValueTable(value=value, se=nothing, n=nothing.copy(), half_unit=half_unit)


def _usual_value(indicator: Indicator) -> HardValue:
    """What an administrative figure of this kind may look like when the plan says nothing."""
    if indicator.unit == "share":
        return HardValue(0.88, 0.06, 0.0, 1.0) if indicator.direction > 0 else HardValue(0.12, 0.06, 0.0, 1.0)
    low, high = indicator.bounds if isinstance(indicator.bounds, tuple) else (0.0, 20.0)
    good = 0.75 if indicator.direction > 0 else 0.25
    return HardValue(low + good * (high - low), 0.08 * (high - low), low, high)
