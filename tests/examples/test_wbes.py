"""The five regions of the World Bank Enterprise Survey: thin cells are treated as stated, and little is proven."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ddci.compute import compute
from ddci.result import Result
from ddci.wave.load import load_wave
from tests.examples import folders

FOLDER = "wbes-viet-nam-2023"
PLAN = "wbes/viet-nam-2023"
REGIONS = 5


@pytest.fixture(scope="module")
def result() -> Result:
    return compute(load_wave(folders.EXAMPLES / FOLDER))


def test_every_cell_is_used_or_left_out_with_a_reason() -> None:
    codes = {item["code"] for item in folders.framework(PLAN)["indicator"]}
    units = {row["code"] for row in folders.rows(FOLDER, "units")}
    used = [(row["unit"], row["indicator"]) for row in folders.rows(FOLDER, "values")]
    left_out = [(row["unit"], row["indicator"]) for row in folders.rows(FOLDER, "left_out")]
    assert len(codes) == 44
    assert len(units) == REGIONS
    assert sorted(used + left_out) == sorted((unit, code) for unit in units for code in codes)
    assert all(row["reason"] for row in folders.rows(FOLDER, "left_out"))


def test_every_cell_used_has_ten_answers_and_a_standard_error() -> None:
    for row in folders.rows(FOLDER, "values"):
        assert int(row["n"]) >= 10
        assert float(row["se"]) > 0


def test_cells_left_out_are_thin_or_have_no_standard_error() -> None:
    for row in folders.rows(FOLDER, "left_out"):
        assert int(row["n"]) < 10 or float(row["published_se"]) == 0


def test_shares_are_between_zero_and_one() -> None:
    unit_of = {item["code"]: item["unit"] for item in folders.framework(PLAN)["indicator"]}
    for (_, code), value in folders.values(FOLDER).items():
        assert value >= 0
        assert unit_of[code] != "share" or value <= 1


def test_replaced_standard_errors_follow_the_stated_rule() -> None:
    used = {(row["unit"], row["indicator"]): float(row["se"]) for row in folders.rows(FOLDER, "values")}
    replaced = folders.rows(FOLDER, "replaced_se")
    assert len(replaced) == 5
    for row in replaced:
        n, value = int(row["n"]), float(row["value"])
        assert value in (0.0, 1.0)
        share = (n * value + 2) / (n + 4)
        assert used[row["unit"], row["indicator"]] == pytest.approx(math.sqrt(share * (1 - share) / (n + 4)), abs=1e-6)


def test_names_are_unique_and_clean_in_both_languages() -> None:
    for language in ("vi", "en"):
        names = [item[language] for item in folders.framework(PLAN)["indicator"]]
        assert len(set(names)) == 44
        assert all(folders.is_clean(name) for name in names)


def test_published_estimates_of_one_region_stand_as_printed() -> None:
    # Red River Delta, World Bank file: bus5 1.760776639 ± 0.96109384 per cent of 323 firms.
    row = next(
        row
        for row in folders.rows(FOLDER, "values")
        if (row["unit"], row["indicator"]) == ("dong-bang-song-hong", "GN01")
    )
    assert (row["value"], row["se"], row["n"]) == ("0.01760776639", "0.0096109384", "323")


def test_the_library_scores_the_regions_as_by_hand(result: Result) -> None:
    plan, measured = folders.framework(PLAN), folders.values(FOLDER)
    for row, unit in enumerate(result.units):
        expected = np.mean(list(folders.sub_index_scores(measured, plan, unit=unit.code).values())) * 10
        assert result.scores.score[row, 0] == pytest.approx(expected, abs=1e-9)


def test_most_sub_index_places_are_uncertain(result: Result) -> None:
    columns = result.columns("sub_index")
    certain = result.scores.rank_low[:, columns] == result.scores.rank_high[:, columns]
    assert certain.mean() < 0.5


def test_only_the_first_region_has_a_certain_place_in_the_index(result: Result) -> None:
    low, high = result.scores.rank_low[:, 0], result.scores.rank_high[:, 0]
    certain = [unit.code for unit, a, b in zip(result.units, low, high, strict=True) if a == b]
    assert certain == ["dong-nam-bo"]


def test_all_regions_are_ranked_because_every_cell_reaches_the_floor(result: Result) -> None:
    assert np.isfinite(result.scores.rank[:, 0]).all()
    assert np.nanmin(result.scores.n[:, 0]) >= 10


def test_two_thirds_of_the_pairs_are_not_told_apart_within_a_sub_index(result: Result) -> None:
    # REGIONS − rank_high: how many regions this one is proven to be better than.
    proven = int((REGIONS - result.scores.rank_high[:, result.columns("sub_index")]).sum())
    assert proven <= 30  # of 9 sub-indices × 10 pairs
