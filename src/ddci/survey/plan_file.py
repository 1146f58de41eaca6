"""Read simulation.toml: how a simulated wave departs from the usual plan.

In:  the text of the file, the framework and the units.
Out: a PlanFile: the SimulationPlan and what the wave is called; or InputError with all faults, each with its line.

    [simulation]
    vi = "DDCI Lạng Sơn 2024 (mô phỏng)"      # also en, source, year, code, previous (a wave folder, relative to this file)
    n = 175                                   # and every plain setting of SimulationPlan
    [[size]]      of = "chi-lang", n = 175                              # a unit or a unit group with an n of its own
    [[effect]]    unit = "chi-lang", sub_index = "TG", effect = -1.8    # in standard deviations of units
    [[share]]     of = "Q_HO_SO", share = 0.8                           # of an indicator, or of a question's first option
    [[number]]    question = "Q_TG11", median = 8.0, spread = 0.6       # spread: sd of the logarithm
    [[match]]     unit = "chi-lang", indicator = "KC26", share = 0.581  # the share to be matched
    [[value]]     indicator = "CN12", center = 78.0, spread = 6.0, low = 0.0, high = 100.0
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ddci.errors import Faults, Place
from ddci.framework.model import Framework
from ddci.framework.spots import nearest
from ddci.framework.toml_lines import TableLines, scan_lines
from ddci.survey.simulation_plan import HardValue, SimulationPlan
from ddci.wave.model import Unit

PLAN_FILE = "simulation.toml"
TEXT_SETTINGS = ("vi", "en", "source", "code", "previous", "home_group")
WHOLE_SETTINGS = ("n", "year", "persistent_seed")
SHARES = (
    "n_spread",
    "sub_index_correlation",
    "persistence",
    "halo",
    "rating",
    "sub_index_view",
    "favourable",
    "blank",
    "dont_know",
    "refused",
    "straight_liners",
    "random_answers",
    "named_share",
    "remark_share",
)
NUMBERS = ("unit_sd", "item_unit_sd", "favourable_spread", "sensitive_factor", "named_bias")
WAVE_SETTINGS = ("vi", "en", "source", "year", "code", "previous")
ROWS: dict[str, dict[str, str]] = {  # section → key → what its text must be a code of, or the kind of number
    "size": {"of": "unit or group", "n": "whole"},
    "effect": {"unit": "unit", "sub_index": "sub-index", "effect": "number"},
    "share": {"of": "indicator or question", "share": "share"},
    "number": {"question": "question", "median": "positive", "spread": "positive"},
    "match": {"unit": "unit", "indicator": "indicator", "share": "share"},
    "value": {"indicator": "indicator", "center": "number", "spread": "number", "low": "optional", "high": "optional"},
}
LARGEST = 1e9


@dataclass(frozen=True, slots=True)
class PlanFile:
    """``wave`` holds what is said of the wave itself: vi, en, source, year, code, previous."""

    plan: SimulationPlan
    wave: dict[str, Any] = field(default_factory=dict)


def read_plan(text: str, file: str, framework: Framework, units: Sequence[Unit]) -> PlanFile:
    """The plan in ``text``; ``file`` is the name shown in faults.

    Raises InputError with every fault.
    """
    faults = Faults()
    document = _parse(text, file, faults)
    reader = _Reader(file, scan_lines(text) if document else {}, _codes(framework, units), faults)
    settings = reader.settings(document)
    rows = {name: reader.rows(name, document.get(name, [])) for name in ROWS}
    _check_matches(rows["match"], framework, reader)
    _check_settings(settings, reader)
    faults.raise_errors()
    wave = {name: settings.pop(name) for name in WAVE_SETTINGS if name in settings}
    plan = SimulationPlan(units=tuple(units), **settings)
    return PlanFile(replace(plan, **_tables(rows)), wave)


def _parse(text: str, file: str, faults: Faults) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        faults.add("TOML_SYNTAX", Place(file=file), found=file, reason=error)
        return {}


def _codes(framework: Framework, units: Sequence[Unit]) -> dict[str, list[str]]:
    questions = list(framework.questionnaire.question_by_code) if framework.questionnaire else []
    options = [
        f"{question.code}:{option.code}"
        for question in (framework.questionnaire.questions if framework.questionnaire else ())
        for option in question.options
    ]
    known = {
        "unit": [unit.code for unit in units],
        "group": [group.code for group in framework.unit_groups],
        "sub-index": list(framework.sub_index_by_code),
        "indicator": list(framework.indicator_by_code),
        "question": questions,
    }
    known["unit or group"] = known["unit"] + known["group"]
    known["indicator or question"] = known["indicator"] + questions + options
    return known


@dataclass(slots=True)
class _Reader:
    file: str
    lines: dict[str, list[TableLines]]
    codes: dict[str, list[str]]
    faults: Faults

    def place(self, section: str, number: int, key: str | None = None) -> Place:
        tables = self.lines.get(section, [])
        line = None
        if number < len(tables):
            line = tables[number].keys.get(key, tables[number].line) if key else tables[number].line
        element = f"{section} {number + 1}" if section in ROWS else section
        return Place(file=self.file, line=line, element=f"{element} › {key}" if key else element)

    def settings(self, document: dict[str, Any]) -> dict[str, Any]:
        """The plain settings, and a fault for every section that is not known."""
        for name in document:
            if name != "simulation" and name not in ROWS:
                near = nearest(name, ["simulation", *ROWS])
                self.faults.add("SECTION_UNKNOWN", self.place(name, 0), found=name, nearest=near)
        table = document.get("simulation", {})
        if not isinstance(table, dict):
            self.faults.add("SECTION_SINGLE", self.place("simulation", 0), found="simulation", name="simulation")
            return {}
        kinds = {
            **dict.fromkeys(TEXT_SETTINGS, "text"),
            **dict.fromkeys(WHOLE_SETTINGS, "whole"),
            **dict.fromkeys(SHARES, "share"),
            **dict.fromkeys(NUMBERS, "number"),
            "units_per_respondent": "shares",
        }
        kinds["home_group"] = "group"
        return self.row("simulation", 0, table, kinds, required=False)

    def rows(self, section: str, raw: Any) -> list[dict[str, Any]]:
        if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
            self.faults.add("SECTION_LIST", self.place(section, 0), found=section, name=section)
            return []
        read = [self.row(section, number, item, ROWS[section], required=True) for number, item in enumerate(raw)]
        return [] if self.faults.errors else read

    def row(
        self, section: str, number: int, raw: dict[str, Any], kinds: dict[str, str], *, required: bool
    ) -> dict[str, Any]:
        found = {}
        for key, value in raw.items():
            place = self.place(section, number, key)
            if key not in kinds:
                self.faults.add("KEY_UNKNOWN", place, found=key, nearest=nearest(key, kinds))
            else:
                found[key] = self.value(value, kinds[key], place)
        for key, kind in kinds.items():
            if required and kind != "optional" and key not in raw:
                self.faults.add("KEY_MISSING", self.place(section, number), found=key, title=key)
        return found

    def value(self, raw: Any, kind: str, place: Place) -> Any:
        """The value, or None with a fault."""
        if kind == "shares":
            shares = raw if isinstance(raw, list) and raw else [raw]
            return tuple(self.value(item, "share", place) for item in shares)
        if kind in ("whole", "share", "number", "positive", "optional"):
            return self._number(raw, kind, place)
        if not isinstance(raw, str) or not raw.strip():
            self.faults.add("EXPECTED_TEXT", place, found=raw)
        elif kind != "text" and raw not in self.codes[kind]:
            near = nearest(raw, self.codes[kind])
            self.faults.add("SIMULATION_CODE_UNKNOWN", place, found=raw, what=kind, nearest=near)
        return raw

    def _number(self, raw: Any, kind: str, place: Place) -> float | int | None:
        if isinstance(raw, bool) or not isinstance(raw, (int, float)):
            self.faults.add("EXPECTED_NUMBER", place, found=raw)
            return None
        low, high = {"share": (0.0, 1.0), "whole": (1, LARGEST), "positive": (1e-9, LARGEST)}.get(
            kind, (-LARGEST, LARGEST)
        )
        if not math.isfinite(raw) or not low <= raw <= high:
            self.faults.add("CELL_OUT_OF_RANGE", place, found=raw, low=low, high=high, name=place.element)
            return None
        if kind == "whole" and raw != int(raw):
            self.faults.add("EXPECTED_WHOLE_NUMBER", place, found=raw)
        return int(raw) if kind == "whole" else float(raw)


def _check_matches(rows: list[dict[str, Any]], framework: Framework, reader: _Reader) -> None:
    for number, row in enumerate(rows):
        indicator = framework.indicator_by_code[row["indicator"]]
        if indicator.kind != "survey" or indicator.method != "share":
            reader.faults.add("SIMULATION_MATCH_METHOD", reader.place("match", number), found=indicator.code)


def _check_settings(settings: dict[str, Any], reader: _Reader) -> None:
    usual = SimulationPlan(units=())
    parts = [settings.get(name, getattr(usual, name)) for name in ("halo", "rating", "sub_index_view")]
    if None not in parts and sum(parts) > 1.0:
        place = reader.place("simulation", 0, "halo")
        reader.faults.add("SIMULATION_VARIANCE", place, found=f"{sum(parts):g}")
    shares = settings.get("units_per_respondent")
    if shares is not None and not any(shares):
        place = reader.place("simulation", 0, "units_per_respondent")
        reader.faults.add("SIMULATION_UNITS_SHARES", place, found=list(shares))


def _tables(rows: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "n_of": {row["of"]: row["n"] for row in rows["size"]},
        "effects": {(row["unit"], row["sub_index"]): row["effect"] for row in rows["effect"]},
        "shares": {row["of"]: row["share"] for row in rows["share"]},
        "medians": {row["question"]: (row["median"], row["spread"]) for row in rows["number"]},
        "matched_shares": {(row["unit"], row["indicator"]): row["share"] for row in rows["match"]},
        "hard": {
            row["indicator"]: HardValue(**{key: row[key] for key in row if key != "indicator"}) for row in rows["value"]
        },
    }
