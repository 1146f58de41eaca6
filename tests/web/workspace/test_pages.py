"""The units' pages: what they say, in which order, with which figures; their forms lose nothing."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ddci.compute.costs import costliest, costs_of
from ddci.report.numbers import format_number
from ddci_web.accounts.models import Role
from ddci_web.improvement import services
from ddci_web.improvement.models import Commitment, Finding, Recommendation
from ddci_web.improvement.queries import findings_of
from ddci_web.results.published import Published
from tests.web.improvement.rooms import UNIT, WAVE, consultant, enter_units, officer_of, recommend, unit_of
from tests.web.people import logged_in, make_member

pytestmark = pytest.mark.django_db
HERE = f"/don-vi/{WAVE}/{UNIT}/"


@pytest.fixture
def drafted(embargoed, officer):
    services.draft_findings(snapshot=embargoed, organisation=unit_of(), by=officer)
    return findings_of(embargoed, unit_of())


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def answer(**changes):
    fields = {
        "answer": "accepted", "reason": "", "owner": "", "due_on": "31/07/2026", "state": "planned", "version": "0",
        "review_days": "30/06/2026, 30/9/2026", "step_1": "Lập đường dây nóng", "step_1_due": "30/06/2026",
    }  # fmt: skip
    return fields | changes


def test_home_shows_the_wave_its_hour_and_one_next_step(room, embargoed):
    page = text_of(room.get("/don-vi/"))

    assert "Chưa công bố, chỉ đơn vị xem" in page
    assert page.count("Bước tiếp theo") == 1
    assert "Lập danh sách hạn chế" in page
    assert "lang-son-2024" not in page  # the commune was founded in 2025


def test_next_step_follows_the_work(room, drafted, embargoed, officer):
    assert f"Xác nhận {drafted.count()} hạn chế" in text_of(room.get("/don-vi/"))

    services.keep_findings(findings={row.pk: 1 for row in drafted}, organisation=unit_of(), by=officer)
    row = recommend(embargoed)
    assert "Trả lời 1 khuyến nghị" in text_of(room.get("/don-vi/"))

    room.post(f"{HERE}khuyen-nghi/{row.pk}/", answer(step_1="", step_1_due=""))
    assert "Bổ sung lộ trình cho 1 khuyến nghị" in text_of(room.get("/don-vi/"))


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.ORGANISER, "/dieu-hanh/"),
        (Role.CONSULTANT, "/dieu-hanh/"),
        (Role.AGENCY_MEMBER, "/don-vi/khuyen-nghi/"),
        (Role.INTERVIEWER, "/tai-khoan/"),
    ],
)
def test_people_without_a_unit_are_shown_to_their_own_rooms(db, role, place):
    assert logged_in(make_member(role)).get("/don-vi/")["Location"] == place


def test_unit_page_shows_the_three_that_cost_most_with_their_figures(room, embargoed):
    result = Published(embargoed).result
    costs = costs_of(result, result.unit_row[UNIT])
    page = text_of(room.get(HERE))

    for column in costliest(costs):
        assert result.nodes[column].vi in page
        assert f"<b>{format_number(float(costs.points[column]))}</b>" in page


def test_unit_page_shows_score_interval_rank_set_and_n(room, embargoed):
    result = Published(embargoed).result
    row = result.unit_row[UNIT]
    page = text_of(room.get(HERE))

    for figure in (result.scores.score, result.scores.low, result.scores.high):
        assert format_number(float(figure[row, 0])) in page
    assert "Không xếp hạng: số phiếu dưới mức tối thiểu" in page


def test_ranked_unit_is_shown_with_its_rank_among_how_many_and_its_rank_set(embargoed):
    result = Published(embargoed).result
    row = next(row for row in range(len(result.units)) if result.scores.rank_low[row, 0] > 0)
    unit = unit_of(result.units[row].code)

    page = text_of(logged_in(officer_of(unit)).get(f"/don-vi/{WAVE}/{result.units[row].code}/"))

    assert f"{format_number(result.scores.rank[row, 0], 0)}/" in page
    assert "tập hạng" in page


def test_unit_without_group_is_compared_with_its_own_last_wave(publications):
    """PCI has no sampling error: said so, and no verdict claimed."""
    snapshot = publications["pci-2016/2"]
    enter_units(snapshot)
    browser = logged_in(officer_of(unit_of("cao-bang", "pci")))

    page = text_of(browser.get("/don-vi/pci-2016/cao-bang/"))

    assert "nguồn không công bố" in page
    assert "ngoài sai số lấy mẫu" not in page
    assert "Chưa công bố" not in page


@pytest.mark.parametrize(
    "address", ["/don-vi/", HERE, f"{HERE}han-che/", f"{HERE}chi-tieu/", f"{HERE}lanh-dao/", f"{HERE}khuyen-nghi/"]
)
def test_pages_ask_no_more_questions_for_more_rows(room, drafted, embargoed, address):
    recommend(embargoed)
    room.get(address)
    with CaptureQueriesContext(connection) as few:
        room.get(address)
    for number in range(2, 8):
        recommend(embargoed, number=number)
    with CaptureQueriesContext(connection) as many:
        room.get(address)

    own = [["improvement_" in query["sql"] for query in asked].count(True) for asked in (few, many)]
    assert own[1] <= own[0]
    assert len(many) <= 25


def test_findings_are_drafted_and_kept_in_one_go(room, embargoed):
    room.post(f"{HERE}han-che/lap/")
    rows = findings_of(embargoed, unit_of())

    page = text_of(room.post(f"{HERE}han-che/giu/", {"giu": [f"{row.pk}:{row.version}" for row in rows]}, follow=True))

    assert f"Đã giữ {rows.count()} hạn chế." in page
    assert set(rows.values_list("state", flat=True)) == {"kept"}


@pytest.mark.parametrize("ticks", [[], ["x"], ["1:2:3"], ["9" * 30 + ":1"]])
def test_ticks_that_name_nothing_keep_nothing(room, drafted, ticks):
    page = text_of(room.post(f"{HERE}han-che/giu/", {"giu": ticks}, follow=True))

    assert "Chưa chọn hạn chế nào" in page


def test_finding_form_shows_draft_and_figures_and_lists_its_faults(room, drafted):
    row = drafted.first()
    address = f"{HERE}han-che/{row.pk}/"
    assert row.drafted in text_of(room.get(address)).replace("&quot;", '"')

    page = text_of(room.post(address, {"own_text": "Câu tôi viết", "state": "dropped", "reason": "", "version": 1}))

    assert "chỗ cần sửa" in page
    assert "Hãy ghi vì sao bỏ" in page
    assert "Câu tôi viết" in page


def test_later_saver_sees_what_the_other_wrote_and_keeps_the_own_text(room, drafted, embargoed):
    row, colleague = drafted.first(), officer_of(unit_of(), full_name="Người lưu trước")
    services.decide_finding(finding=row, state="kept", own_text="Câu kia.", reason="", version=1, by=colleague)
    address = f"{HERE}han-che/{row.pk}/"
    mine = {"own_text": "Câu của tôi.", "state": "kept", "reason": "", "version": 1}

    page = text_of(room.post(address, mine))

    assert "Người lưu trước" in page
    assert "Câu kia." in page
    assert "Câu của tôi." in page
    assert 'name="version" value="2"' in page
    room.post(address, mine | {"version": 2})
    assert Finding.objects.get(pk=row.pk).text == "Câu của tôi."


def test_indicators_are_sorted_by_link(room, embargoed):
    page = text_of(room.get(f"{HERE}chi-tieu/?sap=mat-diem"))
    result = Published(embargoed).result
    dearest = costliest(costs_of(result, result.unit_row[UNIT]))

    places = [page.index(f"{result.nodes[column].code} ·") for column in dearest]

    assert places == sorted(places)


def test_unknown_order_of_indicators_is_the_frameworks(room):
    page = text_of(room.get(f"{HERE}chi-tieu/?sap=la-lam"))

    assert '<a href="?sap=bo-chi-so" aria-current="true">' in page


def test_indicator_is_added_from_the_table(room, drafted):
    page = text_of(room.post(f"{HERE}han-che/them/", {"chi-tieu": "khong-co"}, follow=True))

    assert "không có số được công bố" in page


def test_text_export_holds_what_was_kept_and_says_that_it_is_not_public(room, drafted, officer):
    kept = drafted.first()
    services.decide_finding(finding=kept, state="kept", own_text="Câu đã sửa.", reason="", version=1, by=officer)

    got = room.get(f"{HERE}han-che.txt")

    content = got.content.decode()
    assert "attachment" in got["Content-Disposition"]
    assert "CHƯA CÔNG BỐ" in content
    assert "mô phỏng" in content
    assert "- Câu đã sửa." in content
    assert drafted.last().drafted not in content


def test_csv_export_reads_back_to_the_figures_of_the_publication(room, drafted, embargoed):
    rows = list(csv.DictReader(io.StringIO(room.get(f"{HERE}han-che.csv").content.decode("utf-8-sig"))))
    result = Published(embargoed).result

    assert len(rows) == drafted.count()
    for row in rows:
        value = result.scores.value[result.unit_row[UNIT], result.node_column[row["indicator"]]]
        assert float(row["value"]) == value


def test_answer_to_a_recommendation_is_saved_with_its_roadmap(room, embargoed):
    row = recommend(embargoed)

    page = text_of(room.post(f"{HERE}khuyen-nghi/{row.pk}/", answer(), follow=True))

    commitment = Commitment.objects.get()
    assert [str(day) for day in commitment.review_days.all()] == ["30/06/2026", "30/09/2026"]
    assert commitment.milestones.get().text == "Lập đường dây nóng"
    assert "Còn thiếu: cơ quan chủ trì" in page


def test_answer_lists_every_fault_and_loses_nothing(room, embargoed):
    row = recommend(embargoed)
    wrong = answer(answer="", due_on="31-31-2026", review_days="mai", step_1_due="", step_2="", step_2_due="30/06/2026")

    page = text_of(room.post(f"{HERE}khuyen-nghi/{row.pk}/", wrong))

    for fault in ("Ngày viết theo mẫu", "Không đọc được: mai", "Mốc 1 cần có hạn", "Hãy ghi nội dung của mốc 2"):
        assert fault in page
    assert 'value="31-31-2026"' in page
    assert 'value="Lập đường dây nóng"' in page
    assert not Commitment.objects.exists()


def test_later_answer_is_told_of_the_earlier_one(room, embargoed):
    row = recommend(embargoed)
    address = f"{HERE}khuyen-nghi/{row.pk}/"
    room.post(address, answer())

    page = text_of(room.post(address, answer(answer="rejected", reason="Không thuộc thẩm quyền")))

    assert "Có người vừa lưu trả lời này" in page
    assert "Không thuộc thẩm quyền" in page
    assert Commitment.objects.get().answer == "accepted"


def test_consultant_enters_and_changes_a_recommendation(embargoed):
    browser = logged_in(consultant())
    new = {
        "addressee": "group:dia-phuong",
        "sub_index": "TG",
        "number": 1,
        "text": "Rà soát thủ tục.",
        "source_document": "",
    }

    browser.post(f"/don-vi/khuyen-nghi/moi/?dot={WAVE}", new)
    row = Recommendation.objects.get()
    page = text_of(
        browser.post(
            f"/don-vi/khuyen-nghi/{row.pk}/sua/",
            {
                "number": 2,
                "text": "Rà soát, đơn giản hóa thủ tục.",
                "source_document": "",
                "state": "open",
                "version": 1,
            },
            follow=True,
        )
    )

    assert "Rà soát, đơn giản hóa thủ tục." in page
    assert "0/5 đơn vị đã trả lời" in page


def test_consultants_form_lists_every_fault(embargoed):
    page = text_of(logged_in(consultant()).post(f"/don-vi/khuyen-nghi/moi/?dot={WAVE}", {"text": ""}))

    assert "Còn 4 chỗ cần sửa" in page


def test_leaders_page_says_where_the_unit_stands_and_what_to_decide(room, embargoed):
    page = text_of(room.get(f"{HERE}lanh-dao/"))

    assert "đứng" in page
    assert "Kéo ba chỉ tiêu về trung vị sẽ thêm" in page
    assert "Giao người chủ trì" in page
    assert "CHƯA CÔNG BỐ" in page
