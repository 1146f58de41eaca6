"""Leaving out flagged respondents takes their rows and nothing else."""

from __future__ import annotations

from dataclasses import replace

from tests.waves import answer_wave

from ddci.survey.flagged import leave_out_flagged, reasons
from ddci.wave.model import Flagged

SHARES = [[0.9, 0.8], [0.6, 0.5], [0.4, 0.45]]


def test_every_row_of_a_flagged_respondent_is_left_out_and_the_wave_itself_keeps_them():
    wave = answer_wave(SHARES)
    code = wave.responses["respondent"][0]
    flagged = replace(wave, flagged=(Flagged(code, "trùng"),))

    without = leave_out_flagged(flagged)

    assert code not in without.responses["respondent"].to_list()
    assert without.responses.height == flagged.responses.filter(flagged.responses["respondent"] != code).height
    assert without.flagged == ()
    assert flagged.responses.height == wave.responses.height


def test_a_wave_without_flags_is_left_as_it_is():
    wave = answer_wave(SHARES)

    assert leave_out_flagged(wave) is wave


def test_reasons_are_counted_the_commonest_first():
    flags = (Flagged("a", "trùng"), Flagged("b", "một mạch"), Flagged("c", "một mạch"))

    assert reasons(replace(answer_wave(SHARES), flagged=flags)) == (("một mạch", 2), ("trùng", 1))
