"""The scorecards of Chi Lăng: what agrees, what does not, and what rounding can explain.

Expected figures are worked out by hand from the published scores; see ``examples/chi-lang/*/SOURCE.md``.
"""

from __future__ import annotations

import pytest

from ddci.compute import compute
from ddci.result import Check, Result
from ddci.wave.load import load_wave
from tests.examples import folders

NEW_IN_2024 = {"ND", "CN"}


@pytest.fixture(scope="module")
def result_2023() -> Result:
    return compute(load_wave(folders.EXAMPLES / "chi-lang/2023"))


@pytest.fixture(scope="module")
def result_2024() -> Result:
    return compute(load_wave(folders.EXAMPLES / "chi-lang/2024"))


def _total_check(result: Result) -> Check:
    return next(check for check in result.checks if check.code == "index" and check.what == "score")


def test_scores_keep_the_decimals_that_were_printed() -> None:
    printed = [row["value"] for row in folders.rows("chi-lang/2024", "values")]
    assert printed == ["6.3", "3.2", "3.63", "4.41", "7.99", "8.46", "7.81", "6.56", "8.75", "6.42"]


def test_mean_of_2023_is_the_published_total_within_rounding() -> None:
    totals = folders.weighted_mean_of_scores("chi-lang/2023", folders.framework("lang-son-scorecard/2023"))
    assert totals["chi-lang"] == pytest.approx(66.575)
    assert folders.published("chi-lang/2023")["chi-lang"] == (66.57, 10)


def test_mean_of_2024_is_not_the_published_total_and_rounding_does_not_explain_it() -> None:
    totals = folders.weighted_mean_of_scores("chi-lang/2024", folders.framework("lang-son-scorecard/2024"))
    assert totals["chi-lang"] == pytest.approx(63.53)
    score, rank = folders.published("chi-lang/2024")["chi-lang"]
    assert (score, rank) == (63.25, 8)
    explained = (8 * 0.005 + 2 * 0.05) * 10 / 10
    assert totals["chi-lang"] - score == pytest.approx(0.28)
    assert explained == pytest.approx(0.14)


def test_eight_sub_indices_continue_and_two_are_new() -> None:
    plan = folders.framework("lang-son-scorecard/2024")
    linked = {item["code"]: item.get("continues") for item in plan["sub_index"]}
    earlier = {item["code"] for item in folders.framework("lang-son-scorecard/2023")["sub_index"]}
    assert {code for code, link in linked.items() if link is None} == NEW_IN_2024
    assert {code: f"lang-son-scorecard-2023:{code}" for code in earlier} == {
        code: link for code, link in linked.items() if link
    }


def test_one_of_eight_targets_was_met() -> None:
    scores = {
        row["indicator"].removesuffix("01"): float(row["value"]) for row in folders.rows("chi-lang/2024", "values")
    }
    targets = {row["code"]: float(row["score"]) for row in folders.rows("chi-lang/2024", "targets") if row["score"]}
    assert len(targets) == 8
    assert [code for code, target in targets.items() if scores[code] >= target] == ["DD"]


def test_the_target_for_the_index_is_a_range_of_ranks() -> None:
    target = next(row for row in folders.rows("chi-lang/2024", "targets") if row["code"] == "index")
    assert (target["score"], target["rank_from"], target["rank_to"]) == ("", "5", "6")


def test_history_runs_from_2020_to_the_year_before() -> None:
    history = [
        (row["year"], row["score"], row["rank"], row["n_units"]) for row in folders.rows("chi-lang/2024", "history")
    ]
    assert history == [
        ("2020", "71.64", "4", "11"),
        ("2021", "70.92", "8", "11"),
        ("2022", "74.03", "8", "11"),
        ("2023", "66.57", "10", "11"),
    ]
    assert folders.rows("chi-lang/2023", "history") == folders.rows("chi-lang/2024", "history")[:3]


def test_the_library_finds_that_2023_matches(result_2023: Result) -> None:
    check = _total_check(result_2023)
    assert check.computed == pytest.approx(66.575)
    assert check.matches


def test_the_library_finds_that_2024_does_not_match(result_2024: Result) -> None:
    check = _total_check(result_2024)
    assert not check.matches
    assert check.difference == pytest.approx(0.28)
    assert check.explained == pytest.approx(0.14, abs=0.0051)  # ± half a hundredth of the published total itself


def test_the_library_checks_no_rank_among_eleven_with_one_unit(result_2024: Result) -> None:
    assert not [check for check in result_2024.checks if check.what == "rank"]


def test_the_library_separates_like_for_like_from_published_change(result_2024: Result) -> None:
    change = result_2024.change
    assert change is not None
    assert change.like_for_like_now[0] == pytest.approx(57.90)
    assert change.like_for_like_then[0] == pytest.approx(66.575)
    assert change.published[0] == pytest.approx(-3.32)


def test_the_library_keeps_targets_and_history(result_2024: Result) -> None:
    assert len(result_2024.targets) == 9
    assert [point.year for point in result_2024.history] == [2020, 2021, 2022, 2023]
