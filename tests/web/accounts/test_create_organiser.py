"""The command that invites the first organiser of a new site."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ddci_web.accounts.models import Member, Role
from tests.web.people import PASSWORD, make_member

pytestmark = pytest.mark.django_db


def create(*arguments):
    out = StringIO()
    call_command("create_organiser", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_a_link_with_which_the_organiser_sets_their_password(client):
    printed = create("Chu@tinh.vn", "Hoàng Thị Chủ", "--site", "http://testserver")

    client.get(re.search(r"http://testserver(\S+)", printed).group(1))
    client.post("/tai-khoan/loi-moi/", {"full_name": "Hoàng Thị Chủ", "password1": PASSWORD, "password2": PASSWORD})

    member = Member.objects.get()
    assert (member.email, [m.role for m in member.memberships_today]) == ("chu@tinh.vn", [Role.ORGANISER])


def test_it_can_be_run_again_as_long_as_nobody_accepted_and_only_the_last_link_works(client):
    first = create("chu@tinh.vn", "Chủ", "--site", "http://testserver")
    create("chu@tinh.vn", "Chủ", "--site", "http://testserver")

    client.get(re.search(r"http://testserver(\S+)", first).group(1))

    assert client.get("/tai-khoan/loi-moi/").status_code == 410


def test_it_refuses_once_there_is_an_organiser():
    make_member(Role.ORGANISER)

    with pytest.raises(CommandError, match="organiser already"):
        create("khac@tinh.vn", "Khác")


def test_it_refuses_an_address_that_is_none():
    with pytest.raises(CommandError):
        create("khong-phai", "Tên")
