"""What an indicator costs: hand-checked points, nothing where nothing is lost, NaN where it cannot be told."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.waves import small_framework, table_wave

from ddci.compute import compute
from ddci.compute.costs import costliest, costs_of
from ddci.result import Result
from ddci.result_json import load_result
from ddci.wave.load import load_wave

VALUES = [[0.2, 0.5], [0.4, 1.0], [0.8, 0.0]]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def chi_lang() -> Result:
    return compute(load_wave(ROOT / "examples" / "chi-lang" / "2024", read_result=load_result))


def points(result: Result, row: int, code: str) -> float:
    return float(costs_of(result, row).points[result.node_column[code]])


def test_cost_is_gap_of_scores_times_weight_in_points_of_the_total():
    result = compute(table_wave(VALUES))

    got = points(result, 0, "S1I1")

    assert got == pytest.approx(15.0)  # scores 1, 4, 10: (4 − 1) · ½ · 100/10


def test_unit_at_the_median_or_above_loses_nothing():
    result = compute(table_wave(VALUES))

    assert [points(result, row, "S1I1") for row in (1, 2)] == [0.0, 0.0]


def test_geometric_mean_is_scored_anew_and_not_taken_for_a_weighted_sum():
    framework = replace(small_framework(1, 2, kind="hard"), aggregation="geometric")
    result = compute(table_wave(VALUES, framework=framework))

    got = points(result, 0, "S1I1")

    assert got == pytest.approx(10 * (math.sqrt(4 * 5.5) - math.sqrt(1 * 5.5)))


def test_weight_of_a_missing_indicator_is_shared_before_the_cost_is_told():
    result = compute(table_wave([[0.2, math.nan], *VALUES[1:]]))

    assert points(result, 0, "S1I1") == pytest.approx(30.0)  # the whole sub-index hangs on it
    assert math.isnan(points(result, 0, "S1I2"))


def test_median_that_may_not_be_published_costs_nothing_that_can_be_told():
    result = compute(table_wave(VALUES))
    median = result.scores.median.copy()
    median[:, result.node_column["S1I1"]] = np.nan

    assert math.isnan(points(replace(result, scores=replace(result.scores, median=median)), 0, "S1I1"))


def test_lone_unit_is_compared_with_its_own_last_wave(chi_lang):
    costs = costs_of(chi_lang, chi_lang.unit_row["chi-lang"])

    dearest = [(chi_lang.nodes[column].parent, round(float(costs.points[column]), 2)) for column in costliest(costs)]

    # 3,63 against 7,03; 3,20 against 5,18; 6,30 against 7,44; ten sub-indices of equal weight, total 100 on a scale to 10
    assert costs.basis == "last_wave"
    assert dearest == [("KC", 3.40), ("TG", 1.98), ("MB", 1.14)]


def test_costliest_leaves_out_what_costs_nothing(chi_lang):
    costs = costs_of(chi_lang, chi_lang.unit_row["chi-lang"])

    assert all(costs.points[column] > 0 for column in costliest(costs, most=99))
