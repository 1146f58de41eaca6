"""Read a framework folder: ``framework.toml`` and, when answers are collected, ``questionnaire.toml``.

In:  the folder (or the framework.toml in it).
Out: a checked Framework with the sha256 of every file; or InputError with all faults of all files together, each with
     file, line, element, what was found, what was expected and what to do.
"""

from __future__ import annotations

import hashlib
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from ddci.encodings import name_encoding
from ddci.errors import Fault, Faults, InputError, Place, quote
from ddci.framework import schema
from ddci.framework.check import check_framework
from ddci.framework.model import Framework
from ddci.framework.reading import build_framework
from ddci.framework.spots import Notebook, Spot, nearest
from ddci.framework.toml_lines import TableLines, scan_lines

LARGEST_FILE = 20_000_000  # bytes; a framework of 1,000 indicators takes under one million


def load_framework(path: Path) -> Framework:
    """The framework of a folder, checked.

    Raises InputError with every fault of every file. What only deserves attention is in ``framework_warnings``.
    """
    framework, faults = read_framework(path)
    if framework is None or faults.errors:
        raise InputError(tuple(faults))
    return framework


def read_framework(path: Path) -> tuple[Framework | None, Faults]:
    """The framework as far as it can be read, and all faults and warnings; None when a file cannot be read at all."""
    faults = Faults()
    folder = path.parent if path.name == schema.FRAMEWORK_FILE else path
    files = _read_files(folder, faults)
    if files is None:
        return None, faults
    document: dict[str, list[dict[str, object]]] = {}
    for file in files:
        document |= file.tables(faults)
    lines = {table.name: file for file in files for table in file.known_tables}

    def locate(spot: Spot) -> Place:
        file = lines.get(spot.table)
        return file.place(spot) if file else Place(file=str(folder / schema.FRAMEWORK_FILE), element=spot.element)

    notebook = Notebook(locate, faults)
    if len(files) == 1 and (folder / schema.QUESTIONNAIRE_FILE).exists():
        notebook.broken.add(Spot("questionnaire"))
    framework = build_framework(document, notebook, tuple((file.path.name, file.sha256) for file in files))
    check_framework(framework, notebook)
    return framework, faults


def _read_files(folder: Path, faults: Faults) -> list[_TomlFile] | None:
    """The files that could be parsed; None when framework.toml is not among them and going on is pointless."""
    try:
        fault = None if folder.is_dir() else "FOLDER_IS_FILE" if folder.is_file() else "FOLDER_MISSING"
    except OSError:  # a name longer than the system allows, or a disk that does not answer
        fault = "FOLDER_MISSING"
    if fault:
        faults.add(fault, Place(file=str(folder)[:1_000]), found=folder.name)
        return None
    expected: list[tuple[str, tuple[schema.Table, ...]]] = [(schema.FRAMEWORK_FILE, schema.FRAMEWORK_TABLES)]
    if (folder / schema.QUESTIONNAIRE_FILE).exists():
        expected.append((schema.QUESTIONNAIRE_FILE, schema.QUESTIONNAIRE_TABLES))
    files = []
    for name, tables in expected:
        content = _read_bytes(folder / name, faults)
        text = None if content is None else _decode(folder / name, content, faults)
        parsed = None if text is None else _parse(folder / name, text, faults)
        if content is not None and text is not None and parsed is not None:
            files.append(_TomlFile(folder / name, hashlib.sha256(content).hexdigest(), text, parsed, tables))
    return files if files and files[0].path.name == schema.FRAMEWORK_FILE else None


def _read_bytes(path: Path, faults: Faults) -> bytes | None:
    place = Place(file=str(path))
    if path.is_dir():
        faults.add("FILE_IS_FOLDER", place, found=path.name)
        return None
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # reading a pipe would wait for ever
            faults.add("FILE_UNREADABLE", place, found=stat.filemode(status.st_mode))
            return None
        size = status.st_size
        if size > LARGEST_FILE:
            faults.add("FILE_TOO_LARGE", place, found=size, limit=LARGEST_FILE)
            return None
        return path.read_bytes()
    except FileNotFoundError:
        others = [item.name for item in path.parent.iterdir()]
        faults.add("FILE_MISSING", place, found=path.name, nearest=nearest(path.name, others))
    except OSError as error:
        faults.add("FILE_UNREADABLE", place, found=error.strerror)
    return None


def _decode(path: Path, content: bytes, faults: Faults) -> str | None:
    encoding = name_encoding(content)
    if encoding is not None:
        faults.add("FILE_ENCODING", Place(file=str(path)), found=encoding)
        return None
    return content.decode("utf-8-sig").replace("\r\n", "\n")


def _parse(path: Path, text: str, faults: Faults) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except RecursionError:
        faults.add("TOML_TOO_DEEP", Place(file=str(path)), found=text)
    except ValueError as error:  # tomllib's own error, or a number with thousands of digits
        faults.items.append(_syntax_fault(path, text, str(error)))
    return None


def _syntax_fault(path: Path, text: str, message: str) -> Fault:
    """The fault behind a message of ``tomllib``, which ends "(at line 3, column 5)" or "(at end of document)"."""
    at = re.search(r"at line (\d+), column (\d+)", message)
    lines = text.split("\n")
    line = int(at.group(1)) if at else len(lines)
    column = at.group(2) if at else None
    reason = re.sub(r"\s*\(at [^)]*\)$", "", message)
    if "overwrite" in reason or "twice" in reason or "mutate" in reason or "Duplicate" in reason:
        code = "TOML_DUPLICATE"
    elif "llegal character" in reason or "control" in reason.lower():
        code = "TOML_CONTROL_CHARACTER"
    else:
        code = "TOML_SYNTAX"
    found = lines[line - 1].strip() if line <= len(lines) else ""
    found = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in found)
    place = Place(file=str(path), line=line, column=column)
    return Fault(code, place, (("found", quote(found)), ("reason", quote(reason))))


class _TomlFile:
    """One parsed file: its tables, and the places in it."""

    def __init__(
        self, path: Path, sha256: str, text: str, parsed: dict[str, Any], known_tables: tuple[schema.Table, ...]
    ) -> None:
        self.path = path
        self.sha256 = sha256
        self.known_tables = known_tables
        self._text = text
        self._parsed = parsed
        self._lines: dict[str, list[TableLines]] | None = None

    def tables(self, faults: Faults) -> dict[str, list[dict[str, object]]]:
        """The rows of every known table; a section of another name or form is a fault."""
        known = {table.name: table for table in self.known_tables}
        rows: dict[str, list[dict[str, object]]] = {table.name: [] for table in self.known_tables}
        for name, content in self._parsed.items():
            place = Place(file=str(self.path), line=self._section_line(name), element=name[:60])
            if name not in known:
                code = "SECTION_UNKNOWN" if _is_section(content) else "KEY_OUTSIDE_SECTION"
                faults.add(code, place, found=name, nearest=nearest(name, known))
            elif known[name].single and not isinstance(content, dict):
                faults.add("SECTION_SINGLE", place, found=f"[[{name}]]", name=name)
            elif not known[name].single and not _is_table_list(content):
                faults.add("SECTION_LIST", place, found=f"[{name}]", name=name)
            else:
                rows[name] = [content] if isinstance(content, dict) else content
        if schema.FRAMEWORK in self.known_tables and not rows["framework"] and "framework" not in self._parsed:
            faults.add("SECTION_MISSING", Place(file=str(self.path)), found="∅", name="[framework]")
        if schema.QUESTION in self.known_tables and not rows["question"] and "question" not in self._parsed:
            faults.add("SECTION_MISSING", Place(file=str(self.path)), found="∅", name="[[question]]")
        return rows

    def place(self, spot: Spot) -> Place:
        occurrences = self._scanned().get(spot.table, [])
        line = None
        if spot.row < len(occurrences):
            lines = occurrences[spot.row]
            items = lines.items.get(spot.key or "", [])
            line = lines.keys.get(spot.key or "", lines.line)
            if spot.item is not None and spot.item < len(items):
                line = items[spot.item]
        elif rows := self._scanned()[""][0].items.get(spot.table, []):  # written as name = [{…}, {…}]
            line = rows[min(spot.row, len(rows) - 1)]
        return Place(file=str(self.path), line=line, element=spot.element)

    def _section_line(self, name: str) -> int | None:
        scanned = self._scanned()
        return scanned[name][0].line if name in scanned and name else scanned[""][0].keys.get(name)

    def _scanned(self) -> dict[str, list[TableLines]]:
        if self._lines is None:
            self._lines = scan_lines(self._text)
        return self._lines


def _is_section(content: object) -> bool:
    return isinstance(content, dict) or _is_table_list(content)


def _is_table_list(content: object) -> bool:
    return isinstance(content, list) and all(isinstance(item, dict) for item in content)
