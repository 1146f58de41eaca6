"""The description of the format agrees with its documentation."""

import re
from pathlib import Path

import pytest

from ddci.framework.check_indicators import METHOD_NEEDS
from ddci.framework.check_questionnaire import TYPE_NEEDS
from ddci.framework.schema import TABLES, Table

DOCUMENT = (Path(__file__).parents[2] / "docs" / "framework-format.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_key_and_every_allowed_word_is_documented(table: Table) -> None:
    header = rf"^### `\[{table.name}\]`" if table.single else rf"^### `\[\[{table.name}\]\]`"
    section = re.split(r"^##", re.split(header, DOCUMENT, flags=re.MULTILINE)[1], flags=re.MULTILINE)[0]

    for key in table.keys:
        row = re.search(rf"^\| `{key.name}` \|.*$", section, flags=re.MULTILINE)
        assert row, key.name
        assert ("**required**" in row.group()) == key.required
        for choice in key.choices:
            assert choice in row.group()


def test_every_method_and_question_type_is_documented() -> None:
    for name in (*METHOD_NEEDS, *TYPE_NEEDS):
        assert f"| `{name}` |" in DOCUMENT


def test_every_sheet_is_explained_in_the_guide() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "huong-dan" / "bo-chi-so.md").read_text(encoding="utf-8")

    assert [table.sheet for table in TABLES if table.sheet not in guide] == []
