"""Changing what people may do: their memberships and accounts. Inviting is in ``invitations``.

A service takes ``by``, the member who decides, runs in one transaction and refuses with a ``ValidationError`` whose text
is for people and whose ``code`` is for tests. Nothing is deleted. Nobody changes their own rights.
"""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ddci_web.accounts import letters
from ddci_web.accounts.models import Invitation, Member, Membership, Role
from ddci_web.accounts.roles import UNIT_ROLES
from ddci_web.organisations.models import Kind, Organisation


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: Member) -> Membership:
    """End the membership today and open one with the other role, so that the old one stays on record."""
    _refuse_own(membership.member, by)
    check_role_fits(role, membership.organisation)
    if role == membership.role:
        raise ValidationError("Người này đang giữ đúng vai trò đó. Hãy chọn vai trò khác.", code="same_role")
    today = timezone.localdate()
    _refuse_ended(membership, today)
    if membership.role == Role.ORGANISER:
        _refuse_last_organiser(membership.member, today)
    _end(membership, today)
    return open_membership(member=membership.member, organisation=membership.organisation, role=role)


@transaction.atomic
def end_membership(*, membership: Membership, by: Member, on: dt.date | None = None) -> Membership:
    """``on`` is the first day without the role: today, or a day to come."""
    _refuse_own(membership.member, by)
    today = timezone.localdate()
    on = on or today
    if on < today:
        raise ValidationError({"on": ValidationError("Ngày thôi vai trò không được ở quá khứ.", code="past")})
    _refuse_ended(membership, today)
    if membership.role == Role.ORGANISER:
        _refuse_last_organiser(membership.member, on)
    _end(membership, max(on, membership.valid_from))
    return membership


@transaction.atomic
def deactivate(*, member: Member, by: Member) -> Member:
    """The person can no longer log in, from the next request on; memberships stay as they are."""
    _refuse_own(member, by)
    _refuse_last_organiser(member, timezone.localdate())
    member.is_active = False
    member.save(update_fields=["is_active"])
    Invitation.objects.open().filter(email=member.email).update(revoked_at=timezone.now())
    return member


@transaction.atomic
def reactivate(*, member: Member, by: Member) -> Member:
    _refuse_own(member, by)
    member.is_active = True
    member.save(update_fields=["is_active"])
    return member


@transaction.atomic
def remove_second_factor(*, member: Member, by: Member) -> Member:
    """For somebody who lost the telephone and the recovery codes: the next log-in asks to set up a new one."""
    _refuse_own(member, by)
    for authenticator in Authenticator.objects.filter(user_id=member.pk):
        authenticator.delete()
    transaction.on_commit(lambda: letters.tell_second_factor_removed(member), robust=True)
    return member


def open_membership(*, member: Member, organisation: Organisation, role: Role) -> Membership:
    """The open membership with this role; a new one from today, unless there is one already."""
    membership, _ = Membership.objects.get_or_create(
        member=member, organisation=organisation, role=role, valid_to__isnull=True
    )
    return membership


def check_role_fits(role: Role, organisation: Organisation) -> None:
    """Officers and leaders belong to a rated unit, people of the province to any other organisation."""
    if role in UNIT_ROLES and organisation.kind != Kind.UNIT:
        raise ValidationError(
            "Vai trò này chỉ dành cho đơn vị được đánh giá. Hãy chọn một đơn vị, hoặc chọn vai trò khác.",
            code="role_needs_unit",
        )
    if role == Role.ORGANISER and organisation.kind == Kind.UNIT:
        raise ValidationError(
            "Đơn vị được đánh giá không thể điều hành việc đánh giá. Hãy chọn cơ quan điều hành của tỉnh.",
            code="organiser_not_rated",
        )


def _end(membership: Membership, on: dt.date) -> None:
    membership.valid_to = on
    membership.save(update_fields=["valid_to"])


def _refuse_own(member: Member, by: Member) -> None:
    if member.pk == by.pk:
        raise ValidationError(
            "Không ai tự thay đổi quyền của chính mình. Hãy nhờ một thành viên khác của cơ quan điều hành.", code="own"
        )


def _refuse_ended(membership: Membership, today: dt.date) -> None:
    if membership.valid_to is not None and membership.valid_to <= today:
        raise ValidationError("Vai trò này đã kết thúc.", code="ended")


def _refuse_last_organiser(member: Member, on: dt.date) -> None:
    """Raises when nobody but ``member`` would lead the site from that day on. Locks, so that two cannot leave at once."""
    leading = Membership.objects.as_of(on).filter(role=Role.ORGANISER, member__is_active=True)
    organisers = {membership.member_id for membership in leading.select_for_update(of=("self",))}
    if organisers == {member.pk}:
        raise ValidationError(
            "Đây là người điều hành cuối cùng. Hãy mời thêm một người vào vai trò «Cơ quan điều hành» trước.",
            code="last_organiser",
        )
