"""``ddci sensitivity`` and ``ddci targets`` print what the library finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.cli.calls import TRACEBACK, call
from tests.wave.folders import FRAMEWORK, make_wave

from ddci.cli.studying import past_totals
from ddci.compute import assemble_wave
from ddci.index.sensitivity import leave_one_out, simulate_methods
from ddci.index.targets import plan_target
from ddci.report.numbers import format_interval, format_number
from ddci.wave.load import load_wave

INDICATORS = ("A4", "A5", "A6", "A7")
VALUES = {
    "u1": (0.90, 0.40, 0.70, 0.55),
    "u2": (0.50, 0.80, 0.60, 0.95),
    "u3": (0.70, 0.60, 0.20, 0.35),
    "u4": (0.30, 0.90, 0.90, 0.75),
    "u5": (0.10, 0.20, 0.40, 0.15),
}
HARD = """
[wave]
code = "nho-2024"
year = 2024
framework = "../../frameworks/nho/2024"
units = "units.csv"
values = "values.csv"
seed = 7
replicates = 50
"""


@pytest.fixture
def wave_folder(tmp_path) -> Path:
    """Five units with four hard values of stated errors each, and one department alone."""
    indicator = FRAMEWORK[FRAMEWORK.index('[[indicator]]\ncode = "A4"') :]
    head = FRAMEWORK[: FRAMEWORK.index("[[indicator]]")]
    units = "code,name,group\n" + "".join(f"{code},Xã {code},xa\n" for code in VALUES) + "S1,Sở Tài chính,so\n"
    rows = [
        f"{unit},{code},{value},0.03,100\n"
        for unit, values in VALUES.items()
        for code, value in zip(INDICATORS, values, strict=True)
    ]
    rows += [f"S1,{code},0.5,0.03,100\n" for code in INDICATORS]
    folder = make_wave(tmp_path, wave=HARD, units=units, values="unit,indicator,value,se,n\n" + "".join(rows))
    framework = tmp_path / "frameworks" / "nho" / "2024"
    (framework / "questionnaire.toml").unlink()
    text = head + "".join(indicator.replace('"A4"', f'"{code}"') for code in INDICATORS)
    (framework / "framework.toml").write_text(text, encoding="utf-8")
    return folder


def _group(folder: Path, *, replicates: int | None = None):
    wave = load_wave(folder)
    assembly = assemble_wave(wave if replicates is None else replace(wave, replicates=replicates))
    return assembly.groups["xa"]


def _line(text: str, begins: str) -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(begins)).split("  ")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_sensitivity_prints_the_librarys_rank_distributions(wave_folder, lang):
    outcome = call("sensitivity", wave_folder, "--runs", 300, lang=lang)

    assert outcome.code == 0, outcome.err
    group = _group(wave_folder, replicates=0)
    study = simulate_methods(group.values[0], group.rule, rng=np.random.default_rng(7), n_runs=300)
    for place, unit in enumerate(VALUES):
        distribution = study.distribution
        words = [word.strip() for word in _line(outcome.out, f"Xã {unit}") if word.strip()]
        assert words[1:] == [
            format_number(study.nominal[place], 0, lang),
            format_number(distribution.median[place], 0, lang),
            format_interval(distribution.low[place], distribution.high[place], 0, lang),
        ]


def test_sensitivity_prints_the_librarys_shift_without_each_indicator(wave_folder):
    outcome = call("sensitivity", wave_folder, "--runs", 10)

    group = _group(wave_folder, replicates=0)
    shift = leave_one_out(group.values[0], group.rule).shift
    for place, code in enumerate(INDICATORS):
        assert _line(outcome.out, code)[-1].strip() == format_number(shift[place], 2, "vi")


def test_sensitivity_says_when_a_group_has_nobody_to_compare(wave_folder):
    outcome = call("sensitivity", wave_folder, "--runs", 10)

    assert "■ Sở\nNhóm chỉ có một đơn vị" in outcome.out


def test_sensitivity_is_the_same_for_a_seed_and_another_for_another(wave_folder):
    first, again, other = (call("sensitivity", wave_folder, "--runs", 40, "--seed", seed).out for seed in (1, 1, 2))

    assert first == again
    assert first != other


@pytest.mark.parametrize("runs", [1, 2])
def test_sensitivity_with_hardly_any_draws_is_no_traceback(wave_folder, runs):
    assert call("sensitivity", wave_folder, "--runs", runs).code == 0


@pytest.mark.parametrize(("option", "wanted"), [("--rank", 2), ("--score", 60.0)])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_targets_prints_the_librarys_plan(wave_folder, option, wanted, lang):
    outcome = call("targets", wave_folder, "--unit", "u3", option, wanted, lang=lang)

    assert outcome.code == 0, outcome.err
    group = _group(wave_folder)
    plan = plan_target(group.values[0], group.rule, unit=2, **{option.removeprefix("--"): wanted})
    assert format_number(plan.index_now, 2, lang) in outcome.out.splitlines()[0]
    assert plan.reachable
    for step in plan.steps:
        line = _line(outcome.out, INDICATORS[step.indicator])
        assert line[-1].strip() == format_number(step.index_gain, 2, lang)
        assert format_number(100 * step.value_needed, 1, lang) in " ".join(line)
    assert format_number(plan.index_reached, 2, lang) in outcome.out
    assert "%" in outcome.out.splitlines()[-1]  # the chance that the next survey shows it


def test_a_score_may_be_typed_with_a_comma(wave_folder):
    comma, point = (call("targets", wave_folder, "--unit", "u3", "--score", text) for text in ("60,5", "60.5"))

    assert comma.code == 0
    assert comma.out == point.out


def test_a_target_that_is_met_already_needs_nothing(wave_folder):
    outcome = call("targets", wave_folder, "--unit", "u4", "--rank", 5)

    assert outcome.code == 0
    assert "0 chỉ tiêu" in outcome.out


def test_a_target_out_of_reach_is_said_so(wave_folder):
    outcome = call("targets", wave_folder, "--unit", "u5", "--score", 1000)

    assert outcome.code == 0
    assert "Không thể đạt" in outcome.out


def test_at_most_so_many_indicators_are_chosen(wave_folder):
    few = call("targets", wave_folder, "--unit", "u5", "--score", 60, "--most", 1)

    assert few.code == 0
    assert "Không thể đạt" in few.out or "Cải thiện 1 chỉ tiêu" in few.out


def test_without_replicates_no_chance_is_stated(wave_folder):
    outcome = call("targets", wave_folder, "--unit", "u3", "--rank", 2, "--replicates", 0)

    assert outcome.code == 0
    assert "khả năng" not in outcome.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--unit", "u3"), "đúng một trong hai"),
        (("--unit", "u3", "--rank", 1, "--score", 80), "đúng một trong hai"),
        (("--unit", "u9", "--rank", 1), "Không có đơn vị “u9”"),
        (("--unit", "", "--rank", 1), "Không có đơn vị"),
    ],
    ids=str,
)
def test_a_target_that_is_not_clear_is_a_wrong_call(wave_folder, words, said):
    outcome = call("targets", wave_folder, *words)

    assert outcome.code == 2
    assert said in outcome.err
    assert outcome.out == ""


@pytest.mark.parametrize("words", [("--rank", 99), ("--score", -5), ("--score", 0)], ids=str)
def test_an_odd_target_is_answered_without_a_traceback(wave_folder, words):
    outcome = call("targets", wave_folder, "--unit", "u3", *words)

    assert outcome.code in (0, 1)
    assert TRACEBACK not in outcome.err


def test_the_only_unit_of_a_group_can_have_a_target(wave_folder):
    outcome = call("targets", wave_folder, "--unit", "S1", "--rank", 1)

    assert outcome.code in (0, 1)
    assert outcome.text


def test_a_unit_without_an_index_has_no_target(wave_folder):
    values = (wave_folder / "values.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in values if not line.startswith("u5")]
    (wave_folder / "values.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")

    outcome = call("targets", wave_folder, "--unit", "u5", "--rank", 1)

    assert outcome.code == 1
    assert "[TARGET_NOT_SCORED]" in outcome.err


def test_past_totals_are_those_published_oldest_first(wave_folder):
    (wave_folder / "published.csv").write_text("unit,code,score,rank\nu3,index,61.5,3\n", encoding="utf-8")
    history = "year,unit,code,score,rank\n2022,u3,index,58.2,4\n2021,u3,index,55.1,5\n2023,u1,index,70,1\n"
    (wave_folder / "history.csv").write_text(history, encoding="utf-8")
    text = (wave_folder / "wave.toml").read_text(encoding="utf-8")
    (wave_folder / "wave.toml").write_text(
        text + 'published = "published.csv"\nhistory = "history.csv"\n', encoding="utf-8"
    )

    assert past_totals(load_wave(wave_folder), "u3") == [55.1, 58.2, 61.5]
    assert "mức tăng lớn nhất từng có" in call("targets", wave_folder, "--unit", "u3", "--rank", 1).out
