"""Every broken file gives its fault, at its place, in words of both languages; and nothing more than that."""

from pathlib import Path

import pytest
from tests.framework.cases import BROKEN, broken_folder, expectation, sound_folder

from ddci.framework.load import load_framework, read_framework
from ddci.messages import catalogue, render

CASES = sorted([*BROKEN.glob("framework_*.toml"), *BROKEN.glob("questionnaire_*.toml")])
SEVERAL_FOLLOW = {"framework_fixed_without_bounds", "framework_share_scale_of_days", "framework_judgement_missing"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_broken_file_gives_its_fault_at_its_place(case: Path, tmp_path: Path) -> None:
    _, faults = read_framework(broken_folder(case, tmp_path / "khung"))

    fault = next((item for item in faults.errors if item.code == expectation(case, "fault")), None)
    assert fault is not None, [(item.code, item.place.element) for item in faults]
    assert Path(fault.place.file).name == case.stem.split("_")[0] + ".toml"
    if (element := expectation(case, "element")) is not None:
        assert (fault.place.element or "") == element
    assert fault.place.line is not None or fault.code == "SECTION_MISSING"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_one_mistake_is_not_reported_as_many_codes(case: Path, tmp_path: Path) -> None:
    _, faults = read_framework(broken_folder(case, tmp_path / "khung"))

    assert len({item.code for item in faults.errors}) <= 2, [(item.code, item.place) for item in faults.errors]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_fault_is_told_in_both_languages_with_all_its_details(case: Path, tmp_path: Path) -> None:
    _, faults = read_framework(broken_folder(case, tmp_path / "khung"))

    for fault in faults:
        for language in ("vi", "en"):
            words = render(fault, language)
            names = catalogue(language)[fault.code]
            assert set(names) == {"message", "expected", "remedy"}
            assert "{" not in words.replace("[{code", "")
            assert "«…»" not in words, "a detail that the message names was not given"


def test_the_sound_framework_has_no_faults(tmp_path: Path) -> None:
    framework = load_framework(sound_folder(tmp_path / "khung"))

    assert [item.code for item in framework.indicators] == ["MB01", "TG01", "TG02", "MB02"]
