"""Reading a framework folder: all faults together, exact places, and never a traceback on hostile files."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.framework.cases import SOUND, changed_folder, sound_folder

from ddci.errors import InputError
from ddci.framework.check import framework_warnings
from ddci.framework.load import load_framework, read_framework
from ddci.framework.toml_lines import scan_lines
from ddci.messages import render


def codes(folder: Path) -> list[str]:
    _, faults = read_framework(folder)
    for fault in faults:
        render(fault, "vi")
    return [fault.code for fault in faults.errors]


def test_all_faults_of_both_files_are_reported_together(tmp_path: Path) -> None:
    folder = changed_folder(
        tmp_path / "khung",
        ("framework.toml", "index_weight = 2.0", "index_weight = -2.0"),
        ("framework.toml", 'parent = "MB"\nvi = "Hồ sơ', 'parent = "MC"\nvi = "Hồ sơ'),
        ("framework.toml", 'method = "median"', 'method = "medain"'),
        ("questionnaire.toml", 'page = "chung"\nvi = "Tìm', 'page = "chugn"\nvi = "Tìm'),
    )

    with pytest.raises(InputError) as caught:
        load_framework(folder)

    found = {fault.code for fault in caught.value.faults}
    assert found == {"NUMBER_NEGATIVE", "PARENT_UNKNOWN", "NOT_IN_CHOICES", "PAGE_UNKNOWN"}


def test_a_fault_names_line_element_found_and_nearest_name(tmp_path: Path) -> None:
    folder = changed_folder(tmp_path / "khung", ("framework.toml", 'method = "median"', 'method = "medain"'))
    line = (folder / "framework.toml").read_text(encoding="utf-8").split("\n").index('method = "medain"') + 1

    _, faults = read_framework(folder)

    (fault,) = faults
    assert (fault.place.line, fault.place.element) == (line, "indicator TG01 › method")
    assert dict(fault.details)["nearest"] == "median"
    assert f"dòng {line}" in render(fault, "vi")
    assert "«medain»" in render(fault, "vi")


def test_an_option_is_placed_on_its_own_line(tmp_path: Path) -> None:
    old = '{ code = "5", vi = "Rất dễ" }'
    folder = changed_folder(tmp_path / "khung", ("questionnaire.toml", old, '{ code = "5", vi = 5 }'))
    lines = (folder / "questionnaire.toml").read_text(encoding="utf-8").split("\n")

    _, faults = read_framework(folder)

    (fault,) = faults
    assert fault.place.line == next(i for i, line in enumerate(lines, start=1) if "vi = 5 }" in line)


def test_every_file_is_hashed(tmp_path: Path) -> None:
    folder = sound_folder(tmp_path / "khung")

    framework = load_framework(folder)

    expected = [(name, hashlib.sha256((folder / name).read_bytes()).hexdigest()) for name in SOUND]
    assert list(framework.files) == expected


def test_the_file_itself_may_be_named_instead_of_its_folder(tmp_path: Path) -> None:
    folder = sound_folder(tmp_path / "khung")

    assert load_framework(folder / "framework.toml") == load_framework(folder)


def test_byte_order_mark_and_windows_line_ends_are_sound(tmp_path: Path) -> None:
    folder = sound_folder(tmp_path / "khung")
    for name, text in SOUND.items():
        (folder / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    assert codes(folder) == []


@pytest.mark.parametrize(("encoding", "name"), [("utf-16", "UTF-16"), ("utf-32", "UTF-32"), ("utf-16-le", "UTF-16")])
def test_another_encoding_is_named(tmp_path: Path, encoding: str, name: str) -> None:
    folder = sound_folder(tmp_path / "khung")
    (folder / "framework.toml").write_bytes(SOUND["framework.toml"].encode(encoding))

    _, faults = read_framework(folder)

    assert [(fault.code, fault.found) for fault in faults] == [("FILE_ENCODING", name)]


def test_text_in_the_fonts_of_the_nineties_is_named(tmp_path: Path) -> None:
    folder = sound_folder(tmp_path / "khung")
    text = '[framework]\ncode = "a"\nvi = "Bé chØ sè n¨ng lùc c¹nh tranh së, ban, ngµnh"\nyear = 2024\n'
    (folder / "framework.toml").write_bytes(text.encode("cp1252"))

    _, faults = read_framework(folder)

    assert [(fault.code, fault.found[:5]) for fault in faults] == [("FILE_ENCODING", "TCVN3")]


def test_a_framework_without_questionnaire_loads_with_a_warning(tmp_path: Path) -> None:
    folder = sound_folder(tmp_path / "khung")
    (folder / "questionnaire.toml").unlink()

    framework = load_framework(folder)

    assert framework.questionnaire is None
    assert [fault.code for fault in framework_warnings(framework)] == ["QUESTIONNAIRE_MISSING"]


def test_an_unreadable_questionnaire_does_not_hide_the_faults_of_the_framework(tmp_path: Path) -> None:
    folder = changed_folder(
        tmp_path / "khung",
        ("framework.toml", "index_weight = 2.0", "index_weight = -2.0"),
        ("questionnaire.toml", "[[page]]", "[[page"),
    )

    assert codes(folder) == ["TOML_SYNTAX", "NUMBER_NEGATIVE"]


def test_a_folder_that_is_not_one_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "khung.xlsx"
    file.write_bytes(b"")
    (tmp_path / "khung" / "framework.toml").mkdir(parents=True)
    (tmp_path / "trong").mkdir()

    assert codes(tmp_path / "vắng") == ["FOLDER_MISSING"]
    assert codes(tmp_path / ("a" * 5_000)) == ["FOLDER_MISSING"]
    assert codes(file) == ["FOLDER_IS_FILE"]
    assert codes(tmp_path / "khung") == ["FILE_IS_FOLDER"]
    assert codes(tmp_path / "trong") == ["FILE_MISSING"]


def test_a_file_that_may_not_be_read_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = sound_folder(tmp_path / "khung")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)

    assert codes(folder) == ["FILE_UNREADABLE", "FILE_UNREADABLE"]  # both files


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "SECTION_MISSING"),
        (b"\x00" * 1000, "FILE_ENCODING"),
        (b"a = " + b"[" * 100_000, "TOML_TOO_DEEP"),
        (b"[framework]\nyear = " + b"9" * 100_000, "TOML_SYNTAX"),
        (b"[framework]\nyear = 99999999999999999999", "NUMBER_NOT_FINITE"),
        (b'[framework]\nvi = "' + b"x" * 1_000_000 + b'"', "TEXT_TOO_LONG"),
        (b'[framework]\n"' + b"k" * 1_000_000 + b'" = 1', "KEY_UNKNOWN"),
        (b"[framework]\nyear = 0x" + b"f" * 10_000, "NUMBER_NOT_FINITE"),
        (b"[framework]\nvi" + b".a" * 3_000 + b" = 1", "EXPECTED_TEXT"),
        (b"[[indicator]]\nquestions = [" + b"1," * 200_000 + b"]", "EXPECTED_TEXT_LIST"),
        (b"[framework]\nvi = 2024-01-01", "EXPECTED_TEXT"),
        (b"[framework]\nyear = 2024-13-41", "TOML_SYNTAX"),
        (b"framework = 5", "SECTION_SINGLE"),
        (b"indicator = [1, 2]", "SECTION_LIST"),
        (b"[framework.deep.deeper]\nx = 1", "KEY_UNKNOWN"),
        (b'[framework]\nvi = "\xff\xfe"', "FILE_ENCODING"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "FILE_ENCODING"),
    ],
)
def test_hostile_content_is_a_short_list_of_faults(tmp_path: Path, content: bytes, code: str) -> None:
    folder = sound_folder(tmp_path / "khung")
    (folder / "framework.toml").write_bytes(content)

    _, faults = read_framework(folder)

    assert code in [fault.code for fault in faults]
    for fault in faults:
        assert len(render(fault, "vi")) < 1_500


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_to_a_file_causes_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SOUND)))
    text = SOUND[name]
    at = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    pieces = ["", "[", "]]", '"', "\n", "= 1", "{", "\x00", "-1", "nan", "true", '["a"]', "[[question]]\n", "Ặ"]
    damaged = text[:at] + data.draw(st.sampled_from(pieces)) + text[at + length :]
    folder = sound_folder(tmp_path / "khung")
    (folder / name).write_text(damaged, encoding="utf-8")

    _, faults = read_framework(folder)

    for fault in faults:
        assert render(fault, "vi")
        assert render(fault, "en")


def test_lines_are_found_through_strings_comments_and_nested_lists() -> None:
    text = """# [no]
top = 1
[a]
b = '''
[[not a table]]
x = 1
'''
c = "]" # ]
[[d]]
options = [ # {
  { code = "1", vi = "{" },

  { code = "2" },
]
"e f" = 3
[[d]]
[[d.options]]
code = "3"
"""
    tables = scan_lines(text)

    assert tables[""][0].keys == {"top": 2}
    assert (tables["a"][0].line, tables["a"][0].keys) == (3, {"b": 4, "c": 8})
    assert (tables["d"][0].keys, tables["d"][0].items) == ({"options": 10, "e f": 15}, {"options": [11, 13]})
    assert tables["d"][1].items == {"options": [17]}
