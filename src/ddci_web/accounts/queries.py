"""Reading people and invitations, always within what the asking member may see."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.db.models import Prefetch, Q
from django.utils import timezone

from ddci_web.accounts.invitations import hash_of
from ddci_web.accounts.models import Invitation, InvitationRows, Member, MemberQuery, Membership, MembershipRows
from ddci_web.accounts.roles import MFA_ROLES, Action, may
from ddci_web.organisations.models import Organisation
from ddci_web.organisations.vietnamese import search_key


def members_seen_by(member: Member) -> MemberQuery:
    """Who manages members sees everybody; others see themselves and those of their own organisations, as of today."""
    rows = Member.objects.all()
    if may(member, Action.MANAGE_MEMBERS):
        return rows
    own = [membership.organisation_id for membership in member.memberships_today]
    today = Membership.objects.as_of(timezone.localdate()).filter(organisation__in=own)
    return rows.filter(Q(pk=member.pk) | Q(pk__in=today.values("member"), is_active=True))


def memberships_seen_by(member: Member) -> MembershipRows:
    return Membership.objects.filter(member__in=members_seen_by(member)).select_related("member", "organisation")


def invitations_seen_by(member: Member) -> InvitationRows:
    """Open invitations are for those who may invite."""
    rows = Invitation.objects.select_related("organisation", "invited_by")
    return rows.open() if may(member, Action.MANAGE_MEMBERS) else rows.none()


def member_list(member: Member, *, words: str = "", role: str = "", state: str = "") -> MemberQuery:
    """People in Vietnamese order with ``current`` memberships; words with or without accents, in name or address.

    state  "active", "inactive", "without_mfa" (a role that needs a second factor, and none set up) or "" for all
    """
    today = Membership.objects.as_of(timezone.localdate()).select_related("organisation")
    rows = members_seen_by(member).order_by("name_order", "email")
    for word in search_key(words).split():
        rows = rows.filter(name_search__contains=word)
    if role:
        rows = rows.filter(pk__in=today.filter(role=role).values("member"))
    if state in {"active", "inactive"}:
        rows = rows.filter(is_active=state == "active")
    if state == "without_mfa":
        needing = today.filter(role__in=MFA_ROLES).values("member")
        rows = rows.filter(pk__in=needing, is_active=True).exclude(authenticator__isnull=False)
    return rows.prefetch_related(Prefetch("memberships", today, to_attr="current"))


def usable_invitation(token: str) -> Invitation | None:
    """The open invitation that a link's token belongs to, expired or not; None for any other token."""
    return Invitation.objects.open().select_related("organisation").filter(token_hash=hash_of(token)).first()


def has_account(email: str) -> bool:
    return Member.objects.filter(email=email).exists()


def has_mfa(member: Member) -> bool:
    return bool(is_mfa_enabled(member))


def membership_history(member: Member) -> MembershipRows:
    """Every role the person has or had, the latest first."""
    return member.memberships.select_related("organisation").order_by("-valid_from", "-pk")


def members_of(organisation: Organisation) -> MembershipRows:
    """Who has a role there today."""
    rows = Membership.objects.as_of(timezone.localdate()).filter(organisation=organisation, member__is_active=True)
    return rows.select_related("member").order_by("member__name_order")
