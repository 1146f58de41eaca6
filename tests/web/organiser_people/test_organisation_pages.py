"""The organiser enters organisations and says which one followed which."""

import datetime as dt

import pytest
from django.urls import reverse

from ddci_web.accounts.models import Role
from ddci_web.organisations.models import Kind, Organisation, Succession
from tests.web.people import logged_in, make_member, make_organisation, make_unit

pytestmark = pytest.mark.django_db
REFORM = dt.date(2025, 7, 1)


@pytest.fixture
def browser():
    place = make_organisation("dieu-hanh", name="Trung tâm Xúc tiến Đầu tư")
    return logged_in(make_member(Role.ORGANISER, organisation=place))


def url(name, *args):
    return reverse(f"organiser:{name}", args=args)


def entered(**changes):
    return {"name": "Công an xã Chi Lăng", "code": "ca-xa-chi-lang", "kind": "police", "valid_from": "2025-03-01"} | (
        changes
    )


def test_an_organisation_outside_our_authority_is_entered(browser):
    response = browser.post(url("create_organisation"), entered(is_outside_authority="on"))

    row = Organisation.objects.get(code="ca-xa-chi-lang")
    assert response["Location"] == url("organisation", row.pk)
    assert (row.kind, row.is_outside_authority, row.valid_from) == (Kind.POLICE, True, dt.date(2025, 3, 1))


def test_all_faults_are_listed_with_links_and_nothing_typed_is_lost(browser):
    page = browser.post(
        url("create_organisation"), entered(name="", code="dieu-hanh", valid_to="2024-01-01", name_en="Police")
    ).content.decode()

    assert 'href="#id_name"' in page
    assert 'value="Police"' in page
    assert 'value="2024-01-01"' in page


def test_faults_that_only_the_service_knows_stand_at_their_fields(browser):
    page = browser.post(url("create_organisation"), entered(code="dieu-hanh", valid_to="2024-01-01"))

    assert set(page.context["form"].errors) == {"code", "valid_to"}
    assert not Organisation.objects.filter(name="Công an xã Chi Lăng").exists()


def test_rated_units_are_not_entered_by_hand(browser):
    page = browser.post(url("create_organisation"), entered(kind="unit"))

    assert "kind" in page.context["form"].errors


def test_the_code_of_a_rated_unit_stays_whatever_is_sent(browser):
    unit = make_unit("lang-son:chi-lang")

    browser.post(url("update_organisation", unit.pk), entered(name="Huyện Chi Lăng mới", code="other", kind="police"))

    unit.refresh_from_db()
    assert (unit.name, unit.code, unit.kind) == ("Huyện Chi Lăng mới", "lang-son:chi-lang", Kind.UNIT)


def test_a_district_is_followed_by_its_communes(browser):
    district = make_organisation("ubnd-huyen", name="UBND huyện Chi Lăng", kind=Kind.PEOPLE_COMMITTEE)
    communes = [make_organisation(f"xa{i}", name=f"UBND xã {i}", kind=Kind.PEOPLE_COMMITTEE) for i in range(3)]

    browser.post(
        url("succession", district.pk) + "?side=after",
        {"others": [row.pk for row in communes], "on": "01/07/2025", "note": "NQ sắp xếp", "ends_predecessors": "on"},
    )

    district.refresh_from_db()
    page = browser.get(url("organisation", district.pk)).content.decode()
    assert district.valid_to == REFORM
    assert all(row.name in page for row in communes)
    assert "không còn từ 01/07/2025" in page.replace("\u00a0", " ")


def test_a_merger_is_recorded_from_the_one_that_came_out_of_it(browser):
    new = make_organisation("so-nnmt", name="Sở Nông nghiệp và Môi trường")
    old = [make_organisation("so-tnmt"), make_organisation("so-nnptnt")]

    browser.post(
        url("succession", new.pk) + "?side=before",
        {"others": [row.pk for row in old], "on": "2025-03-01", "ends_predecessors": "on"},
    )

    assert {(link.predecessor, link.successor) for link in Succession.objects.all()} == {(row, new) for row in old}


def test_a_succession_without_a_choice_or_day_says_both(browser):
    row = make_organisation()

    page = browser.post(url("succession", row.pk), {"note": "đang viết dở"}).content.decode()

    assert "Hãy chọn ít nhất một tổ chức" in page
    assert "Hãy nhập ngày" in page
    assert "đang viết dở" in page


def test_candidates_are_found_without_accents(browser):
    row = make_organisation()
    make_organisation("a", name="UBND xã Bằng Mạc")
    make_organisation("b", name="UBND xã Nhân Lý")

    page = browser.get(url("succession", row.pk), {"words": "bang mac"}).content.decode()

    assert "Bằng Mạc" in page
    assert "Nhân Lý" not in page


def test_the_list_is_as_of_a_day(browser):
    make_organisation("a", name="Huyện cũ", valid_to=REFORM)
    make_organisation("b", name="Xã mới", valid_from=REFORM)

    before = browser.get(url("organisations"), {"on": "2025-06-30"}).content.decode()
    after = browser.get(url("organisations"), {"on": "2025-07-01"}).content.decode()

    assert ("Huyện cũ" in before, "Xã mới" in before) == (True, False)
    assert ("Huyện cũ" in after, "Xã mới" in after) == (False, True)


def test_a_date_in_the_address_that_cannot_be_read_is_said_at_its_field(browser):
    page = browser.get(url("organisations"), {"on": "hôm qua"})

    assert page.status_code == 200
    assert "Hãy nhập ngày theo dạng" in page.content.decode()
