"""Style sheets: light enough, raw colours in one place, every class and colour that charts use is there."""

import gzip
import re
from pathlib import Path

import pytest

import ddci.report.charts
from tests.web.ui.styles import SHEETS, text

ROOM = 12_000  # bytes, packed
SITE = Path(__file__).resolve().parents[3] / "src" / "ddci_web"


def test_all_style_sheets_together_weigh_less_than_twelve_kilobytes():
    packed = sum(len(gzip.compress(text(name).encode(), 9)) for name in SHEETS)

    assert packed < ROOM


@pytest.mark.parametrize("name", [name for name in SHEETS if name != "tokens.css"])
def test_only_tokens_hold_raw_colours(name):
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsl", text(name)) == []


@pytest.mark.parametrize("name", SHEETS)
def test_every_token_that_is_used_is_defined(name):
    defined = set(re.findall(r"(--[a-z0-9-]+)\s*:", "".join(text(sheet) for sheet in SHEETS)))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", text(name)))

    assert used <= defined


def test_components_have_one_rule_on_a_line():
    lines = [line for line in text("components.css").splitlines() if line.count("{") > 1]

    assert lines == []


def test_every_colour_of_the_library_s_charts_has_a_class_for_areas_and_for_strokes():
    sources = "".join(
        path.read_text(encoding="utf-8") for path in Path(ddci.report.charts.__file__).parent.glob("*.py")
    )
    inks = set(re.findall(r'ink="([a-z0-9-]+)"|colour\("([a-z0-9-]+)"\)', sources))
    names = {first or second for first, second in inks} | {f"ramp-{step}" for step in range(1, 6)}
    sheet = text("components.css")

    missing = [name for name in sorted(names) if f".f-{name} {{ fill: var(--{name})" not in sheet]
    missing += [
        name
        for name in sorted(names)
        if f".s-{name} {{ stroke" not in sheet and not re.match(r"ramp-[1245]|paper", name)
    ]

    assert missing == []


def test_no_template_holds_what_the_content_policy_refuses():
    refused = re.compile(
        r"<[^>{]*\s(?:style|on[a-z]+)\s*=|<style|<script(?![^>]*\ssrc=)[^>]*>|javascript:", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(SITE)}: {match.group(0)[:60]}"
        for path in SITE.glob("*/templates/**/*.html")
        for match in refused.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_public_templates_ask_for_no_script():
    scripts = [
        path.name for path in (SITE / "portal").glob("templates/**/*.html") if "<script" in path.read_text("utf-8")
    ]

    assert scripts == []
