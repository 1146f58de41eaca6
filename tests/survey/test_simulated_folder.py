"""From a framework folder and a list of units to a wave folder that loads, checks and computes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.survey.simulated import every_kind

from ddci.cli import main
from ddci.errors import InputError
from ddci.framework.write import write_framework
from ddci.survey.simulated_folder import Order, invented_units, planned_code, simulate_to_folder
from ddci.wave.load import load_wave

UNITS = "code,name,group\np1,Nơi một,noi\np2,Nơi hai,noi\np3,Nơi ba,noi\nb1,Ngành một,nganh\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_framework(every_kind(), tmp_path / "frameworks" / "mau")
    folder = tmp_path / "examples" / "mau-2024"
    folder.mkdir(parents=True)
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    plan = '[simulation]\ncode = "mau-2024"\nvi = "Mẫu 2024 (mô phỏng)"\nn = 40\n[[size]]\nof = "p1"\nn = 31\n'
    (folder / "simulation.toml").write_text(plan, encoding="utf-8")
    (folder / "SOURCE.md").write_text("# Mô phỏng\n", encoding="utf-8")
    return tmp_path


def order(root: Path, **settings: object) -> Order:
    folder = root / "examples" / "mau-2024"
    return Order(root / "frameworks" / "mau", folder / "units.csv", **settings)  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_folder_loads_as_what_was_simulated(root):
    folder = root / "examples" / "mau-2024"

    wave = simulate_to_folder(order(root, seed=5), folder)
    loaded = load_wave(folder)

    assert (loaded.code, loaded.vi, loaded.simulated, loaded.seed) == ("mau-2024", "Mẫu 2024 (mô phỏng)", True, 5)
    assert loaded.warnings == ()
    assert loaded.population == wave.population
    assert loaded.responses is not None
    assert loaded.responses.equals(wave.responses)
    assert (loaded.responses["unit"] == "p1").sum() == 31


def test_the_folder_is_made_again_from_itself_byte_for_byte(root):
    folder = root / "examples" / "mau-2024"
    simulate_to_folder(order(root, seed=5), folder)
    before = contents(folder)

    simulate_to_folder(order(root, seed=5), folder)

    assert contents(folder) == before
    assert {"simulation.toml", "SOURCE.md", "wave.toml", "responses.parquet"} <= before.keys()


def test_n_of_the_call_overrules_the_plan(root):
    wave = simulate_to_folder(order(root, n=12), root / "examples" / "nho")

    assert wave.responses is not None
    assert set(wave.responses.group_by("unit").len()["len"]) == {12}


def test_a_framework_elsewhere_is_copied_into_the_folder(root, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "out"

    simulate_to_folder(order(root), elsewhere)

    assert (elsewhere / "framework" / "framework.toml").is_file()
    assert load_wave(elsewhere).framework.code == "mau"


def test_without_a_list_units_are_invented_for_every_group():
    units = invented_units(every_kind())

    assert {unit.group for unit in units} == {"noi", "nganh"}
    assert len({unit.code for unit in units}) == len(units) == 24


def test_the_code_comes_from_the_call_then_the_plan_then_the_framework(root):
    assert planned_code(order(root, code="khac")) == "khac"
    assert planned_code(order(root)) == "mau-2024"
    assert planned_code(Order(root / "frameworks" / "mau")) == "mau-mo-phong"


def test_a_missing_list_of_units_is_a_fault_and_writes_nothing(root):
    with pytest.raises(InputError) as caught:
        simulate_to_folder(Order(root / "frameworks" / "mau", root / "khong-co.csv"), root / "out")

    assert [fault.code for fault in caught.value.faults] == ["WAVE_FILE_MISSING"]
    assert not (root / "out").exists()


@pytest.mark.parametrize(("language", "words"), [("vi", "mô phỏng"), ("en", "Simulated")])
def test_the_command_writes_a_folder_and_says_so(root, capsys, language, words):
    out = root / "examples" / "lenh"

    code = main(["simulate", str(root / "frameworks" / "mau"), "--n", "8", "--out", str(out), "--lang", language])

    assert code == 0
    assert words in capsys.readouterr().out
    assert load_wave(out).simulated


@pytest.mark.parametrize(("language", "words"), [("vi", "phiếu mỗi đơn vị"), ("en", "answers per unit")])
def test_the_command_plans_for_each_group(root, capsys, language, words):
    code = main(["simulate", str(root / "frameworks" / "mau"), "--n", "200", "--plan", "--lang", language])

    said = capsys.readouterr().out
    assert code == 0
    assert words in said
    assert "Nơi" in said
    assert "Ngành" in said


def test_the_command_lists_the_faults_of_the_plan(root, capsys):
    folder = root / "examples" / "mau-2024"
    (folder / "simulation.toml").write_text("[simulation]\nn = 0\nunit_sd = 'x'\n", encoding="utf-8")

    code = main(["simulate", str(root / "frameworks" / "mau"), "--units", str(folder / "units.csv"), "--lang", "vi"])

    said = capsys.readouterr().err
    assert code == 1
    assert "2 lỗi" in said
    assert "simulation.toml" in said
