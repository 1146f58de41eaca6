"""The table of flagged respondents: read, checked, written back."""

from __future__ import annotations

import pytest
from tests.wave.folders import WAVE, codes_of, faults_of, make_wave

from ddci.wave.load import load_wave
from ddci.wave.model import Flagged
from ddci.wave.settings import WAVE_FILE
from ddci.wave.write import write_wave

NAMED = WAVE.replace('strata = "strata.csv"', 'strata = "strata.csv"\nflagged = "flagged.csv"')


def flagged_wave(root, text, wave=NAMED, **tables):
    folder = make_wave(root, wave=wave, **tables)
    (folder / "flagged.csv").write_text(text, encoding="utf-8")
    return folder


def test_flagged_respondents_are_read_with_their_reasons_and_stay_in_the_responses(tmp_path):
    folder = flagged_wave(tmp_path, "respondent,reason\nr2,trả lời một mạch\n")

    wave = load_wave(folder)

    assert wave.flagged == (Flagged("r2", "trả lời một mạch"),)
    assert wave.responses.height == 5
    assert "flagged.csv" in [name for name, _ in wave.files]


@pytest.mark.parametrize(
    ("rows", "code", "line"),
    [
        ("r9,lạ\n", "RESPONDENT_UNKNOWN", 2),
        ("r1,một\nr1,hai\n", "ROW_TWICE", 3),
        ("r1,\n", "CELL_BLANK", 2),
        (",một\n", "CELL_BLANK", 2),
    ],
)
def test_a_wrong_row_is_a_fault_with_its_row(tmp_path, rows, code, line):
    faults = faults_of(flagged_wave(tmp_path, "respondent,reason\n" + rows))

    assert [(fault.code, fault.place.row) for fault in faults] == [(code, line)]


def test_flags_without_responses_are_a_fault(tmp_path):
    wave = NAMED.replace('responses = "responses.csv"\n', "")

    assert "FLAGGED_WITHOUT_RESPONSES" in codes_of(flagged_wave(tmp_path, "respondent,reason\nr1,một\n", wave))


def test_a_written_wave_keeps_its_flags(tmp_path):
    wave = load_wave(flagged_wave(tmp_path, "respondent,reason\nr1,một\nr4,hai\n"))

    write_wave(wave, tmp_path / "copy")

    assert (tmp_path / "copy" / WAVE_FILE).read_text(encoding="utf-8").count("flagged.csv") == 1
    assert load_wave(tmp_path / "copy").flagged == wave.flagged
