"""Inviting people and changing what they may do."""

import datetime as dt

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from ddci_web.accounts import invitations, queries, services
from ddci_web.accounts.invitations import hash_of
from ddci_web.accounts.models import Invitation, Member, Membership, Role
from ddci_web.accounts.roles import Action, may
from tests.web.people import PASSWORD, has_second_factor, make_member, make_organisation, make_unit

pytestmark = pytest.mark.django_db
SITE = "https://ddci.example.vn/"


@pytest.fixture
def organiser():
    return make_member(Role.ORGANISER, email="dieu-hanh@example.vn")


@pytest.fixture
def invited(organiser, django_capture_on_commit_callbacks):
    """An open invitation, and the token that was in the letter."""
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invitations.invite(
            email=" Moi@Example.VN ",
            full_name="Nguyễn Thị Mới",
            organisation=make_unit(),
            role=Role.UNIT_OFFICER,
            by=organiser,
            site=SITE,
        )
    return invitation, token_in(mail.outbox[-1])


def token_in(letter):
    (line,) = [line for line in letter.body.splitlines() if line.startswith("https://")]
    return line.rstrip("/").rpartition("/")[2]


def refused(call, **arguments):
    with pytest.raises(ValidationError) as found:
        call(**arguments)
    errors = found.value.error_list if hasattr(found.value, "error_list") else []
    return {error.code for error in errors} or {e.code for es in found.value.error_dict.values() for e in es}


def test_the_letter_is_sent_to_the_person_with_a_link_and_only_its_hash_is_kept(invited):
    invitation, token = invited

    assert mail.outbox[0].to == ["moi@example.vn"]
    assert "Nguyễn Thị Mới" in mail.outbox[0].body
    assert invitation.token_hash == hash_of(token)
    assert token not in str(Invitation.objects.values())


def test_no_letter_leaves_when_the_transaction_fails(organiser, django_capture_on_commit_callbacks):
    def invite_and_fail():
        with transaction.atomic():
            invitations.invite(
                email="a@b.vn", full_name="A", organisation=make_unit(), role=Role.UNIT_OFFICER, by=organiser, site=SITE
            )
            raise RuntimeError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        invite_and_fail()

    assert not mail.outbox
    assert not Invitation.objects.exists()


def test_accepting_makes_a_member_with_name_password_and_role(invited):
    member = invitations.accept_invitation(invitation=invited[0], full_name="Nguyễn Thị Mới", password=PASSWORD)

    assert (member.email, member.check_password(PASSWORD)) == ("moi@example.vn", True)
    assert may(member, Action.EDIT_FINDINGS, make_unit())
    assert Invitation.objects.get().accepted_by == member


def test_a_link_works_once(invited):
    invitation, token = invited
    invitations.accept_invitation(invitation=invitation, full_name="A", password=PASSWORD)

    assert queries.usable_invitation(token) is None
    assert refused(invitations.accept_invitation, invitation=invitation, full_name="B", password=PASSWORD) == {"closed"}


def test_a_link_expires_after_seven_days(invited):
    invitation, _ = invited
    assert invitation.expires_at - invitation.sent_at == dt.timedelta(days=7)
    Invitation.objects.update(expires_at=timezone.now())

    assert refused(invitations.accept_invitation, invitation=invitation, full_name="A", password=PASSWORD) == {
        "expired"
    }


def test_sending_again_makes_the_old_link_useless(invited, organiser, django_capture_on_commit_callbacks):
    invitation, old = invited

    with django_capture_on_commit_callbacks(execute=True):
        invitations.resend(invitation=invitation, by=organiser, site=SITE)

    assert queries.usable_invitation(old) is None
    assert queries.usable_invitation(token_in(mail.outbox[-1])) == invitation


def test_a_revoked_invitation_cannot_be_accepted_or_sent_again(invited, organiser):
    invitation, token = invited
    invitations.revoke(invitation=invitation, by=organiser)

    assert queries.usable_invitation(token) is None
    assert refused(invitations.resend, invitation=invitation, by=organiser, site=SITE) == {"closed"}


def test_somebody_with_an_account_gets_the_role_and_keeps_the_password(invited):
    known = make_member(email="moi@example.vn", full_name="Tên cũ")

    member = invitations.accept_invitation(invitation=invited[0], full_name="Kẻ khác", password="một mật khẩu khác")

    member.refresh_from_db()
    assert member == known
    assert (member.full_name, member.check_password(PASSWORD)) == ("Tên cũ", True)
    assert may(Member.objects.get(pk=member.pk), Action.EDIT_FINDINGS)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": "DIEU-HANH@example.vn"}, "own"),
        ({"email": "moi@example.vn"}, "already_invited"),
        ({"email": "co@example.vn"}, "already_member"),
        ({"email": "ngung@example.vn"}, "inactive"),
        ({"role": Role.ORGANISER}, "organiser_not_rated"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused_with_a_reason(invited, organiser, changes, code):
    make_member(Role.UNIT_OFFICER, email="co@example.vn")
    make_member(email="ngung@example.vn", is_active=False)
    arguments = {"email": "x@y.vn", "full_name": "X", "organisation": make_unit(), "role": Role.UNIT_OFFICER} | changes

    assert refused(invitations.invite, **arguments, by=organiser, site=SITE) == {code}


def test_an_officer_belongs_to_a_rated_unit(organiser):
    arguments = {"email": "x@y.vn", "full_name": "X", "organisation": make_organisation(), "role": Role.UNIT_LEADER}

    assert refused(invitations.invite, **arguments, by=organiser, site=SITE) == {"role_needs_unit"}


def test_a_changed_role_leaves_the_old_one_on_record(organiser):
    officer = make_member(Role.UNIT_OFFICER)
    old = officer.memberships.get()

    new = services.change_role(membership=old, role=Role.UNIT_LEADER, by=organiser)

    old.refresh_from_db()
    assert (old.valid_to, new.valid_from) == (timezone.localdate(), timezone.localdate())
    assert [m.role for m in Member.objects.get(pk=officer.pk).memberships_today] == [Role.UNIT_LEADER]


def test_nobody_changes_their_own_rights(organiser):
    other = make_member(Role.ORGANISER)
    own = organiser.memberships.get()

    assert other != organiser
    assert refused(services.change_role, membership=own, role=Role.REVIEWER, by=organiser) == {"own"}
    assert refused(services.end_membership, membership=own, by=organiser) == {"own"}
    assert refused(services.deactivate, member=organiser, by=organiser) == {"own"}
    assert refused(services.remove_second_factor, member=organiser, by=organiser) == {"own"}


def test_the_last_organiser_cannot_be_removed_by_anybody(organiser):
    other = make_member(Role.VIEWER)
    own = organiser.memberships.get()

    assert refused(services.change_role, membership=own, role=Role.REVIEWER, by=other) == {"last_organiser"}
    assert refused(services.end_membership, membership=own, by=other) == {"last_organiser"}
    assert refused(services.deactivate, member=organiser, by=other) == {"last_organiser"}


def test_an_organiser_who_is_deactivated_or_leaves_soon_does_not_count_as_another(organiser):
    make_member(Role.ORGANISER, is_active=False)
    leaving = make_member(Role.ORGANISER)
    Membership.objects.filter(member=leaving).update(valid_to=timezone.localdate() + dt.timedelta(days=1))
    viewer = make_member(Role.VIEWER)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)

    assert refused(services.end_membership, membership=organiser.memberships.get(), on=tomorrow, by=viewer) == {
        "last_organiser"
    }


def test_a_role_may_end_on_a_day_to_come_but_not_in_the_past(organiser):
    membership = make_member(Role.VIEWER).memberships.get()
    today = timezone.localdate()

    assert refused(services.end_membership, membership=membership, on=today - dt.timedelta(days=1), by=organiser) == {
        "past"
    }
    services.end_membership(membership=membership, on=today + dt.timedelta(days=1), by=organiser)

    assert may(Member.objects.get(pk=membership.member_id), Action.VIEW_RESULTS)


def test_an_ended_role_allows_nothing(organiser):
    viewer = make_member(Role.VIEWER)

    services.end_membership(membership=viewer.memberships.get(), by=organiser)

    assert not may(Member.objects.get(pk=viewer.pk), Action.VIEW_RESULTS)
    assert refused(services.end_membership, membership=viewer.memberships.get(), by=organiser) == {"ended"}


def test_deactivating_takes_every_right_and_open_invitation_and_reactivating_gives_the_rights_back(organiser):
    viewer = make_member(Role.VIEWER, email="xem@example.vn")
    arguments = {"email": viewer.email, "full_name": "X", "organisation": make_organisation("khac")}
    invitations.invite(**arguments, role=Role.REVIEWER, by=organiser, site=SITE)

    services.deactivate(member=viewer, by=organiser)
    assert not may(Member.objects.get(pk=viewer.pk), Action.VIEW_RESULTS)
    assert not Invitation.objects.open().exists()

    services.reactivate(member=viewer, by=organiser)
    assert may(Member.objects.get(pk=viewer.pk), Action.VIEW_RESULTS)


def test_a_removed_second_factor_is_gone_and_the_person_is_told(organiser, django_capture_on_commit_callbacks):
    reviewer = make_member(Role.REVIEWER)

    with django_capture_on_commit_callbacks(execute=True):
        services.remove_second_factor(member=reviewer, by=organiser)

    assert not has_second_factor(reviewer)
    assert mail.outbox[0].to == [reviewer.email]


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"accepted_at": timezone.now()}, "invitation_accepted_by_somebody"),
        ({"role": "king"}, "invitation_role_known"),
    ],
)
def test_the_database_keeps_the_rules_of_invitations(invited, columns, rule):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Invitation.objects.update(**columns)


def test_the_database_keeps_addresses_in_small_letters():
    with pytest.raises(IntegrityError, match="member_email_small_letters"), transaction.atomic():
        make_member(email="Hoa@Example.vn")
