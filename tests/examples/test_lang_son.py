"""The three simulated waves of Lạng Sơn: marked as simulated, made again byte for byte, like the published shares."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from ddci.compute import compute
from ddci.result import Result
from ddci.survey.simulated_folder import Order, simulate_to_folder
from ddci.wave.load import load_wave
from ddci.wave.model import Wave

ROOT = Path(__file__).resolve().parents[2]
YEARS = (2023, 2024, 2025)
NAMED = ROOT / "tests" / "frameworks" / "named_in_seeds.csv"  # percentages printed in the district's report and plan


@cache
def wave(year: int) -> Wave:
    return load_wave(ROOT / "examples" / f"lang-son-{year}")


@cache
def result(year: int, replicates: int = 300) -> Result:
    return compute(replace(wave(year), replicates=replicates, previous=None))


def published_shares() -> list[tuple[int, str, float]]:
    rows = csv.DictReader(NAMED.read_text(encoding="utf-8").splitlines())
    return [
        (int(row["year"]), row["code"], float(row["chi_lang_percent"]) / 100) for row in rows if row["chi_lang_percent"]
    ]


@pytest.mark.parametrize("year", YEARS)
def test_the_wave_is_sound_and_marked_as_simulated(year):
    found = wave(year)

    assert found.simulated
    assert found.vi is not None
    assert found.vi.endswith("(mô phỏng)")
    assert found.warnings == ()


@pytest.mark.parametrize("year", YEARS)
def test_the_committed_folder_is_what_the_command_makes(year, tmp_path):
    folder = ROOT / "examples" / f"lang-son-{year}"
    (tmp_path / "examples").mkdir()
    (tmp_path / "frameworks").symlink_to(ROOT / "frameworks")
    made = tmp_path / "examples" / folder.name

    simulate_to_folder(Order(ROOT / "frameworks" / "lang-son" / str(year), folder / "units.csv", seed=year), made)

    for path in folder.iterdir():
        if path.name != "wave.toml":  # names the framework by its relative path
            assert (made / path.name).read_bytes() == path.read_bytes(), path.name
    command = f"ddci simulate frameworks/lang-son/{year} --units examples/{folder.name}/units.csv --seed {year}"
    assert command in (folder / "SOURCE.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("year", YEARS)
def test_no_file_is_large(year):
    assert max(path.stat().st_size for path in (ROOT / "examples" / f"lang-son-{year}").iterdir()) < 1_500_000


@pytest.mark.parametrize(("year", "code", "share"), published_shares())
def test_the_published_shares_of_chi_lang_are_matched(year, code, share):
    found = result(year)
    row, column = found.unit_row["chi-lang"], found.node_column[code]
    n = found.scores.n[row, column]

    assert found.scores.value[row, column] == pytest.approx(share, abs=0.5 / n)


def test_units_are_as_many_as_there_were():
    groups = {year: [unit.group for unit in wave(year).units] for year in YEARS}

    assert [groups[year].count("dia-phuong") for year in YEARS] == [11, 11, 65]
    assert groups[2024].count("so-nganh") == 24


def test_every_commune_succeeds_former_districts_and_every_district_has_successors():
    districts = {unit.code for unit in wave(2024).units if unit.group == "dia-phuong"}
    communes = [unit for unit in wave(2025).units if unit.group == "dia-phuong"]

    assert all(unit.succeeds and set(unit.succeeds) <= districts for unit in communes)
    assert {code for unit in communes for code in unit.succeeds} == districts
    assert {unit.valid_from for unit in communes} == {"2025-07-01"}
    assert [unit.name.split()[0] for unit in communes].count("Phường") == 4


def test_answers_per_unit_are_about_what_a_wave_has():
    for year, group, typical, most_off in (
        (2024, "dia-phuong", 175, 12),
        (2024, "so-nganh", 175, 12),
        (2025, "dia-phuong", 25, 7),
    ):
        found = wave(year)
        assert found.responses is not None
        counts = dict(found.responses.group_by("unit").len().rows())
        of_group = [counts[unit.code] for unit in found.units if unit.group == group]
        assert np.mean(of_group) == pytest.approx(typical, rel=0.03)
        assert max(abs(np.array(of_group) - typical)) <= most_off


def test_about_three_tiers_of_eleven_localities_can_be_told_apart():
    tiers = [tier for tier in result(2024).tiers if tier.unit_group == "dia-phuong"]

    assert 3 <= len(tiers) <= 4


def test_most_communes_cannot_be_told_apart():
    tiers = [len(tier.units) for tier in result(2025).tiers if tier.unit_group == "dia-phuong"]

    assert max(tiers) > 40
    assert len(tiers) <= 3


def test_a_commune_with_too_few_answers_is_scored_and_not_ranked():
    found = result(2025)
    rows = found.rows_of_group("dia-phuong")

    unranked = [row for row in rows if np.isnan(found.scores.rank[row, 0])]

    assert 1 <= len(unranked) <= 10
    assert np.isfinite(found.scores.score[unranked, 0]).all()


@pytest.mark.parametrize(("code", "worst_rank_from"), [("TG", 10), ("KC", 10), ("CT", 9)])
def test_chi_lang_is_weak_where_the_published_ranks_say_so(code, worst_rank_from):
    found = result(2024)

    assert found.scores.rank[found.unit_row["chi-lang"], found.node_column[code]] >= worst_rank_from


@pytest.mark.parametrize("code", ["HT", "ND", "CN"])
def test_chi_lang_is_strong_where_the_published_ranks_say_so(code):
    found = result(2024)

    assert found.scores.rank[found.unit_row["chi-lang"], found.node_column[code]] <= 3
