"""From the letter to the member's own rooms."""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ddci_web.accounts import invitations
from ddci_web.accounts.models import Invitation, Member, Role
from ddci_web.accounts.roles import Action, may
from tests.web.people import PASSWORD, make_member, make_organisation, make_unit

pytestmark = pytest.mark.django_db
ACCEPT = "/tai-khoan/loi-moi/"


@pytest.fixture
def invite(django_capture_on_commit_callbacks):
    """Sends an invitation; gives the path of its link."""
    cache.clear()
    by = make_member(Role.ORGANISER)

    def send(email="moi@example.vn", role=Role.UNIT_OFFICER):
        place = make_unit() if role == Role.UNIT_OFFICER else make_organisation()
        with django_capture_on_commit_callbacks(execute=True):
            invitations.invite(
                email=email, full_name="Lê Thị Mới", organisation=place, role=role, by=by, site="http://testserver"
            )
        return re.search(r"http://testserver(\S+)", mail.outbox[-1].body).group(1)

    return send


def answer(**changes):
    return {"full_name": "Lê Thị Mới", "password1": PASSWORD, "password2": PASSWORD} | changes


def test_the_token_leaves_the_address_before_the_page_is_shown(client, invite):
    link = invite()

    response = client.get(link)

    assert response["Location"] == ACCEPT
    assert "Lê Thị Mới" in client.get(ACCEPT).content.decode()


def test_accepting_logs_in_and_leads_to_the_members_own_rooms(client, invite):
    client.get(invite())

    response = client.post(ACCEPT, answer())

    assert response["Location"] == reverse("workspace:home")
    assert client.session[SESSION_KEY] == str(Member.objects.get(email="moi@example.vn").pk)


def test_a_new_reviewer_must_set_up_the_second_factor_before_anything_else(client, invite):
    client.get(invite(role=Role.ORGANISER))
    client.post(ACCEPT, answer())

    response = client.get(reverse("organiser:members"))

    assert response["Location"].startswith(reverse("mfa_activate_totp"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password2": "khác hẳn mất rồi"}, "chưa giống nhau"),
        ({"password1": "moi@example.vn", "password2": "moi@example.vn"}, "quá giống tên"),
        ({"password1": "ngắn", "password2": "ngắn"}, "ít nhất 12 ký tự"),
        ({"full_name": ""}, "Hãy nhập họ và tên"),
    ],
)
def test_faults_are_listed_and_what_was_typed_stays(client, invite, changes, words):
    client.get(invite())

    page = client.post(ACCEPT, answer(full_name=changes.pop("full_name", "Lê Thị Khác"), **changes)).content.decode()

    assert page.count(words) >= 2  # once in the list on top, once at the field
    assert "Lê Thị Khác" in page or "Hãy nhập họ và tên" in page
    assert not Member.objects.filter(email="moi@example.vn").exists()


def test_the_letter_cannot_be_used_twice(client, invite):
    link = invite()
    client.get(link)
    client.post(ACCEPT, answer())
    other = Client()
    other.get(link)

    assert other.get(ACCEPT).status_code == 410
    assert other.post(ACCEPT, answer()).status_code == 410


def test_an_expired_letter_says_so(client, invite):
    client.get(invite())
    Invitation.objects.update(expires_at=timezone.now())

    response = client.get(ACCEPT)

    assert response.status_code == 410
    assert "đã hết hạn" in response.content.decode()


def test_without_a_letter_there_is_nothing_to_accept(client):
    assert client.get(ACCEPT).status_code == 410
    assert client.post(ACCEPT, answer()).status_code == 410


def test_somebody_with_an_account_is_asked_once_and_keeps_the_password(client, invite):
    known = make_member(email="moi@example.vn", full_name="Tên cũ")
    client.get(invite())

    page = client.get(ACCEPT).content.decode()
    response = client.post(ACCEPT, answer(password1="một mật khẩu khác"))

    assert "đã có tài khoản" in page
    assert response["Location"] == reverse("account_login")
    assert SESSION_KEY not in client.session
    known = Member.objects.get(pk=known.pk)
    assert (known.full_name, known.check_password(PASSWORD)) == ("Tên cũ", True)
    assert may(known, Action.EDIT_FINDINGS)
