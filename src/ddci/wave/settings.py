"""Read wave.toml: which files make up a wave and how it is to be computed.

In:  the path of a wave folder or of its wave.toml.
Out: Settings, with the line of every key so that later faults can name it; None when the file cannot be read.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from ddci.encodings import name_encoding
from ddci.errors import Faults, Place
from ddci.framework.spots import nearest
from ddci.framework.toml_lines import scan_lines
from ddci.wave.model import LoneStratum, ReplicateMethod

WAVE_FILE = "wave.toml"
LARGEST_FILE = 1_000_000  # bytes
LARGEST_SEED = 2**63 - 1
MOST_REPLICATES = 1_000_000
MOST_WITHHELD = 1_000_000  # answers
TABLES = ("units", "values", "responses", "strata", "published", "targets", "history", "flagged")

Kind = Literal["text", "path", "paths", "whole", "flag", "choice"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of wave.toml. ``low`` and ``high`` bound whole numbers."""

    kind: Kind
    required: bool = False
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()


KEYS: Mapping[str, Key] = {
    "code": Key("text", required=True),
    "vi": Key("text"),
    "en": Key("text"),
    "year": Key("whole", required=True, low=1900, high=2200),
    "simulated": Key("flag"),
    "source": Key("text"),
    "framework": Key("path", required=True),
    "units": Key("path", required=True),
    **{name: Key("path") for name in TABLES[1:]},
    "previous": Key("path"),
    "pooled": Key("paths"),
    "seed": Key("whole", low=0, high=LARGEST_SEED),
    "replicates": Key("whole", low=0, high=MOST_REPLICATES),
    "replicate_method": Key("choice", choices=get_args(ReplicateMethod)),
    "lone_stratum": Key("choice", choices=get_args(LoneStratum)),
    "listwise": Key("flag"),
    "panel": Key("flag"),
    "rake": Key("flag"),
    "publication_min": Key("whole", low=0, high=MOST_WITHHELD),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The keys of wave.toml that could be read; ``sha256`` is of the file."""

    folder: Path
    label: str
    sha256: str
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def place(self, key: str) -> Place:
        return Place(file=self.label, line=self.lines.get(key), element=f"wave › {key}")


def read_settings(path: Path, label: str, faults: Faults) -> Settings | None:
    """The settings in the file ``path``, shown as ``label`` in faults."""
    place = Place(file=label)
    text = _read_text(path, place, faults)
    if text is None:
        return None
    data, content = text
    document = _parse(content, place, faults)
    if document is None:
        return None
    tables = scan_lines(content)
    for name in document:
        if name != "wave":
            line = tables[name][0].line if name in tables else tables[""][0].keys.get(name)
            faults.add("WAVE_KEY_UNKNOWN", Place(file=label, line=line, element=name), found=name, nearest="[wave]")
    table = document.get("wave")
    if not isinstance(table, dict):
        faults.add("WAVE_SECTION_MISSING", place, found=", ".join(document))
        return None
    lines = tables["wave"][0].keys if "wave" in tables else {}
    settings = Settings(path.parent, label, hashlib.sha256(data).hexdigest(), lines=lines)
    _read_keys(table, settings, faults)
    return settings


def _read_text(path: Path, place: Place, faults: Faults) -> tuple[bytes, str] | None:
    if not path.is_file():
        near = nearest(path.name, [item.name for item in path.parent.iterdir()]) if path.parent.is_dir() else "—"
        faults.add("FILE_MISSING", place, found=path.name, nearest=near)
        return None
    if path.stat().st_size > LARGEST_FILE:
        faults.add("FILE_TOO_LARGE", place, found=path.stat().st_size, limit=LARGEST_FILE)
        return None
    data = path.read_bytes()
    if encoding := name_encoding(data):
        faults.add("FILE_ENCODING", place, found=encoding)
        return None
    return data, data.decode("utf-8-sig").replace("\r\n", "\n")


def _parse(content: str, place: Place, faults: Faults) -> dict[str, Any] | None:
    try:
        return tomllib.loads(content)
    except (ValueError, RecursionError) as error:  # ValueError also for a number with thousands of digits
        position = re.search(r"\(at line (\d+), column (\d+)\)$", str(error))
        line = int(position.group(1)) if position else content.count("\n") + 1
        lines = content.split("\n")
        shown = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        faults.add(
            "WAVE_TOML_SYNTAX", Place(file=place.file, line=line), found=shown, reason=str(error).split(" (at")[0]
        )
        return None


def _read_keys(table: Mapping[str, Any], settings: Settings, faults: Faults) -> None:
    for name, raw in table.items():
        if name not in KEYS:
            faults.add("WAVE_KEY_UNKNOWN", settings.place(name), found=name, nearest=nearest(name, KEYS))
            continue
        value = _convert(KEYS[name], name, raw, settings.place(name), faults)
        if value is not None:
            settings.values[name] = value
    for name, key in KEYS.items():
        if key.required and name not in table:
            faults.add("KEY_MISSING", Place(file=settings.label, element="wave"), found=name, title=name)


def _convert(key: Key, name: str, raw: Any, place: Place, faults: Faults) -> Any:
    match key.kind:
        case "flag":
            if isinstance(raw, bool):
                return raw
            faults.add("EXPECTED_TRUE_FALSE", place, found=raw)
        case "whole":
            return _whole(key, raw, place, faults)
        case "paths":
            if isinstance(raw, list) and all(isinstance(item, str) and item.strip() for item in raw):
                return tuple(raw)
            faults.add("EXPECTED_TEXT_LIST", place, found=raw)
        case _:
            if not isinstance(raw, str) or not raw.strip() or "\0" in raw:
                faults.add("EXPECTED_TEXT", place, found=raw)
            elif key.choices and raw not in key.choices:
                faults.add(
                    "NOT_IN_CHOICES",
                    place,
                    found=raw,
                    nearest=nearest(raw, key.choices),
                    allowed=", ".join(key.choices),
                )
            else:
                return raw.strip()
    return None


def _whole(key: Key, raw: Any, place: Place, faults: Faults) -> int | None:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        faults.add("EXPECTED_NUMBER", place, found=raw)
    elif isinstance(raw, float) and not raw.is_integer():  # also what is not finite
        faults.add("EXPECTED_WHOLE_NUMBER", place, found=raw)
    elif not key.low <= raw <= key.high:
        faults.add("CELL_OUT_OF_RANGE", place, found=raw, low=key.low, high=key.high, name=place.element)
    else:
        return int(raw)
    return None
