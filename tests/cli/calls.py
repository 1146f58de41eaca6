"""Calls of the command line: in this process, where what it prints is caught, or as a process of its own."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ddci.cli import main

TRACEBACK = "Traceback (most recent call last)"


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def call(*arguments: object, lang: str | None = "vi") -> Outcome:
    """Run ``ddci`` with these arguments in this process."""
    words = [str(argument) for argument in arguments] + (["--lang", lang] if lang else [])
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    return Outcome(code, out.getvalue(), err.getvalue())


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "ddci", *map(str, arguments)]


def surroundings(**variables: str) -> dict[str, str]:
    """The environment of a process without the language of the machine that runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHONIO"))}
    return {**kept, **variables}


def spawn(*arguments: object, cwd: Path | None = None, variables: Mapping[str, str] | None = None) -> Outcome:
    """Run ``ddci`` as a process and wait for its end."""
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=surroundings(**(variables or {})), capture_output=True, check=False
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too: relative name → bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
