"""Archives made to harm are refused with the entry that is wrong, and nothing of them reaches the disk."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest

from ddci_web.results import archive
from tests.web.room import packed, tiny_archive


def faults_of(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as listed:
        return [fault["text"] for fault in archive.archive_faults(listed, len(data))]


def with_entry(name: str, content: bytes = b"x", mode: int = 0, flag: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        made.writestr(entry, content, zipfile.ZIP_DEFLATED)
        entry.flag_bits |= flag
    return out.getvalue()


def test_a_sound_archive_has_no_faults():
    assert faults_of(tiny_archive()) == []


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/passwd", "a/../../evil", "..", "./"])
def test_a_path_that_leaves_the_folder_is_refused(name):
    data = with_entry(name) if name != "./" else with_entry("./../x")

    assert any("ra ngoài thư mục" in text for text in faults_of(data))


@pytest.mark.parametrize("name", ["a\\evil.csv", "C:evil.csv"])
def test_paths_of_another_system_are_refused(name):
    assert any("không dùng được" in text for text in faults_of(with_entry(name)))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_special_files_are_refused(kind):
    assert any("liên kết" in text for text in faults_of(with_entry("units.csv", b"/etc/passwd", kind | 0o777)))


def test_an_encrypted_entry_is_refused():
    assert any("mật khẩu" in text for text in faults_of(with_entry("units.csv", flag=0x1)))


def test_an_entry_that_blows_up_is_refused():
    assert any("nở ra" in text for text in faults_of(with_entry("units.csv", b"0" * 30_000_000)))


def test_an_archive_that_says_to_be_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)

    assert any("lớn hơn 1 GB" in text for text in faults_of(tiny_archive()))


def test_too_many_files_are_refused():
    data = packed({f"f{number}.csv": "" for number in range(archive.MOST_FILES + 1)})

    assert any("nhiều hơn" in text for text in faults_of(data))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("one", "other"),
    [("units.csv", "units.csv"), ("units.csv", "UNITS.csv"), ("đ\u1ea1.csv", "đa\u0323.csv"), ("./a", "a")],
)
def test_two_entries_that_a_disk_takes_for_one_are_refused(one, other):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(one, "1")
        made.writestr(other, "2")

    assert any("hai lần" in text for text in faults_of(out.getvalue()))


def test_a_file_where_others_have_a_folder_is_refused():
    assert any("vừa là tệp vừa là thư mục" in text for text in faults_of(packed({"a": "1", "a/b": "2"})))


def test_entries_that_share_their_bytes_are_refused():
    data = bytearray(packed({"a.csv": "1" * 50, "b.csv": "1" * 50}))
    central = data.rfind(b"PK\x01\x02")
    data[central + 20 : central + 24] = struct.pack("<I", len(data))

    assert any("chồng lên nhau" in text for text in faults_of(bytes(data)))


def test_an_unknown_way_of_packing_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as made:
        made.writestr("units.csv", "x" * 100)

    assert any("Cách nén" in text for text in faults_of(out.getvalue()))


def test_long_names_and_control_signs_are_refused():
    assert any("quá dài" in text for text in faults_of(with_entry("a" * 201)))
    assert any("quá dài" in text for text in faults_of(with_entry("/".join("a" * 30) + "/b")))
    assert any("điều khiển" in text for text in faults_of(with_entry("units\n.csv")))


def test_an_empty_archive_is_refused():
    assert any("không có tệp nào" in text for text in faults_of(packed({})))


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 100])
def test_what_is_no_archive_is_said_to_be_none(data):
    assert archive.directory_faults(io.BytesIO(data))


def test_a_list_of_entries_too_large_to_be_read_is_refused_before_it_is_read():
    data = bytearray(packed({"a.csv": "1"}))
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<I", archive.LARGEST_DIRECTORY + 1)

    assert archive.directory_faults(io.BytesIO(bytes(data)))
    assert archive.directory_faults(io.BytesIO(packed({"a.csv": "1"}))) == []


def test_a_damaged_entry_leaves_nothing_behind(tmp_path):
    data = bytearray(packed({"a.csv": "1" * 5000, "b.csv": "abcdefgh" * 500}))
    start = data.find(b"b.csv") + 10
    data[start : start + 8] = b"\xff" * 8

    with zipfile.ZipFile(io.BytesIO(bytes(data))) as listed, pytest.raises(zipfile.BadZipFile):
        archive.unpack(listed, tmp_path / "out")

    assert not (tmp_path / "out").exists()
    assert list(tmp_path.iterdir()) == []


def test_a_sound_archive_is_unpacked_below_its_own_root(tmp_path):
    with zipfile.ZipFile(io.BytesIO(tiny_archive())) as listed:
        archive.unpack(listed, tmp_path / "out")

    assert archive.wave_files(tmp_path / "out") == ["examples/nho-2024/wave.toml"]
    assert (tmp_path / "out" / "frameworks").is_dir()
