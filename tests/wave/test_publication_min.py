"""How few answers a published cell may rest on is the framework's to say, or the wave's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.wave.folders import FRAMEWORK, WAVE, codes_of, make_wave
from tests.waves import small_framework, table_wave

from ddci.errors import InputError
from ddci.framework.load import load_framework
from ddci.framework.workbook import export_workbook, import_workbook
from ddci.framework.write import write_framework
from ddci.wave.load import load_wave


def test_without_a_word_everything_is_published(tmp_path):
    assert load_wave(make_wave(tmp_path)).publication_minimum == 0


def test_the_frameworks_minimum_holds_for_its_waves(tmp_path):
    folder = make_wave(tmp_path)
    framework = tmp_path / "frameworks" / "nho" / "2024" / "framework.toml"
    framework.write_text(FRAMEWORK.replace("min_n = 1", "min_n = 1\npublication_min = 5"), encoding="utf-8")

    assert load_wave(folder).publication_minimum == 5


@pytest.mark.parametrize("own", [0, 8])
def test_a_wave_overrides_its_framework(own):
    wave = table_wave([[0.5]], framework=small_framework(1, 1, kind="hard", publication_min=5))

    assert replace(wave, publication_min=own).publication_minimum == own


def test_a_negative_minimum_is_a_fault(tmp_path):
    assert codes_of(make_wave(tmp_path, wave=WAVE + "publication_min = -1\n")) == ["CELL_OUT_OF_RANGE"]

    framework = tmp_path / "frameworks" / "nho" / "2024" / "framework.toml"
    framework.write_text(FRAMEWORK.replace("min_n = 1", "publication_min = -5"), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_framework(framework)
    assert [fault.code for fault in raised.value.faults] == ["NUMBER_NEGATIVE"]


def test_the_minimum_survives_toml_and_the_workbook(tmp_path):
    framework = replace(small_framework(1, 1, kind="hard"), publication_min=7)
    write_framework(framework, tmp_path / "khung")
    export_workbook(load_framework(tmp_path / "khung"), tmp_path / "khung.xlsx")

    assert load_framework(tmp_path / "khung").publication_min == 7
    assert import_workbook(tmp_path / "khung.xlsx").publication_min == 7
