"""Ways in which files come to harm on their way from an office to the program."""

from __future__ import annotations

import io
import os
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

Damage = Callable[[Path], None]


def _rewrite(change: Callable[[bytes], bytes]) -> Damage:
    def rewrite(path: Path) -> None:
        path.write_bytes(change(path.read_bytes()))

    return rewrite


def _text(change: Callable[[str], str], encoding: str = "utf-8") -> Damage:
    return _rewrite(lambda content: change(content.decode("utf-8")).encode(encoding, errors="replace"))


def _remove(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))


def _device(path: Path) -> None:
    """A pipe that nobody writes to: reading it would wait for ever."""
    path.unlink()
    os.mkfifo(path)


def _zipped(path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(path.name, path.read_bytes())
    path.write_bytes(stream.getvalue())


FILE_DAMAGES: dict[str, Damage] = {
    "deleted": _remove,
    "folder": _folder,
    "loop of links": _loop,
    "dangling link": _dangling,
    "pipe": _device,
    "empty": _rewrite(lambda content: b""),
    "only blanks": _rewrite(lambda content: b" \n\r\n\t\n"),
    "only a line end": _rewrite(lambda content: b"\n"),
    "only the first line": _rewrite(lambda content: content.split(b"\n")[0] + b"\n"),
    "half": _rewrite(lambda content: content[: len(content) // 2]),
    "all but the last byte": _rewrite(lambda content: content[:-1]),
    "random bytes": _rewrite(lambda content: bytes(range(256)) * 8),
    "zero bytes": _rewrite(lambda content: b"\x00" * 100),
    "a zero byte inside": _rewrite(lambda content: content[:40] + b"\x00" + content[40:]),
    "zipped": _zipped,
    "a picture": _rewrite(lambda content: b"\x89PNG\r\n\x1a\n" + bytes(64)),
    "a web page": _rewrite(lambda content: b"<!DOCTYPE html><html><body>404</body></html>"),
    "utf-16": _text(lambda text: text, "utf-16"),
    "utf-16 without mark": _text(lambda text: text, "utf-16-le"),
    "latin-1": _text(lambda text: text.replace("ố", "ó"), "latin-1"),
    "windows-1258": _text(lambda text: text, "cp1258"),
    "carriage returns": _text(lambda text: text.replace("\n", "\r")),
    "windows lines and mark": _text(lambda text: "\ufeff" + text.replace("\n", "\r\n")),
    "two marks": _text(lambda text: "\ufeff\ufeff" + text),
    "doubled": _text(lambda text: text + text),
    "reversed lines": _text(lambda text: "\n".join(reversed(text.split("\n")))),
    "commas to points": _text(lambda text: text.replace(",", ".")),
    "points to commas": _text(lambda text: text.replace(".", ",")),
    "commas to semicolons": _text(lambda text: text.replace(",", ";")),
    "commas to tabs": _text(lambda text: text.replace(",", "\t")),
    "digits eaten": _text(lambda text: text.replace("0", "")),
    "numbers to dates": _text(lambda text: text.replace("1.5", "01/05/2024").replace("0.9", "2024-09-01")),
    "numbers huge": _text(lambda text: text.replace("1", "9" * 400)),
    "numbers to infinity": _text(lambda text: text.replace("0.9", "inf").replace("1.5", "nan")),
    "numbers to words": _text(lambda text: text.replace("1", "một")),
    "minus signs": _text(lambda text: text.replace("0", "-0").replace("1", "-1")),
    "formulas": _text(lambda text: text.replace("01", "=A1").replace("nho", "+nho")),
    "quotation marks": _text(lambda text: text.replace("a", '"')),
    "brackets": _text(lambda text: text.replace("[", "").replace("{", "[")),
    "all upper case": _text(str.upper),
    "spaces": _text(lambda text: text.replace(",", " , ").replace("=", "  =  ")),
    "odd spaces": _text(lambda text: text.replace(" ", "\u00a0").replace(",", ",\u200b")),
    "decomposed letters": _text(lambda text: unicodedata.normalize("NFD", text)),
    "a huge cell": _text(lambda text: text.replace("01", "x" * 1_000_000, 1)),
    "a huge line": _text(lambda text: text + "," * 200_000 + "\n"),
    "deeply nested": _text(lambda text: text + "\nx = " + "[" * 5_000 + "]" * 5_000 + "\n"),
    "many lines": _text(lambda text: text + "\n".join(f"x{n},A4,0.5" for n in range(20_000))),
}
