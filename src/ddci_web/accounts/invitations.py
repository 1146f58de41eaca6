"""Inviting people: a letter with a one-time link, of which only a hash is kept; seven days; again; taken back; accepted.

The link proves that the person reads the address; accepting sets the name and the password. Somebody who has an account
already receives the role on accepting, and their password stays as it is.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from ddci_web.accounts import letters
from ddci_web.accounts.models import Invitation, Member, Membership, Role
from ddci_web.accounts.services import check_role_fits, open_membership
from ddci_web.audit.actor import acting_as
from ddci_web.organisations.models import Organisation

VALID_FOR = timedelta(days=7)


@transaction.atomic
def invite(*, email: str, full_name: str, organisation: Organisation, role: Role, by: Member, site: str) -> Invitation:
    """``site`` is the address of the website, such as https://ddci.example.vn, for the link in the letter."""
    email = email.strip().lower()
    _check_can_be_invited(email, organisation, role, by)
    invitation, token = _prepare(email=email, full_name=full_name, organisation=organisation, role=role, by=by)
    _send(invitation, token, site)
    return invitation


@transaction.atomic
def invite_first_organiser(*, email: str, full_name: str, organisation: Organisation, site: str) -> str:
    """The link itself, for whoever installs the site; there is nobody yet to send a letter for."""
    if Membership.objects.as_of(timezone.localdate()).filter(role=Role.ORGANISER, member__is_active=True).exists():
        raise ValidationError("There is an organiser already; let them invite others.", code="organiser_exists")
    email = email.strip().lower()
    Invitation.objects.open().filter(email=email).update(revoked_at=timezone.now())
    _, token = _prepare(email=email, full_name=full_name, organisation=organisation, role=Role.ORGANISER, by=None)
    return link(site, token)


@transaction.atomic
def resend(*, invitation: Invitation, by: Member, site: str) -> Invitation:
    """A new link for seven more days; the old link no longer works."""
    invitation = _locked_open(invitation)
    token = secrets.token_urlsafe(32)
    invitation.token_hash, invitation.invited_by = hash_of(token), by
    invitation.sent_at = timezone.now()
    invitation.expires_at = invitation.sent_at + VALID_FOR
    invitation.save(update_fields=["token_hash", "invited_by", "sent_at", "expires_at"])
    _send(invitation, token, site)
    return invitation


@transaction.atomic
def revoke(*, invitation: Invitation, by: Member) -> Invitation:
    invitation = _locked_open(invitation)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, full_name: str = "", password: str = "") -> Member:
    """The member with the role. ``full_name`` and ``password`` are for a person who has no account yet."""
    invitation = _locked_open(invitation)
    if invitation.is_expired:
        raise ValidationError("Liên kết đã hết hạn. Hãy đề nghị người mời gửi lại.", code="expired")
    member = Member.objects.filter(email=invitation.email).first() or _new_member(invitation, full_name, password)
    if not member.is_active:
        raise ValidationError("Tài khoản này đã ngừng hoạt động. Hãy liên hệ người mời.", code="inactive")
    with acting_as(member):
        invitation.accepted_at, invitation.accepted_by = timezone.now(), member
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        open_membership(member=member, organisation=invitation.organisation, role=Role(invitation.role))
    return member


def hash_of(token: str) -> str:
    """A plain hash will do: the token has 256 random bits, there is nothing to guess.

    >>> hash_of("x")[:8]
    '2d711642'
    """
    return hashlib.sha256(token.encode()).hexdigest()


def link(site: str, token: str) -> str:
    return site.rstrip("/") + reverse("invitation", args=(token,))


def _new_member(invitation: Invitation, full_name: str, password: str) -> Member:
    if not (full_name and password):
        raise ValidationError("Hãy nhập họ tên và mật khẩu.", code="incomplete")
    member = Member(email=invitation.email, full_name=full_name)
    member.set_password(password)
    member.save()
    return member


def _check_can_be_invited(email: str, organisation: Organisation, role: Role, by: Member) -> None:
    if email == by.email:
        raise ValidationError({"email": ValidationError("Không ai tự giao vai trò cho chính mình.", code="own")})
    try:
        check_role_fits(role, organisation)
    except ValidationError as fault:
        raise ValidationError({"role": fault}) from None
    if Invitation.objects.open().filter(email=email, organisation=organisation, role=role).exists():
        text = "Người này đã được mời vào vai trò này và chưa nhận lời. Hãy dùng nút «Gửi lại» ở danh sách lời mời."
        raise ValidationError({"email": ValidationError(text, code="already_invited")})
    member = Member.objects.filter(email=email).first()
    if member is None:
        return
    if not member.is_active:
        text = "Địa chỉ này thuộc một tài khoản đã ngừng. Hãy cho tài khoản hoạt động lại trước khi mời."
        raise ValidationError({"email": ValidationError(text, code="inactive")})
    if member.memberships.filter(organisation=organisation, role=role, valid_to__isnull=True).exists():
        raise ValidationError({"email": ValidationError("Người này đang giữ vai trò này.", code="already_member")})


def _prepare(
    *, email: str, full_name: str, organisation: Organisation, role: Role, by: Member | None
) -> tuple[Invitation, str]:
    token, now = secrets.token_urlsafe(32), timezone.now()
    invitation = Invitation.objects.create(
        email=email,
        full_name=full_name.strip(),
        organisation=organisation,
        role=role,
        invited_by=by,
        token_hash=hash_of(token),
        sent_at=now,
        expires_at=now + VALID_FOR,
    )
    return invitation, token


def _send(invitation: Invitation, token: str, site: str) -> None:
    transaction.on_commit(lambda: letters.send_invitation(invitation, link(site, token)), robust=True)


def _locked_open(invitation: Invitation) -> Invitation:
    found = Invitation.objects.open().select_for_update().filter(pk=invitation.pk).first()
    if found is None:
        raise ValidationError("Lời mời này đã được nhận hoặc đã thu hồi.", code="closed")
    return found
