"""The background work, really done: archive in, faults or facts; source in, checked result; approval in, publication."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from ddci.result_json import load_result
from ddci_web.audit.verify import verify
from ddci_web.jobs.models import Job, State
from ddci_web.results import published, services, work
from ddci_web.results.models import Review, Snapshot, Source
from ddci_web.results.paths import computation_folder, publication_folder, source_folder
from ddci_web.results.published import UnknownWaveError, open_snapshot
from ddci_web.results.work import open_studies
from tests.wave.folders import TABLES, WAVE
from tests.web.room import NOTE, packed, tiny_archive


def test_a_sound_archive_gives_facts_and_no_faults(lasting_room):
    source = lasting_room.hand_in()

    assert (source.state, source.job.state) == (Source.State.SOUND, State.DONE)
    assert (source.facts["n_units"], source.facts["n_indicators"], source.facts["n_respondents"]) == (3, 4, 4)
    assert source.facts["difference"] is None
    assert source.wave_file == "examples/nho-2024/wave.toml"


def test_every_fault_of_every_file_is_kept_with_its_place_and_remedy(lasting_room):
    values = TABLES["values.csv"].replace("0.90", "1.90").replace("02,A4", "03,A4")
    units = TABLES["units.csv"].replace("S1,Sở Tài chính,so", "S1,Sở Tài chính,xx")

    source = lasting_room.hand_in(tiny_archive(values=values, units=units))

    assert (source.state, source.job.state) == (Source.State.FAULTY, State.FAILED)
    assert {(fault["code"], fault["file"]) for fault in source.faults if fault["severity"] == "error"} >= {
        ("SHARE_OUTSIDE", "values.csv"),
        ("UNIT_UNKNOWN", "values.csv"),
        ("UNIT_GROUP_UNKNOWN", "units.csv"),
    }
    assert all(fault["place"] and fault["text"] and fault["remedy"] for fault in source.faults)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not an archive", "không đọc được như một tệp .zip"),
        (packed({"../../evil.txt": "x"}), "ra ngoài thư mục"),
        (packed({"a.txt": "x"}), "Không thấy wave.toml"),
        (tiny_archive(wave=WAVE.replace('code = "nho-2024"', 'code = "khac"')), "mã tìm thấy: khac"),
        (tiny_archive(wave=WAVE.replace("year = 2024", "year = 2023")), "wave.toml ghi năm 2023"),
        (tiny_archive(wave=WAVE.replace("seed = 7", "seed = 7\nsimulated = true")), "là số liệu mô phỏng"),
    ],
)
def test_an_archive_of_something_else_is_refused_with_the_reason(lasting_room, files, data, words):
    source = lasting_room.hand_in(data)

    assert source.state == Source.State.FAULTY
    assert any(words in fault["text"] for fault in source.faults)
    assert not list(files.parent.rglob("evil.txt"))


def test_a_computation_leaves_its_result_its_checks_and_its_hash(lasting_room):
    computation = lasting_room.compute()

    folder = computation_folder(computation)
    assert computation.job.state == State.DONE
    assert computation.is_done
    assert load_result(folder / "result.json").wave == "nho-2024"
    assert {check.code for check in computation.checks.all()} >= {"source", "published", "complete", "method"}
    assert services.has_failing_checks(computation)  # the tiny wave's published figures are invented
    assert json.loads((folder / "flagged.json").read_bytes()) is None


def test_flagged_answers_are_computed_with_and_without(lasting_room):
    source = lasting_room.hand_in(tiny_archive(flagged="respondent,reason\nr1,chọn một mạch\n"))

    computation = lasting_room.compute(source)

    study = json.loads((computation_folder(computation) / "flagged.json").read_bytes())
    check = computation.checks.get(code="flagged")
    assert (source.facts["n_flagged"], study["n_respondents"]) == (1, 1)
    assert check.verdict in ("ok", "doubtful", "fails")
    assert "1 người trả lời bị gắn cờ" in check.text


def test_a_publication_is_the_files_the_row_and_the_units_and_waits_for_its_hour(lasting_room):
    room = lasting_room
    computation = room.compute()
    room.approve(computation, exception="Nguồn in sai.")

    snapshot = room.publish(computation, timezone.now() + timedelta(hours=1))

    names = {file["name"] for file in snapshot.manifest["files"]}
    assert {"result.json", "scores.csv", "scores.parquet", "bundle.zip", "sensitivity.json"} <= names
    assert (publication_folder(snapshot) / "manifest.json").is_file()
    assert (snapshot.by, snapshot.review.exception) == (room.organiser, "Nguồn in sai.")
    assert room.wave.programme.waves.count() == 1
    with pytest.raises(UnknownWaveError):
        open_snapshot("nho-2024")
    services.change_embargo(snapshot=snapshot, public_from=timezone.now(), by=room.organiser)
    assert open_snapshot("nho-2024").snapshot == snapshot
    assert verify([snapshot.audit_head]).holds


def test_a_correction_is_a_second_snapshot_and_the_first_stays(lasting_room):
    room = lasting_room
    first = room.compute()
    room.approve(first, exception="Nguồn in sai.")
    old = room.publish(first, timezone.now())
    values = TABLES["values.csv"].replace("0.90", "0.40")
    source = room.hand_in(tiny_archive(values=values))
    second = room.compute(source)
    room.approve(second, exception="Nguồn in sai.")

    new = room.publish(second, timezone.now(), reason="Nhập nhầm 0,90.")

    assert (new.number, new.corrects, new.reason) == (2, old, "Nhập nhầm 0,90.")
    assert source.facts["difference"]["same"] is True
    assert [item.snapshot for item in published.snapshots_of(room.wave)] == [new, old]
    assert open_snapshot("nho-2024", 1).result.scores.value[0, -1] == pytest.approx(0.9)
    assert open_snapshot("nho-2024").result.scores.value[0, -1] == pytest.approx(0.4)


def test_an_approval_withdrawn_while_the_files_are_written_stops_the_publication(lasting_room, monkeypatch):
    room = lasting_room
    computation = room.computed()
    room.approve(computation)
    write = work.write_publication

    def withdraw_meanwhile(*arguments, **options):
        Review.objects.create(computation=computation, decision=Review.Decision.RETURN, note=NOTE, by=room.reviewer)
        return write(*arguments, **options)

    monkeypatch.setattr(work, "write_publication", withdraw_meanwhile)
    with pytest.raises(Snapshot.DoesNotExist):
        room.publish(computation, timezone.now())

    assert "chưa được người thứ hai" in Job.objects.latest("pk").faults[0]["text"]


def test_data_changed_after_the_computation_are_not_published(lasting_room):
    room = lasting_room
    computation = room.compute()
    room.approve(computation, exception="Nguồn in sai.")
    values = source_folder(computation.source) / "examples" / "nho-2024" / "values.csv"
    values.write_text(values.read_text(encoding="utf-8").replace("0.90", "0.91"), encoding="utf-8")

    with pytest.raises(Snapshot.DoesNotExist):
        room.publish(computation, timezone.now())

    assert [fault["code"] for fault in Job.objects.latest("pk").faults] == ["INPUTS_CHANGED"]


def test_a_result_changed_after_the_review_is_not_published(lasting_room):
    room = lasting_room
    computation = room.computed()
    room.approve(computation)
    file = computation_folder(computation) / "result.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"Xã', '"Phường', 1), encoding="utf-8")

    with pytest.raises(Snapshot.DoesNotExist):
        room.publish(computation, timezone.now())

    assert [fault["place"] for fault in Job.objects.latest("pk").faults] == ["result.json"]


def test_what_an_attempt_left_that_was_killed_is_no_publication(lasting_room, files):
    room = lasting_room
    computation = room.computed()
    room.approve(computation)
    orphan = files / "publications" / "nho-2024-1"
    orphan.mkdir(parents=True)
    (orphan / "half.svg").write_text("<svg")

    snapshot = room.publish(computation, timezone.now())

    names = {path.relative_to(orphan).as_posix() for path in orphan.rglob("*") if path.is_file()}
    assert names == {entry["name"] for entry in snapshot.manifest["files"]} | {"manifest.json"}
    assert [path.name for path in orphan.parent.iterdir()] == ["nho-2024-1"]


def test_the_slower_of_two_publications_leaves_the_files_of_the_quicker_alone(lasting_room, files, monkeypatch):
    """A job that was taken for lost may still be at work when the next one has published."""
    room = lasting_room
    slow, quick = room.computed(), room.computed()
    room.approve(slow)
    room.approve(quick)
    write, folder = work.write_publication, files / "publications" / "nho-2024-1"

    def overtaken(result, draft, **options):
        monkeypatch.setattr(work, "write_publication", write)
        Job.objects.filter(state=State.RUNNING).update(state=State.FAILED, finished_at=timezone.now())
        room.publish(quick, timezone.now())
        Job.objects.filter(arguments__computation=slow.pk).update(state=State.RUNNING, finished_at=None)
        return write(result, draft, **options)

    monkeypatch.setattr(work, "write_publication", overtaken)
    with pytest.raises(Snapshot.DoesNotExist):
        room.publish(slow, timezone.now())

    snapshot = Snapshot.objects.get()
    assert snapshot.computation == quick
    assert published.Published(snapshot).result.wave == "nho-2024"
    assert "một bản khác của đợt này" in Job.objects.get(arguments__computation=slow.pk).faults[0]["text"]
    assert [path.name for path in folder.parent.iterdir()] == ["nho-2024-1"]


def test_nothing_was_public_before_it_was_there(lasting_room):
    room = lasting_room
    computation, later = room.computed(), timezone.now() + timedelta(hours=1)
    room.approve(computation)
    began = timezone.now()

    at_once = room.publish(computation, began - timedelta(days=900))

    assert at_once.public_from >= began
    Snapshot.objects.update(public_from=later)
    services.change_embargo(snapshot=at_once, public_from=began - timedelta(days=900), by=room.organiser)
    at_once.refresh_from_db()
    assert at_once.public_from >= began


def test_units_that_are_not_published_are_left_out_of_the_study_of_method(lasting_room):
    computation = lasting_room.computed()
    result = load_result(computation_folder(computation) / "result.json")
    studies = json.loads((computation_folder(computation) / "sensitivity.json").read_bytes())

    assert open_studies(studies, result, 0) == studies
    assert all(study["units"] == [] for study in open_studies(studies, result, 1_000))
