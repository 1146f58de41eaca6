"""What the pages of the results room show, what their forms refuse, and how many questions they ask the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ddci_web.accounts.models import Role
from ddci_web.jobs.models import Job, State
from ddci_web.results import services
from ddci_web.results.models import Programme, Source, Wave
from tests.web.people import logged_in, make_member
from tests.web.room import make_wave_row, upload


def text_of(answer):
    return answer.content.decode()


def page(who, name, *arguments, **query):
    answer = logged_in(who).get(reverse(f"organiser:{name}", args=arguments), query)
    assert answer.status_code == 200
    return text_of(answer)


def test_home_gives_each_person_their_own_next_step(room):
    room.computed()

    assert "1 việc đang chờ bạn" in page(room.reviewer, "home")
    assert "Soát kết quả" in page(room.reviewer, "home")
    waiting = page(room.consultant, "home")
    assert "Không có việc nào chờ bạn" in waiting
    assert "Người làm được: Cơ quan điều hành, Người thẩm định" in waiting


def test_home_of_a_new_site_says_how_to_begin(db):
    assert reverse("organiser:new_programme") in page(make_member(Role.ORGANISER), "home")
    assert reverse("organiser:new_programme") not in page(make_member(Role.VIEWER), "home")


def count_queries(client, address, django_assert_max_num_queries, most):
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(("name", "most"), [("home", 20), ("programmes", 12), ("jobs", 12)])
def test_a_list_asks_no_more_questions_when_it_grows(room, name, most, django_assert_max_num_queries):
    room.computed()
    for year in range(2000, 2012):
        wave = make_wave_row(f"nho-{year}", year)
        Source.objects.create(wave=wave, name="x.zip", sha256="0" * 64, size=1, by=room.consultant)
        Job.objects.create(kind="results.read", title=f"Đọc {year}", by=room.consultant)

    count_queries(logged_in(room.organiser), reverse(f"organiser:{name}"), django_assert_max_num_queries, most)


def test_a_room_asks_no_more_questions_when_it_fills(room, django_assert_max_num_queries):
    for _ in range(4):
        room.approve(room.computed())

    address = reverse("organiser:wave", args=["nho-2024"])
    count_queries(logged_in(room.organiser), address, django_assert_max_num_queries, 24)


def test_the_room_shows_six_stages_in_order(room):
    room.computed(fails=True)

    shown = page(room.organiser, "wave", "nho-2024")

    places = [
        shown.index(f"<b>{title}</b>")
        for title in ("Dữ liệu", "Tính", "Kiểm tra", "Người thứ hai soát", "Công bố", "Đính chính")
    ]
    assert places == sorted(places)
    assert "1 đạt, 0 cần xem, 1 không đạt" in shown


def faulty(room, n):
    faults = [
        {
            "code": "X",
            "severity": "error",
            "file": f"f{i % 3}.csv",
            "place": f"dòng {i}",
            "text": "=Sai.",
            "expected": "",
            "remedy": "Sửa.",
        }
        for i in range(n)
    ]
    return Source.objects.create(
        wave=room.wave,
        name="x.zip",
        sha256="0" * 64,
        size=1,
        state=Source.State.FAULTY,
        faults=faults,
        by=room.consultant,
    )


def test_faults_are_listed_by_file_up_to_two_hundred_and_all_in_the_table(room):
    source = faulty(room, 1_000)

    shown = page(room.consultant, "source", source.pk)
    table = (
        logged_in(room.consultant).get(reverse("organiser:source_faults", args=[source.pk])).content.decode("utf-8-sig")
    )

    assert shown.count('data-label="Việc cần làm"') == 200
    assert "1.000 lỗi" in shown
    assert "liệt kê 200" in shown
    assert table.count("\r\n") == 1_001
    assert "'=Sai." in table


def test_data_with_faults_offer_no_computing(room):
    source = faulty(room, 1)

    assert reverse("organiser:compute", args=[source.pk]) not in page(room.consultant, "source", source.pk)
    answer = logged_in(room.consultant).post(reverse("organiser:compute", args=[source.pk]))
    assert answer.status_code == 409
    assert "còn lỗi" in text_of(answer)


@pytest.mark.parametrize(
    ("data", "words"), [(b"", "Tệp này rỗng"), (b"hello", "không phải tệp .zip")], ids=["empty", "no archive"]
)
def test_an_upload_that_is_no_archive_is_refused_in_words(room, data, words):
    answer = logged_in(room.consultant).post(reverse("organiser:upload", args=["nho-2024"]), {"file": upload(data)})

    assert words in text_of(answer)
    assert not Source.objects.exists()


def test_forms_keep_what_was_typed_and_name_the_field(room):
    entered = {"code": "Lạng Sơn", "year": "nay", "vi": "Đợt <b>mới</b>"}

    shown = text_of(logged_in(room.organiser).post(reverse("organiser:new_wave", args=["nho"]), entered))

    assert "Mã chỉ gồm chữ thường không dấu" in shown
    assert "Năm là một số có bốn chữ số." in shown
    assert "Đợt &lt;b&gt;mới&lt;/b&gt;" in shown
    assert Wave.objects.count() == 1


def test_a_programme_is_made_once_and_changed(room):
    client = logged_in(room.organiser)
    entered = {"code": "moi", "vi": "Chương trình mới", "position": "1"}

    assert client.post(reverse("organiser:new_programme"), entered).status_code == 302
    assert "đã dùng" in text_of(client.post(reverse("organiser:new_programme"), entered))
    client.post(reverse("organiser:edit_programme", args=["moi"]), {"vi": "Tên khác", "position": "2"})

    assert Programme.objects.get(code="moi").vi == "Tên khác"


def test_every_page_of_a_computation_shows_its_figures(room):
    computation = room.computed(fails=True)

    assert "Xã Chi Lăng" in page(room.consultant, "computation", computation.pk)
    assert "71,50" in page(room.consultant, "checks", computation.pk)
    assert "không khớp" in page(room.consultant, "comparison", computation.pk)
    assert "Hệ số α" in page(room.consultant, "coherence", computation.pk)
    assert "cách tính" in page(room.consultant, "sensitivity", computation.pk)


def test_an_unfinished_computation_shows_its_progress_only(room):
    computation = room.computed()
    computation.result_hash = ""
    computation.job = Job.objects.create(
        kind="results.compute", title="Tính", state=State.RUNNING, started_at=timezone.now(), done=2, total=8
    )
    computation.save()
    client = logged_in(room.consultant)

    assert client.get(reverse("organiser:checks", args=[computation.pk])).status_code == 302
    shown = page(room.consultant, "computation", computation.pk)
    assert 'value="2"' in shown
    assert "Cập nhật" in shown


def test_the_author_of_a_computation_is_told_that_somebody_else_must_review(room):
    computation = room.computed()
    computation.by = room.organiser
    computation.save()

    shown = page(room.organiser, "review", computation.pk)
    answer = logged_in(room.organiser).post(
        reverse("organiser:review", args=[computation.pk]), {"decision": "approve", "note": "Tự duyệt."}
    )

    assert "Bạn không soát được lần tính này" in shown
    assert "phải khác" in text_of(answer)
    assert not computation.reviews.exists()


def test_approving_against_failing_checks_asks_for_the_reason_at_its_field(room):
    computation = room.computed(fails=True)
    entered = {"decision": "approve", "note": "Đã xem."}

    shown = text_of(logged_in(room.reviewer).post(reverse("organiser:review", args=[computation.pk]), entered))

    assert "muốn đồng ý, hãy ghi lý do" in shown
    assert not computation.reviews.exists()


def test_the_hour_is_read_on_the_clock_of_the_province(room):
    computation = room.computed()
    room.approve(computation)
    client = logged_in(room.organiser)
    address = reverse("organiser:publish", args=[computation.pk])

    assert "Hãy nhập ngày giờ" in text_of(client.post(address, {"public_from": "mai", "is_sure": "on"}))
    assert "xa quá hai năm" in text_of(client.post(address, {"public_from": "2099-01-01T08:00", "is_sure": "on"}))
    assert "đánh dấu vào ô này" in text_of(client.post(address, {"public_from": "2026-12-01T08:30"}))
    client.post(address, {"public_from": "2026-12-01T08:30", "is_sure": "on"})

    assert Job.objects.get(kind="results.publish").arguments["public_from"] == "2026-12-01T08:30:00+07:00"


def test_a_publication_not_approved_shows_no_form(room):
    shown = page(room.organiser, "publish", room.computed().pk)

    assert "chưa được người thứ hai đồng ý" in shown
    assert "public_from" not in shown


def test_the_job_page_gives_htmx_its_progress_alone(room):
    job = Job.objects.create(
        kind="results.compute", title="Tính", state=State.RUNNING, started_at=timezone.now(), log="x\n"
    )
    client, address = logged_in(room.consultant), reverse("organiser:job", args=[job.pk])

    part = text_of(client.get(address, headers={"HX-Request": "true"}))

    assert part.lstrip().startswith('<div id="viec" hx-get')
    assert "<html" not in part
    assert "<html" in text_of(client.get(address))
    client.post(reverse("organiser:stop_job", args=[job.pk]))
    job.refresh_from_db()
    assert job.stop_requested


def test_a_finished_job_polls_no_more(room):
    job = Job.objects.create(
        kind="results.compute", title="Tính", state=State.DONE, started_at=timezone.now(), finished_at=timezone.now()
    )

    assert "hx-trigger" not in page(room.consultant, "job", job.pk)


def test_the_trail_is_filtered_and_bad_filters_ask_for_nothing(room):
    services.save_programme(code="moi", vi="Chương trình mới", is_new=True, by=room.organiser)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()

    assert "Chương trình mới" in page(room.organiser, "audit", table="results_programme")
    assert "Chương trình mới" not in page(room.organiser, "audit", table="jobs_job")
    assert "Không có sự kiện nào như vậy" in page(room.organiser, "audit", until=yesterday)
    assert page(room.organiser, "audit", table="'; drop", member="x", since="32/13", page="-1")
