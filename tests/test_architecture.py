"""The house keeps its shape: imports point one way, the library is light, words of the product stay in the catalogues."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.budgets import ROOT, exceeded

SOURCES = sorted((ROOT / "src" / "ddci").rglob("*.py"))


def imported_modules(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_imports_obey_the_layers():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_file_that_breaks_the_budgets_is_found(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "long.py").write_text("def f():\n" + "    pass\n" * 401, encoding="utf-8")

    assert len(exceeded(tmp_path)) == 2


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_array_methods_touch_no_files_frames_or_clocks(path):
    forbidden = {"polars", "pandas", "fastexcel", "xlsxwriter", "time", "datetime", "random", "socket", "urllib"}
    rooms = {"index"}
    if path.parent.name not in rooms:
        forbidden = {"socket", "urllib", "requests", "django"}

    used = {name.split(".")[0] for name in imported_modules(path)}

    allowed = {"polars"} if path.name == "indicators.py" else set()
    assert not (used & forbidden) - allowed


def test_importing_the_library_loads_nothing_heavy():
    code = "import sys, ddci; print([name for name in ('pandas', 'scipy', 'polars', 'SALib') if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_both_languages_carry_the_same_messages_with_the_same_details():
    folder = ROOT / "src" / "ddci" / "messages"
    vi, en = (tomllib.loads((folder / f"{code}.toml").read_text(encoding="utf-8")) for code in ("vi", "en"))

    assert sorted(vi) == sorted(en)
    for code in vi:
        assert set(vi[code]) <= {"message", "expected", "remedy"}, code
        assert set(vi[code]) == set(en[code]), code
        assert vi[code]["message"], code


def test_every_fault_code_in_the_source_has_words():
    folder = ROOT / "src" / "ddci" / "messages"
    known = set(tomllib.loads((folder / "vi.toml").read_text(encoding="utf-8")))
    used = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", ""))
            if name in {"add", "warn", "fail"} and node.args and isinstance(node.args[0], ast.Constant):
                code = node.args[0].value
                if isinstance(code, str) and code.isupper():
                    used.add(code)

    assert used - known == set()
    assert len(used) > 30


def test_phrases_exist_in_both_languages():
    folder = ROOT / "src" / "ddci" / "messages"
    vi, en = (tomllib.loads((folder / f"phrases.{code}.toml").read_text(encoding="utf-8")) for code in ("vi", "en"))

    assert sorted(vi) == sorted(en)
