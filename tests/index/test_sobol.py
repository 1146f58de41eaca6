"""Sobol effects: textbook functions, COINr's estimates on its own design, and what must hold for ranks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.index.rules import make_rule

from ddci.index.sobol import FACTORS, method_effects, sobol_design, sobol_effects

GOLDEN = Path(__file__).parents[1] / "golden" / "coinr-sensitivity"
THREE = ("x1", "x2", "x3")


def test_a_linear_function_has_effects_in_proportion_to_its_squared_coefficients():
    points = sobol_design(THREE, n_base=2048, seed=1)

    got = sobol_effects(points @ [1.0, 2.0, 3.0], factors=THREE, seed=1)

    assert got.first == pytest.approx(np.array([1, 4, 9]) / 14, abs=0.01)
    assert got.total == pytest.approx(np.array([1, 4, 9]) / 14, abs=0.01)


def test_the_ishigami_function_has_its_known_effects():
    x = np.pi * (2 * sobol_design(THREE, n_base=4096, seed=1) - 1)
    outcome = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])

    got = sobol_effects(outcome, factors=THREE, seed=1)

    assert got.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)  # Ishigami and Homma (1990), a = 7, b = 0.1
    assert got.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


@pytest.mark.parametrize("function", ["linear", "ishigami"])
def test_effects_of_coinr_s_outcomes_are_coinr_s(function):
    outcome = pl.read_csv(GOLDEN / "sobol_outcomes.csv")[f"y_{function}"].to_numpy()
    a, b, *mixed = outcome.reshape(5, 2000)
    interleaved = np.column_stack([a, *mixed, b]).ravel()

    got = sobol_effects(interleaved, factors=THREE, seed=1)

    expected = pl.read_csv(GOLDEN / "sobol_effects.csv").filter(pl.col("f") == function)
    assert got.total * 3999 / 4000 == pytest.approx(expected["STi"].to_numpy(), rel=1e-9)  # divisor n − 1
    assert got.first == pytest.approx(expected["Si"].to_numpy(), abs=0.03)


def test_an_outcome_that_never_varies_has_no_effects():
    got = sobol_effects(np.ones(8 * 5), factors=THREE, seed=1)

    assert np.isnan(got.first).all()
    assert np.isnan(got.total_reach).all()


def test_with_one_normalisation_and_one_mean_only_weights_and_omission_have_effects():
    values = np.random.default_rng(1).uniform(1, 5, (8, 6))

    got = method_effects(
        values, make_rule([0, 0, 1, 1, 2, 2]), seed=3, n_base=128, normalisations=("min_max",), means=("arithmetic",)
    )

    assert got.units is None
    assert got.shift.factors == FACTORS
    assert got.shift.total[:2] == pytest.approx([0.0, 0.0], abs=1e-12)
    assert (got.shift.total[2:] > 0.05).all()


def test_effects_on_a_unit_that_is_always_first_are_not_a_number():
    values = np.vstack([np.full(6, 9.0), np.random.default_rng(2).uniform(1, 5, (5, 6))])

    got = method_effects(values, make_rule([0, 0, 1, 1, 2, 2]), seed=3, n_base=32, per_unit=True)

    assert got.units is not None
    assert got.units.total.shape == (6, 4)
    assert np.isnan(got.units.total[0]).all()
    assert np.isfinite(got.units.total[1:]).all(axis=1).any()


def test_the_same_seed_gives_the_same_effects():
    values, rule = np.random.default_rng(4).uniform(1, 5, (6, 4)), make_rule([0, 0, 1, 1])

    first, second = (method_effects(values, rule, seed=5, n_base=32).shift for _ in range(2))

    assert first.total.tobytes() == second.total.tobytes()
