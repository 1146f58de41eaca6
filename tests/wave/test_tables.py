"""Tables of every kind are read as text, and the habits of Excel, of old fonts and of attackers are recognised."""

from __future__ import annotations

import datetime
import io
import zipfile

import numpy as np
import openpyxl
import polars as pl
import pyreadstat
import pytest

from ddci.errors import Faults
from ddci.wave.cell_faults import CellFaults
from ddci.wave.cells import half_units, numbers
from ddci.wave.columns import Column, Table
from ddci.wave.tables import RESPONSE_KINDS, read_table

COLUMNS = (Column("unit", required=True), Column("name", "text"), Column("value", "number"))


def read(data: bytes, file: str = "values.csv", **options: object) -> tuple[Table | None, list[str]]:
    faults = Faults()
    table = read_table(data, file, columns=COLUMNS, faults=faults, **options)
    return table, [fault.code for fault in faults]


def values(data: bytes, file: str = "values.csv") -> tuple[list[float], list[str]]:
    faults = Faults()
    table = read_table(data, file, columns=COLUMNS, faults=faults)
    assert table is not None
    found = CellFaults(table, faults)
    read_numbers = numbers(table, "value", found)
    found.flush()
    return read_numbers.tolist(), [fault.code for fault in faults]


def workbook(*rows: tuple[object, ...], title: str = "values", merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"unit,name,value\nA,x,3.63\n",
        b"\xef\xbb\xbfunit,name,value\r\nA,x,3.63\r\n",
        b"unit,name,value\rA,x,3.63\r",
        b"unit,name,value\nA,x,3.63",
        b'"unit","name","value"\n"A","x","3.63"\n',
        b" unit ,name,value\n A , x ,3.63 \n\n\n",
        b"unit,name,value,,\nA,x,3.63,,\n,,,,\n",
        b"unit;name;value\r\nA;x;3,63\r\n",
        b"value,unit,name\n3.63,A,x\n",
    ],
)
def test_the_ways_in_which_programs_write_csv_all_give_the_same_table(data):
    table, codes = read(data)

    assert codes == []
    assert table.frame.select("unit", "name").rows() == [("A", "x")]
    assert values(data) == ([3.63], [])


def test_rows_keep_their_numbers_when_blank_rows_stand_between():
    table, _ = read(b'unit,name,value\n\nA,"two\nlines",1\n,,\n \nB,y,2\n')

    assert table.rows.tolist() == [3, 6]
    assert table.frame["name"].to_list() == ["two\nlines", "y"]


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"", ["TABLE_EMPTY"]),
        (b"\n \n", ["TABLE_EMPTY"]),
        (b"unit,name,value\n", ["TABLE_NO_ROWS"]),
        (b"unit,name,value\nA,\0,1\n", ["FILE_NUL"]),
        (b"unit\tname\tvalue\nA\tx\t1\n", ["CSV_SEPARATOR"]),
        (b'unit,name,value\nA,"x,1\nB,y,2\n', ["CSV_QUOTE_OPEN"]),
        (b"unit,name,value\nA,x,3,63\nB,y\nC,z,1\n", ["CSV_ROW_LENGTH", "CSV_ROW_LENGTH"]),
        (b"unit,name,value,unit\nA,x,1,B\n", ["HEADER_TWICE"]),
        (b"unit,nmae,value\nA,x,1\n", ["HEADER_UNKNOWN"]),
        (b"name,value\nx,1\n", ["HEADER_MISSING"]),
        (b"unit,,value\nA,x,1\n", ["HEADER_BLANK"]),
        (b"unit,name,value\nA,=cmd|' /C calc'!A0,1\n", ["CELL_BEGINS_WITH_EQUALS"]),
        (b"unit,name,value\nA,#N/A,1\n", ["CELL_IS_ERROR"]),
        (b"unit,name,value\nA," + b"x" * 1_000_000 + b",1\n", ["CELL_TOO_LONG"]),
        ("unit,name,value\nA,Huyện,1\n".encode("utf-16"), ["TABLE_ENCODING"]),
        ("unit,name,value\nA,Hà Giang,1\n".encode("latin-1"), ["TABLE_ENCODING"]),
        ("unit,name,value\nA,huyÖn V¨n L·ng,1\n".encode("cp1252"), ["TABLE_ENCODING"]),
        ("unit,name,value\nA,huyeän Vaên Laõng,1\n".encode(), ["TABLE_ENCODING"]),
        ((",".join(f"c{i}" for i in range(3000)) + "\n1\n").encode(), ["TABLE_TOO_LARGE"]),
    ],
)
def test_a_csv_that_cannot_be_right_is_explained(data, codes):
    assert read(data)[1] == codes


def test_a_huge_cell_is_cut_in_the_message():
    faults = Faults()
    read_table(b"unit,name\nA," + b"x" * 1_000_000, "values.csv", columns=COLUMNS, faults=faults)

    assert max(len(text) for _, text in faults.items[0].details) < 100


def test_many_ragged_rows_are_counted_not_listed():
    _, codes = read(b"unit,name,value\n" + b"A,x,3,63\n" * 1000)

    assert codes == ["CSV_ROW_LENGTH"] * 5 + ["AND_MORE"]


@pytest.mark.parametrize(
    ("data", "numbers_read", "codes"),
    [
        (b"unit;name;value\nA;;3,5\nB;;1.234\n", [3.5, 1.234], ["CELL_AMBIGUOUS"]),
        (b"unit;name;value\nA;;1.234\nB;;2.000\n", [1.234, 2.0], ["CELL_AMBIGUOUS", "CELL_AMBIGUOUS"]),
        (b"unit;name;value\nA;;1.234\nB;;2.5\n", [1.234, 2.5], []),
        (b"unit;name;value\nA;;-0,25\nB;;7\n", [-0.25, 7.0], []),
        (b'unit,name,value\nA,,"3,5"\n', [np.nan], ["CELL_DECIMAL_COMMA"]),
        (b'unit,name,value\nA,,"1.234,5"\n', [np.nan], ["CELL_DECIMAL_COMMA"]),
    ],
)
def test_decimal_commas_are_understood_only_where_they_cannot_be_mistaken(data, numbers_read, codes):
    got, found = values(data)

    assert got == pytest.approx(numbers_read, nan_ok=True)
    assert found == codes


@pytest.mark.parametrize(
    ("texts", "half"),
    [
        (["3.63", "6.3", "12", None], [0.005, 0.05, 0.5, np.nan]),
        (["3,63", "6,3", "-0,5", "1e-3"], [0.005, 0.05, 0.05, 0.0005]),
        (["1.5e2", "2E3", "3.630", "0"], [5.0, 500.0, 0.0005, 0.5]),
    ],
)
def test_half_of_the_last_printed_decimal(texts, half):
    table = Table("t.csv", pl.DataFrame({"value": texts}), np.arange(len(texts)))

    assert half_units(table, "value") == pytest.approx(half, nan_ok=True)


def test_binary_files_share_the_decimals_of_the_column():
    table, _ = read(workbook(("unit", "value"), ("A", 3.63), ("B", 6.3), ("C", 7)), "values.xlsx")

    assert half_units(table, "value") == pytest.approx([0.005, 0.005, 0.005])


def test_a_workbook_gives_the_same_text_as_a_csv():
    table, codes = read(workbook(("unit", "name", "value"), ("01", "Xã", 3.63), ("S1", None, 7)), "values.xlsx")

    assert codes == []
    assert table.frame.rows() == [("01", "Xã", "3.63"), ("S1", None, "7")]
    assert table.sheet == "values"


def test_numbers_stored_as_text_are_numbers_and_codes_stored_as_numbers_lose_their_zeros():
    table, codes = read(workbook(("unit", "value"), (1, "3.63")), "values.xlsx")

    assert (table.frame.rows(), codes) == ([("1", "3.63")], [])


def test_an_empty_first_row_does_not_shift_the_row_numbers():
    table, codes = read(workbook((), ("unit", "value"), ("A", 1), (), ("B", 2)), "values.xlsx")

    assert codes == []
    assert table.rows.tolist() == [3, 5]


def test_what_excel_does_to_cells_is_noted_with_the_address():
    faults = Faults()
    data = workbook(("unit", "name", "value"), ("A", "=1+1", "#N/A"), ("B", "x", "=A1"), merge="A5:B6")
    read_table(data, "values.xlsx", columns=COLUMNS, faults=faults)

    places = [(fault.code, fault.place.sheet, fault.place.row, fault.place.column) for fault in faults]
    assert places == [
        ("CELL_IS_FORMULA", "values", 2, "B"),
        ("CELL_IS_FORMULA", "values", 3, "C"),
        ("CELL_IS_ERROR", "values", 2, "C"),
        ("CELLS_MERGED", "values", 5, "A"),
    ]


def test_a_date_in_a_number_column_of_a_workbook_is_recognised():
    got, codes = values(workbook(("unit", "value"), ("A", datetime.date(2024, 5, 3)), ("B", 1)), "values.xlsx")

    assert codes == ["CELL_IS_DATE"]
    assert np.isnan(got[0])


def test_text_typed_in_an_old_font_is_found_inside_a_workbook():
    assert read(workbook(("unit", "name"), ("A", "Thaønh phoá Laïng Sôn")), "values.xlsx")[1] == ["CELL_MISREAD"]


@pytest.mark.parametrize(("title", "file", "codes"), [("Sheet1", "values.xlsx", []), ("values", "units.xlsx", [])])
def test_the_only_sheet_is_accepted_whatever_its_name(title, file, codes):
    assert read(workbook(("unit", "value"), ("A", 1), title=title), file)[1] == codes


def test_of_several_sheets_the_one_named_as_the_file_is_read():
    book = openpyxl.Workbook()
    book.active.append(("khác",))
    sheet = book.create_sheet("values")
    sheet.append(("unit", "value"))
    sheet.append(("A", "=1"))
    stream = io.BytesIO()
    book.save(stream)

    assert read(stream.getvalue(), "values.xlsx")[1] == ["CELL_IS_FORMULA"]
    assert read(stream.getvalue(), "units.xlsx")[1] == ["TABLE_SHEET_MISSING"]


def _with_sheet(xml: str) -> bytes:
    """A workbook whose sheet is replaced by hand-written XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(("unit", "value"), ("A", 1)))) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            new.writestr(item.filename, xml if item.filename.endswith("sheet1.xml") else old.read(item))
    return out.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def test_two_cells_far_apart_do_not_exhaust_the_memory():
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    assert read(_with_sheet(SHEET.format(far)), "values.xlsx")[1] == ["TABLE_TOO_LARGE"]


def test_a_prefixed_sheet_is_checked_like_any_other():
    prefixed = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        '<x:row r="1"><x:c r="A1" t="str"><x:v>unit</x:v></x:c></x:row>'
        '<x:row r="2"><x:c r="A2"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row>'
        '<x:row r="3"><x:c r="A3" t="e"><x:v>#REF!</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )

    assert read(_with_sheet(prefixed), "values.xlsx")[1][:2] == ["CELL_IS_FORMULA", "CELL_IS_ERROR"]


def test_a_zip_bomb_is_refused(monkeypatch):
    monkeypatch.setattr("ddci.wave.spreadsheets.MAX_BYTES", 1_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)

    assert len(out.getvalue()) < 100_000
    assert read(out.getvalue(), "values.xlsx")[1] == ["FILE_BOMB"]


@pytest.mark.parametrize("file", ["values.xlsx", "values.parquet", "values.sav", "values.dta"])
@pytest.mark.parametrize("data", [b"junk", b"PK\x03\x04junk", b"PAR1junkPAR1", b"\0" * 5000])
def test_a_broken_binary_file_is_a_fault(file, data):
    assert read(data, file, kinds=RESPONSE_KINDS)[1] == ["FILE_CORRUPT"]


def test_only_known_kinds_are_read():
    assert read(b"unit\nA\n", "values.ods")[1] == ["TABLE_KIND"]
    assert read(b"unit\nA\n", "values.sav")[1] == ["TABLE_KIND"]


def test_parquet_gives_codes_without_decimals_and_all_digits():
    stream = io.BytesIO()
    pl.DataFrame(
        {"unit": ["A", "B"], "name": [1.0, None], "value": [0.1 + 0.2, 1e-7]}, schema_overrides={"name": pl.Float64}
    ).write_parquet(stream)

    table, codes = read(stream.getvalue(), "values.parquet")

    assert codes == []
    assert table.frame.rows() == [("A", "1", "0.30000000000000004"), ("B", None, "1e-7")]


def test_parquet_with_lists_is_a_fault():
    stream = io.BytesIO()
    pl.DataFrame({"unit": ["A"], "value": [[1, 2]]}).write_parquet(stream)

    assert read(stream.getvalue(), "values.parquet")[1] == ["COLUMN_NESTED"]


def test_spss_and_stata_give_codes_and_keep_labels(tmp_path):
    frame = pl.DataFrame({"unit": ["A", "B"], "value": [1.0, None]})
    pyreadstat.write_sav(frame, tmp_path / "values.sav", variable_value_labels={"value": {1: "Tốt"}})
    pyreadstat.write_dta(frame, tmp_path / "values.dta", variable_value_labels={"value": {1: "Tốt"}})

    for ending in ("sav", "dta"):
        table, codes = read((tmp_path / f"values.{ending}").read_bytes(), f"values.{ending}", kinds=RESPONSE_KINDS)
        assert codes == []
        assert table.frame.rows() == [("A", "1"), ("B", None)]
        assert table.labels == {"value": {"1": "Tốt"}}


def test_user_missing_values_of_spss_are_blank(tmp_path):
    frame = pl.DataFrame({"unit": ["A", "B"], "value": [1.0, 99.0]})
    pyreadstat.write_sav(frame, tmp_path / "v.sav", missing_ranges={"value": [99]})

    table, _ = read((tmp_path / "v.sav").read_bytes(), "v.sav", kinds=RESPONSE_KINDS)

    assert table.frame["value"].to_list() == ["1", None]


def test_decomposed_vietnamese_is_composed():
    table, _ = read("unit,name\nA,Huye\u0323\u0302n\n".encode())

    assert table.frame["name"][0] == "Huyện"
