"""Recommendations and commitments: every one has owner, day, milestones and review days, or is shown to lack them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ddci_web.accounts.models import Role
from ddci_web.improvement import recommending, services
from ddci_web.improvement.models import Commitment, Recommendation
from ddci_web.improvement.queries import entries_for, findings_of, recommendations_seen_by
from ddci_web.improvement.recommending import Step
from ddci_web.improvement.services import ChangedMeanwhileError
from tests.web.improvement.rooms import OTHER, consultant, enter_units, officer_of, recommend, unit_of
from tests.web.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
JUNE, JULY = dt.date(2026, 6, 30), dt.date(2026, 7, 31)


@pytest.fixture
def snapshot(publications):
    enter_units(publications["lang-son-2025/1"])
    return publications["lang-son-2025/1"]


def respond(recommendation, by=None, unit=None, **changes):
    unit = unit or unit_of()
    answer = {
        "answer": "accepted",
        "reason": "",
        "owner": make_organisation(),
        "due_on": JULY,
        "state": "planned",
        "milestones": [Step("Lập đường dây nóng", JUNE)],
        "review_days": [JUNE],
        "findings": (),
        "version": 0,
    }
    by = by or officer_of(unit)
    return recommending.respond(recommendation=recommendation, organisation=unit, by=by, **(answer | changes))


def test_recommendation_to_a_group_reaches_every_unit_of_it_and_no_other(snapshot):
    recommend(snapshot)

    found = [entries_for(snapshot.wave, unit_of(code), unit_of(code).unit_group) for code in (OTHER, "so-y-te")]

    assert [len(entries) for entries in found] == [1, 0]


def test_recommendation_to_a_unit_reaches_it_alone(snapshot):
    recommend(snapshot, unit_of())

    assert len(entries_for(snapshot.wave, unit_of(), "dia-phuong")) == 1
    assert entries_for(snapshot.wave, unit_of(OTHER), "dia-phuong") == []


def test_recommendation_names_the_consultants_organisation(snapshot):
    assert recommend(snapshot).consultant.name == "Đơn vị tư vấn thử"


def test_number_is_taken_once_under_a_sub_index(snapshot):
    recommend(snapshot, unit_of())

    with pytest.raises(ValidationError) as found:
        recommend(snapshot, unit_of())

    assert "number" in found.value.message_dict
    assert recommend(snapshot, unit_of(), number=2).number == 2


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({}, ()),
        ({"owner": None}, ("cơ quan chủ trì",)),
        ({"due_on": None, "milestones": []}, ("hạn hoàn thành", "mốc thực hiện")),
        ({"review_days": []}, ("ngày rà soát",)),
        ({"answer": "rejected", "reason": "Không thuộc thẩm quyền.", "owner": None}, ()),
        ({"answer": "partly", "reason": "Chỉ phần của xã.", "milestones": []}, ("mốc thực hiện",)),
    ],
)
def test_what_a_commitment_lacks_is_told(snapshot, changes, lacks):
    respond(recommend(snapshot), **changes)

    assert entries_for(snapshot.wave, unit_of(), "dia-phuong")[0].lacks == lacks


def test_unanswered_recommendation_lacks_an_answer_unless_withdrawn(snapshot):
    row = recommend(snapshot)
    assert entries_for(snapshot.wave, unit_of(), "dia-phuong")[0].lacks == ("trả lời",)

    Recommendation.objects.filter(pk=row.pk).update(state="withdrawn")

    assert entries_for(snapshot.wave, unit_of(), "dia-phuong")[0].lacks == ()


@pytest.mark.parametrize("answer", ["partly", "rejected"])
def test_anything_but_acceptance_needs_a_reason_and_all_faults_come_together(snapshot, answer):
    with pytest.raises(ValidationError) as found:
        respond(recommend(snapshot), answer=answer, due_on=dt.date(2026, 1, 1))

    assert set(found.value.message_dict) == {"reason", "due_on"}


def test_rejection_keeps_no_roadmap(snapshot):
    row = recommend(snapshot)
    respond(row)

    commitment = respond(row, answer="rejected", reason="Trùng.", version=1, state="under_way")

    assert (commitment.owner, commitment.due_on, commitment.state) == (None, None, "planned")
    assert not commitment.milestones.exists()
    assert not commitment.review_days.exists()


def test_later_of_two_answers_is_told_what_changed(snapshot):
    row = recommend(snapshot)
    first = respond(row)

    with pytest.raises(ChangedMeanwhileError) as found:
        respond(row, answer="rejected", reason="Khác.")

    assert found.value.current == first
    assert Commitment.objects.get().answer == "accepted"


def test_milestones_that_stay_the_same_keep_their_rows(snapshot):
    row = recommend(snapshot)
    before = respond(row).milestones.get().pk

    after = respond(row, version=1, milestones=[Step("Lập đường dây nóng", JUNE), Step("Công khai", JULY)])

    assert [item.text for item in after.milestones.all()] == ["Lập đường dây nóng", "Công khai"]
    assert after.milestones.first().pk == before


def test_units_of_a_group_answer_and_link_each_for_itself(snapshot):
    row = recommend(snapshot)
    linked = {}
    for code in (OTHER, "xa-nhan-ly"):
        unit = unit_of(code)
        services.draft_findings(snapshot=snapshot, organisation=unit, by=officer_of(unit))
        linked[code] = findings_of(snapshot, unit).first()
        respond(row, unit=unit, findings=[linked[code]])

    respond(row, unit=unit_of(OTHER), findings=[], version=1)

    assert list(row.findings.all()) == [linked["xa-nhan-ly"]]
    assert row.commitments.count() == 2


def test_a_unit_cannot_link_findings_of_another(snapshot):
    other = unit_of(OTHER)
    services.draft_findings(snapshot=snapshot, organisation=other, by=officer_of(other))
    row = recommend(snapshot)

    respond(row, findings=[findings_of(snapshot, other).first()])

    assert not row.findings.exists()


def test_withdrawn_recommendation_takes_no_answer(snapshot):
    row = recommend(snapshot)
    recommending.change_recommendation(
        recommendation=row, number=1, text=row.text, source_document="", state="withdrawn", version=1, by=consultant()
    )
    row.refresh_from_db()

    with pytest.raises(ValidationError) as found:
        respond(row)

    assert found.value.code == "withdrawn"


def test_later_of_two_consultants_is_told_what_changed(snapshot):
    row, by = recommend(snapshot), consultant()
    change = {"recommendation": row, "number": 1, "source_document": "", "state": "open", "version": 1, "by": by}
    recommending.change_recommendation(text="Một", **change)

    with pytest.raises(ChangedMeanwhileError) as found:
        recommending.change_recommendation(text="Hai", **change)

    assert found.value.current.text == "Một"


@pytest.mark.parametrize(
    ("role", "n"),
    [
        (Role.CONSULTANT, 1),
        (Role.ORGANISER, 1),
        (Role.REVIEWER, 1),
        (Role.VIEWER, 1),
        (Role.DATA_ENTRY, 0),
        (Role.AGENCY_MEMBER, 0),
    ],
)
def test_register_is_seen_by_the_province(snapshot, role, n):
    recommend(snapshot)

    assert recommendations_seen_by(make_member(role)).count() == n


def test_agency_sees_what_it_owns(snapshot):
    owner = make_organisation("so-noi-vu", name="Sở Nội vụ")
    respond(recommend(snapshot), owner=owner)
    recommend(snapshot, number=2)

    assert recommendations_seen_by(make_member(Role.AGENCY_MEMBER, organisation=owner)).count() == 1


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"unit_group": ""}, "recommendation_for_unit_or_group"),
        ({"number": 0}, "recommendation_number_from_one"),
        ({"text": ""}, "recommendation_has_text"),
    ],
)
def test_the_database_refuses_a_recommendation_to_nobody_or_without_words(snapshot, columns, name):
    row = recommend(snapshot)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Recommendation.objects.filter(pk=row.pk).update(**columns)


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"answer": "partly"}, "commitment_not_accepted_has_reason"),
        ({"answer": "rejected", "reason": "x", "state": "done"}, "commitment_rejected_is_not_done"),
    ],
)
def test_the_database_refuses_an_answer_no_service_writes(snapshot, columns, name):
    row = respond(recommend(snapshot))

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Commitment.objects.filter(pk=row.pk).update(**columns)
