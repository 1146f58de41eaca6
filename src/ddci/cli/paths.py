"""What the paths of a call lead to, and a helpful word where it is not what the command works on.

A wrong path is a wrong call (exit 2); what is wrong inside the right folder is a fault of the data (exit 1).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ddci.cli.arguments import WrongCallError
from ddci.framework.schema import FRAMEWORK_FILE
from ddci.messages import Language
from ddci.messages.phrases import phrase
from ddci.wave.settings import WAVE_FILE

Kind = Literal["wave", "framework", "missing", "file", "folder"]
MOST_NAMED = 8


def folder_of(path: Path) -> Path:
    """The folder meant by itself or by the file that makes it a wave or a framework."""
    return path.parent if path.name in (WAVE_FILE, FRAMEWORK_FILE) and not path.is_dir() else path


def kind_of(path: Path) -> Kind:
    """What a path leads to; a folder that is both a wave and a framework is a wave, unless framework.toml is named."""
    folder = folder_of(path)
    if not folder.exists():
        return "missing"
    if not folder.is_dir():
        return "file"
    names = (FRAMEWORK_FILE, WAVE_FILE) if path.name == FRAMEWORK_FILE else (WAVE_FILE, FRAMEWORK_FILE)
    for name in names:
        if (folder / name).exists() or (folder / name).is_symlink():
            return "wave" if name == WAVE_FILE else "framework"
    return "folder"


def require(path: Path, *wanted: str, language: Language) -> Kind:
    """The kind of ``path`` when it is among the wanted ones (several: "wave", "framework"); else raises WrongCallError."""
    kind = kind_of(path)
    if kind in wanted:
        return kind
    key = f"path_{kind}" if len(wanted) > 1 or kind in ("missing", "file") else f"path_{kind}_not_{wanted[0]}"
    sentence = phrase(key, language, path=path)
    if kind == "folder" and (near := _near(path, wanted)):
        sentence += " " + phrase("path_near", language, names=near)
    raise WrongCallError(sentence)


def _near(folder: Path, wanted: tuple[str, ...]) -> str:
    """Folders one level down that the command could work on."""
    found = sorted(item.name for item in folder.iterdir() if item.is_dir() and kind_of(item) in wanted)
    return ", ".join(found[:MOST_NAMED]) + (", …" if len(found) > MOST_NAMED else "")
