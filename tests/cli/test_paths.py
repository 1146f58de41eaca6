"""What a path on the command line leads to."""

from __future__ import annotations

import pytest
from tests.cli.calls import TRACEBACK, call
from tests.wave.folders import make_wave

from ddci.cli.paths import folder_of, kind_of


@pytest.fixture
def places(tmp_path):
    """A wave, its framework, an empty folder, a file, nothing, and a link that leads to itself."""
    wave = make_wave(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    return {
        "wave": wave,
        "framework": tmp_path / "frameworks" / "nho" / "2024",
        "folder": tmp_path / "empty",
        "file": wave / "values.csv",
        "missing": tmp_path / "nowhere",
        "loop": tmp_path / "loop",
    }


def test_a_path_is_known_for_what_it_leads_to(places):
    kinds = {name: kind_of(path) for name, path in places.items()}

    assert kinds == {name: "missing" if name == "loop" else name for name in places}


def test_the_file_that_makes_a_folder_a_wave_or_a_framework_stands_for_it(places):
    assert folder_of(places["wave"] / "wave.toml") == places["wave"]
    assert kind_of(places["wave"] / "wave.toml") == "wave"
    assert kind_of(places["framework"] / "framework.toml") == "framework"


def test_a_folder_with_both_is_a_wave_unless_the_framework_is_named(places):
    (places["wave"] / "framework.toml").write_bytes((places["framework"] / "framework.toml").read_bytes())

    assert kind_of(places["wave"]) == "wave"
    assert kind_of(places["wave"] / "framework.toml") == "framework"


CALLS = {
    "check": (("wave", "framework"), lambda path, to: ("check", path)),
    "compute": (("wave",), lambda path, to: ("compute", path, "--out", to)),
    "sensitivity": (("wave",), lambda path, to: ("sensitivity", path, "--runs", 10)),
    "targets": (("wave",), lambda path, to: ("targets", path, "--unit", "01", "--rank", 1)),
    "simulate": (("framework",), lambda path, to: ("simulate", path, "--out", to)),
    "export": (("framework",), lambda path, to: ("framework", "export", path, to / "khung.xlsx")),
}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", CALLS)
def test_a_path_of_the_wrong_kind_is_a_wrong_call_and_writes_nothing(name, lang, places, tmp_path):
    wanted, words = CALLS[name]
    target = tmp_path / "target"

    for kind, path in places.items():
        if kind in wanted:
            continue
        outcome = call(*words(path, target), lang=lang)
        assert outcome.code == 2, (kind, outcome)
        assert outcome.out == ""
        assert TRACEBACK not in outcome.err
        assert str(path) in outcome.err
        assert not target.exists()


def test_a_framework_where_a_wave_belongs_is_said_so(places):
    outcome = call("compute", places["framework"])

    assert "là thư mục bộ chỉ số" in outcome.err
    assert "wave.toml" in outcome.err


def test_a_folder_above_the_waves_names_them(places):
    outcome = call("compute", places["wave"].parent)

    assert outcome.code == 2
    assert "Trong đó có: nho-2024." in outcome.err


def test_comparing_something_else_is_a_wrong_call(places):
    assert call("compare", places["framework"], places["folder"]).code == 2
    assert call("compare", places["missing"], places["framework"]).code == 2


def test_importing_a_workbook_that_is_not_there_is_a_wrong_call(places, tmp_path):
    outcome = call("framework", "import", tmp_path / "khung.xlsx", tmp_path / "khung")

    assert outcome.code == 2
    assert "khung.xlsx" in outcome.err
    assert not (tmp_path / "khung").exists()


@pytest.mark.parametrize("path", ["x" * 5000, "a\x00b", ""])
def test_a_name_that_no_disk_accepts_is_told_without_a_traceback(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = call("check", path)

    assert outcome.code in (1, 2)
    assert outcome.err
