"""A folder appears whole or not at all, and nothing of anybody else's is lost."""

import pytest

from ddci.errors import InputError
from ddci.wave.folder import write_folder


def fill(text="mới", name="a.txt"):
    def writer(folder):
        (folder / name).write_text(text)

    return writer


def test_a_new_folder_is_written_with_its_parents(tmp_path):
    write_folder(tmp_path / "x" / "y", fill())

    assert (tmp_path / "x/y/a.txt").read_text() == "mới"
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["y"]


def test_a_writer_that_fails_leaves_the_old_folder_and_nothing_else(tmp_path):
    write_folder(tmp_path / "y", fill("cũ"))

    def broken(folder):
        (folder / "a.txt").write_text("nửa")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_folder(tmp_path / "y", broken)

    assert (tmp_path / "y/a.txt").read_text() == "cũ"
    assert [path.name for path in tmp_path.iterdir()] == ["y"]


def test_an_earlier_output_is_replaced(tmp_path):
    write_folder(tmp_path / "y", fill("cũ"))
    write_folder(tmp_path / "y", fill("mới"))

    assert (tmp_path / "y/a.txt").read_text() == "mới"


def test_a_folder_with_foreign_files_is_not_replaced(tmp_path):
    write_folder(tmp_path / "y", fill("cũ"))
    (tmp_path / "y/luan-van.docx").write_text("quý")

    with pytest.raises(InputError) as caught:
        write_folder(tmp_path / "y", fill("mới"))

    assert (caught.value.faults[0].code, caught.value.faults[0].found) == ("FOLDER_NOT_OURS", "luan-van.docx")
    assert (tmp_path / "y/a.txt").read_text() == "cũ"


def test_leftovers_of_a_known_kind_may_go(tmp_path):
    write_folder(tmp_path / "y", fill(name="01.svg"))
    write_folder(tmp_path / "y", fill(), own=("*.svg",))

    assert [path.name for path in (tmp_path / "y").iterdir()] == ["a.txt"]


def test_a_file_in_the_way_is_a_fault(tmp_path):
    (tmp_path / "y").write_text("tệp")

    with pytest.raises(InputError, match="OUTPUT_IS_FILE"):
        write_folder(tmp_path / "y", fill())


def test_a_disk_that_refuses_is_a_fault(tmp_path):
    def full(folder):
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="FOLDER_NOT_WRITABLE"):
        write_folder(tmp_path / "y", full)

    assert list(tmp_path.iterdir()) == []
