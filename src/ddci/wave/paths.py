"""Which files a wave may read: its tables inside its folder, frameworks and earlier waves below the same root.

In:  a path as written in wave.toml. Out: the resolved path, or a fault. Links are followed before the check, so that a
link cannot lead out. ``allow_outside`` lifts the fences for people who know what they do.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from ddci.errors import Faults
from ddci.framework.spots import nearest
from ddci.wave.settings import Settings

REBUILD_FILE = "REBUILD.md"  # at the top of an unpacked bundle, see ddci.report.bundle
ROOT_SIGNS = ("frameworks", "examples", ".git", REBUILD_FILE)
_ABSOLUTE = re.compile(r"^([A-Za-z]:|[\\/~])")


def find_root(folder: Path) -> Path:
    """The nearest folder above a wave that holds one of ``ROOT_SIGNS``; else the wave's parent."""
    for ancestor in folder.resolve().parents:
        if any((ancestor / sign).exists() for sign in ROOT_SIGNS):
            return ancestor
    return folder.resolve().parent


@dataclass(frozen=True, slots=True)
class Fences:
    """Where one wave's paths may lead; ``base`` is the folder that labels are relative to."""

    settings: Settings
    base: Path
    allow_outside: bool
    faults: Faults

    def table(self, key: str) -> Path | None:
        """The file of one table, inside the wave folder; None when not given or at fault."""
        written = self.settings.values.get(key)
        if written is None:
            return None
        path = self._resolve(key, written, self.settings.folder.resolve(), "PATH_OUTSIDE_FOLDER")
        if path is None:
            return None
        if not path.is_file():
            near = nearest(path.name, [item.name for item in path.parent.iterdir()]) if path.parent.is_dir() else "—"
            self.faults.add("WAVE_FILE_MISSING", self.settings.place(key), found=written, nearest=near)
            return None
        return path

    def elsewhere(self, key: str, written: str) -> Path | None:
        """A framework or an earlier wave, below the common root."""
        path = self._resolve(key, written, find_root(self.settings.folder), "PATH_OUTSIDE")
        if path is None:
            return None
        if not path.exists():
            near = nearest(path.name, [item.name for item in path.parent.iterdir()]) if path.parent.is_dir() else "—"
            self.faults.add("WAVE_FILE_MISSING", self.settings.place(key), found=written, nearest=near)
            return None
        return path

    def label(self, path: Path) -> str:
        """How a file is called in faults: relative to the wave that was asked for."""
        return Path(os.path.relpath(path, self.base)).as_posix()

    def _resolve(self, key: str, written: str, fence: Path, fault: str) -> Path | None:
        place = self.settings.place(key)
        if _ABSOLUTE.match(written) and not self.allow_outside:
            self.faults.add("PATH_ABSOLUTE", place, found=written)
            return None
        try:
            path = (self.settings.folder / written.replace("\\", "/")).resolve()
        except (OSError, RuntimeError, ValueError) as error:  # a loop of links, or a name the system refuses
            self.faults.add("PATH_UNUSABLE", place, found=written, reason=error)
            return None
        if not self.allow_outside and not path.is_relative_to(fence):
            self.faults.add(fault, place, found=written, root=fence.name)
            return None
        return path
