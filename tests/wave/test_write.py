"""A wave that is written loads back equal; cells that a spreadsheet would run are made harmless."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.wave.folders import make_wave

from ddci.encodings import name_misread
from ddci.framework.load import load_framework
from ddci.wave.load import load_wave
from ddci.wave.model import HistoryPoint, Published, Target, Unit, ValueTable, Wave
from ddci.wave.write import write_table, write_wave

DECIMALS = 3
NAMES = st.text(" ,;\"'=+-@#%0aBắđƯộê日🏠\n", min_size=1, max_size=12)
SCORES = st.integers(0, 99_999).map(lambda number: number / 10**DECIMALS)


def assert_equal(got: Wave, wanted: Wave, *, apart_from: tuple[str, ...] = ()) -> None:
    for field in dataclasses.fields(Wave):
        if field.name in ("files", "warnings", *apart_from):
            continue
        left, right = getattr(got, field.name), getattr(wanted, field.name)
        if isinstance(right, ValueTable):
            for name in ("value", "se", "n", "half_unit"):
                np.testing.assert_array_equal(getattr(left, name), getattr(right, name), err_msg=name)
        elif isinstance(right, pl.DataFrame):
            assert left.rows() == right.rows()
            assert left.columns == right.columns
        elif field.name == "framework":
            assert dataclasses.replace(left, files=()) == dataclasses.replace(right, files=())
        else:
            assert left == right, field.name


@pytest.fixture(scope="module")
def framework(tmp_path_factory):
    return load_framework(make_wave(tmp_path_factory.mktemp("khung")).parent.parent / "frameworks/nho/2024")


@st.composite
def small_waves(draw: st.DrawFn, framework) -> Wave:
    names = draw(st.lists(NAMES.map(str.strip).filter(_is_sound), min_size=1, max_size=3))
    units = tuple(Unit(f"0{i}", name, draw(st.sampled_from(["xa", "so"]))) for i, name in enumerate(names))
    shape = (len(units), len(framework.indicators))
    whole = draw(st.lists(st.integers(0, 1000), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    value = np.array(whole, dtype=np.float64).reshape(shape) / 1000
    n = np.array(whole, dtype=np.float64).reshape(shape)
    if shape[0] > 1:
        value[0, draw(st.integers(0, 3))] = np.nan
    se = np.where(value < 0.5, np.nan, value / 7)
    table = ValueTable(value=value, se=se, n=n, half_unit=np.where(np.isnan(value), np.nan, 0.0005))
    answers = draw(
        st.lists(st.tuples(st.sampled_from([None, "1", "4", "9"]), st.sampled_from([None, "a", "b c"])), max_size=4)
    )
    responses = None
    if answers:
        rows = [(f"r{i}", units[0].code, "all", 1 + i / 3, one, two) for i, (one, two) in enumerate(answers)]
        columns = ["respondent", "unit", "stratum", "survey_weight", "Q1", "Q3"]
        responses = pl.DataFrame(
            rows, schema=dict.fromkeys(columns, pl.String) | {"survey_weight": pl.Float64}, orient="row"
        )
    score = draw(SCORES)
    return Wave(
        code="nho-2024",
        year=2024,
        framework=framework,
        units=units,
        seed=draw(st.integers(0, 2**63 - 1)),
        replicates=draw(st.integers(0, 1000)),
        vi=draw(NAMES.map(str.strip).filter(_is_sound)),
        simulated=draw(st.booleans()),
        values=table,
        responses=responses,
        population={"all": 1000.0} if responses is not None else {},
        published=(Published(units[0].code, "index", score, 1.0, 0.0005, 3),),
        targets=(Target(units[0].code, "A", score, 1, 2),),
        history=(HistoryPoint(2020, units[0].code, "A", score, None, None),),
        lone_stratum=draw(st.sampled_from(["adjust", "certainty"])),
        listwise=draw(st.booleans()),
    )


def _is_sound(name: str) -> bool:
    """Not a text that the loader rightly refuses or shortens."""
    is_normal = pl.Series([name]).str.normalize("NFC").item() == name
    return bool(name) and name[0] not in "='#" and is_normal and name_misread(name) is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_wave_loads_back_equal(framework, data):
    wave = data.draw(small_waves(framework))

    with tempfile.TemporaryDirectory() as folder:
        write_wave(wave, Path(folder) / "w", responses_kind=data.draw(st.sampled_from([".csv", ".parquet"])))
        got = load_wave(Path(folder) / "w")

    assert_equal(got, wave)


def test_a_folder_that_was_read_is_written_and_read_again(tmp_path):
    wave = load_wave(make_wave(tmp_path))
    write_wave(wave, tmp_path / "examples/lai", framework=tmp_path / "frameworks/nho/2024", responses_kind=".xlsx")

    assert_equal(load_wave(tmp_path / "examples/lai"), wave)
    assert 'framework = "../../frameworks/nho/2024"' in (tmp_path / "examples/lai/wave.toml").read_text()


def test_the_same_wave_gives_the_same_bytes(tmp_path):
    wave = load_wave(make_wave(tmp_path))
    for name in ("mot", "hai"):
        write_wave(wave, tmp_path / name, responses_kind=".parquet", texts={"SOURCE.md": "Bịa ra.\n"})

    for path in (tmp_path / "mot").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "hai" / path.relative_to(tmp_path / "mot")).read_bytes()


def test_a_written_xlsx_has_the_same_bytes_each_time_and_no_formula(tmp_path):
    frame = pl.DataFrame({"name": ["=1+1", "+84", "@x", "-3.5", "- ý"], "n": [1.5, None, 2.0, 3.0, -4.0]})
    write_table(frame, tmp_path / "a.xlsx")
    first = (tmp_path / "a.xlsx").read_bytes()
    write_table(frame, tmp_path / "a.xlsx")

    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["a"]
    assert (tmp_path / "a.xlsx").read_bytes() == first
    assert [cell.value for cell in sheet["A"]] == ["name", "'=1+1", "+84", "'@x", "-3.5", "'- ý"]
    assert [cell.value for cell in sheet["B"]] == ["n", 1.5, None, 2, 3, -4]
    assert {cell.data_type for cell in sheet["A"]} == {"s"}


def test_csv_cells_that_a_spreadsheet_would_run_get_an_apostrophe(tmp_path):
    frame = pl.DataFrame({"=head": ["=cmd|x", "+1 2", "-x", "@SUM(A1)", "-3.5", "1e5", None]})

    write_table(frame, tmp_path / "a.csv")

    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert lines == ["'=head", "'=cmd|x", "'+1 2", "'-x", "'@SUM(A1)", "-3.5", "1e5", ""]


def test_numbers_are_written_with_the_decimals_they_were_printed_with(tmp_path):
    wave = load_wave(make_wave(tmp_path))
    write_wave(wave, tmp_path / "lai")

    assert "01,A4,0.90,0.01,40" in (tmp_path / "lai/values.csv").read_text()
    assert "01,index,71.50,1,2" in (tmp_path / "lai/published.csv").read_text()
