"""Unpack an uploaded archive of a wave folder, trusting nothing in it.

In:  a ZIP file. Out: a folder with its regular files, or InputError-like faults with the entry that is wrong. Paths that
leave the folder, links, encrypted entries, too many files and archives that blow up are refused before anything is kept.
"""

from __future__ import annotations

import hashlib
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from ddci.wave.folder import write_folder

MOST_FILES = 2_000
MOST_BYTES = 1_000_000_000  # unpacked
MOST_RATIO = 200  # unpacked to packed, of one entry above a megabyte
LONGEST_NAME = 200
BLOCK = 1 << 20
ROOT_SIGN = "frameworks"  # a wave reads nothing above the nearest folder with this name in it (ddci.wave.paths)


def fault(place: str, text: str, remedy: str) -> dict[str, Any]:
    """A fault in the form that pages list: where, what, what to do."""
    return {"code": "ARCHIVE", "severity": "error", "place": place, "text": text, "remedy": remedy}


def hash_of(file: BinaryIO) -> str:
    """sha256 of an open file, read in blocks; the file is left at its beginning."""
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(BLOCK):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def archive_faults(archive: zipfile.ZipFile) -> list[dict[str, Any]]:
    """Everything that forbids unpacking."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    found = [item for entry in entries for item in _entry_faults(entry)]
    if len(entries) > MOST_FILES:
        found.append(
            fault("", f"Tệp nén có {len(entries)} tệp, nhiều hơn {MOST_FILES}.", "Chỉ nén thư mục của đợt này.")
        )
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        found.append(fault("", "Nội dung sau khi giải nén lớn hơn 1 GB.", "Bỏ bớt tệp không thuộc đợt này."))
    names = [entry.filename.casefold() for entry in entries]
    for name in sorted({name for name in names if names.count(name) > 1}):
        found.append(fault(name, "Tệp này có hai lần trong tệp nén.", "Giữ lại một bản rồi nén lại."))
    return found


def unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    """Write the archive's files below ``folder``, as a whole or not at all. Check ``archive_faults`` first."""

    def write(target: Path) -> None:
        (target / ROOT_SIGN).mkdir(exist_ok=True)
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            path = target.joinpath(*PurePosixPath(entry.filename).parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as packed, path.open("wb") as out:
                left = entry.file_size
                while block := packed.read(min(BLOCK, left + 1)):
                    left -= len(block)
                    if left < 0:
                        raise zipfile.BadZipFile(f"{entry.filename} is longer than it says")
                    out.write(block)

    write_folder(folder, write)


def wave_files(folder: Path) -> list[str]:
    """Paths of every wave.toml below a folder, shortest first."""
    found = [path.relative_to(folder).as_posix() for path in folder.rglob("wave.toml")]
    return sorted(found, key=lambda name: (name.count("/"), name))


def _entry_faults(entry: zipfile.ZipInfo) -> list[dict[str, Any]]:
    name, path = entry.filename, PurePosixPath(entry.filename)
    found = []
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\x00" in name:
        found.append(fault(name, "Đường dẫn ra ngoài thư mục.", "Nén lại từ bên trong thư mục của đợt."))
    if len(name) > LONGEST_NAME:
        found.append(fault(name[:60] + "…", "Tên tệp quá dài.", f"Dùng tên ngắn hơn {LONGEST_NAME} ký tự."))
    mode = entry.external_attr >> 16
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
        found.append(fault(name, "Đây là liên kết hoặc tệp đặc biệt.", "Thay bằng chính tệp đó rồi nén lại."))
    if entry.flag_bits & 0x1:
        found.append(fault(name, "Tệp được đặt mật khẩu.", "Nén lại không đặt mật khẩu."))
    if entry.file_size > BLOCK and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        found.append(fault(name, "Tệp nở ra quá nhiều khi giải nén.", "Kiểm tra lại tệp nén."))
    return found
