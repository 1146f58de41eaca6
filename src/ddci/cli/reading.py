"""Commands about files: check, compare, framework export and import."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from ddci.cli.screen import show_faults
from ddci.errors import Fault
from ddci.framework.check import framework_warnings
from ddci.framework.compare import compare_frameworks, describe_diff
from ddci.framework.load import load_framework
from ddci.framework.model import Framework
from ddci.framework.workbook import export_workbook, import_workbook
from ddci.framework.write import write_framework
from ddci.messages import Language
from ddci.messages.phrases import phrase
from ddci.result_json import load_result
from ddci.wave.load import load_wave
from ddci.wave.model import Wave

DONE, WRONG_CALL = 0, 2


def read_wave(options: Namespace) -> Wave:
    """The wave a command names; every fault of every file together (InputError)."""
    return load_wave(options.wave, allow_outside=options.allow_outside, read_result=load_result)


def check(options: Namespace) -> int:
    path: Path = options.path
    folder = path if path.is_dir() else path.parent
    warnings: tuple[Fault, ...]
    if (folder / "wave.toml").is_file():
        wave = load_wave(path, allow_outside=options.allow_outside, read_result=load_result)
        warnings = (*wave.warnings, *framework_warnings(wave.framework))
    elif (folder / "framework.toml").is_file():
        warnings = framework_warnings(load_framework(folder))
    else:
        return _not_found(path, options.language)
    show_faults(warnings, options.language)
    print(phrase("sound", options.language, path=path))
    return DONE


def compare(options: Namespace) -> int:
    frameworks = []
    for path in (options.old, options.new):
        framework = _framework_at(path)
        if framework is None:
            return _not_found(path, options.language)
        frameworks.append(framework)
    print(describe_diff(compare_frameworks(*frameworks), options.language))
    return DONE


def export_framework(options: Namespace) -> int:
    export_workbook(load_framework(options.framework), options.workbook)
    print(phrase("written", options.language, path=options.workbook))
    return DONE


def import_framework(options: Namespace) -> int:
    write_framework(import_workbook(options.workbook), options.folder)
    print(phrase("written", options.language, path=options.folder))
    return DONE


def _framework_at(path: Path) -> Framework | None:
    """The framework in a folder, or the one that a wave folder uses."""
    if (path / "framework.toml").is_file():
        return load_framework(path)
    if (path / "wave.toml").is_file():
        return load_wave(path, read_result=load_result, with_previous=False).framework
    return None


def _not_found(path: Path, language: Language) -> int:
    print(phrase("not_found", language, path=path), file=sys.stderr)
    return WRONG_CALL
