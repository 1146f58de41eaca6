"""The whole way through the pages alone: hand in, compute, review, publish under embargo, open, correct."""

from __future__ import annotations

from django.urls import reverse

from ddci_web.results.models import Computation, Snapshot, Source
from ddci_web.results.published import open_snapshot, snapshots_of
from tests.wave.folders import TABLES
from tests.web.people import logged_in
from tests.web.room import tiny_archive, upload

PAST = "2020-01-01T08:00"


def shown(client, name, argument):
    """The page, with plain spaces where numbers and units are kept together."""
    answer = client.get(reverse(f"organiser:{name}", args=[argument]))
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def follow(client, name, argument, entered=None):
    answer = client.post(reverse(f"organiser:{name}", args=[argument]), entered or {}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def approved(room, data):
    """Hand in and compute as the consultant, approve as the reviewer; the computation."""
    consultant, reviewer = logged_in(room.consultant), logged_in(room.reviewer)
    assert "Dữ liệu dùng được" in follow(consultant, "upload", "nho-2024", {"file": upload(data)})
    assert "lần tính" in follow(consultant, "compute", Source.objects.latest("pk").pk, {"replicates": "20"})
    computation = Computation.objects.latest("pk")
    entered = {"decision": "approve", "note": "Đã xem.", "exception": "Nguồn in sai."}
    assert "đồng ý công bố" in follow(reviewer, "review", computation.pk, entered)
    return computation


def test_from_an_archive_to_a_correction(lasting_room):
    room, organiser = lasting_room, logged_in(lasting_room.organiser)
    first = approved(room, tiny_archive())
    confirm = shown(organiser, "publish", first.pk)
    assert first.result_hash in confirm
    assert "Nguồn in sai." in confirm

    follow(organiser, "publish", first.pk, {"public_from": "2027-06-01T08:00", "is_sure": "on"})

    old = Snapshot.objects.get()
    assert not old.is_public
    assert "chờ đến 01/06/2027 08:00" in shown(organiser, "snapshot", old.pk)
    assert "Đã đổi giờ" in follow(organiser, "embargo", old.pk, {"public_from": PAST})
    assert "không đổi được giờ" in follow(organiser, "embargo", old.pk, {"public_from": PAST})

    values = TABLES["values.csv"].replace("0.90", "0.40")
    second = approved(room, tiny_archive(values=values))
    assert organiser.get(reverse("organiser:publish", args=[second.pk])).url == reverse(
        "organiser:correct", args=[second.pk]
    )
    compared = shown(organiser, "correct", second.pk)
    assert "khác bản trước" in compared
    assert "Hồ sơ đúng hạn" in compared
    assert "Hãy ghi lý do" in follow(organiser, "correct", second.pk, {"public_from": PAST, "is_sure": "on"})
    entered = {"public_from": PAST, "is_sure": "on", "reason": "Nhập nhầm 0,90."}
    follow(organiser, "correct", second.pk, entered)

    assert [item.snapshot.number for item in snapshots_of(room.wave)] == [2, 1]
    assert open_snapshot("nho-2024").snapshot.reason == "Nhập nhầm 0,90."
    assert "đã được đính chính" in shown(organiser, "snapshot", old.pk)
    assert "Nhập nhầm 0,90." in shown(organiser, "wave", "nho-2024")
