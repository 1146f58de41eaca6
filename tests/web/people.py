"""Members and organisations for tests of the website: only what a test is about."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from ddci_web.accounts.models import Member, Membership, Role
from ddci_web.accounts.roles import MFA_ROLES, UNIT_ROLES
from ddci_web.organisations.models import Kind, Organisation

PASSWORD = "bốn từ thật dễ nhớ"


def make_organisation(code: str = "so-tai-chinh", **columns: Any) -> Organisation:
    defaults = {"name": "Sở Tài chính", "kind": Kind.PROVINCIAL_AGENCY}
    return Organisation.objects.get_or_create(code=code, defaults=defaults | columns)[0]


def make_unit(code: str = "ddci:huyen-chi-lang", **columns: Any) -> Organisation:
    defaults = {"name": "Huyện Chi Lăng", "kind": Kind.UNIT, "unit_group": "dia-phuong"}
    return Organisation.objects.get_or_create(code=code, defaults=defaults | columns)[0]


def make_member(
    role: Role | None = None,
    *,
    organisation: Organisation | None = None,
    email: str = "",
    with_mfa: bool | None = None,
    **columns: Any,
) -> Member:
    """A member with one role (None: no role) and, unless told otherwise, the second factor which that role needs."""
    email = email or f"{role or 'nobody'}-{Member.objects.count()}@example.vn"
    member = Member(email=email, **({"full_name": "Thành viên thử"} | columns))
    member.set_password(PASSWORD)
    member.save()
    if role is not None:
        place = organisation or (make_unit() if role in UNIT_ROLES else make_organisation())
        Membership.objects.create(member=member, organisation=place, role=role)
    if role in MFA_ROLES if with_mfa is None else with_mfa:
        TOTP.activate(member, generate_totp_secret())
    return member


def logged_in(member: Member) -> Client:
    """A browser in which the member has logged in, second factor included."""
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def has_second_factor(member: Member) -> bool:
    return Authenticator.objects.filter(user_id=member.pk).exists()
