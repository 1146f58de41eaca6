"""The command line: ``ddci check | compute | verify | compare | sensitivity | targets | simulate | framework | demo | serve``.

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

from ddci.cli.arguments import (
    LARGEST_SEED,
    MOST_REPLICATES,
    MOST_RUNS,
    MOST_WITHHELD,
    Parser,
    WrongCallError,
    real,
    whole,
)
from ddci.cli.screen import show_faults, use_any_encoding
from ddci.errors import Fault, Faults, InputError, MethodError, Place
from ddci.messages import Language
from ddci.messages.phrases import phrase

DONE, FAULTS, WRONG_CALL, INTERRUPTED = 0, 1, 2, 130
WRITING = ("compute", "simulate", "framework")  # what these write, they write whole or not at all
MOST_THREADS = 256
PLACES = {"path": ("wave", "framework"), "old": ("wave", "framework"), "new": ("wave", "framework"),
          "wave": ("wave",), "framework": ("framework",)}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(words)
    use_any_encoding()
    try:
        code = _run(words, language)
        if sys.stdout is not None:
            sys.stdout.flush()  # here, where a reader who has left is no fault, and not when Python ends
        return code
    except BrokenPipeError:  # the reader of our output (head, less) has left
        _forget_output()
        return DONE
    except OSError as error:  # the file that our output goes to takes no more
        _forget_output()
        show_faults(_refused_by_system(error), language)
        return FAULTS
    except KeyboardInterrupt:
        print("\n" + phrase("interrupted", language), file=sys.stderr)
        return INTERRUPTED


def _forget_output() -> None:
    """What is still in the buffer goes nowhere, so that the end of Python does not try to write it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: Sequence[str], language: Language) -> int:
    try:
        options = _parser(language).parse_args(words)
    except SystemExit as leaving:  # after --help, or a complaint about the call
        return leaving.code if isinstance(leaving.code, int) else WRONG_CALL
    options.language = language
    module, function = options.run.split(":")
    command: Callable[[argparse.Namespace], int] = getattr(import_module(f"ddci.cli.{module}"), function)
    try:
        _require_places(options)
        return command(options)
    except WrongCallError as wrong:
        print(wrong, file=sys.stderr)
        return WRONG_CALL
    except InputError as error:
        return _tell_faults(error.faults, options)
    except MethodError as error:
        return _tell_faults((Fault(error.code, Place(), error.details),), options)
    except BrokenPipeError:
        raise
    except (OSError, MemoryError) as error:
        return _tell_faults(_refused_by_system(error), options)


def _require_places(options: argparse.Namespace) -> None:
    """Raise WrongCallError where a path of the call does not lead to what the command works on."""
    from ddci.cli.paths import require

    for name, wanted in PLACES.items():
        if isinstance(path := getattr(options, name, None), Path):
            require(path, *wanted, language=options.language)


def _tell_faults(faults: Sequence[Fault], options: argparse.Namespace) -> int:
    show_faults(faults, options.language, limit=None if options.command == "check" else 40)
    last = "nothing_written" if options.command in WRITING else "mend_and_repeat"
    print(phrase(last, options.language), file=sys.stderr)
    return FAULTS


def _refused_by_system(error: OSError | MemoryError) -> tuple[Fault, ...]:
    """What the machine refused (a disk, a right, memory), as a fault with its words."""
    faults = Faults()
    if isinstance(error, MemoryError):
        faults.add("MEMORY_SHORT", Place(), found=error)
    else:
        faults.add("SYSTEM_REFUSED", Place(file=str(error.filename or "")), found=error.strerror or error)
    return faults.errors


def _language(arguments: list[str]) -> Language:
    """--lang if given, else from LANG: English for en…, otherwise Vietnamese."""
    for position, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else ""
        if argument == "--lang" and position + 1 < len(arguments):
            value = arguments[position + 1]
        if value in ("vi", "en"):
            return "en" if value == "en" else "vi"
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "en" if locale.startswith("en") else "vi"


def _parser(language: Language) -> argparse.ArgumentParser:
    parser = Parser(language, prog="ddci", description=phrase("description", language))
    parser.add_argument("--lang", choices=("vi", "en"), help=phrase("option_lang", language))
    commands = parser.add_subparsers(dest="command", required=True, metavar=phrase("help_command", language))
    make = _CommandMaker(commands, language)

    check = make("check", "reading:check", path="argument_path")
    make.option(check, "--allow-outside", action="store_true")

    compute = make("compute", "computing:compute_wave", wave="argument_wave")
    make.wave_options(compute)
    make.option(compute, "--out", type=Path)
    make.option(compute, "--publish", action="store_true")
    make.option(compute, "--minimum", type=whole(language, 0, MOST_WITHHELD))
    make.option(compute, "--earlier", type=Path, action="append", metavar="RESULT")

    make("verify", "computing:verify", publication="argument_publication")

    make("compare", "reading:compare", old="argument_old", new="argument_new")

    sensitivity = make("sensitivity", "studying:sensitivity", wave="argument_wave")
    make.wave_options(sensitivity)
    make.option(sensitivity, "--runs", type=whole(language, 1, MOST_RUNS), default=10_000)
    make.option(sensitivity, "--seed", type=whole(language, 0, LARGEST_SEED))

    targets = make("targets", "studying:targets", wave="argument_wave")
    make.wave_options(targets)
    make.option(targets, "--unit", required=True)
    make.option(targets, "--rank", type=whole(language, 1, 1_000_000))
    make.option(targets, "--score", type=real(language))
    make.option(targets, "--most", type=whole(language, 1, 1_000_000))

    simulate = make("simulate", "simulating:simulate", framework="argument_framework")
    make.option(simulate, "--units", type=Path)
    make.option(simulate, "--n", type=whole(language, 1, 10_000_000))
    make.option(simulate, "--seed", type=whole(language, 0, LARGEST_SEED), default=1)
    make.option(simulate, "--year", type=whole(language, 1900, 2200))
    make.option(simulate, "--code")
    make.option(simulate, "--out", type=Path)
    make.option(simulate, "--replicates", type=whole(language, 0, MOST_REPLICATES), default=1000)
    make.option(simulate, "--plan", action="store_true")

    framework = make("framework", "")
    editing = framework.add_subparsers(dest="editing", required=True, metavar=phrase("help_command", language))
    make_edit = _CommandMaker(editing, language, parent="framework")
    make_edit("export", "reading:export_framework", framework="argument_framework", workbook="argument_workbook")
    make_edit("import", "reading:import_framework", workbook="argument_workbook", folder="argument_folder")

    demo = make("demo", "showing:demo")
    make.option(demo, "--examples", type=Path, default=Path("examples"))
    make.option(demo, "--out", type=Path, default=Path("out"))

    serve = make("serve", "website:serve")
    make.option(serve, "--host", default="127.0.0.1")
    make.option(serve, "--port", type=whole(language, 1, 65_535), default=8000)
    make.option(serve, "--workers", type=whole(language, 1, MOST_THREADS))
    return parser


class _CommandMaker:
    """Adds commands and options with their help in the reader's language."""

    def __init__(self, commands: argparse._SubParsersAction[Parser], language: Language, parent: str = "") -> None:
        self.commands, self.language, self.parent = commands, language, parent

    def __call__(self, name: str, run: str, **arguments: str) -> Parser:
        text = phrase(f"{self.parent}_{name}".lstrip("_"), self.language)
        prog = " ".join(filter(None, ("ddci", self.parent, name)))
        parser = self.commands.add_parser(name, help=text, description=text, prog=prog, language=self.language)
        parser.set_defaults(run=run)
        for argument, key in arguments.items():
            parser.add_argument(argument, type=Path, help=phrase(key, self.language))
        self.option(parser, "--lang", choices=("vi", "en"))
        return parser

    def option(self, parser: argparse.ArgumentParser, name: str, **settings: object) -> None:
        key = "option_" + name.removeprefix("--").replace("-", "_")
        parser.add_argument(name, help=phrase(key, self.language), **settings)  # type: ignore[arg-type]

    def wave_options(self, parser: argparse.ArgumentParser) -> None:
        self.option(parser, "--replicates", type=whole(self.language, 0, MOST_REPLICATES))
        self.option(parser, "--engine", choices=("local",), default="local")
        threads = min(os.cpu_count() or 1, 8)
        self.option(parser, "--threads", type=whole(self.language, 1, MOST_THREADS), default=threads)
        self.option(parser, "--allow-outside", action="store_true")
