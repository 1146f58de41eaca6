"""Commands about files: check, compare, framework export and import."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ddci.cli.arguments import WrongCallError
from ddci.cli.paths import folder_of, kind_of
from ddci.cli.screen import show_faults
from ddci.errors import Faults, InputError, Place, fail
from ddci.framework.check import framework_warnings
from ddci.framework.compare import compare_frameworks, describe_diff
from ddci.framework.load import load_framework
from ddci.framework.model import Framework
from ddci.framework.workbook import export_workbook, import_workbook
from ddci.framework.write import write_framework
from ddci.messages.phrases import phrase
from ddci.result_json import load_result
from ddci.wave.load import load_wave
from ddci.wave.model import Wave

DONE = 0
WORKBOOK_ENDING = ".xlsx"


def read_wave(options: Namespace) -> Wave:
    """The wave a command names; every fault of every file together (InputError)."""
    return load_wave(folder_of(options.wave), allow_outside=options.allow_outside, read_result=load_result)


def check(options: Namespace) -> int:
    path: Path = options.path
    if kind_of(path) == "wave":
        wave = load_wave(folder_of(path), allow_outside=options.allow_outside, read_result=load_result)
        warnings = (*wave.warnings, *framework_warnings(wave.framework))
    else:
        warnings = framework_warnings(load_framework(folder_of(path)))
    show_faults(warnings, options.language)
    print(phrase("sound", options.language, path=path))
    return DONE


def compare(options: Namespace) -> int:
    faults = Faults()
    frameworks = []
    for path in (options.old, options.new):
        try:
            frameworks.append(_framework_at(path))
        except InputError as error:
            faults.extend(error.faults)
    faults.raise_errors()
    print(describe_diff(compare_frameworks(*frameworks), options.language))
    return DONE


def export_framework(options: Namespace) -> int:
    """Write the workbook to a new file: one that is there may hold a consultant's work of a week."""
    workbook: Path = options.workbook
    if workbook.suffix.lower() != WORKBOOK_ENDING:
        raise WrongCallError(phrase("path_not_xlsx", options.language, path=workbook))
    if workbook.exists():
        fail("OUTPUT_EXISTS", Place(file=str(workbook)), found=workbook.name)
    export_workbook(load_framework(folder_of(options.framework)), workbook)
    print(phrase("framework_written", options.language, path=workbook))
    return DONE


def import_framework(options: Namespace) -> int:
    """Write the framework to a folder that has none yet; an approved one is never written over."""
    if not options.workbook.exists():
        raise WrongCallError(phrase("path_missing", options.language, path=options.workbook))
    framework = import_workbook(options.workbook)
    if options.folder.exists() and not options.folder.is_dir():
        fail("OUTPUT_IS_FILE", Place(file=str(options.folder)), found=options.folder.name)
    write_framework(framework, options.folder)
    print(phrase("framework_written", options.language, path=options.folder))
    return DONE


def _framework_at(path: Path) -> Framework:
    """The framework in a folder, or the one that a wave folder uses."""
    if kind_of(path) == "framework":
        return load_framework(folder_of(path))
    return load_wave(folder_of(path), read_result=load_result, with_previous=False).framework
