"""Draft findings: who is weak, in what order, beyond noise or not; nothing suppressed is quoted."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.factories import make_result
from tests.waves import answer_wave, small_framework, table_wave

from ddci.compute import compute
from ddci.report.findings import UnitReading, describe, draft_findings, draft_strengths, fallen
from ddci.report.suppression import suppress
from ddci.result import Result
from ddci.result_json import load_result
from ddci.wave.load import load_wave

ROOT = Path(__file__).resolve().parents[2]
VALUES = [[0.2, 0.5], [0.4, 1.0], [0.8, 0.0]]


@pytest.fixture(scope="module")
def chi_lang() -> Result:
    return compute(load_wave(ROOT / "examples" / "chi-lang" / "2024", read_result=load_result))


@pytest.fixture(scope="module")
def pci() -> Result:
    return compute(load_wave(ROOT / "examples" / "pci-2016", read_result=load_result))


def test_findings_are_the_indicators_worse_than_the_median():
    result = compute(table_wave(VALUES))

    assert [[item.code for item in draft_findings(result, row)] for row in range(3)] == [["S1I1"], [], ["S1I2"]]


def test_a_finding_carries_its_figures():
    found = draft_findings(compute(table_wave(VALUES)), 0)[0]

    assert (found.sub_index, found.value, found.median, found.best) == ("S1", 0.2, 0.4, 0.8)
    assert (found.rank, found.n_ranked, found.cost) == (3.0, 3, pytest.approx(15.0))
    assert found.gap == pytest.approx(-0.2)


def test_gap_is_negative_for_the_worse_also_where_less_is_better():
    base = small_framework(1, 2, kind="hard")
    framework = replace(base, indicators=tuple(replace(item, direction=-1) for item in base.indicators))

    found = draft_findings(compute(table_wave(VALUES, framework=framework)), 2)

    assert [(item.code, round(item.gap, 3)) for item in found] == [("S1I1", -0.4)]


def test_values_that_print_alike_are_neither_better_nor_worse():
    result = compute(table_wave([[0.40001, 0.5], [0.4, 1.0], [0.8, 0.0], [0.1, 0.1], [0.40002, 0.2]]))

    item = describe(result, 1, result.node_column["S1I1"])

    assert item is not None
    assert item.standing == "plain"


def test_dearest_findings_of_a_sub_index_come_first_and_no_more_than_asked():
    result = make_result()

    found = [item for item in draft_findings(result, 3, most=2) if item.sub_index == "S1"]

    assert len(found) <= 2
    assert [item.cost for item in found] == sorted((item.cost for item in found), reverse=True)


def test_published_scores_are_named_by_their_sub_index(pci):
    found = draft_findings(pci, pci.unit_row["bac-kan"])

    assert all(item.sentence.startswith("Chỉ số thành phần “") for item in found)
    assert all("nguồn không công bố n" in item.sentence for item in found)
    assert all(item.rank > 31 for item in found)


def test_lone_unit_is_weak_where_its_published_rank_is_or_where_it_fell(chi_lang):
    found = {item.sub_index: item for item in draft_findings(chi_lang, chi_lang.unit_row["chi-lang"])}

    assert set(found) == {
        "MB",
        "TG",
        "KC",
        "CT",
        "HT",
        "LD",
        "TP",
        "DD",
    }  # not the two that entered in 2024, ranked 1/11
    assert found["TG"].sentence.replace("\u00a0", " ") == (
        "Chỉ số thành phần “Chi phí thời gian” mới đạt 3,20 điểm (nguồn không công bố n và khoảng 95%); "
        "hạng công bố 11/11; giảm 1,98 điểm so với năm 2023."
    )


def test_suppressed_figures_are_never_quoted():
    few = np.full((5, 2), 40.0)
    few[0] = 4
    result = suppress(compute(table_wave([*VALUES, [0.5, 0.6], [0.6, 0.1]], n=few)), minimum=10)

    assert draft_findings(result, 0) == ()
    assert draft_strengths(result, 0) == ()


def test_withheld_values_are_not_quoted_either():
    result = compute(table_wave(VALUES))
    withheld = np.zeros((3, len(result.nodes)), dtype=bool)
    withheld[0, result.node_column["S1I1"]] = True

    marked = replace(result, flags={**result.flags, "withheld": withheld})

    assert describe(marked, 0, result.node_column["S1I1"]) is None


def test_what_the_result_found_about_noise_is_kept():
    result = make_result()
    unit = UnitReading(result, 3)

    proven = {item.code: item.beyond_noise for item in unit.all() if item.code in unit.proven}

    assert proven == {code: beyond for code, beyond in unit.proven.items() if code in proven}


def test_recovered_intervals_call_no_more_gaps_proven_than_the_replicates_do():
    shares = np.random.default_rng(5).uniform(0.1, 0.9, (9, 4))
    result = compute(answer_wave(shares))
    bare = replace(result, findings=())

    for row in range(9):
        exact = UnitReading(result, row).proven
        for item in UnitReading(bare, row).all():
            if item.beyond_noise and item.code in exact:
                assert exact[item.code]


def test_wave_without_sampling_error_claims_nothing_about_noise(pci):
    assert {item.beyond_noise for item in draft_findings(pci, 0)} == {None}
    assert not any("ngoài sai số" in item.sentence for item in draft_findings(pci, 0))


def test_fallen_are_those_whose_whole_interval_of_change_is_below_zero():
    result = make_result()
    change = result.change
    assert change is not None

    for row in range(len(result.units)):
        for item in fallen(result, row):
            assert change.high[row, result.node_column[item.code]] < 0


def test_strengths_are_better_than_the_median_and_proven_ones_come_first():
    result = make_result()

    found = draft_strengths(result, 0)

    assert found
    assert all(item.gap > 0 and item.standing == "better" for item in found)
    proven = [item.beyond_noise is True for item in found]
    assert proven == sorted(proven, reverse=True)


def test_strengths_of_a_lone_unit_are_its_best_published_ranks(chi_lang):
    found = draft_strengths(chi_lang, chi_lang.unit_row["chi-lang"])

    assert {item.rank for item in found} == {1.0}
    assert all(math.isnan(item.median) for item in found)
