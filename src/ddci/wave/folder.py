"""Write a folder whole or not at all.

In:  the folder wanted and a function that fills an empty one.
Out: the folder, moved into place only when everything in it is finished. What stood there before stays until that
     moment, and is replaced only when it holds nothing but files of the same kind.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePosixPath

from ddci.errors import Place, fail

FOREIGN_SHOWN = 5


def write_folder(target: Path, writer: Callable[[Path], None], *, own: Sequence[str] = ()) -> None:
    """Fill a temporary folder beside ``target`` by ``writer`` and move it into place.

    own   patterns such as "charts/*.svg": files that an earlier run may have left and that may go

    Raises InputError: FOLDER_NOT_OURS when the folder holds a file that is neither written now nor one of ``own``;
    OUTPUT_IS_FILE; FOLDER_NOT_WRITABLE. In each case, and when ``writer`` raises, the old folder is as it was.
    """
    target = target.resolve()
    temporary = _sibling(target)
    try:
        if target.exists() and not target.is_dir():
            fail("OUTPUT_IS_FILE", Place(file=str(target)), found=target.name)
        temporary.mkdir(parents=True)
        writer(temporary)
        refuse_foreign(target, own=own, written=_files(temporary))
        _swap(temporary, target)
    except OSError as error:
        fail("FOLDER_NOT_WRITABLE", Place(file=str(target)), found=target.name, reason=error.strerror or error)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def refuse_foreign(target: Path, *, own: Sequence[str], written: AbstractSet[str] = frozenset()) -> None:
    """Raise InputError (OUTPUT_IS_FILE, FOLDER_NOT_OURS) where writing to ``target`` would destroy foreign files.

    own      patterns of files that may go, relative to the folder: "result.json" is not "old/result.json"
    written  files that are about to be replaced, besides
    """
    if not target.exists():
        return
    if not target.is_dir():
        fail("OUTPUT_IS_FILE", Place(file=str(target)), found=target.name)
    foreign = sorted(name for name in _files(target) - written if not any(_matches(name, pattern) for pattern in own))
    if foreign:
        shown = ", ".join(foreign[:FOREIGN_SHOWN])
        fail("FOLDER_NOT_OURS", Place(file=str(target)), found=shown, count=len(foreign))


def _matches(name: str, pattern: str) -> bool:
    return name.count("/") == pattern.count("/") and PurePosixPath(name).match(pattern)


def _sibling(target: Path) -> Path:
    """A new name beside the target: on the same disk, so that moving is one step."""
    return target.parent / f".{target.name}.{secrets.token_hex(4)}"


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()}


def _swap(temporary: Path, target: Path) -> None:
    """Put the new folder where the old one was; when that fails, the old one comes back."""
    if not target.exists():
        temporary.rename(target)
        return
    old = _sibling(target)
    target.rename(old)
    try:
        temporary.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
