"""The edge of the command line: exit codes, what the machine refuses, pipes, screens, interruptions."""

from __future__ import annotations

import errno
import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.calls import TRACEBACK, call, command, spawn, surroundings
from tests.wave.folders import make_wave

import ddci.cli.computing
import ddci.cli.reading
from ddci.cli import main
from ddci.errors import MethodError
from ddci.messages import catalogue
from ddci.messages.phrases import _phrases

ROOT = Path(__file__).resolve().parents[2]


def _raising(error):
    def raise_it(*arguments, **options):
        raise error

    return raise_it


def test_done_faults_and_wrong_calls_have_their_exit_codes(tmp_path):
    wave = make_wave(tmp_path)
    broken = make_wave(tmp_path, "broken", values="unit,indicator,value\n01,A4,nhiều\n")

    assert spawn("check", wave).code == 0
    assert spawn("check", broken).code == 1
    assert spawn("check", tmp_path / "nowhere").code == 2
    assert spawn("nonsense").code == 2


def test_phrases_exist_in_both_languages_with_the_same_blanks():
    vietnamese, english = _phrases("vi"), _phrases("en")

    assert vietnamese.keys() == english.keys()
    for key, text in vietnamese.items():
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", english[key])), key


def test_every_phrase_that_the_source_asks_for_exists():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "ddci").rglob("*.py")]
    asked = {key for text in texts for key in re.findall(r'\bphrase\(\s*"(\w+)"', text)}

    assert asked
    assert not asked - _phrases("vi").keys()


def test_every_method_error_has_words_in_both_languages():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "ddci").rglob("*.py")]
    raised = {code for text in texts for code in re.findall(r'MethodError\(\s*"([A-Z_]+)"', text)}

    assert len(raised) > 20
    assert not raised - catalogue("vi").keys()
    assert not raised - catalogue("en").keys()


@pytest.mark.parametrize(("lang", "words"), [("vi", "nằm ngoài khoảng 0–1"), ("en", "0–1")])
def test_a_method_outside_its_domain_is_told_in_the_readers_language(tmp_path, monkeypatch, lang, words):
    monkeypatch.setattr(ddci.cli.computing, "compute", _raising(MethodError("SHARE_RANGE", found=1.5)))

    outcome = call("compute", make_wave(tmp_path), "--out", tmp_path / "out", lang=lang)

    assert outcome.code == 1
    assert "[SHARE_RANGE]" in outcome.err
    assert words in outcome.err
    assert "1.5" in outcome.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device", "/x/scores.csv"),
        PermissionError(errno.EACCES, "Permission denied", "/x/wave.toml"),
        OSError("a disk that does not answer"),
        MemoryError("Unable to allocate 1.2 TiB"),
        MemoryError(),
    ],
    ids=repr,
)
def test_what_the_machine_refuses_is_a_message_and_not_a_traceback(tmp_path, monkeypatch, error):
    monkeypatch.setattr(ddci.cli.computing, "compute", _raising(error))

    outcome = call("compute", make_wave(tmp_path), "--out", tmp_path / "out")

    assert outcome.code == 1
    assert TRACEBACK not in outcome.err
    assert "MEMORY_SHORT" in outcome.err or "SYSTEM_REFUSED" in outcome.err
    assert "Chưa ghi kết quả nào" in outcome.err
    assert not (tmp_path / "out").exists()


def test_an_interruption_ends_with_130_and_a_short_line(tmp_path, monkeypatch):
    monkeypatch.setattr(ddci.cli.computing, "compute", _raising(KeyboardInterrupt()))

    vietnamese = call("compute", make_wave(tmp_path), "--out", tmp_path / "out")
    english = call("compute", tmp_path / "examples" / "nho-2024", lang="en")

    assert (vietnamese.code, english.code) == (130, 130)
    assert vietnamese.err.strip() == "Đã dừng theo yêu cầu; kết quả cũ (nếu có) vẫn nguyên."
    assert english.err.strip().startswith("Stopped as asked")
    assert not (tmp_path / "out").exists()


def test_a_process_that_is_interrupted_leaves_no_traceback_and_no_folder(tmp_path):
    wave = make_wave(tmp_path)
    program = (
        "import os, signal, ddci.cli.computing as c, ddci.cli\n"
        "c.compute = lambda *a, **k: os.kill(os.getpid(), signal.SIGINT)\n"
        f"raise SystemExit(ddci.cli.main(['compute', {str(wave)!r}, '--out', {str(tmp_path / 'out')!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=surroundings(), check=False)

    assert done.returncode == 130
    assert TRACEBACK.encode() not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_who_leaves_early_is_no_fault(unbuffered):
    years = [ROOT / "frameworks" / "lang-son" / year for year in ("2023", "2024")]
    with subprocess.Popen(
        command("compare", *years),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=surroundings(PYTHONUNBUFFERED=unbuffered),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        faults = process.stderr.read()

    assert process.returncode == 0
    assert faults == b""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp1258", "utf-16", "utf-8"])
def test_a_screen_of_any_encoding_gets_readable_text(tmp_path, encoding):
    wave = make_wave(tmp_path)
    done = subprocess.run(
        command("check", wave), env=surroundings(PYTHONIOENCODING=encoding), capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr
    text = done.stdout.decode(encoding)
    assert text.startswith("Không có lỗi" if encoding.startswith("utf") else ("Khong co loi", "Không có l", "Không co"))


def test_letters_that_the_screen_does_not_know_lose_only_their_accents(tmp_path):
    done = subprocess.run(
        command("check", tmp_path / "đâu – “đó”"),
        env=surroundings(PYTHONIOENCODING="ascii"),
        capture_output=True,
        check=False,
    )

    assert done.returncode == 2
    assert 'Khong tim thay "' in done.stderr.decode("ascii")
    assert 'dau - "do"' in done.stderr.decode("ascii")


def test_a_closed_output_is_no_traceback(tmp_path):
    wave = make_wave(tmp_path)
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *command("check", wave)],
        env=surroundings(),
        capture_output=True,
        check=False,
    )

    assert TRACEBACK.encode() not in done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_behind_the_output_is_told(tmp_path, unbuffered):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("check", make_wave(tmp_path)),
            stdout=full,
            stderr=subprocess.PIPE,
            env=surroundings(PYTHONUNBUFFERED=unbuffered),
            check=False,
        )

    assert done.returncode == 1
    assert b"SYSTEM_REFUSED" in done.stderr
    assert TRACEBACK.encode() not in done.stderr


def test_main_leaves_other_streams_alone(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())

    assert main(["--help"]) == 0


def test_signals_of_the_process_are_as_python_leaves_them():
    before = signal.getsignal(signal.SIGTERM)
    call("--help")

    assert signal.getsignal(signal.SIGTERM) is before
    assert os.environ["OMP_NUM_THREADS"]
