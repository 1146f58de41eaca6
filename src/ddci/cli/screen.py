"""What the command line prints: faults, tables, progress."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata
from collections.abc import Sequence

from tqdm import tqdm

from ddci.errors import Fault
from ddci.messages import Language, render
from ddci.messages.phrases import phrase

_PLAIN = str.maketrans(
    {
        "đ": "d",
        "Đ": "D",
        **dict.fromkeys("“”«»", '"'),
        **dict.fromkeys("‘’", "'"),
        **dict.fromkeys("–—−─", "-"),
        "■": "#",
    }
)


def use_any_encoding() -> None:
    """Let a screen or file that knows no Vietnamese letters show the plain ones: "Khong co loi", never a crash."""
    codecs.register_error("ddci.plain", _plain_letters)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="ddci.plain")


def _plain_letters(error: UnicodeError) -> tuple[str, int]:
    """What to write instead of letters that cannot be encoded: without accents, else a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = unicodedata.normalize("NFKD", error.object[error.start : error.end].translate(_PLAIN))
    plain = "".join(letter if letter.isascii() else "?" for letter in text if not unicodedata.combining(letter))
    return plain, error.end


def show_faults(faults: Sequence[Fault], language: Language, *, limit: int | None = None) -> None:
    """Print errors, then warnings, to stderr; at most ``limit`` of each."""
    for severity, heading in (("error", "faults_head"), ("warning", "warnings_head")):
        chosen = [fault for fault in faults if fault.severity == severity]
        if not chosen:
            continue
        print(phrase(heading, language, n=len(chosen)), file=sys.stderr)
        for fault in chosen[:limit]:
            print("  " + render(fault, language).replace("\n", "\n  "), file=sys.stderr)
        if limit is not None and len(chosen) > limit:
            print("  " + phrase("and_more", language, n=len(chosen) - limit), file=sys.stderr)


def show_table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> None:
    """Print an aligned table: the first ``left`` columns to the left, numbers to the right."""
    widths = [max(_width(cell) for cell in column) for column in zip(headers, *rows, strict=True)]
    rule = "  ".join("─" * width for width in widths)
    print(_line(headers, widths, left))
    print(rule)
    for row in rows:
        print(_line(row, widths, left))


def _line(cells: Sequence[str], widths: Sequence[int], left: int) -> str:
    padded = []
    for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (width - _width(cell))
        padded.append(cell + space if place < left else space + cell)
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(letter) else 1 for letter in text)


class Steps:
    """A progress bar over named steps, shown only when a person looks."""

    def __init__(self, names: Sequence[str], language: Language) -> None:
        self.language = language
        nobody_looks = not sys.stderr.isatty()
        self.bar = tqdm(total=len(names), disable=nobody_looks, leave=False, bar_format="{desc} {bar} {n}/{total}")
        self.started = False

    def __call__(self, step: str) -> None:
        if self.started:
            self.bar.update(1)
        self.started = True
        self.bar.set_description(phrase(f"step_{step}", self.language))

    def __enter__(self) -> Steps:
        return self

    def __exit__(self, *problem: object) -> None:
        self.bar.close()
