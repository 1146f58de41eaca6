"""``ddci check``, ``compare``, ``framework export`` and ``framework import``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.calls import TRACEBACK, call, contents
from tests.wave.folders import FRAMEWORK, TABLES, WAVE, make_wave

from ddci.framework.load import load_framework

FRAMEWORK_WRONG = FRAMEWORK.replace("direction = -1", "direction = 0").replace(
    'parent = "A"\nvi = "Hồ sơ', 'parent = "B"\nvi = "Hồ sơ'
)
EVERYTHING_WRONG = {
    "units": "code,name,group\n01,Xã Chi Lăng,xa\n01,Xã Hữu Lũng,xa\nS1,Sở Tài chính,sở\n",
    "values": 'unit,indicator,value,se,n\n1,A4,0.90,0.01,40\n02,A9,87,,\nS1,A4,"0,5",-1,\n',
    "responses": "respondent,unit,stratum,survey_weight,Q1,Q2,Q3,Q4\nr1,01,nho,-1,7,3,a z,\nr2,99,nho,1,4,=1+1,a,\n",
    "strata": "stratum,population\nnho,nhiều\n",
    "published": "unit,code,score,rank\n01,index,cao,1\n",
}


def _broken(root: Path) -> Path:
    folder = make_wave(
        root, wave=WAVE.replace("replicates = 10", 'replicates = -5\ncolour = "red"'), **EVERYTHING_WRONG
    )
    (root / "frameworks" / "nho" / "2024" / "framework.toml").write_text(FRAMEWORK_WRONG, encoding="utf-8")
    return folder


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_check_lists_the_faults_of_every_file_at_once(tmp_path, lang):
    outcome = call("check", _broken(tmp_path), lang=lang)

    assert outcome.code == 1
    assert outcome.out == ""
    heads = [line for line in outcome.err.splitlines() if line.startswith("  [")]
    for file in (
        "wave.toml",
        "framework.toml",
        "units.csv",
        "values.csv",
        "responses.csv",
        "strata.csv",
        "published.csv",
    ):
        assert any(file in head for head in heads), file
    row, line = ("hàng", "dòng") if lang == "vi" else ("row", "line")
    assert any("units.csv" in head and f"{row} 3" in head for head in heads)
    assert any("framework.toml" in head and f"{line} " in head for head in heads)
    expected, remedy = ("Cần:", "Cách xử lý:") if lang == "vi" else ("Expected:", "What to do:")
    assert outcome.err.count(remedy) == len(heads)
    assert outcome.err.count(expected) >= 0.9 * len(heads)


@pytest.mark.parametrize(
    ("file", "place", "found"),
    [
        ("wave.toml", "dòng", "colour"),
        ("wave.toml", "dòng", "-5"),
        ("units.csv", "hàng 3", "01"),
        ("units.csv", "hàng 4", "sở"),
        ("framework.toml", "dòng", "0"),
        ("framework.toml", "dòng", "B"),
    ],
)
def test_a_fault_says_file_place_and_what_was_found(tmp_path, file, place, found):
    lines = call("check", _broken(tmp_path)).err.splitlines()

    assert [line for line in lines if file in line and place in line and found in line]


def test_check_has_no_limit_and_other_commands_cut_the_list(tmp_path):
    rows = "".join(f"{code:03d},A4,x{code}\n" for code in range(300))
    folder = make_wave(tmp_path, units="code,name,group\n" + "".join(f"{n:03d},Xã {n},khối{n}\n" for n in range(90)))
    (folder / "values.csv").write_text("unit,indicator,value\n" + rows, encoding="utf-8")

    full, cut = call("check", folder), call("compute", folder, "--out", tmp_path / "out")

    assert full.code == cut.code == 1
    assert "ddci check" not in full.err
    assert full.err.count("  [") >= cut.err.count("  [")
    assert cut.err.count("  [") <= 41


def test_a_sound_wave_and_a_sound_framework_are_said_to_be_so(tmp_path):
    wave = make_wave(tmp_path)

    for path in (
        wave,
        wave / "wave.toml",
        tmp_path / "frameworks/nho/2024",
        tmp_path / "frameworks/nho/2024/framework.toml",
    ):
        outcome = call("check", path)
        assert outcome.code == 0, outcome
        assert f"Không có lỗi: {path}" in outcome.out


def test_paths_that_leave_the_tree_need_permission(tmp_path):
    folder = make_wave(tmp_path / "inside", wave=WAVE.replace('units = "units.csv"', 'units = "../../../units.csv"'))
    (tmp_path / "units.csv").write_text(TABLES["units.csv"], encoding="utf-8")

    refused, allowed = call("check", folder), call("check", folder, "--allow-outside")

    assert refused.code == 1
    assert "PATH_OUTSIDE" in refused.err
    assert allowed.code == 0, allowed.err


def test_comparing_two_frameworks_says_what_changed_in_both_languages(tmp_path):
    make_wave(tmp_path)
    old = tmp_path / "frameworks" / "nho" / "2024"
    new = tmp_path / "frameworks" / "nho" / "2025"
    new.mkdir()
    text = FRAMEWORK.replace("nho-2024", "nho-2025").replace("year = 2024", "year = 2025").replace("-1", "1")
    (new / "framework.toml").write_text(text, encoding="utf-8")
    (new / "questionnaire.toml").write_bytes((old / "questionnaire.toml").read_bytes())

    vietnamese, english = call("compare", old, new), call("compare", old, new, lang="en")

    assert vietnamese.code == english.code == 0
    assert "nho-2024 → nho-2025" in vietnamese.out
    assert "chiều: -1 → 1" in vietnamese.out.replace("−", "-")
    assert "direction: -1 → 1" in english.out.replace("−", "-")


def test_comparing_waves_compares_their_frameworks(tmp_path):
    one, two = make_wave(tmp_path), make_wave(tmp_path, "nho-2025")

    assert call("compare", one, two).out == call("compare", tmp_path / "frameworks/nho/2024", two).out


def test_comparing_reports_the_faults_of_both(tmp_path):
    one, two = tmp_path / "mot", tmp_path / "hai"
    for folder in (one, two):
        folder.mkdir()
        (folder / "framework.toml").write_text(f"[framework\n# {folder.name}", encoding="utf-8")

    outcome = call("compare", one, two)

    assert outcome.code == 1
    assert "mot/framework.toml" in outcome.err
    assert "hai/framework.toml" in outcome.err


@pytest.fixture
def framework(tmp_path) -> Path:
    make_wave(tmp_path)
    return tmp_path / "frameworks" / "nho" / "2024"


def test_a_framework_goes_to_excel_and_comes_back_the_same(framework, tmp_path):
    assert call("framework", "export", framework, tmp_path / "khung.xlsx").code == 0
    assert call("framework", "import", tmp_path / "khung.xlsx", tmp_path / "moi").code == 0

    assert replace(load_framework(tmp_path / "moi"), files=()) == replace(load_framework(framework), files=())
    assert call("compare", framework, tmp_path / "moi").code == 0


def test_a_workbook_that_is_there_is_not_written_over(framework, tmp_path):
    (tmp_path / "khung.xlsx").write_bytes(b"the work of a week")

    outcome = call("framework", "export", framework, tmp_path / "khung.xlsx")

    assert outcome.code == 1
    assert "[OUTPUT_EXISTS]" in outcome.err
    assert (tmp_path / "khung.xlsx").read_bytes() == b"the work of a week"


def test_a_workbook_needs_its_ending(framework, tmp_path):
    outcome = call("framework", "export", framework, tmp_path / "khung.xls")

    assert outcome.code == 2
    assert ".xlsx" in outcome.err
    assert not (tmp_path / "khung.xls").exists()


def test_exporting_a_broken_framework_leaves_no_file(framework, tmp_path):
    (framework / "framework.toml").write_text(FRAMEWORK_WRONG, encoding="utf-8")
    (tmp_path / "target").mkdir()

    assert call("framework", "export", framework, tmp_path / "target" / "khung.xlsx").code == 1
    assert contents(tmp_path / "target") == {}


def test_a_framework_that_is_there_is_not_written_over(framework, tmp_path):
    before = contents(framework)
    call("framework", "export", framework, tmp_path / "khung.xlsx")

    outcome = call("framework", "import", tmp_path / "khung.xlsx", framework)

    assert outcome.code == 1
    assert "[FRAMEWORK_EXISTS]" in outcome.err
    assert contents(framework) == before


def test_importing_onto_a_file_is_refused(framework, tmp_path):
    call("framework", "export", framework, tmp_path / "khung.xlsx")
    (tmp_path / "tep").write_text("of someone", encoding="utf-8")

    outcome = call("framework", "import", tmp_path / "khung.xlsx", tmp_path / "tep")

    assert outcome.code == 1
    assert "[OUTPUT_IS_FILE]" in outcome.err
    assert (tmp_path / "tep").read_text(encoding="utf-8") == "of someone"


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04" + b"\x00" * 64])
def test_importing_what_is_no_workbook_is_a_fault(content, tmp_path):
    (tmp_path / "khung.xlsx").write_bytes(content)

    outcome = call("framework", "import", tmp_path / "khung.xlsx", tmp_path / "moi")

    assert outcome.code == 1
    assert TRACEBACK not in outcome.err
    assert "khung.xlsx" in outcome.err
    assert not (tmp_path / "moi").exists()


def test_importing_a_folder_is_a_fault(tmp_path):
    (tmp_path / "khung.xlsx").mkdir()

    assert call("framework", "import", tmp_path / "khung.xlsx", tmp_path / "moi").code == 1


def test_a_target_that_cannot_be_made_is_told(framework, tmp_path):
    (tmp_path / "tep").write_text("a file where a folder is needed", encoding="utf-8")

    for words in (
        ("export", framework, tmp_path / "tep" / "khung.xlsx"),
        ("import", tmp_path / "khung.xlsx", tmp_path / "tep" / "moi"),
    ):
        outcome = call("framework", *words)
        assert outcome.code == 1
        assert TRACEBACK not in outcome.err
        assert "tep" in outcome.err
        call("framework", "export", framework, tmp_path / "khung.xlsx")
