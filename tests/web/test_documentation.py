"""The website is documented as it is: its settings, commands, API and roles; buttons are called as they are on the screen."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from ddci_web.accounts.roles import MFA_ROLES, Role
from ddci_web.api.endpoints import api
from tests.documentation import ROOT

DOCS, SITE = ROOT / "docs", ROOT / "src" / "ddci_web"
READERS = frozenset({"text", "flag", "number", "words", "folder", "secret"})  # of ddci_web.environment
GUIDES = ("to-chuc-cong-bo.md", "don-vi.md", "doc-ket-qua.md")


def names_read_in(source: str) -> set[str]:
    """Environment variables that a module reads or sets: DDCI_… anywhere, others through ``environment`` or ``os``."""
    return set(re.findall(r'"(DDCI_[A-Z_]+)"', source)) | {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READERS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "environment"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def settings_in_source() -> set[str]:
    found = {name for path in SITE.rglob("*.py") for name in names_read_in(path.read_text(encoding="utf-8"))}
    return found | {"DATABASE_URL"}  # dj_database_url reads it under this name


def settings_in_table() -> set[str]:
    section = (DOCS / "operations.md").read_text(encoding="utf-8").split("## Settings")[1].split("\n## ")[0]
    first_columns = re.findall(r"^\| ([^|]+) \|", section, re.M)
    return set(re.findall(r"`([A-Z][A-Z_]+)`", " ".join(first_columns)))


def words_on_screen() -> str:
    """Everything that pages, forms and letters can say, as one text with plain spaces."""
    files = [path for ending in ("html", "txt", "py") for path in sorted(SITE.rglob(f"*.{ending}"))]
    return re.sub(r"\s+", " ", "\n".join(path.read_text(encoding="utf-8") for path in files))


def test_the_settings_of_the_site_are_those_of_the_table():
    assert settings_in_table() == settings_in_source()


def test_a_setting_read_in_a_new_module_is_noticed():
    assert names_read_in('RATE = environment.text("DDCI_NEW", "")\nHOST = environment.words("HOSTS")') == {
        "DDCI_NEW",
        "HOSTS",
    }


def test_every_management_command_of_ours_is_described():
    text = (DOCS / "operations.md").read_text(encoding="utf-8")

    ours = {f"django {name}" for name, app in get_commands().items() if str(app).startswith("ddci_web")}
    ours.add("ddci_web load-examples")

    assert len(ours) > 1
    assert sorted(name for name in ours if f"python -m {name} " not in text) == []


def test_every_call_and_parameter_of_the_api_is_described():
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    document = api.get_openapi_schema(path_prefix="/api/v1/")

    calls = {address.removeprefix("/api/v1"): operation["get"] for address, operation in document["paths"].items()}

    assert set(re.findall(r"^\| `(/[^`]+)` \|", text, re.M)) == set(calls)
    for address, operation in calls.items():
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query":
                row = rf"^\| `{parameter['name']}` \| [^|]*\b{address.rpartition('/')[2]}\b"
                assert re.search(row, text, re.M), f"{address}?{parameter['name']}"
    fields = document["components"]["schemas"]["ScoreOut"]["properties"]
    assert [name for name in fields if f"`{name}`" not in text] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_calls_things_as_the_screen_does(guide: str):
    text = (DOCS / "huong-dan" / guide).read_text(encoding="utf-8")
    screen = words_on_screen()

    named = {re.sub(r"\s+", " ", name) for name in re.findall(r"\*\*«([^»]+)»\*\*", text)}

    assert len(named) > 10
    assert sorted(name for name in named if name not in screen) == []


def test_the_guide_says_who_needs_a_second_factor_and_names_every_role_that_does_something():
    text = (DOCS / "huong-dan" / "to-chuc-cong-bo.md").read_text(encoding="utf-8").casefold()

    section = re.sub(r"\s+", " ", text.split("## 2.")[1].split("## 3.")[0])
    assert all(str(role.label).casefold() in section for role in MFA_ROLES)
    told = {
        Role.UNIT_OFFICER: "cán bộ đầu mối, lãnh đạo đơn vị",
        Role.UNIT_LEADER: "cán bộ đầu mối, lãnh đạo đơn vị",
    }
    roles = set(Role) - {Role.INTERVIEWER}  # has nothing to do outside the survey yet
    assert [role for role in roles if f"| {told.get(role, str(role.label).casefold())} |" not in text] == []


def test_every_guide_and_page_is_in_the_index():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]

    inside = {"index.md"} | {name for name in pages if Path(name).parent.name == "decisions"}

    assert sorted(name for name in pages if name not in inside and f"({name})" not in index) == []


def test_every_decision_is_in_its_list():
    listed = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")

    found = sorted(path.name for path in (DOCS / "decisions").glob("0*.md"))
    assert [name for name in found if f"({name})" not in listed] == []
