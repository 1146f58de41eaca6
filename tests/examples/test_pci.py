"""The PCI examples say what VCCI published: recomputed with plain arithmetic, then through the library."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from ddci.compute import compute
from ddci.result import Result
from ddci.wave.load import load_wave
from tests.examples import folders

YEARS = (2013, 2014, 2015, 2016)
WEIGHTS = {"GN": 5, "DD": 5, "MB": 20, "TG": 5, "KCT": 10, "CT": 5, "ND": 5, "HT": 20, "LD": 20, "PL": 5}
EXACT = ("GN", "DD", "MB", "TG", "KCT", "CT", "ND", "PL")
LARGEST_FIT_ERROR = {"HT": 0.0642519674, "LD": 0.1727761662}  # of the least-squares fit; see SOURCE.md
# Published ranks that differ from those of the unrounded totals: unit → (published, computed).
MOVED = {2013: {}, 2014: {"ha-nam": (44, 45), "hoa-binh": (45, 44)}, 2015: {}, 2016: {}}
# Typed in from the published lists: the first, one in between, the last.
PRINTED = {
    2013: {"da-nang": (66.45, 1), "lang-son": (52.76, 59), "tuyen-quang": (48.98, 63)},
    2014: {"da-nang": (66.87, 1), "lang-son": (55.05, 54), "dien-bien": (50.32, 63)},
    2015: {"da-nang": (68.34, 1), "lang-son": (54.61, 57), "dak-nong": (48.96, 63)},
    2016: {"da-nang": (70.00, 1), "lang-son": (56.29, 55), "cao-bang": (52.99, 63)},
}


@pytest.fixture(scope="module", params=YEARS)
def year(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def result(year: int) -> Result:
    return compute(load_wave(folders.EXAMPLES / f"pci-{year}"))


def test_every_year_has_the_same_63_provinces(year: int) -> None:
    units = folders.rows(f"pci-{year}", "units")
    assert len(units) == len({row["code"] for row in units}) == len({row["name"] for row in units}) == 63
    assert units == folders.rows("pci-2016-indicators", "units")
    assert all(folders.is_clean(row["name"]) for row in units)


def test_every_province_has_a_value_for_every_sub_index(year: int) -> None:
    assert len(folders.values(f"pci-{year}")) == len(folders.rows(f"pci-{year}", "values")) == 630


def test_the_weights_are_those_of_vcci(year: int) -> None:
    plan = folders.framework(f"pci/{year}")
    assert {item["code"]: item["index_weight"] for item in plan["sub_index"]} == WEIGHTS


def test_weights_times_scores_give_the_published_totals_at_two_decimals(year: int) -> None:
    totals = folders.weighted_mean_of_scores(f"pci-{year}", folders.framework(f"pci/{year}"))
    printed = folders.published(f"pci-{year}")
    assert {unit: round(total, 2) for unit, total in totals.items()} == {
        unit: score for unit, (score, _) in printed.items()
    }


def test_ranks_are_the_published_ones_but_for_the_pair_of_2014(year: int) -> None:
    computed = folders.ranks(folders.weighted_mean_of_scores(f"pci-{year}", folders.framework(f"pci/{year}")))
    printed = {unit: rank for unit, (_, rank) in folders.published(f"pci-{year}").items()}
    assert {unit: (printed[unit], rank) for unit, rank in computed.items() if rank != printed[unit]} == MOVED[year]


def test_published_figures_are_those_of_the_published_lists(year: int) -> None:
    printed = folders.published(f"pci-{year}")
    assert {unit: printed[unit] for unit in PRINTED[year]} == PRINTED[year]


def test_history_holds_seven_years_of_63_ranks() -> None:
    history = folders.rows("pci-2013", "history")
    for past in range(2006, 2013):
        ranks = sorted(int(row["rank"]) for row in history if row["year"] == str(past))
        assert ranks == list(range(1, 64))


def test_the_full_framework_has_111_indicators_measured_in_63_provinces() -> None:
    plan = folders.framework("pci/2016-indicators")
    codes = [item["code"] for item in plan["indicator"]]
    assert len(codes) == len(set(codes)) == 111
    assert set(folders.values("pci-2016-indicators")) == {
        (row["code"], code) for row in folders.rows("pci-2016-indicators", "units") for code in codes
    }


def test_names_of_indicators_are_unique_and_clean_in_both_languages() -> None:
    indicators = folders.framework("pci/2016-indicators")["indicator"]
    for language in ("vi", "en"):
        names = [item[language] for item in indicators]
        assert len(set(names)) == 111
        assert all(folders.is_clean(name) for name in names)


def test_index_weights_add_up_to_one_in_every_sub_index() -> None:
    indicators = folders.framework("pci/2016-indicators")["indicator"]
    for code in WEIGHTS:
        assert sum(item["index_weight"] for item in indicators if item["parent"] == code) == pytest.approx(1, abs=1e-12)


def test_every_original_code_is_named_once() -> None:
    path = folders.FRAMEWORKS / "pci/2016-indicators/origin.csv"
    with Path(path).open(encoding="utf-8", newline="") as file:
        origin = {row["indicator"]: row["original_code"] for row in csv.DictReader(file)}
    assert len(set(origin.values())) == 111
    for item in folders.framework("pci/2016-indicators")["indicator"]:
        assert item["source"].endswith(f"mã gốc {origin[item['code']]}")


def _errors_from_raw_indicators() -> dict[str, float]:
    """sub-index → largest difference from the published score, which ``pci-2016`` holds with all digits."""
    plan, measured = folders.framework("pci/2016-indicators"), folders.values("pci-2016-indicators")
    expected = folders.values("pci-2016")
    largest = dict.fromkeys(WEIGHTS, 0.0)
    for row in folders.rows("pci-2016", "units"):
        for code, score in folders.sub_index_scores(measured, plan, unit=row["code"]).items():
            largest[code] = max(largest[code], abs(score - expected[row["code"], f"{code}01"]))
    return largest


def test_eight_sub_indices_follow_from_the_raw_indicators_to_five_decimals() -> None:
    errors = _errors_from_raw_indicators()
    assert max(errors[code] for code in EXACT) < 1e-5


def test_the_two_sub_indices_that_are_not_linear_have_the_stated_error() -> None:
    errors = _errors_from_raw_indicators()
    assert {code: errors[code] for code in LARGEST_FIT_ERROR} == pytest.approx(LARGEST_FIT_ERROR, abs=1e-6)


def test_all_values_of_2016_lie_within_their_bounds() -> None:
    bounds = {item["code"]: item["bounds"] for item in folders.framework("pci/2016-indicators")["indicator"]}
    for (_, code), value in folders.values("pci-2016-indicators").items():
        low, high = bounds[code]
        assert low - 1e-8 * (high - low) <= value <= high + 1e-8 * (high - low)


def test_the_library_gives_the_published_totals(year: int, result: Result) -> None:
    printed = folders.published(f"pci-{year}")
    totals = dict(zip((unit.code for unit in result.units), result.scores.score[:, 0], strict=True))
    assert {unit: round(total, 2) for unit, total in totals.items()} == {
        unit: score for unit, (score, _) in printed.items()
    }


def test_the_library_reports_exactly_the_two_ranks_that_differ(year: int, result: Result) -> None:
    differing = {check.unit: (check.published, check.computed) for check in result.checks if not check.matches}
    assert differing == MOVED[year]
    assert len(result.checks) == 126


def test_the_library_shows_no_sampling_error_where_none_is_known(result: Result) -> None:
    assert np.isnan(result.scores.se).all()
    assert not any(flag[:, 0].any() for name, flag in result.flags.items() if name in ("small_n", "not_ranked"))


def test_the_library_gives_the_published_change_from_year_to_year(year: int, result: Result) -> None:
    if year == YEARS[0]:
        assert result.change is None
        return
    assert result.change is not None
    now, then = folders.published(f"pci-{year}"), folders.published(f"pci-{year - 1}")
    expected = [now[unit.code][0] - then[unit.code][0] for unit in result.units]
    assert result.change.score[:, 0] == pytest.approx(expected, abs=0.01)
    assert result.change.like_for_like == pytest.approx(result.change.score[:, 0])


def test_the_library_recomputes_sub_indices_from_raw_indicators() -> None:
    result = compute(load_wave(folders.EXAMPLES / "pci-2016-indicators"))
    expected = folders.values("pci-2016")
    for code in EXACT:
        column = result.scores.score[:, result.node_column[code]]
        assert column == pytest.approx([expected[unit.code, f"{code}01"] for unit in result.units], abs=1e-5)
    differing = {check.code for check in result.checks if not check.matches}
    assert differing == {"index", "HT", "LD"}


def test_rounding_of_the_raw_indicators_explains_nothing_of_the_differences() -> None:
    result = compute(load_wave(folders.EXAMPLES / "pci-2016-indicators"))
    assert max(check.explained for check in result.checks if check.what == "score") < 0.001
    moved = [abs(check.difference) for check in result.checks if check.what == "rank" and not check.matches]
    assert (len(moved), max(moved)) == (34, 5)
