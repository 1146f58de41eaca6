"""A wave folder is read whole, and every fault of every file is in one list."""

from pathlib import Path

import numpy as np
import pytest
from tests.wave.folders import TABLES, WAVE, codes_of, faults_of, make_wave

from ddci.errors import InputError
from ddci.wave.load import load_wave


def test_a_sound_folder_gives_the_wave(tmp_path):
    wave = load_wave(make_wave(tmp_path))

    assert [unit.code for unit in wave.units] == ["01", "02", "S1"]
    assert wave.values.value[:, 3] == pytest.approx([0.9, 0.875, 1.0])
    assert wave.values.half_unit[:, 3] == pytest.approx([0.005, 0.0005, 0.5])
    assert np.isnan(wave.values.value[:, :3]).all()
    assert wave.responses.columns == ["respondent", "unit", "stratum", "survey_weight", "Q1", "Q2", "Q3", "Q4"]
    assert wave.responses["survey_weight"].to_list() == [1.5, 1.5, 2.0, 1.0, 1.0]
    assert wave.population == {"nho": 100.0, "lon": 20.0}
    assert [(item.score, item.half_unit, item.n_units) for item in wave.published] == [(71.5, 0.005, 2), (6.3, 0.05, 2)]
    assert [name for name, _ in wave.files] == [
        "wave.toml", "units.csv", "values.csv", "responses.csv", "strata.csv", "published.csv",
    ]  # fmt: skip
    assert wave.warnings == ()


def test_the_path_of_wave_toml_is_as_good_as_its_folder(tmp_path):
    folder = make_wave(tmp_path)

    assert load_wave(folder / "wave.toml").files == load_wave(folder).files


def test_responses_without_stratum_and_weight_get_one_stratum_and_weight_one(tmp_path):
    wave_toml = WAVE.replace('strata = "strata.csv"\n', "")
    folder = make_wave(tmp_path, wave=wave_toml, responses="respondent,unit,Q1,Q2,Q3\nr1,01,4,3,a\nr2,02,5,2,b\n")

    responses = load_wave(folder).responses

    assert responses["stratum"].to_list() == ["all", "all"]
    assert responses["survey_weight"].to_list() == [1.0, 1.0]


def test_faults_of_all_files_come_together(tmp_path):
    folder = make_wave(
        tmp_path,
        wave=WAVE.replace("seed = 7", 'seed = "bảy"\nsede = 8'),
        units=TABLES["units.csv"].replace("01,Xã Chi Lăng,xa", "01,Xã Chi Lăng,xaa"),
        values=TABLES["values.csv"].replace("0.875", "1.2"),
        responses=TABLES["responses.csv"].replace("r3,02,lon,1,9", "r3,02,lon,-1,7"),
    )
    (tmp_path / "frameworks/nho/2024/framework.toml").write_text("[framework]\ncode = 3\n")

    codes = codes_of(folder)

    assert {"EXPECTED_NUMBER", "WAVE_KEY_UNKNOWN", "EXPECTED_TEXT"} <= set(codes)
    (tmp_path / "frameworks/nho/2024/framework.toml").unlink()
    folder = make_wave(tmp_path, "hai", units=TABLES["units.csv"].replace("lăng,xa", "lăng,xaa"), values="unit,value\n")
    assert "HEADER_MISSING" in codes_of(folder)


@pytest.mark.parametrize(
    ("table", "old", "new", "code", "row", "column"),
    [
        ("units", "01,Xã Chi Lăng,xa", "01,Xã Chi Lăng,xaa", "UNIT_GROUP_UNKNOWN", 2, "group"),
        ("units", "02,Xã Hữu Lũng", "01,Xã Hữu Lũng", "UNIT_TWICE", 3, "code"),
        ("units", "02,Xã Hữu Lũng,xa", "02,,xa", "CELL_BLANK", 3, "name"),
        ("units", "S1,", "S 1,", "CODE_HAS_SPACE", 4, "code"),
        ("units", "S1,", "S/1,", "CODE_NOT_FOR_ADDRESS", 4, "code"),
        ("units", "S1,", "..,", "CODE_NOT_FOR_ADDRESS", 4, "code"),
        ("values", "01,A4", "1,A4", "CODE_ZEROS_EATEN", 2, "unit"),
        ("values", "01,A4", "03,A4", "UNIT_UNKNOWN", 2, "unit"),
        ("values", "01,A4", "01,A5", "INDICATOR_UNKNOWN", 2, "indicator"),
        ("values", "02,A4", "01,A4", "ROW_TWICE", 3, "indicator"),
        ("values", "0.90", "90", "SHARE_OUTSIDE", 2, "value"),
        ("values", "0.90", "=1-0.1", "CELL_BEGINS_WITH_EQUALS", 2, "value"),
        ("values", "0.90", "#DIV/0!", "CELL_IS_ERROR", 2, "value"),
        ("values", "0.90", "nan", "CELL_NOT_FINITE", 2, "value"),
        ("values", "0.90", "1e999", "CELL_NOT_FINITE", 2, "value"),
        ("values", "0.90", "2024-03-05", "CELL_IS_DATE", 2, "value"),
        ("values", "0.90", '"0,90"', "CELL_DECIMAL_COMMA", 2, "value"),
        ("values", "0.90", "90 %", "CELL_NOT_NUMBER", 2, "value"),
        ("values", "0.01,40", "-0.01,40", "CELL_OUT_OF_RANGE", 2, "se"),
        ("values", "0.01,40", "0.01,40.5", "CELL_NOT_WHOLE", 2, "n"),
        ("values", "0.01,40", "0.01,-4", "CELL_OUT_OF_RANGE", 2, "n"),
        ("responses", "r1,01,nho,1.5", "r1,09,nho,1.5", "UNIT_UNKNOWN", 2, "unit"),
        ("responses", "nho,1.5,4,3", "nho,1.5,7,3", "ANSWER_NOT_OPTION", 2, "Q1"),
        ("responses", "4,3,a b", "4,3,a d", "ANSWER_NOT_OPTION", 2, "Q3"),
        ("responses", "4,3,a b", "4,3,a a", "ANSWER_OPTION_TWICE", 2, "Q3"),
        ("responses", "4,3,a b", "4,366,a b", "CELL_OUT_OF_RANGE", 2, "Q2"),
        ("responses", "r2,02,nho,2", "r2,02,nho,-2", "CELL_OUT_OF_RANGE", 4, "survey_weight"),
        ("responses", "r2,02,nho,2", "r2,02,nho,", "CELL_BLANK", 4, "survey_weight"),
        ("responses", "r2,02,nho,2", ",02,nho,2", "CELL_BLANK", 4, "respondent"),
        ("responses", "r1,S1,nho,1.5", "r1,01,nho,1.5", "RESPONDENT_TWICE", 3, "unit"),
        ("responses", "r1,S1,nho,1.5", "r1,S1,lon,1.5", "RESPONDENT_STRATA", 3, "stratum"),
        ("responses", "r1,S1,nho,1.5", "r1,S1,nho,1.6", "RESPONDENT_WEIGHTS", 3, "survey_weight"),
        ("responses", "r2,02,nho,2", "r2,02,vua,2", "STRATUM_UNKNOWN", 4, "stratum"),
        ("strata", "lon,20", "nho,20", "ROW_TWICE", 3, "stratum"),
        ("strata", "lon,20", "lon,1", "POPULATION_TOO_SMALL", None, "stratum"),
        ("strata", "lon,20", "lon,-1", "CELL_OUT_OF_RANGE", 3, "population"),
        ("published", "01,index", "01,tong", "FIGURE_CODE_UNKNOWN", 2, "code"),
        ("published", "71.50,1", "71.50,0", "CELL_OUT_OF_RANGE", 2, "rank"),
    ],
)
def test_a_fault_of_a_cell_names_its_row_and_column(tmp_path, table, old, new, code, row, column):
    content = TABLES[f"{table}.csv"]
    assert old in content

    faults = faults_of(make_wave(tmp_path, **{table: content.replace(old, new, 1)}))

    assert (f"{table}.csv" if code != "POPULATION_TOO_SMALL" else "responses.csv", row, column) in [
        (fault.place.file, fault.place.row, fault.place.column) for fault in faults if fault.code == code
    ]


def test_an_indicator_without_any_value_is_a_fault(tmp_path):
    folder = make_wave(tmp_path, values="unit,indicator,value\n01,A1,0.5\n02,A4,\n")

    (fault,) = faults_of(folder)

    assert (fault.code, fault.found) == ("INDICATOR_WITHOUT_VALUE", "A4")


def test_a_question_nobody_answered_leaves_its_indicator_without_value(tmp_path):
    folder = make_wave(tmp_path, responses=TABLES["responses.csv"].replace("4,3,a", "4,,a").replace("5,2.5,", "5,,"))

    assert [(fault.code, fault.found) for fault in faults_of(folder)] == [("INDICATOR_WITHOUT_VALUE", "A2")]


def test_many_bad_cells_give_a_short_list_with_their_number(tmp_path):
    rows = "".join(f"r{i},01,nho,1,8,x,a,\n" for i in range(1000))
    folder = make_wave(
        tmp_path,
        responses="respondent,unit,stratum,survey_weight,Q1,Q2,Q3,Q4\nz,S1,lon,1,4,2,a,\n" + rows,
        strata="stratum,population\nnho,5000\nlon,9\n",
    )

    faults = faults_of(folder)

    assert len(faults) == 12
    assert [fault.found for fault in faults if fault.code == "AND_MORE"] == ["995", "995"]


def test_option_codes_with_a_decimal_point_are_read_with_a_warning(tmp_path):
    folder = make_wave(tmp_path, responses=TABLES["responses.csv"].replace("nho,1.5,4,3", "nho,1.5,4.0,3"))

    wave = load_wave(folder)

    assert wave.responses["Q1"][0] == "4"
    assert [(fault.code, fault.place.row) for fault in wave.warnings] == [("ANSWER_DECIMAL", 2)]


def test_lines_of_wave_toml_are_named(tmp_path):
    folder = make_wave(tmp_path, wave=WAVE.replace("year = 2024", "year = 2024.5").replace("units.csv", "unit.csv"))

    places = {fault.code: fault.place.line for fault in faults_of(folder)}

    assert places["EXPECTED_WHOLE_NUMBER"] == 4
    assert places["WAVE_FILE_MISSING"] == 6


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "WAVE_SECTION_MISSING"),
        ("[wave\n", "WAVE_TOML_SYNTAX"),
        ("x = " + "[" * 100_000, "WAVE_TOML_SYNTAX"),
        ("[wave]\nyear = " + "9" * 5000 + "\n", "WAVE_TOML_SYNTAX"),
        ("[wave]\ncode = 1\n[ware]\n", "WAVE_KEY_UNKNOWN"),
        ("wave = 3\n", "WAVE_SECTION_MISSING"),
        ('[wave]\nunits = "a\\u0000b"\n', "EXPECTED_TEXT"),
        ("[wave]\nyear = inf\n", "EXPECTED_WHOLE_NUMBER"),
        ("[wave]\nreplicates = -1\n", "CELL_OUT_OF_RANGE"),
        ('[wave]\nlone_stratum = "bo"\n', "NOT_IN_CHOICES"),
        ('[wave]\nrake = "co"\n', "EXPECTED_TRUE_FALSE"),
        ('[wave]\npooled = "x"\n', "EXPECTED_TEXT_LIST"),
    ],
)
def test_a_broken_wave_toml_is_explained(tmp_path, content, code):
    assert code in codes_of(make_wave(tmp_path, wave=content))


def test_a_missing_folder_or_wave_toml_is_a_fault(tmp_path):
    (tmp_path / "trong").mkdir()

    assert codes_of(tmp_path / "khong-co") == ["WAVE_FOLDER_MISSING"]
    assert codes_of(tmp_path / "trong") == ["FILE_MISSING"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("units.csv", "../nho-2023/units.csv", "PATH_OUTSIDE_FOLDER"),
        ("units.csv", "/etc/passwd", "PATH_ABSOLUTE"),
        ("units.csv", "C:/bang.csv", "PATH_ABSOLUTE"),
        ("../../frameworks/nho/2024", "../../../../x", "PATH_OUTSIDE"),
        ("../../frameworks/nho/2024", "../../frameworks/nho/2025", "WAVE_FILE_MISSING"),
        ("seed = 7", 'previous = "../../../khac"', "PATH_OUTSIDE"),
        ("seed = 7", 'previous = "."', "WAVE_CYCLE"),
        ("seed = 7", 'previous = "units.csv"', "PREVIOUS_KIND"),
    ],
)
def test_paths_stay_inside_their_fences(tmp_path, old, new, code):
    assert code in codes_of(make_wave(tmp_path, wave=WAVE.replace(old, new)))


def test_a_link_cannot_lead_a_table_out_of_the_folder(tmp_path):
    folder = make_wave(tmp_path)
    outside = tmp_path / "units.csv"
    (folder / "units.csv").rename(outside)
    (folder / "units.csv").symlink_to(outside)

    assert codes_of(folder)[0] == "PATH_OUTSIDE_FOLDER"
    assert load_wave(folder, allow_outside=True).units[0].code == "01"


def test_links_in_a_circle_are_a_fault(tmp_path):
    folder = make_wave(tmp_path)
    (folder / "units.csv").unlink()
    (folder / "units.csv").symlink_to("units.csv")

    assert codes_of(folder)[0] in {"PATH_UNUSABLE", "WAVE_FILE_MISSING"}


def test_previous_and_pooled_waves_are_read_without_their_own_previous(tmp_path):
    first = WAVE.replace('"nho-2024"', '"nho-2022"').replace("2024\n", "2022\n", 1)
    second = WAVE.replace("seed = 7", 'previous = "../nho-2022"')
    make_wave(tmp_path, "nho-2022", wave=first)
    make_wave(tmp_path, "nho-2023", wave=second)
    third = make_wave(tmp_path, wave=WAVE.replace("seed = 7", 'previous = "../nho-2023"\npooled = ["../nho-2022"]'))

    wave = load_wave(third)

    assert wave.previous.previous is None
    assert [pooled.code for pooled in wave.pooled] == ["nho-2022"]
    assert load_wave(third, with_previous=False).previous is None


def test_two_waves_that_name_each_other_are_a_fault(tmp_path):
    make_wave(tmp_path, "nho-2023", wave=WAVE.replace("seed = 7", 'previous = "../nho-2024"'))
    folder = make_wave(tmp_path, wave=WAVE.replace("seed = 7", 'previous = "../nho-2023"'))

    (fault,) = faults_of(folder)

    assert (fault.code, fault.place.file) == ("WAVE_CYCLE", "../nho-2023/wave.toml")


def test_faults_of_the_previous_wave_name_its_files(tmp_path):
    make_wave(tmp_path, "nho-2023", units="code,name,group\n01,A,xb\n")
    folder = make_wave(tmp_path, wave=WAVE.replace("seed = 7", 'previous = "../nho-2023"'))

    assert "../nho-2023/units.csv" in {fault.place.file for fault in faults_of(folder)}


def test_a_result_is_read_by_the_reader_that_is_given(tmp_path):
    folder = make_wave(tmp_path, wave=WAVE.replace("seed = 7", 'previous = "result.json"'))
    (folder / "result.json").write_text("{}")

    assert load_wave(folder, read_result=lambda path: path.name).previous == "result.json"
    assert codes_of(folder) == ["PREVIOUS_KIND"]


def test_unknown_predecessors_are_a_warning(tmp_path):
    units = "code,name,group,valid_from,valid_to,succeeds\n01,Xã A,xa,01/07/2025,,02 09\n02,Xã B,xa,,2025-06-30,\nS1,Sở,so,,,\n"

    wave = load_wave(make_wave(tmp_path, units=units))

    assert [(fault.code, fault.found) for fault in wave.warnings] == [("SUCCEEDS_UNKNOWN", "09")]
    assert wave.units[0].valid_from == "2025-07-01"
    assert wave.units[0].succeeds == ("02", "09")


def test_history_and_targets_are_read(tmp_path):
    folder = make_wave(tmp_path, wave=WAVE.replace("seed = 7", 'history = "history.csv"\ntargets = "targets.csv"'))
    (folder / "history.csv").write_text("year,unit,code,score,rank,n_units\n2020,01,index,71.64,4,11\n2019,01,CU,5,,\n")
    (folder / "targets.csv").write_text("unit,code,score,rank_from,rank_to\n01,index,,5,6\n01,A,7.5,,\n")

    wave = load_wave(folder)

    assert (wave.history[0].year, wave.history[0].score, wave.history[0].n_units) == (2020, 71.64, 11)
    assert [(target.score, target.rank_from, target.rank_to) for target in wave.targets] == [
        (None, 5, 6),
        (7.5, None, None),
    ]
    assert [fault.code for fault in wave.warnings] == ["HISTORY_CODE_UNKNOWN"]


def test_nothing_raises_but_input_errors_on_hostile_tables(tmp_path):
    hostile = [
        b"",
        b"\n",
        b"\0",
        b"code",
        b'"',
        b'"a',
        b"a,b,c\n" + b"x" * 1_000_000,
        b"\xff\xfe",
        b",,,\n,,,",
        b"PK\x03\x04",
    ]
    for number, content in enumerate(hostile):
        folder = make_wave(tmp_path, f"w{number}", units=content, values=content, responses=content, strata=content)

        with pytest.raises(InputError):
            load_wave(folder)


EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[2] / "examples").rglob("wave.toml"))


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_every_example_wave_loads_without_a_fault(folder):
    assert codes_of(folder) == []
