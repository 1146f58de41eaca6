"""The words of the command line in the reader's language: help, usage and what is wrong with a call.

``argparse`` speaks English; the parser here speaks Vietnamese too. Numbers are read as people type them (80,5 or 80.5)
and have limits, so that a wrong one is refused here with its option's name and not somewhere inside a method.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable
from typing import NoReturn

from ddci.messages import Language
from ddci.messages.phrases import phrase

WRONG_CALL = 2
MOST_REPLICATES = 1_000_000
MOST_RUNS = 10_000_000
MOST_WITHHELD = 1_000_000  # answers behind a published cell
LARGEST_SEED = 2**63 - 1
# What argparse says, and the phrase that says it; the groups fill {a}, {b}, {c}.
_COMPLAINTS = (
    (r"the following arguments are required: (?P<a>.*)", "call_required"),
    (r"unrecognized arguments: (?P<a>.*)", "call_unrecognized"),
    (r"ambiguous option: (?P<a>\S+) could match (?P<b>.*)", "call_ambiguous"),
    (r"argument (?P<a>.*?): expected one argument", "call_one_value"),
    (r"argument (?P<a>.*?): ignored explicit argument (?P<b>.*)", "call_no_value"),
    (r"argument (?P<a>.*?): invalid choice: (?P<b>.*?) \(choose from (?P<c>.*)\)", "call_choice"),
    (r"argument (?P<a>.*?): (?P<b>.*)", "call_argument"),
)


class WrongCallError(Exception):
    """The call cannot be carried out as it was written; carries the sentence for the person who wrote it."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose help and complaints are in ``language``."""

    def __init__(self, language: Language, prog: str, description: str) -> None:
        super().__init__(prog=prog, description=description, add_help=False, formatter_class=_formatter(language))
        self.language = language
        self._positionals.title = phrase("help_arguments", language)
        self._optionals.title = phrase("help_options", language)
        self.add_argument("-h", "--help", action="help", help=phrase("option_help", language))

    def error(self, message: str) -> NoReturn:
        for pattern, key in _COMPLAINTS:
            if match := re.fullmatch(pattern, message, flags=re.DOTALL):
                message = phrase(key, self.language, **match.groupdict())
                break
        self.print_usage(sys.stderr)
        self.exit(WRONG_CALL, f"{self.prog}: {message}\n{phrase('call_help', self.language, prog=self.prog)}\n")


def _formatter(language: Language) -> type[argparse.HelpFormatter]:
    class Formatter(argparse.HelpFormatter):
        """Help that begins with the reader's word for "usage"."""

        def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
            super().add_usage(usage, actions, groups, prefix or phrase("help_usage", language))

    return Formatter


def whole(language: Language, low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number from ``low`` to ``high``.

    >>> whole("en", 0, 10)("3")
    3
    """

    def read(text: str) -> int:
        number = int(text) if re.fullmatch(r"[+-]?[0-9]{1,20}", text.strip()) else None
        if number is None or not low <= number <= high:
            raise argparse.ArgumentTypeError(phrase("call_whole", language, found=text[:60], low=low, high=high))
        return number

    return read


def real(language: Language) -> Callable[[str], float]:
    """Reads a number with a decimal point or comma.

    >>> real("vi")("80,5")
    80.5
    """

    def read(text: str) -> float:
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise argparse.ArgumentTypeError(phrase("call_number", language, found=text[:60]))
        return number

    return read
