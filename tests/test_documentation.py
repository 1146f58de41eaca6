"""The documentation says what the code does: its commands run, its tables are complete, its links lead somewhere."""

from __future__ import annotations

import argparse
import contextlib
import io
import re
from dataclasses import fields
from pathlib import Path

import pytest

from ddci import cli
from ddci.cli import main
from ddci.framework import schema
from ddci.messages import catalogue
from ddci.result import Result, Scores
from ddci.survey import plan_file
from ddci.wave.settings import KEYS
from tests.documentation import MESSAGES, ROOT, Command, WrittenFile, codes_in_source, message_page, steps_of

DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md"]


def run(command: Command) -> tuple[int, str]:
    """The exit code of a ``ddci`` command and all it printed."""
    assert command.arguments[0] == "ddci", command
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            code = main(command.arguments[1:])
        except SystemExit as wrong_call:
            code = int(wrong_call.code or 0)
    return code, output.getvalue()


@pytest.mark.parametrize(("page", "locale"), [("tutorial.md", "en_US.UTF-8"), ("vi/huong-dan-nhanh.md", "vi_VN.UTF-8")])
def test_every_step_of_the_tutorial_works_as_printed(page, locale, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", locale)
    steps = steps_of((DOCS / page).read_text(encoding="utf-8"))

    assert sum(isinstance(step, Command) for step in steps) > 5
    for step in steps:
        if isinstance(step, WrittenFile):
            path = tmp_path / step.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
            continue
        code, printed = run(step)
        assert code == step.exit_code, f"{step.arguments}\n{printed}"
        lines = [line.strip() for line in printed.splitlines()]
        missing = [line for line in step.shown if not any(line in shown for shown in lines)]
        assert not missing, f"{step.arguments} does not print {missing}; it prints\n{printed}"


def test_the_table_of_messages_is_up_to_date():
    assert MESSAGES.read_text(encoding="utf-8") == message_page(), "run: python -m tests.documentation"


def test_every_code_in_the_source_has_words_in_both_languages():
    used = codes_in_source("error") | codes_in_source("warning")

    assert not used - set(catalogue("vi"))
    assert set(catalogue("vi")) == set(catalogue("en"))


def test_messages_have_all_their_parts_in_both_languages():
    for code, entry in catalogue("vi").items():
        other = catalogue("en")[code]
        assert {"message", "remedy"} <= entry.keys(), code
        assert entry.keys() == other.keys(), code
        assert all(text.strip() for part, text in (*entry.items(), *other.items()) if part != "expected"), code


def parsers(parser: argparse.ArgumentParser, name: str = "ddci") -> dict[str, argparse.ArgumentParser]:
    """Every command that can be called, by its full name."""
    found = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, child in action.choices.items():
                found |= parsers(child, f"{name} {word}")
    return found or {name: parser}


def test_every_command_and_option_is_described():
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    sections = {head.strip("` "): body for head, body in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", text, re.M | re.S)}

    described = parsers(cli._parser("en"))

    assert set(described) == {head for head in sections if head.startswith("ddci ")}
    for name, parser in described.items():
        for action in parser._actions:
            for word in action.option_strings or [action.dest.upper()]:
                if word not in ("-h", "--help", "--lang"):
                    assert f"`{word}" in sections[name], f"{name}: {word}"
        known = {word for action in parser._actions for word in action.option_strings}
        named = set(re.findall(r"`(--[a-z-]+)", sections[name]))
        assert named <= known, f"{name} has no {named - known}"


def test_every_key_of_wave_toml_is_described():
    text = (DOCS / "wave-format.md").read_text(encoding="utf-8")

    assert [key for key in KEYS if f"`{key}`" not in text] == []


def test_every_key_of_a_framework_is_described():
    text = (DOCS / "framework-format.md").read_text(encoding="utf-8")

    keys = {key for table in schema.TABLES for key in table.key_names}
    assert sorted(key for key in keys if f"`{key}`" not in text) == []


def test_every_key_of_simulation_toml_is_described():
    text = (DOCS / "simulation.md").read_text(encoding="utf-8")

    settings = {*plan_file.TEXT_SETTINGS, *plan_file.WHOLE_SETTINGS, *plan_file.SHARES, *plan_file.NUMBERS}
    keys = settings.union(*plan_file.ROWS.values())
    assert sorted(key for key in keys if f"`{key}`" not in text) == []
    assert [name for name in plan_file.ROWS if f"`[[{name}]]`" not in text] == []


def test_every_column_of_the_score_table_is_described():
    from ddci.report import tables

    text = (DOCS / "outputs.md").read_text(encoding="utf-8")
    section = text.split("## scores.csv")[1].split("\n## ")[0]

    assert tuple(re.findall(r"^\| `(\w+)` \|", section, re.M)) == tuple(tables.SCORE_COLUMNS)


def test_every_field_of_the_result_is_described():
    text = (DOCS / "outputs.md").read_text(encoding="utf-8")

    names = [item.name for kind in (Result, Scores) for item in fields(kind)]
    assert [name for name in names if f"`{name}`" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]

    broken = []
    for target in targets:
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            broken.append(target)
    assert not broken


def anchors(page: Path) -> set[str]:
    """The anchors that headings of a page get on a code host: lower case, spaces to hyphens, marks dropped."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_methodology_names_modules_that_exist():
    text = (DOCS / "methodology.md").read_text(encoding="utf-8")

    named = set(re.findall(r"`((?:index|survey|compute|engine|framework|wave|report)/[\w/]+\.py)`", text))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / "src" / "ddci" / name).exists()] == []


def test_every_method_of_the_array_library_is_in_the_methodology():
    text = (DOCS / "methodology.md").read_text(encoding="utf-8")

    modules = sorted(path.name for path in (ROOT / "src" / "ddci" / "index").glob("*.py") if path.name != "__init__.py")
    assert [name for name in modules if f"index/{name}" not in text] == []
