"""A publication is whole, verifiable, rebuilt from its bundle byte for byte, and keeps answers to itself."""

from __future__ import annotations

import io
import json
import re
import shlex
import zipfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from tests.cli.calls import call
from tests.wave.folders import WAVE, make_wave

from ddci.compute import compute
from ddci.errors import InputError
from ddci.report.charts.draw import draw_svg
from ddci.report.figures import WIDTHS, all_figures
from ddci.report.publication import load_manifest, verify_publication, write_publication
from ddci.report.sections import drawing_workers
from ddci.result import Result
from ddci.result_json import load_result, write_result
from ddci.wave.load import load_wave

CHI_LANG = Path(__file__).resolve().parents[2] / "examples" / "chi-lang" / "2024"
SIMULATED = WAVE + "simulated = true\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def unpacked(folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(folder / "bundle.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rebuild(folder: Path) -> Path:
    """Do what REBUILD.md says, in the current folder; the folder that comes out."""
    with zipfile.ZipFile(folder / "bundle.zip") as archive:
        archive.extractall("bundle")
    commands = re.findall(r"^(unzip|ddci) (.*)$", Path("bundle/REBUILD.md").read_text(encoding="utf-8"), re.M)
    assert [name for name, _ in commands] == ["unzip", "ddci"]
    outcome = call(*shlex.split(commands[1][1]))
    assert outcome.code == 0, outcome.text
    return Path("rebuilt")


def published(wave: Path, folder: str = "published", **options) -> Path:
    result = compute(load_wave(wave, read_result=load_result))
    write_publication(result, Path(folder), inputs=wave, **{"minimum": 0, **options})
    return Path(folder)


def answers_wave(tmp_path: Path, text: str = SIMULATED) -> Path:
    return make_wave(tmp_path, wave=text)


@pytest.mark.parametrize("minimum", [0, 2])
def test_a_simulated_wave_is_rebuilt_from_its_bundle_byte_for_byte(tmp_path, minimum):
    folder = published(answers_wave(tmp_path), minimum=minimum)

    again = rebuild(folder)

    assert bytes_of(again) == bytes_of(folder)


def test_a_wave_with_an_earlier_wave_is_rebuilt_from_its_bundle_byte_for_byte():
    assert call("compute", CHI_LANG, "--publish", "--out", "published").code == 0

    again = rebuild(Path("published"))

    assert bytes_of(again) == bytes_of(Path("published"))
    assert "inputs/examples/chi-lang/2023/wave.toml" in unpacked(again)


def test_the_history_from_earlier_results_is_rebuilt_too(tmp_path):
    wave = answers_wave(tmp_path)
    before = replace(compute(load_wave(wave)), wave="nho-2020", year=2020)

    folder = published(wave, earlier=[before])

    assert {point.year for point in load_result(folder / "result.json").history} == {2020}
    assert bytes_of(rebuild(folder)) == bytes_of(folder)


def test_real_answers_are_never_bundled(tmp_path):
    wave = answers_wave(tmp_path, WAVE)
    (wave / "responses-old.csv").write_bytes((wave / "responses.csv").read_bytes())

    folder = published(wave)

    files = unpacked(folder)
    secret = (wave / "responses.csv").read_bytes()
    assert not any(secret in content or b"Nhanh h" in content for content in files.values())
    assert "inputs/examples/nho-2024/values.csv" in files
    assert files["published/scores.csv"] == (folder / "scores.csv").read_bytes()
    text = files["REBUILD.md"].decode()
    assert "```" not in text
    assert dict(load_wave(wave).files)["responses.csv"] in text


def test_values_of_a_real_wave_stay_at_home_where_cells_are_suppressed(tmp_path):
    values = "unit,indicator,value,se,n\n" + "".join(
        f"{unit},A{k},0.{place}{k},,{3 if (unit, k) == ('01', 1) else 40}\n"
        for place, unit in enumerate(("01", "02", "S1"), start=1)
        for k in (1, 2, 3, 4)
    )
    text = WAVE.replace('responses = "responses.csv"\n', "").replace('strata = "strata.csv"\n', "")
    wave = make_wave(tmp_path, wave=text, values=values)

    whole, careful = published(wave), published(wave, "careful", minimum=5)

    assert "inputs/examples/nho-2024/values.csv" in unpacked(whole)
    assert "inputs/examples/nho-2024/values.csv" not in unpacked(careful)
    assert "0.11" not in (careful / "scores.csv").read_text(encoding="utf-8")


def test_the_manifest_names_every_file_and_where_the_figures_come_from(tmp_path):
    wave = answers_wave(tmp_path)
    result = compute(load_wave(wave))

    manifest = write_publication(result, Path("published"), minimum=2, inputs=wave)

    assert manifest == load_manifest(Path("published"))
    assert {file.name for file in manifest.files} == set(bytes_of(Path("published"))) - {"manifest.json"}
    made = result.provenance
    assert (manifest.framework_hash, manifest.data_hash) == (made.framework_hash, made.data_hash)
    assert (manifest.minimum, manifest.simulated, manifest.seed, manifest.replicates) == (2, True, 7, 10)


def test_every_figure_of_the_catalogue_is_a_picture_at_both_widths(tmp_path):
    folder = published(answers_wave(tmp_path))

    figures = all_figures(load_result(folder / "result.json"))
    pictures = {path.name for path in (folder / "pictures").glob("*.svg")}
    assert figures
    assert pictures == {f"{name}-{width}.svg" for name in figures for width in WIDTHS}


def test_a_picture_with_words_or_broken_numbers_is_there_in_english_too(tmp_path):
    folder = published(answers_wave(tmp_path))
    result = load_result(folder / "result.json")

    figures = all_figures(result, language="en")

    english = {path.name: path.read_text(encoding="utf-8") for path in (folder / "pictures" / "en").iterdir()}
    assert any(name.startswith("ranking-") for name in english)
    for name, figure in figures.items():
        for width in WIDTHS:
            file = f"{name}-{width}.svg"
            vietnamese = (folder / "pictures" / file).read_text(encoding="utf-8")
            assert english.get(file, vietnamese) == draw_svg(figure.draw(width)), file


def test_the_parquet_table_has_the_rows_of_the_csv_with_types(tmp_path):
    folder = published(answers_wave(tmp_path))

    frame = pl.read_parquet(folder / "scores.parquet")
    text = pl.read_csv(folder / "scores.csv", infer_schema_length=None, schema_overrides={"unit": pl.String})

    assert frame.columns == text.columns
    assert frame["score"].to_list() == pytest.approx(text["score"].to_list(), nan_ok=True)
    assert frame.schema["below_median"] == pl.Boolean
    assert frame.schema["flags"] == pl.List(pl.String)


def test_workers_change_no_byte(tmp_path):
    wave = answers_wave(tmp_path)
    alone = published(wave)

    with drawing_workers(2) as workers:
        together = published(wave, "together", workers=workers)

    assert bytes_of(together) == bytes_of(alone)


def test_verify_finds_every_changed_missing_and_foreign_file(tmp_path):
    folder = published(answers_wave(tmp_path))
    assert verify_publication(folder) == ()

    (folder / "scores.csv").write_text("x", encoding="utf-8")
    (folder / "groups.csv").unlink()
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    differences = verify_publication(folder)

    codes = {(fault.place.file, fault.code) for fault in differences}
    assert codes == {
        ("scores.csv", "PUBLISHED_CHANGED"),
        ("groups.csv", "PUBLISHED_MISSING"),
        ("notes.txt", "PUBLISHED_FOREIGN"),
    }
    outcome = call("verify", folder)
    assert outcome.code == 1
    assert all(code in outcome.text for _, code in codes)


def test_verify_is_content_with_a_sound_publication(tmp_path):
    folder = published(answers_wave(tmp_path))

    outcome = call("verify", folder)

    assert outcome.code == 0
    assert str(len(load_manifest(folder).files)) in outcome.out


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"files": [{"name": "../x", "sha256": "", "size": 0}]}', '{"files": 1}'],
)
def test_what_is_no_manifest_is_told(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as raised:
        load_manifest(tmp_path)

    assert [fault.code for fault in raised.value.faults] == ["MANIFEST_UNREADABLE"]


def test_a_manifest_that_leads_out_of_the_folder_is_refused(tmp_path):
    folder = published(answers_wave(tmp_path))
    plain = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    plain["files"][0]["name"] = "../wave.toml"
    (folder / "manifest.json").write_text(json.dumps(plain), encoding="utf-8")

    assert call("verify", folder).code == 1
    with pytest.raises(InputError):
        load_manifest(folder)


def test_inputs_that_changed_since_the_computation_are_not_published(tmp_path):
    wave = answers_wave(tmp_path)
    result = compute(load_wave(wave))
    (wave / "units.csv").write_text((wave / "units.csv").read_text(encoding="utf-8") + "\n", encoding="utf-8")

    with pytest.raises(InputError) as raised:
        write_publication(result, Path("published"), minimum=0, inputs=wave)

    assert [fault.code for fault in raised.value.faults] == ["INPUTS_CHANGED"]
    assert not Path("published").exists()


def test_the_minimum_is_the_waves_own_before_the_frameworks(tmp_path):
    wave = answers_wave(tmp_path, SIMULATED + "publication_min = 2\n")
    call("compute", wave, "--publish", "--out", "own")
    call("compute", wave, "--publish", "--minimum", 0, "--out", "asked")

    assert load_manifest(Path("own")).minimum == 2
    assert load_manifest(Path("asked")).minimum == 0
    assert "suppressed" in Path("own/scores.csv").read_text(encoding="utf-8")


def test_a_result_without_its_inputs_is_published_with_a_bundle_that_says_so(tmp_path):
    result = compute(load_wave(answers_wave(tmp_path)))

    write_publication(result, Path("published"), minimum=0, inputs=None)

    assert set(unpacked(Path("published"))) == {"REBUILD.md", "published/scores.csv"}


def test_publishing_again_replaces_the_publication(tmp_path):
    wave = answers_wave(tmp_path)
    first = bytes_of(published(wave))

    assert bytes_of(published(wave)) == first


def test_an_earlier_result_with_small_cells_is_suppressed_in_the_bundle(tmp_path):
    wave = answers_wave(tmp_path)
    before = replace(compute(load_wave(wave)), wave="nho-2020", year=2020)

    folder = published(wave, earlier=[before], minimum=2)

    Path("earlier.json").write_bytes(unpacked(folder)["earlier/nho-2020.json"])
    kept: Result = load_result(Path("earlier.json"))
    assert "suppressed" in kept.flags


def test_a_real_earlier_result_with_small_cells_is_not_bundled(tmp_path):
    wave = answers_wave(tmp_path, WAVE)
    write_result(replace(compute(load_wave(wave)), wave="nho-2023", year=2023), wave.parent / "before.json")
    text = SIMULATED.replace('code = "nho-2024"', 'code = "nho-2025"') + 'previous = "../before.json"\n'
    later = make_wave(tmp_path, "nho-2025", wave=text)

    folder = published(later, minimum=2)

    assert not any(name.endswith("before.json") for name in unpacked(folder))
    assert "before.json" in unpacked(folder)["REBUILD.md"].decode()


def test_the_bundle_holds_plain_files_with_one_date_in_order(tmp_path):
    folder = published(answers_wave(tmp_path))

    with zipfile.ZipFile(io.BytesIO((folder / "bundle.zip").read_bytes())) as archive:
        entries = archive.infolist()

    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
