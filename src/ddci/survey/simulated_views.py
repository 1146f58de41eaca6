"""What the people of a simulated wave think: true unit effects, and the latent favourability behind every answer.

latent(row, item) = unit effect on the sub-index + what the unit does in this item + mood of the person
                    + the person's view of the unit + its view of this sub-index + the single item
The last four have variances that add up to one. Higher is always better, whatever way an item is worded.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ddci.framework.model import Framework
from ddci.survey.simulated_people import People, stream
from ddci.survey.simulation_plan import SimulationPlan

FloatArray = npt.NDArray[np.float64]


def unit_effects(framework: Framework, plan: SimulationPlan, *, seed: int) -> FloatArray:
    """(units, sub-indices) true effects on the latent scale.

    Within each unit group and sub-index they have mean 0 and standard deviation ``unit_sd`` exactly (three units or
    more), before the effects that the plan sets itself take their places.
    """
    effects = np.zeros((len(plan.units), len(framework.sub_indices)))
    common = np.sqrt(plan.sub_index_correlation)
    own = np.sqrt(1.0 - plan.sub_index_correlation)
    for column, sub_index in enumerate(framework.sub_indices):
        for row, unit in enumerate(plan.units):
            general = _lasting(plan, seed, unit.code, "")
            effects[row, column] = common * general + own * _lasting(plan, seed, unit.code, sub_index.code)
    for group in {unit.group for unit in plan.units}:
        rows = [row for row, unit in enumerate(plan.units) if unit.group == group]
        if len(rows) > 2:
            values = effects[rows]
            effects[rows] = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    place = {unit.code: row for row, unit in enumerate(plan.units)}
    columns = {item.code: column for column, item in enumerate(framework.sub_indices)}
    for (unit_code, code), effect in plan.effects.items():
        if unit_code in place and code in columns:
            effects[place[unit_code], columns[code]] = effect
    return np.asarray(plan.unit_sd * effects)


def _lasting(plan: SimulationPlan, seed: int, *names: str) -> float:
    """A standard normal effect, of which a share stays the same in all waves with the same persistent seed."""
    now = float(stream(seed, "effect", *names).standard_normal())
    if plan.persistent_seed is None:
        return now
    then = float(stream(plan.persistent_seed, "lasting", *names).standard_normal())
    return float(np.sqrt(plan.persistence) * then + np.sqrt(1.0 - plan.persistence) * now)


@dataclass(slots=True)
class Views:
    """Latent favourability, item by item, on demand."""

    framework: Framework
    plan: SimulationPlan
    people: People
    seed: int
    effects: FloatArray = field(init=False)  # (units, sub-indices)
    _row: FloatArray = field(init=False)  # (rows,) mood, view of the unit and the bias of those the unit named
    _of_sub_index: dict[str, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plan, people = self.plan, self.people
        self.effects = unit_effects(self.framework, plan, seed=self.seed)
        mood = stream(self.seed, "mood").standard_normal(people.n_respondents)
        view = stream(self.seed, "rating").standard_normal(len(people.unit))
        self._row = np.sqrt(plan.halo) * mood[people.respondent] + np.sqrt(plan.rating) * view
        self._row += plan.named_bias * people.is_named

    @property
    def sd(self) -> float:
        """Standard deviation of the latent scale over the people of all units."""
        return float(np.sqrt(1.0 + self.plan.unit_sd**2 + self.plan.item_unit_sd**2))

    def center(self, sub_index: str, item: str) -> FloatArray:
        """(units,) the latent mean of each unit in one item."""
        column = [item.code for item in self.framework.sub_indices].index(sub_index)
        of_item = stream(self.seed, "item-unit", item).standard_normal(len(self.plan.units))
        return np.asarray(self.effects[:, column] + self.plan.item_unit_sd * of_item)

    def latent(self, sub_index: str, item: str) -> FloatArray:
        """(rows,) the latent favourability in one item."""
        plan, n_rows = self.plan, len(self.people.unit)
        if sub_index not in self._of_sub_index:
            view = stream(self.seed, "view", sub_index).standard_normal(n_rows)
            self._of_sub_index[sub_index] = np.sqrt(plan.sub_index_view) * view
        rest = max(0.0, 1.0 - plan.halo - plan.rating - plan.sub_index_view)
        single = np.sqrt(rest) * stream(self.seed, "item", item).standard_normal(n_rows)
        return np.asarray(
            self.center(sub_index, item)[self.people.unit] + self._row + self._of_sub_index[sub_index] + single
        )
