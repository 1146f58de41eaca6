"""The rules of the results room: who may do which step when, and what a refusal says."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from ddci_web.jobs import services as jobs
from ddci_web.jobs.models import Job
from ddci_web.results import services
from ddci_web.results.models import Programme, Review, Source, Wave
from ddci_web.results.paths import upload_file
from tests.web.people import make_member
from tests.web.room import NOTE, make_wave_row, tiny_archive


def refused(call, **arguments):
    """The words of the refusal."""
    with pytest.raises(services.RuleError) as refusal:
        call(**arguments)
    return str(refusal.value)


def test_a_code_is_taken_once(room):
    assert "đã dùng" in refused(services.save_programme, code="nho", vi="Khác", is_new=True, by=room.organiser)
    other = services.save_programme(code="khac", vi="Khác", is_new=True, by=room.organiser)

    words = refused(services.save_wave, programme=other, code="nho-2024", year=2024, vi="x", by=room.organiser)
    assert "đã dùng trong chương trình" in words


def test_only_one_programme_is_shown_first(room):
    for code in ("a", "b"):
        services.save_programme(code=code, vi=code, is_featured=True, by=room.organiser)

    assert [item.code for item in Programme.objects.filter(is_featured=True)] == ["b"]


def test_a_published_wave_keeps_its_year_and_label(room):
    computation = room.computed()
    review = room.approve(computation)
    make_snapshot(computation, review)

    words = refused(
        services.save_wave, programme=room.wave.programme, code="nho-2024", year=2025, vi="x", by=room.organiser
    )

    assert "không đổi được năm" in words


def make_snapshot(computation, review, **columns):
    wave = computation.source.wave
    defaults = {"number": 1, "manifest": {"files": []}, "manifest_hash": "b" * 64, "public_from": timezone.now()}
    return wave.snapshots.create(computation=computation, review=review, **(defaults | columns))


def test_an_upload_is_kept_as_it_was_handed_in_under_its_hash(room):
    data = tiny_archive()

    source = services.add_source(wave=room.wave, name="../nho.zip", file=io.BytesIO(data), by=room.consultant)

    assert upload_file(source).read_bytes() == data
    assert source.name == "nho.zip"
    assert not list(upload_file(source).parent.glob("*.part"))


def test_an_upload_above_the_limit_is_refused_and_not_kept(room, monkeypatch):
    monkeypatch.setattr(services, "MOST_UPLOAD", 10)

    words = refused(services.add_source, wave=room.wave, name="a.zip", file=io.BytesIO(b"x" * 11), by=room.consultant)

    assert "200 MB" in words
    assert not Source.objects.exists()


@pytest.mark.parametrize("state", [Source.State.READING, Source.State.FAULTY])
def test_data_with_faults_cannot_be_computed(room, state):
    source = Source.objects.create(wave=room.wave, name="x", sha256="0" * 64, size=1, state=state)

    assert "còn lỗi" in refused(services.start_computation, source=source, by=room.consultant)
    assert not Job.objects.exists()


def test_the_database_itself_refuses_sound_data_without_a_wave(room):
    with pytest.raises(IntegrityError):
        Source.objects.create(wave=room.wave, name="x", sha256="0" * 64, size=1, state=Source.State.SOUND)


def test_a_source_is_computed_once_at_a_time(room):
    source = room.computed().source
    services.start_computation(source=source, by=room.consultant)

    assert "đang được tính" in refused(services.start_computation, source=source, by=room.organiser)


def review(room, computation, by, **changes):
    entered = {"decision": Review.Decision.APPROVE, "note": NOTE} | changes
    return services.review(computation=computation, by=by, **entered)


def test_neither_who_handed_in_nor_who_computed_may_review(room):
    computation = room.computed()
    computation.source.by = room.organiser
    computation.source.save()

    for member in (room.organiser, room.consultant):
        assert "phải khác" in refused(review, room=room, computation=computation, by=member)
    assert review(room, computation, room.reviewer).by == room.reviewer


def test_whoever_had_a_stopped_computation_run_again_may_not_review_it(room):
    computation = room.computed()
    computation.job = jobs.start(kind="results.compute", title="Tính", by=room.organiser, computation=computation.pk)
    computation.save()

    assert "phải khác" in refused(review, room=room, computation=computation, by=room.organiser)


def test_nobody_is_not_a_second_person(room):
    assert "phải khác" in refused(review, room=room, computation=room.computed(), by=None)


def test_failing_checks_need_a_written_reason_to_approve_but_not_to_return(room):
    computation = room.computed(fails=True)

    assert "ghi lý do" in refused(review, room=room, computation=computation, by=room.reviewer)
    assert "ghi lý do" in refused(review, room=room, computation=computation, by=room.reviewer, exception="  ")
    returned = review(room, computation, room.reviewer, decision=Review.Decision.RETURN)
    approved = review(room, computation, room.reviewer, exception="Nguồn in sai.")

    assert (returned.exception, approved.exception) == ("", "Nguồn in sai.")


def test_a_review_says_something_and_comes_after_the_computation(room):
    computation = room.computed()
    assert "ghi ý kiến" in refused(review, room=room, computation=computation, by=room.reviewer, note=" ")

    computation.result_hash = ""
    computation.save()

    assert "Chưa tính xong" in refused(review, room=room, computation=computation, by=room.reviewer)


def publish(room, computation, **changes):
    entered = {"public_from": timezone.now(), "by": room.organiser} | changes
    return services.publish(computation=computation, **entered)


def test_nothing_is_published_that_a_second_person_has_not_approved_last(room):
    computation = room.computed()
    assert "chưa được người thứ hai" in refused(publish, room=room, computation=computation)

    room.approve(computation)
    review(room, computation, room.reviewer, decision=Review.Decision.RETURN)

    assert "chưa được người thứ hai" in refused(publish, room=room, computation=computation)


def test_a_wave_is_published_once_at_a_time(room):
    first, second = room.computed(), room.computed()
    room.approve(first)
    room.approve(second)
    publish(room, first)

    assert "đang được công bố" in refused(publish, room=room, computation=second)


def test_a_correction_needs_a_reason_and_a_new_computation(room):
    first, second = room.computed(), room.computed()
    make_snapshot(first, room.approve(first))
    room.approve(second)

    assert "đã công bố rồi" in refused(publish, room=room, computation=first)
    assert "lý do đính chính" in refused(publish, room=room, computation=second, reason=" ")
    assert publish(room, second, reason="Nhập nhầm.").arguments["reason"] == "Nhập nhầm."


def test_what_is_published_is_not_reviewed_again(room):
    computation = room.computed()
    make_snapshot(computation, room.approve(computation))

    assert "đã công bố rồi" in refused(review, room=room, computation=computation, by=make_member())


def test_the_hour_moves_only_before_it_comes(room):
    computation = room.computed()
    later = timezone.now() + timedelta(days=2)
    snapshot = make_snapshot(computation, room.approve(computation), public_from=later)
    sooner = timezone.now() - timedelta(seconds=1)

    services.change_embargo(snapshot=snapshot, public_from=sooner, by=room.organiser)

    assert "đã công khai" in refused(services.change_embargo, snapshot=snapshot, public_from=later, by=room.organiser)


def test_waves_are_found_by_their_code(room):
    assert make_wave_row() == Wave.objects.get(code="nho-2024")
