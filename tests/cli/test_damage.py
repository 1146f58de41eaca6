"""Whatever happens to a file, the command line answers with a list of faults: never a traceback, never half a result."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.calls import TRACEBACK, Outcome, call
from tests.cli.damage import FILE_DAMAGES
from tests.wave.folders import FRAMEWORK, QUESTIONNAIRE, TABLES, WAVE, make_wave

import ddci.cli.computing

WAVE_FILES = ("wave.toml", *TABLES)
FRAMEWORK_FILES = ("framework.toml", "questionnaire.toml")


@pytest.fixture
def quick_outputs(monkeypatch):
    """Charts and pages are not what is tested here."""
    monkeypatch.setattr(
        ddci.cli.computing, "write_outputs", lambda result, folder, **options: (folder / "scores.csv").write_text("")
    )


def check_and_compute(wave: Path, out: Path) -> Outcome:
    """What ``ddci check`` says; computing must agree with it, and write everything or nothing."""
    checked, computed = call("check", wave), call("compute", wave, "--out", out, "--threads", 1)
    for outcome in (checked, computed):
        assert outcome.code in (0, 1, 2)
        assert TRACEBACK not in outcome.text
        assert (outcome.code == 0) or outcome.err.strip()
        assert all(len(line) < 2_000 for line in outcome.err.splitlines())
    assert checked.code == computed.code
    assert out.exists() == (computed.code == 0)
    assert [item.name for item in out.parent.iterdir() if item.name.startswith(".")] == []
    return checked


@pytest.mark.parametrize("file", [*WAVE_FILES, *FRAMEWORK_FILES])
def test_a_damaged_file_is_told_or_sound(file, tmp_path, quick_outputs):
    for number, (name, damage) in enumerate(FILE_DAMAGES.items()):
        root = tmp_path / str(number)
        wave = make_wave(root)
        folder = wave if file in WAVE_FILES else root / "frameworks" / "nho" / "2024"
        damage(folder / file)

        outcome = check_and_compute(wave, root / "out")

        if name in MUST_BE_REFUSED and (file, name) not in MAY_BE_SOUND:
            assert outcome.code in (1, 2), f"{file}: {name}"
            assert file in outcome.err or "wave.toml" in outcome.err, f"{file}: {name}\n{outcome.err}"


MUST_BE_REFUSED = {
    "deleted",
    "folder",
    "loop of links",
    "dangling link",
    "pipe",
    "empty",
    "only blanks",
    "only a line end",
    "only the first line",
    "random bytes",
    "zero bytes",
    "a zero byte inside",
    "zipped",
    "a picture",
    "a web page",
    "utf-16",
    "utf-16 without mark",
}
MAY_BE_SOUND = {("questionnaire.toml", "only the first line")}


@pytest.mark.parametrize(
    "cell", ["", "x", "0,5", "1e999", "nan", "-1", "2", "=1+1", "#REF!", "01/05/2024", "0.5 %", "½", "'=1"]
)
def test_a_value_that_is_no_share_is_told_with_its_row_and_column(cell, tmp_path, quick_outputs):
    table = f'unit,indicator,value,se,n\n01,A4,0.9,,\n02,A4,"{cell}",,\nS1,A4,1,,\n'
    outcome = check_and_compute(make_wave(tmp_path, values=table), tmp_path / "out")

    if cell:
        assert outcome.code == 1
        assert "values.csv, hàng 3, cột value" in outcome.err


SETTINGS = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
MARKS = [
    "\x00",
    "\ufeff",
    '"',
    "'",
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "[",
    "]",
    "{",
    "=",
    "#",
    "\\",
    "é",
    "ệ",
    "\u0302",
    "0",
    "-",
    "9" * 30,
]
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["cut", "insert", "replace", "repeat"]), st.sampled_from(MARKS)),
    min_size=1,
    max_size=6,
)


def _edited(text: str, edits: list[tuple[float, str, str]]) -> str:
    for share, kind, mark in edits:
        place = int(share * len(text))
        match kind:
            case "cut":
                text = text[:place] + text[place + len(mark) + 3 :]
            case "insert":
                text = text[:place] + mark + text[place:]
            case "replace":
                text = text[:place] + mark + text[place + 1 :]
            case "repeat":
                text = text[: place + 40] + text[place:]
    return text


@SETTINGS
@given(edits=EDITS, file=st.sampled_from(list(TABLES)))
def test_edited_tables_are_told_or_sound(edits, file, tmp_path_factory, quick_outputs):
    root = tmp_path_factory.mktemp("edited")
    wave = make_wave(root)
    (wave / file).write_text(_edited(TABLES[file], edits), encoding="utf-8", newline="")

    check_and_compute(wave, root / "out")


@SETTINGS
@given(edits=EDITS, file=st.sampled_from(["wave.toml", *FRAMEWORK_FILES]))
def test_edited_settings_are_told_or_sound(edits, file, tmp_path_factory, quick_outputs):
    root = tmp_path_factory.mktemp("edited")
    wave = make_wave(root)
    folder = wave if file == "wave.toml" else root / "frameworks" / "nho" / "2024"
    text = {"wave.toml": WAVE, "framework.toml": FRAMEWORK, "questionnaire.toml": QUESTIONNAIRE}[file]
    (folder / file).write_text(_edited(text, edits), encoding="utf-8", newline="")

    check_and_compute(wave, root / "out")


@SETTINGS
@given(content=st.binary(max_size=300), file=st.sampled_from([*WAVE_FILES, *FRAMEWORK_FILES]))
def test_any_bytes_are_told_or_sound(content, file, tmp_path_factory, quick_outputs):
    root = tmp_path_factory.mktemp("bytes")
    wave = make_wave(root)
    folder = wave if file in WAVE_FILES else root / "frameworks" / "nho" / "2024"
    (folder / file).write_bytes(content)

    check_and_compute(wave, root / "out")


# Workbooks


def _workbook(rows: list[list[object]], sheet: str = "values", merged: str | None = None) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                page.write(row, column, cell)
        if merged:
            page.merge_range(merged, rows[0][0])
    return stream.getvalue()


HEADER: list[object] = ["unit", "indicator", "value"]
SOUND: list[list[object]] = [HEADER, ["01", "A4", 0.9], ["02", "A4", 0.8], ["S1", "A4", 1]]


def _with_workbook(root: Path, content: bytes) -> Path:
    wave = make_wave(root, wave=WAVE.replace("values.csv", "values.xlsx"))
    (wave / "values.xlsx").write_bytes(content)
    return wave


def _bomb() -> bytes:
    """A workbook whose sheet unpacks to 600 MB of blanks."""
    stream = io.BytesIO(_workbook(SOUND))
    bomb = io.BytesIO()
    with zipfile.ZipFile(stream) as sound, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for item in sound.infolist():
            if item.filename != "xl/worksheets/sheet1.xml":
                packed.writestr(item, sound.read(item))
        with packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(600):
                sheet.write(b" " * 2**20)
    return bomb.getvalue()


def test_a_sound_workbook_is_sound(tmp_path, quick_outputs):
    assert check_and_compute(_with_workbook(tmp_path, _workbook(SOUND)), tmp_path / "out").code == 0


@pytest.mark.parametrize(
    ("rows", "merged", "place"),
    [
        ([HEADER, [1, "A4", 0.9], *SOUND[2:]], None, "hàng 2, cột unit"),
        ([HEADER, ["01", "A4", "0,9"], *SOUND[2:]], None, "hàng 2, cột value"),
        ([HEADER, ["01", "A4", "=1/2"], *SOUND[2:]], None, "hàng 2"),
        ([HEADER, ["01", "A4", "nhiều"], *SOUND[2:]], None, "hàng 2, cột value"),
        ([HEADER, ["01", "A4", "x" * 32_000], *SOUND[2:]], None, "hàng 2, cột value"),
        ([["Bảng giá trị", None, None], HEADER, *SOUND[1:]], "A1:C1", "values.xlsx"),
        ([HEADER], None, "values.xlsx"),
        ([[]], None, "values.xlsx"),
    ],
    ids=["eaten zero", "decimal comma", "formula", "word", "huge cell", "merged title", "no rows", "nothing"],
)
def test_habits_of_excel_are_told_with_sheet_row_and_column(rows, merged, place, tmp_path, quick_outputs):
    outcome = check_and_compute(_with_workbook(tmp_path, _workbook(rows, merged=merged)), tmp_path / "out")

    assert outcome.code == 1
    assert any("values.xlsx" in line and place in line for line in outcome.err.splitlines()), outcome.err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        _workbook(SOUND)[:-400],
        _workbook(SOUND)[:300],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    ],
    ids=["empty", "four bytes", "cut at the end", "cut at the head", "old .xls or locked"],
)
def test_a_workbook_that_does_not_open_is_told(content, tmp_path, quick_outputs):
    outcome = check_and_compute(_with_workbook(tmp_path, content), tmp_path / "out")

    assert outcome.code == 1
    assert "values.xlsx" in outcome.err


def test_a_workbook_that_unpacks_to_far_too_much_is_refused(tmp_path, quick_outputs):
    outcome = check_and_compute(_with_workbook(tmp_path, _bomb()), tmp_path / "out")

    assert outcome.code == 1
    assert "values.xlsx" in outcome.err


@pytest.mark.parametrize("ending", ["xls", "ods", "pdf", "parquet", "XLSX", "csv.gz", ""])
def test_a_table_of_another_kind_is_told(ending, tmp_path, quick_outputs):
    name = f"values.{ending}".rstrip(".")
    wave = make_wave(tmp_path, wave=WAVE.replace("values.csv", name))
    (wave / name).write_bytes(b"unit,indicator,value\n01,A4,0.9\n")

    outcome = check_and_compute(wave, tmp_path / "out")

    assert outcome.code == 1
    assert name in outcome.err


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "null", "[" * 50_000, '{"schema_version": 1}', '{"schema_version": 99}', "1" * 10_000],
    ids=["empty", "object", "list", "null", "nested", "bare", "newer", "long number"],
)
def test_an_earlier_result_that_is_none_is_told(content, tmp_path, quick_outputs):
    wave = make_wave(tmp_path, wave=WAVE + 'previous = "../truoc.json"\n')
    (wave.parent / "truoc.json").write_text(content, encoding="utf-8")

    outcome = check_and_compute(wave, tmp_path / "out")

    assert outcome.code == 1
    assert "truoc.json" in outcome.err


@pytest.mark.parametrize(
    ("written", "edited"),
    [
        ('"shape": [3,', '"shape": [1,'),
        ('"code": "S1"', '"code": 7'),
        ('"kind": "float"', '"kind": "text"'),
        ('"schema_version": 1', '"schema_version": "1"'),
        ('"level": "index"', '"colour": "index"'),
        ('"units": [', '"units": [], "unitz": ['),
    ],
    ids=str,
)
def test_an_earlier_result_that_was_edited_is_told_or_sound(written, edited, tmp_path, quick_outputs):
    earlier = make_wave(tmp_path / "earlier")
    assert call("compute", earlier, "--out", tmp_path / "earlier" / "out").code == 0
    text = (tmp_path / "earlier" / "out" / "result.json").read_text(encoding="utf-8")
    assert written in text
    wave = make_wave(tmp_path, wave=WAVE + 'previous = "../truoc.json"\n')
    (wave.parent / "truoc.json").write_text(text.replace(written, edited), encoding="utf-8")

    outcome = check_and_compute(wave, tmp_path / "out")

    assert outcome.code == 1
    assert "truoc.json" in outcome.err
