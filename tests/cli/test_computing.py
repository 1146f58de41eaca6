"""``ddci compute``: whole or not at all, the same bytes each time, and what the screen shows."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.calls import call, contents, spawn, surroundings
from tests.wave.folders import WAVE, make_wave

import ddci.cli.computing
from ddci.compute import compute
from ddci.report.numbers import format_number
from ddci.result_json import load_result, write_result
from ddci.wave.load import load_wave

EXPECTED_FILES = {
    "result.json",
    "scores.csv",
    "groups.csv",
    "stability.csv",
    "changes.csv",
    "small_area.csv",
    "workbook.xlsx",
    "scorecard.html",
}


@pytest.fixture(scope="module")
def computed(tmp_path_factory) -> tuple[Path, Path]:
    """A small wave and its result folder, read only."""
    root = tmp_path_factory.mktemp("computed")
    wave = make_wave(root)
    outcome = call("compute", wave, "--out", root / "out")
    assert outcome.code == 0, outcome.err
    return wave, root / "out"


@pytest.fixture
def quick_outputs(monkeypatch):
    """Only result.json and one table are written: for tests of how a folder is replaced, not of what is in it."""

    def write_little(result, folder, **options):
        (folder / "scores.csv").write_text("unit\n", encoding="utf-8")

    monkeypatch.setattr(ddci.cli.computing, "write_outputs", write_little)


def test_compute_writes_every_output_and_nothing_else(computed):
    _, folder = computed

    names = set(contents(folder))

    assert {name for name in names if "/" not in name} == EXPECTED_FILES
    assert all(re.fullmatch(r"charts/[\w.-]+\.svg", name) for name in names - EXPECTED_FILES)
    assert [item.name for item in folder.parent.iterdir() if item.name.startswith(".")] == []


def test_the_result_is_the_librarys_result(computed, tmp_path):
    wave, folder = computed

    write_result(compute(load_wave(wave)), tmp_path / "result.json")

    assert (tmp_path / "result.json").read_bytes() == (folder / "result.json").read_bytes()


def test_a_result_that_is_read_and_written_again_has_the_same_bytes(computed, tmp_path):
    _, folder = computed

    write_result(load_result(folder / "result.json"), tmp_path / "again.json")

    assert (tmp_path / "again.json").read_bytes() == (folder / "result.json").read_bytes()


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_command_gives_the_same_bytes_whatever_the_threads_and_the_process(computed, threads, tmp_path):
    wave, folder = computed

    outcome = spawn(
        "compute", wave, "--out", tmp_path / "again", "--threads", threads, variables={"PYTHONHASHSEED": str(threads)}
    )

    assert outcome.code == 0, outcome.err
    first, second = contents(folder), contents(tmp_path / "again")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_the_language_of_the_screen_does_not_change_the_files(computed, tmp_path):
    wave, folder = computed

    call("compute", wave, "--out", tmp_path / "en", lang="en")

    assert contents(tmp_path / "en") == contents(folder)


def test_the_table_of_scores_can_be_read_by_machines(computed):
    _, folder = computed

    rows = list(csv.DictReader(io.StringIO((folder / "scores.csv").read_text(encoding="utf-8"))))

    result = load_result(folder / "result.json")
    assert {row["level"] for row in rows} == {"index", "sub_index", "indicator"}
    for row in rows:
        score = result.scores.score[result.unit_row[row["unit"]], result.node_column[row["code"]]]
        assert float(row["score"] or "nan") == pytest.approx(score, abs=0, nan_ok=True)


@pytest.mark.parametrize(("lang", "words"), [("vi", "Đã ghi kết quả vào"), ("en", "Results written to")])
def test_the_screen_shows_each_unit_with_its_score_in_the_readers_numbers(computed, lang, words, tmp_path):
    wave, folder = computed

    out = call("compute", wave, "--out", tmp_path / "out", lang=lang).out

    result = load_result(folder / "result.json")
    for row, unit in enumerate(result.units):
        line = next(line for line in out.splitlines() if line.startswith(unit.name))
        assert f" {format_number(result.scores.score[row, 0], 2, lang)} " in f"{line} "
    assert words in out
    assert "nan" not in out.lower().replace("nang", "")
    marks = re.findall(r"\d[.,]\d\d\b", out.split(words)[0])
    assert marks
    assert all(("," in mark) == (lang == "vi") for mark in marks)


def test_the_interval_is_headed_by_the_frameworks_confidence(tmp_path, quick_outputs):
    wave = make_wave(tmp_path)
    framework = tmp_path / "frameworks" / "nho" / "2024" / "framework.toml"
    framework.write_text(
        framework.read_text(encoding="utf-8").replace("min_n = 1", "confidence = 0.9"), encoding="utf-8"
    )

    assert "Khoảng tin cậy 90 %" in call("compute", wave, "--out", tmp_path / "out").out


def test_no_replicates_means_no_sampling_error(computed, tmp_path):
    wave, _ = computed

    outcome = call("compute", wave, "--out", tmp_path / "out", "--replicates", 0)

    assert outcome.code == 0, outcome.err
    result = load_result(tmp_path / "out" / "result.json")
    scores = result.columns("index") + result.columns("sub_index")
    assert result.provenance.replicates == 0
    assert (result.scores.se[:, scores] != result.scores.se[:, scores]).all()
    with (tmp_path / "out" / "stability.csv").open(encoding="utf-8") as lines:
        assert len(lines.readlines()) == 1


def test_the_default_folder_is_named_after_the_wave(tmp_path, monkeypatch, quick_outputs):
    monkeypatch.chdir(tmp_path)

    assert call("compute", make_wave(tmp_path)).code == 0
    assert (tmp_path / "out" / "nho-2024" / "result.json").is_file()


def test_faults_of_the_data_leave_no_folder(tmp_path):
    wave = make_wave(tmp_path, values="unit,indicator,value\n01,A4,x\n")

    outcome = call("compute", wave, "--out", tmp_path / "out")

    assert outcome.code == 1
    assert "Chưa ghi kết quả nào" in outcome.err
    assert not (tmp_path / "out").exists()


def test_a_second_run_replaces_the_first_and_drops_its_old_charts(tmp_path, quick_outputs):
    wave, out = make_wave(tmp_path), tmp_path / "out"
    assert call("compute", wave, "--out", out).code == 0
    (out / "charts").mkdir()
    (out / "charts" / "old.svg").write_text("<svg/>", encoding="utf-8")
    (out / "stability.csv").write_text("old", encoding="utf-8")

    assert call("compute", wave, "--out", out).code == 0

    assert set(contents(out)) == {"result.json", "scores.csv"}


@pytest.mark.parametrize(
    "foreign",
    ["notes.txt", "values.csv", "my/scores.csv", "old/result.json", "charts/photo.png", ".hidden", "charts/deep/a.svg"],
)
def test_files_of_others_in_the_target_stop_the_run_before_it_computes(tmp_path, monkeypatch, foreign):
    wave, out = make_wave(tmp_path), tmp_path / "out"
    (out / foreign).parent.mkdir(parents=True)
    (out / foreign).write_text("of someone", encoding="utf-8")
    monkeypatch.setattr(ddci.cli.computing, "compute", lambda *_, **__: pytest.fail("computed in vain"))

    outcome = call("compute", wave, "--out", out)

    assert outcome.code == 1
    assert "[FOLDER_NOT_OURS]" in outcome.err
    assert foreign in outcome.err
    assert contents(out) == {foreign: b"of someone"}


def test_the_wave_itself_is_no_target(tmp_path):
    wave = make_wave(tmp_path)
    before = contents(wave)

    outcome = call("compute", wave, "--out", wave)

    assert outcome.code == 1
    assert contents(wave) == before


def test_a_file_is_no_target(tmp_path):
    (tmp_path / "out").write_text("of someone", encoding="utf-8")

    outcome = call("compute", make_wave(tmp_path), "--out", tmp_path / "out")

    assert outcome.code == 1
    assert "[OUTPUT_IS_FILE]" in outcome.err
    assert (tmp_path / "out").read_text(encoding="utf-8") == "of someone"


def test_a_target_below_a_file_is_told(tmp_path):
    (tmp_path / "file").write_text("of someone", encoding="utf-8")

    outcome = call("compute", make_wave(tmp_path), "--out", tmp_path / "file" / "out")

    assert outcome.code == 1
    assert "[FOLDER_NOT_WRITABLE]" in outcome.err


def test_a_linked_target_is_written_where_the_link_leads(tmp_path, quick_outputs):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert call("compute", make_wave(tmp_path), "--out", tmp_path / "link").code == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "result.json").is_file()


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), MemoryError("no more"), KeyboardInterrupt()], ids=repr
)
def test_a_run_that_fails_while_writing_leaves_the_old_result(tmp_path, monkeypatch, quick_outputs, error):
    wave, out = make_wave(tmp_path), tmp_path / "out"
    call("compute", wave, "--out", out)
    before = contents(out)

    def fail_midway(result, folder, **options):
        (folder / "scores.csv").write_text("half", encoding="utf-8")
        raise error

    monkeypatch.setattr(ddci.cli.computing, "write_outputs", fail_midway)
    outcome = call("compute", wave, "--out", out, "--replicates", 0)

    assert outcome.code == (130 if isinstance(error, KeyboardInterrupt) else 1)
    assert contents(out) == before
    assert sorted(item.name for item in tmp_path.iterdir()) == ["examples", "frameworks", "out"]


KILLED_WHILE_WRITING = """
import sys, time
import ddci.cli, ddci.cli.computing

def wait_forever(result, folder, **options):
    (folder / "scores.csv").write_text("half", encoding="utf-8")
    print("writing", flush=True)
    time.sleep(600)

ddci.cli.computing.write_outputs = wait_forever
ddci.cli.main(sys.argv[1:])
"""


def test_a_process_killed_while_writing_leaves_the_old_result_and_stops_no_later_run(tmp_path, quick_outputs):
    wave, out = make_wave(tmp_path), tmp_path / "out"
    call("compute", wave, "--out", out)
    before = contents(out)

    with subprocess.Popen(
        [sys.executable, "-c", KILLED_WHILE_WRITING, "compute", str(wave), "--out", str(out)],
        stdout=subprocess.PIPE,
        env=surroundings(),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"writing"
        os.kill(process.pid, signal.SIGKILL)

    assert contents(out) == before
    assert call("compute", wave, "--out", out, "--replicates", 0).code == 0
    assert load_result(out / "result.json").provenance.replicates == 0


def test_a_killed_process_leaves_no_other_processes_behind(tmp_path):
    wave, out = make_wave(tmp_path), tmp_path / "out"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED_WHILE_WRITING, "compute", str(wave), "--out", str(out), "--threads", "2"],
        stdout=subprocess.PIPE,
        env=surroundings(),
        start_new_session=True,  # a group of its own, in which helpers can be counted
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"writing"
        os.kill(process.pid, signal.SIGKILL)

    def left() -> int:
        groups = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
        return sum(line.split()[0] == str(process.pid) and "Z" not in line for line in groups.splitlines())

    for _ in range(100):
        if left():
            time.sleep(0.1)
    assert left() == 0


def test_two_runs_at_once_into_one_folder_leave_one_whole_result(tmp_path):
    wave, out = make_wave(tmp_path), tmp_path / "out"
    slow = KILLED_WHILE_WRITING.replace("time.sleep(600)", "time.sleep(0.3)")
    arguments = [sys.executable, "-c", slow, "compute", str(wave), "--out", str(out)]

    processes = [subprocess.Popen(arguments, stdout=subprocess.PIPE, env=surroundings()) for _ in range(2)]
    for process in processes:
        process.communicate()

    assert 0 in [process.returncode for process in processes]
    assert set(contents(out)) == {"result.json", "scores.csv"}
    assert load_result(out / "result.json").wave == "nho-2024"


def test_a_result_can_stand_for_the_earlier_wave(tmp_path, computed):
    _, folder = computed
    (tmp_path / "examples" / "earlier").mkdir(parents=True)
    (tmp_path / "examples" / "earlier" / "result.json").write_bytes((folder / "result.json").read_bytes())
    wave = make_wave(tmp_path, wave=WAVE + 'previous = "../earlier/result.json"\n')

    outcome = call("compute", wave, "--out", tmp_path / "out")

    assert outcome.code == 0, outcome.err
    change = load_result(tmp_path / "out" / "result.json").change
    assert change is not None
    assert change.score[:, 0] == pytest.approx(0.0)  # the same wave: nothing has changed
