"""The organiser invites people, changes and ends their roles."""

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from ddci_web.accounts.models import Invitation, Membership, Role
from tests.web.people import has_second_factor, logged_in, make_member, make_organisation, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return make_member(Role.ORGANISER, full_name="Đỗ Văn Điều Hành")


@pytest.fixture
def browser(organiser):
    return logged_in(organiser)


def url(name, *args):
    return reverse(f"organiser:{name}", args=args)


def test_the_list_is_in_vietnamese_order_and_says_who_is_what(browser):
    make_member(Role.VIEWER, full_name="Ân Thị Sáu")
    make_member(Role.UNIT_OFFICER, full_name="Dương Văn Năm", organisation=make_unit(name="Huyện Hữu Lũng"))

    page = browser.get(url("members"))

    assert [person.full_name for person in page.context["page"]] == ["Ân Thị Sáu", "Dương Văn Năm", "Đỗ Văn Điều Hành"]
    assert "Huyện Hữu Lũng" in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "duong nam"}, ["Dương Văn Năm"]),
        ({"role": "unit_officer"}, ["Dương Văn Năm"]),
        ({"state": "inactive"}, ["Ngô Đã Nghỉ"]),
        ({"state": "without_mfa"}, ["Vũ Chưa Bật"]),
        ({"role": "no such role", "words": "vu chua"}, ["Vũ Chưa Bật"]),
    ],
)
def test_people_are_found_by_words_role_and_state(browser, asked, found):
    make_member(Role.UNIT_OFFICER, full_name="Dương Văn Năm")
    make_member(Role.VIEWER, full_name="Ngô Đã Nghỉ", is_active=False)
    make_member(Role.REVIEWER, full_name="Vũ Chưa Bật", with_mfa=False)

    page = browser.get(url("members"), asked)

    assert [person.full_name for person in page.context["page"]] == found


def test_an_invitation_is_sent_and_waits_in_the_list(browser, django_capture_on_commit_callbacks):
    entered = {"full_name": "Lê Mới", "email": "Moi@example.vn", "organisation": make_unit().pk, "role": "unit_leader"}

    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post(url("invite"), entered)

    assert response["Location"] == url("members")
    assert "http://testserver/tai-khoan/loi-moi/" in mail.outbox[0].body
    assert "Lê Mới" in browser.get(url("members")).content.decode()


def test_all_faults_of_an_invitation_are_listed_with_links_and_nothing_typed_is_lost(browser):
    page = browser.post(url("invite"), {"full_name": "Lê Mới", "email": "khong-phai", "role": ""}).content.decode()

    for field, words in [
        ("email", "ten@coquan.gov.vn"),
        ("organisation", "Hãy chọn tổ chức"),
        ("role", "Hãy chọn vai"),
    ]:
        assert f'href="#id_{field}"' in page
        assert page.count(words) >= 2
    assert 'value="Lê Mới"' in page
    assert 'value="khong-phai"' in page


def test_a_refusal_of_the_service_stands_at_the_field(browser, organiser):
    entered = {"full_name": "T", "email": organiser.email, "organisation": make_organisation().pk, "role": "viewer"}

    page = browser.post(url("invite"), entered)

    assert page.context["form"].errors["email"] == ["Không ai tự giao vai trò cho chính mình."]
    assert not Invitation.objects.exists()


def test_an_organisation_that_is_gone_cannot_be_chosen(browser):
    gone = make_unit(valid_to=dt.date(2025, 7, 1))
    entered = {"full_name": "T", "email": "x@example.vn", "organisation": gone.pk, "role": "unit_officer"}

    page = browser.post(url("invite"), entered)

    assert "organisation" in page.context["form"].errors


def test_invitations_are_sent_again_and_revoked(browser, organiser, django_capture_on_commit_callbacks):
    entered = {"full_name": "T", "email": "x@example.vn", "organisation": make_unit().pk, "role": "unit_officer"}
    browser.post(url("invite"), entered)
    invitation = Invitation.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(url("resend_invitation", invitation.pk))
    browser.post(url("revoke_invitation", invitation.pk))

    assert len(mail.outbox) == 1
    assert browser.post(url("revoke_invitation", invitation.pk)).status_code == 404
    assert not Invitation.objects.open().exists()


def test_a_role_is_changed_and_the_old_one_stays_on_the_page(browser):
    officer = make_member(Role.UNIT_OFFICER)
    membership = officer.memberships.get()

    browser.post(url("change_role", membership.pk), {"role": "unit_leader"})

    page = browser.get(url("member", officer.pk)).content.decode()
    assert "Cán bộ đầu mối của đơn vị" in page
    assert "Lãnh đạo đơn vị" in page


def test_the_last_organiser_and_ones_own_role_are_refused_with_a_reason(browser, organiser):
    page = browser.post(url("change_role", organiser.memberships.get().pk), {"role": "viewer"}).content.decode()

    assert "Không ai tự thay đổi quyền của chính mình" in page
    assert Membership.objects.get().valid_to is None


def test_a_role_ends_on_a_day(browser):
    membership = make_member(Role.VIEWER).memberships.get()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)

    past = browser.post(url("end_membership", membership.pk), {"on": "01/01/2020"}).content.decode()
    browser.post(url("end_membership", membership.pk), {"on": f"{tomorrow:%d/%m/%Y}"})

    membership.refresh_from_db()
    assert "không được ở quá khứ" in past
    assert membership.valid_to == tomorrow


def test_a_date_that_does_not_exist_says_how_to_write_one(browser):
    membership = make_member(Role.VIEWER).memberships.get()

    page = browser.post(url("end_membership", membership.pk), {"on": "31/02/2030"}).content.decode()

    assert "theo dạng 31/12/2026" in page


def test_an_account_is_stopped_and_opened_again_after_a_question(browser):
    viewer = make_member(Role.VIEWER)

    assert "Ngừng tài khoản của" in browser.get(url("deactivate_member", viewer.pk)).content.decode()
    browser.post(url("deactivate_member", viewer.pk))
    viewer.refresh_from_db()
    assert not viewer.is_active
    browser.post(url("reactivate_member", viewer.pk))
    viewer.refresh_from_db()
    assert viewer.is_active


def test_a_lost_second_factor_is_removed_for_somebody_else_only(browser, organiser):
    reviewer = make_member(Role.REVIEWER)

    browser.post(url("remove_second_factor", reviewer.pk))
    page = browser.post(url("remove_second_factor", organiser.pk)).content.decode()

    assert not has_second_factor(reviewer)
    assert has_second_factor(organiser)
    assert "Không ai tự thay đổi quyền" in page


def test_the_table_of_roles_can_be_read_by_people(browser):
    page = browser.get(url("roles")).content.decode()

    assert all(label in page for label in Role.labels)


def test_a_name_with_markup_is_shown_as_text(browser):
    make_member(Role.VIEWER, full_name="<script>alert(1)</script>")

    page = browser.get(url("members")).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
