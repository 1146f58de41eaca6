"""Unpack an uploaded archive of a wave folder, trusting nothing in it.

In:  a ZIP file. Out: a folder with its regular files, or InputError-like faults with the entry that is wrong. Paths that
leave the folder, links, encrypted entries, too many files and archives that blow up are refused before anything is kept.
"""

from __future__ import annotations

import hashlib
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from ddci.wave.folder import write_folder

MOST_FILES = 2_000
MOST_BYTES = 1_000_000_000  # unpacked
MOST_RATIO = 200  # unpacked to packed, of one entry above a megabyte
LONGEST_NAME = 200  # bytes of one part of a path, as the disk counts
DEEPEST = 20
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
LARGEST_DIRECTORY = 4_000_000  # bytes of the list of entries at the end of an archive
END_SIGN, END_LENGTH, LARGEST_TAIL = b"PK\x05\x06", 22, 22 + 65_535
ZIP64_SIGN, ZIP64_LENGTH = b"PK\x06\x07", 20
BLOCK = 1 << 20
ENCRYPTED = 0x1
FIRST_PRINTABLE = 32
ROOT_SIGN = "frameworks"  # a wave reads nothing above the nearest folder with this name in it (ddci.wave.paths)


def fault(place: str, text: str, remedy: str) -> dict[str, Any]:
    """A fault in the form that pages list: where, what, what to do."""
    return {"code": "ARCHIVE", "severity": "error", "file": "", "place": place, "text": text, "remedy": remedy}


def hash_of(file: BinaryIO) -> str:
    """sha256 of an open file, read in blocks; the file is left at its beginning."""
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(BLOCK):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def directory_faults(file: BinaryIO) -> list[dict[str, Any]]:
    """Whether the archive's list of entries is small enough to be read at all. The file is left at its beginning."""
    size = file.seek(0, 2)
    file.seek(max(0, size - LARGEST_TAIL))
    tail = file.read()
    file.seek(0)
    end = tail.rfind(END_SIGN)
    if end < 0 or len(tail) < end + END_LENGTH:
        return [fault("", "Tệp này không đọc được như một tệp .zip.", "Nén lại thư mục của đợt thành một tệp .zip.")]
    listed = int.from_bytes(tail[end + 12 : end + 16], "little")
    if listed > LARGEST_DIRECTORY or ZIP64_SIGN in tail[max(0, end - ZIP64_LENGTH) : end]:
        return [fault("", "Tệp nén có quá nhiều tệp.", "Chỉ nén thư mục của đợt này.")]
    return []


def archive_faults(archive: zipfile.ZipFile, size: int) -> list[dict[str, Any]]:
    """Everything that forbids unpacking an archive of ``size`` bytes."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    found = [item for entry in entries for item in _entry_faults(entry)]
    if not entries:
        found.append(fault("", "Tệp nén không có tệp nào.", "Nén lại thư mục của đợt."))
    if len(entries) > MOST_FILES:
        found.append(
            fault("", f"Tệp nén có {len(entries)} tệp, nhiều hơn {MOST_FILES}.", "Chỉ nén thư mục của đợt này.")
        )
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        found.append(fault("", "Nội dung sau khi giải nén lớn hơn 1 GB.", "Bỏ bớt tệp không thuộc đợt này."))
    if sum(entry.compress_size for entry in entries) > size:
        found.append(fault("", "Các tệp trong tệp nén chồng lên nhau.", "Nén lại bằng chương trình khác."))
    return found + _name_faults(entries)


def unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    """Write the archive's files below ``folder``, as a whole or not at all. Check ``archive_faults`` first.

    Raises zipfile.BadZipFile where an entry is damaged or not as long as it says.
    """

    def write(target: Path) -> None:
        (target / ROOT_SIGN).mkdir(exist_ok=True)
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            path = target.joinpath(*PurePosixPath(entry.filename).parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                _write_entry(archive, entry, path)
            except (zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                raise zipfile.BadZipFile(f"{entry.filename}: {error}") from error

    write_folder(folder, write)


def wave_files(folder: Path) -> list[str]:
    """Paths of every wave.toml below a folder, shortest first."""
    found = [path.relative_to(folder).as_posix() for path in folder.rglob("wave.toml")]
    return sorted(found, key=lambda name: (name.count("/"), name))


def _write_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    with archive.open(entry) as packed, path.open("wb") as out:
        left = entry.file_size
        while block := packed.read(min(BLOCK, left + 1)):
            left -= len(block)
            if left < 0:
                raise zipfile.BadZipFile(f"{entry.filename} is longer than it says")
            out.write(block)
    if left:
        raise zipfile.BadZipFile(f"{entry.filename} is shorter than it says")


def _entry_faults(entry: zipfile.ZipInfo) -> list[dict[str, Any]]:
    name, path = entry.filename, PurePosixPath(entry.filename)
    shown = name[:80]
    found = []
    if any(sign in name for sign in "\\:"):
        found.append(
            fault(shown, "Đường dẫn có ký tự \\ hoặc : nên không dùng được.", "Nén lại bằng chương trình khác.")
        )
    if not path.parts or path.is_absolute() or ".." in path.parts:
        found.append(fault(shown, "Đường dẫn ra ngoài thư mục.", "Nén lại từ bên trong thư mục của đợt."))
    if any(ord(sign) < FIRST_PRINTABLE for sign in name):
        found.append(fault(repr(shown), "Tên tệp có ký tự điều khiển.", "Đổi tên tệp rồi nén lại."))
    if len(path.parts) > DEEPEST or any(len(part.encode()) > LONGEST_NAME for part in path.parts):
        found.append(
            fault(shown + "…", "Tên tệp hoặc đường dẫn quá dài.", "Dùng tên ngắn hơn, ít thư mục lồng nhau hơn.")
        )
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        found.append(fault(shown, "Đây là liên kết hoặc tệp đặc biệt.", "Thay bằng chính tệp đó rồi nén lại."))
    if entry.flag_bits & ENCRYPTED:
        found.append(fault(shown, "Tệp được đặt mật khẩu.", "Nén lại không đặt mật khẩu."))
    elif entry.compress_type not in METHODS:
        found.append(fault(shown, "Cách nén này không đọc được.", "Nén lại theo cách thường dùng (Deflate)."))
    if entry.file_size > BLOCK and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        found.append(fault(shown, "Tệp nở ra quá nhiều khi giải nén.", "Kiểm tra lại tệp nén."))
    return found


def _name_faults(entries: Sequence[zipfile.ZipInfo]) -> list[dict[str, Any]]:
    """Two entries with one name, also where a disk takes them for one; a file where others have a folder."""
    names = Counter(_on_disk(PurePosixPath(entry.filename)) for entry in entries)
    twice = [
        fault(name, "Tệp này có hai lần trong tệp nén.", "Giữ lại một bản rồi nén lại.") for name in _repeated(names)
    ]
    folders = {parent.as_posix() for name in names for parent in PurePosixPath(name).parents}
    both = sorted(names.keys() & folders)
    return twice + [fault(name, "Tên này vừa là tệp vừa là thư mục.", "Đổi tên tệp rồi nén lại.") for name in both]


def _on_disk(path: PurePosixPath) -> str:
    return unicodedata.normalize("NFC", path.as_posix()).casefold()


def _repeated(names: Counter[str]) -> list[str]:
    return sorted(name for name, n in names.items() if n > 1)
