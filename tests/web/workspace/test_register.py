"""The register of recommendations shows an agency and a unit no other unit's answers, and no figures before their hour."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from ddci_web.accounts.models import Role
from ddci_web.improvement import services
from ddci_web.improvement.queries import findings_of
from ddci_web.results.models import Snapshot
from tests.web.improvement.rooms import OTHER, UNIT, officer_of, recommend, unit_of
from tests.web.improvement.test_recommending import respond
from tests.web.people import logged_in, make_member, make_organisation

pytestmark = pytest.mark.django_db
REASON = "Chúng tôi thiếu hai biên chế."


@pytest.fixture
def recommendation(embargoed):
    """To the whole group; Nhân Lý answers with Sở Nội vụ as owner, Bắc Sơn with itself, each with a finding of its own."""
    row = recommend(embargoed)
    owners = {UNIT: make_organisation("so-noi-vu", name="Sở Nội vụ"), OTHER: unit_of(OTHER)}
    for code, owner in owners.items():
        unit = unit_of(code)
        services.draft_findings(snapshot=embargoed, organisation=unit, by=officer_of(unit))
        found = [findings_of(embargoed, unit).first()]
        respond(row, unit=unit, owner=owner, findings=found, answer="partly", reason=f"{unit.name}: {REASON}")
    return row


def page_of(recommendation, member):
    response = logged_in(member).get(f"/don-vi/khuyen-nghi/{recommendation.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def agency_member():
    return make_member(Role.AGENCY_MEMBER, organisation=make_organisation("so-noi-vu"))


def test_a_unit_sees_its_own_answer_and_nobody_elses(recommendation):
    page = page_of(recommendation, officer_of(unit_of(OTHER)))

    assert f"{unit_of(OTHER).name}: {REASON}" in page
    assert unit_of().name not in page


def test_an_agency_sees_the_answers_that_it_owns(recommendation):
    page = page_of(recommendation, agency_member())

    assert f"{unit_of().name}: {REASON}" in page
    assert unit_of(OTHER).name not in page
    assert "1/1 đơn vị đã trả lời" in page


def test_an_agency_reads_figures_of_findings_after_the_hour_of_publication(recommendation, embargoed):
    drafted = findings_of(embargoed, unit_of()).first().text
    before = page_of(recommendation, agency_member())
    Snapshot.objects.filter(pk=embargoed.pk).update(public_from=timezone.now() - dt.timedelta(minutes=1))

    after = page_of(recommendation, agency_member())

    assert drafted not in before
    assert drafted in after


def test_the_consultant_sees_every_answer(recommendation):
    page = page_of(recommendation, make_member(Role.CONSULTANT))

    assert unit_of().name in page
    assert unit_of(OTHER).name in page
