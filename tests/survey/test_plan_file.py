"""simulation.toml: what it says, and every fault with its line."""

from __future__ import annotations

import pytest
from tests.survey.simulated import every_kind, plan

from ddci.errors import InputError
from ddci.messages import render
from ddci.survey.plan_file import read_plan
from ddci.survey.simulation_plan import HardValue

FRAMEWORK, UNITS = every_kind(), plan().units


def faults_of(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(InputError) as caught:
        read_plan(text, "simulation.toml", FRAMEWORK, UNITS)
    for fault in caught.value.faults:
        assert "{" not in render(fault, "vi")
        assert "{" not in render(fault, "en")
    return [(fault.code, fault.place.line) for fault in caught.value.faults]


def test_every_section_reaches_the_plan():
    text = """
[simulation]
vi = "Đợt thử (mô phỏng)"
year = 2024
previous = "../truoc"
n = 120
n_spread = 0.1
unit_sd = 0.25
home_group = "noi"
units_per_respondent = [0.7, 0.3]
[[size]]
of = "p0"
n = 33
[[effect]]
unit = "p1"
sub_index = "A"
effect = -1.5
[[share]]
of = "Q_USE"
share = 0.8
[[share]]
of = "Q_FIELDS:2"
share = 0.1
[[number]]
question = "Q_DAYS"
median = 8
spread = 0.6
[[match]]
unit = "p1"
indicator = "A01"
share = 0.581
[[value]]
indicator = "B05"
center = 0.9
spread = 0.05
high = 1.0
"""

    found = read_plan(text, "simulation.toml", FRAMEWORK, UNITS)

    assert found.wave == {"vi": "Đợt thử (mô phỏng)", "year": 2024, "previous": "../truoc"}
    assert (found.plan.n, found.plan.n_spread, found.plan.unit_sd, found.plan.home_group) == (120, 0.1, 0.25, "noi")
    assert found.plan.units_per_respondent == (0.7, 0.3)
    assert found.plan.n_of == {"p0": 33}
    assert found.plan.effects == {("p1", "A"): -1.5}
    assert found.plan.shares == {"Q_USE": 0.8, "Q_FIELDS:2": 0.1}
    assert found.plan.medians == {"Q_DAYS": (8.0, 0.6)}
    assert found.plan.matched_shares == {("p1", "A01"): 0.581}
    assert found.plan.hard == {"B05": HardValue(0.9, 0.05, high=1.0)}


def test_an_empty_file_is_the_usual_plan():
    assert read_plan("", "simulation.toml", FRAMEWORK, UNITS).plan.n == 100


def test_all_faults_come_together_with_their_lines():
    text = """[simulation]
n = 0
unit_sd = "lớn"
ngay = 3
home_group = "huyen"
[[match]]
unit = "p9"
indicator = "A01"
share = 58.1
[[share]]
of = "Q_USE"
[[weight]]
of = "A"
"""

    assert sorted(faults_of(text)) == sorted(
        [
            ("SECTION_UNKNOWN", 12),
            ("CELL_OUT_OF_RANGE", 2),
            ("EXPECTED_NUMBER", 3),
            ("KEY_UNKNOWN", 4),
            ("SIMULATION_CODE_UNKNOWN", 5),
            ("SIMULATION_CODE_UNKNOWN", 7),
            ("CELL_OUT_OF_RANGE", 9),
            ("KEY_MISSING", 10),
        ]
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[simulation\nn = 1", "TOML_SYNTAX"),
        ("[[simulation]]\nn = 1", "SECTION_SINGLE"),
        ("[match]\nunit = 'p1'", "SECTION_LIST"),
        ("[simulation]\nn = 1.5", "EXPECTED_WHOLE_NUMBER"),
        ("[simulation]\nunit_sd = nan", "CELL_OUT_OF_RANGE"),
        ("[simulation]\nn = inf", "CELL_OUT_OF_RANGE"),
        ("[simulation]\nhalo = 1.2", "CELL_OUT_OF_RANGE"),
        ("[simulation]\nvi = 3", "EXPECTED_TEXT"),
        ("[simulation]\nhalo = true", "EXPECTED_NUMBER"),
        ("[[match]]\nunit = 'p1'\nindicator = 'B01'\nshare = 0.5", "SIMULATION_MATCH_METHOD"),
        ("[simulation]\nhalo = 0.5\nrating = 0.5\nsub_index_view = 0.5", "SIMULATION_VARIANCE"),
        ("[simulation]\nunits_per_respondent = [0.0, 0.0]", "SIMULATION_UNITS_SHARES"),
    ],
)
def test_each_fault_has_its_code(text, code):
    assert code in [found for found, _ in faults_of(text)]
