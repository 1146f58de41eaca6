"""Writing a framework folder: it reads back equal, and never over another one."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.framework.cases import sound_folder

from ddci.errors import InputError
from ddci.framework.load import load_framework
from ddci.framework.write import write_framework

FRAMEWORKS = sorted(path.parent for path in (Path(__file__).parents[2] / "frameworks").rglob("framework.toml"))


@pytest.mark.parametrize("folder", FRAMEWORKS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_a_written_folder_reads_back_equal(folder: Path, tmp_path: Path) -> None:
    framework = load_framework(folder)

    write_framework(framework, tmp_path / "mới")

    assert replace(load_framework(tmp_path / "mới"), files=()) == replace(framework, files=())


def test_texts_with_quotes_and_line_breaks_survive(tmp_path: Path) -> None:
    framework = load_framework(sound_folder(tmp_path / "cũ"))
    text = 'Câu "trích"\nhai dòng \\ và «ngoặc» = ] } #'

    write_framework(replace(framework, source=text), tmp_path / "mới")

    assert load_framework(tmp_path / "mới").source == text


def test_a_framework_is_never_written_over_another(tmp_path: Path) -> None:
    folder = sound_folder(tmp_path / "khung")
    framework = load_framework(folder)
    before = (folder / "framework.toml").read_bytes()

    with pytest.raises(InputError) as caught:
        write_framework(framework, folder)

    assert [fault.code for fault in caught.value.faults] == ["FRAMEWORK_EXISTS"]
    assert (folder / "framework.toml").read_bytes() == before
