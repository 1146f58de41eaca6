"""A small sound framework, and folders made from it, for the tests of reading and checking."""

from __future__ import annotations

import shutil
from pathlib import Path

BROKEN = Path(__file__).parent.parent / "broken"
SOUND = {
    name: (BROKEN / f"sound_{name}").read_text(encoding="utf-8") for name in ("framework.toml", "questionnaire.toml")
}


def sound_folder(folder: Path) -> Path:
    """The sound framework written to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in SOUND.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def changed_folder(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """The sound framework with pieces of its files replaced: (file, old, new)."""
    sound_folder(folder)
    for name, old, new in changes:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise ValueError(f"{old!r} is not in {name}")
        path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def broken_folder(case: Path, folder: Path) -> Path:
    """One broken file beside the sound other one."""
    sound_folder(folder)
    name = "framework.toml" if case.name.startswith("framework_") else "questionnaire.toml"
    shutil.copy(case, folder / name)
    return folder


def expectation(case: Path, key: str) -> str | None:
    """What the comment at the head of a broken file says must be found."""
    head = case.read_text(encoding="utf-8").splitlines()[:2]
    found = [line.removeprefix(f"# {key}:").strip() for line in head if line.startswith(f"# {key}:")]
    return found[0] if found else None
