"""The command line: ``ddci check | compute | compare | sensitivity | targets | simulate | framework | demo``.

Exit codes: 0 done, 1 the data has faults (all listed), 2 wrong call. People read Vietnamese or English; nobody reads a
traceback because of a file.
"""

from __future__ import annotations

import os

# One BLAS thread per worker: the kernel has its own threads, and two levels of threads fight for the same cores.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from ddci.errors import Fault, InputError, MethodError, Place
from ddci.messages import Language
from ddci.messages.phrases import phrase

DONE, FAULTS, WRONG_CALL = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    language = _language(list(sys.argv[1:] if arguments is None else arguments))
    options = _parser(language).parse_args(arguments)
    options.language = language
    module, function = options.run.split(":")
    command: Callable[[argparse.Namespace], int] = getattr(import_module(f"ddci.cli.{module}"), function)
    try:
        return command(options)
    except InputError as error:
        return _tell_faults(error.faults, options)
    except MethodError as error:
        return _tell_faults((Fault(error.code, Place(), error.details),), options)
    except BrokenPipeError:  # the reader of our output (head, less) has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _tell_faults(faults: Sequence[Fault], options: argparse.Namespace) -> int:
    from ddci.cli.screen import show_faults

    show_faults(faults, options.language, limit=None if options.run == "reading:check" else 40)
    print(phrase("nothing_written", options.language), file=sys.stderr)
    return FAULTS


def _language(arguments: list[str]) -> Language:
    """--lang if given, else from LANG: English for en…, otherwise Vietnamese."""
    for position, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else ""
        if argument == "--lang" and position + 1 < len(arguments):
            value = arguments[position + 1]
        if value in ("vi", "en"):
            return "en" if value == "en" else "vi"
    return "en" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("en") else "vi"


def _parser(language: Language) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ddci", description=phrase("description", language))
    commands = parser.add_subparsers(dest="command", required=True, metavar="…")
    make = _CommandMaker(commands, language)

    check = make("check", "reading:check", path="argument_path")
    make.option(check, "--allow-outside", action="store_true")

    compute = make("compute", "computing:compute_wave", wave="argument_wave")
    make.wave_options(compute)
    make.option(compute, "--out", type=Path)

    make("compare", "reading:compare", old="argument_old", new="argument_new")

    sensitivity = make("sensitivity", "studying:sensitivity", wave="argument_wave")
    make.wave_options(sensitivity)
    make.option(sensitivity, "--runs", type=_positive, default=10_000)
    make.option(sensitivity, "--seed", type=int)

    targets = make("targets", "studying:targets", wave="argument_wave")
    make.wave_options(targets)
    make.option(targets, "--unit", required=True)
    make.option(targets, "--rank", type=_positive)
    make.option(targets, "--score", type=float)
    make.option(targets, "--most", type=_positive)

    simulate = make("simulate", "simulating:simulate", framework="argument_framework")
    make.option(simulate, "--units", type=Path)
    make.option(simulate, "--n", type=_positive)
    make.option(simulate, "--seed", type=int, default=1)
    make.option(simulate, "--year", type=int)
    make.option(simulate, "--code")
    make.option(simulate, "--out", type=Path)
    make.option(simulate, "--replicates", type=_count, default=1000)
    make.option(simulate, "--plan", action="store_true")

    framework = make("framework", "")
    editing = framework.add_subparsers(dest="editing", required=True, metavar="…")
    make_edit = _CommandMaker(editing, language, prefix="framework_")
    make_edit("export", "reading:export_framework", framework="argument_framework", workbook="argument_workbook")
    make_edit("import", "reading:import_framework", workbook="argument_workbook", folder="argument_folder")

    demo = make("demo", "showing:demo")
    make.option(demo, "--examples", type=Path, default=Path("examples"))
    make.option(demo, "--out", type=Path, default=Path("out"))
    return parser


class _CommandMaker:
    """Adds commands and options with their help in the reader's language."""

    def __init__(
        self, commands: argparse._SubParsersAction[argparse.ArgumentParser], language: Language, prefix: str = ""
    ) -> None:
        self.commands, self.language, self.prefix = commands, language, prefix

    def __call__(self, name: str, run: str, **arguments: str) -> argparse.ArgumentParser:
        text = phrase(self.prefix + name, self.language)
        parser = self.commands.add_parser(name, help=text, description=text)
        parser.set_defaults(run=run)
        for argument, key in arguments.items():
            parser.add_argument(argument, type=Path, help=phrase(key, self.language))
        self.option(parser, "--lang", choices=("vi", "en"))
        return parser

    def option(self, parser: argparse.ArgumentParser, name: str, **settings: object) -> None:
        key = "option_" + name.removeprefix("--").replace("-", "_")
        parser.add_argument(name, help=phrase(key, self.language), **settings)  # type: ignore[arg-type]

    def wave_options(self, parser: argparse.ArgumentParser) -> None:
        self.option(parser, "--replicates", type=_count)
        self.option(parser, "--engine", choices=("local",), default="local")
        self.option(parser, "--threads", type=_positive, default=min(os.cpu_count() or 1, 8))
        self.option(parser, "--allow-outside", action="store_true")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("≥ 1")
    return number


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("≥ 0")
    return number
