"""With and without flagged answers: both sides are what the pipeline gives for each."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.waves import answer_wave

from ddci.compute import compute
from ddci.compute.flagged import flagged_as_json, study_flagged
from ddci.survey.flagged import leave_out_flagged
from ddci.wave.model import Flagged

SHARES = [[0.9, 0.8], [0.6, 0.5], [0.4, 0.45]]


def wave_with_flags(n=12):
    wave = answer_wave(SHARES)
    codes = wave.responses["respondent"].unique(maintain_order=True).to_list()[:n]
    return replace(wave, flagged=tuple(Flagged(code, "trả lời một mạch") for code in codes))


def test_both_sides_are_those_of_the_pipeline():
    wave = replace(wave_with_flags(), replicates=0)
    full, without = compute(wave), compute(leave_out_flagged(wave))

    study = study_flagged(wave)

    assert [unit.index for unit in study.units] == pytest.approx(list(full.scores.score[:, 0]))
    assert [unit.index_without for unit in study.units] == pytest.approx(list(without.scores.score[:, 0]))
    assert [unit.rank_without for unit in study.units] == pytest.approx(list(without.scores.rank[:, 0]))
    assert study.n_respondents == 12
    assert study.largest_change == pytest.approx(abs(without.scores.score[:, 0] - full.scores.score[:, 0]).max())
    assert study.n_rank_changed == (without.scores.rank[:, 0] != full.scores.rank[:, 0]).sum()


def test_flags_change_nothing_of_the_result_itself():
    flagged = wave_with_flags()

    assert compute(flagged).scores.score[:, 0] == pytest.approx(
        compute(replace(flagged, flagged=())).scores.score[:, 0]
    )


def test_a_wave_without_flags_has_nothing_to_study():
    assert study_flagged(answer_wave(SHARES)) is None
    assert flagged_as_json(None) is None


def test_a_unit_whose_answers_are_all_flagged_is_said_to_be_lost():
    wave = answer_wave(SHARES)
    unit = wave.units[0].code
    codes = wave.responses.filter(wave.responses["unit"] == unit)["respondent"].unique()

    study = study_flagged(replace(wave, flagged=tuple(Flagged(code, "giả") for code in codes)))

    assert study.n_lost >= 1
    assert study.units[0].index_without is None
    assert json.loads(json.dumps(flagged_as_json(study)))["n_lost"] == study.n_lost
