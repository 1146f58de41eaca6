"""The table of roles and actions: what it allows, and to whom."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from ddci_web.accounts import queries, roles
from ddci_web.accounts.models import Member, Membership, Role
from ddci_web.accounts.roles import ALLOWED, MFA_ROLES, PROVINCE_WIDE, WORDS, Action, may
from tests.web.people import logged_in, make_member, make_organisation, make_unit

pytestmark = pytest.mark.django_db


def test_every_role_has_a_line_and_every_action_its_words():
    assert set(ALLOWED) == set(Role)
    assert set(WORDS) == set(Action)
    assert {row.role for row in roles.matrix()} == set(Role)


def test_the_docstring_names_every_role():
    assert all(role.value in (roles.__doc__ or "") for role in Role)


def test_every_action_is_allowed_to_somebody():
    assert frozenset().union(*ALLOWED.values()) == set(Action)


@pytest.mark.parametrize("action", [Action.PUBLISH, Action.CORRECT, Action.MANAGE_MEMBERS, Action.MANAGE_ORGANISATIONS])
def test_what_changes_the_site_for_everybody_is_for_organisers_only(action):
    assert [role for role in Role if action in ALLOWED[role]] == [Role.ORGANISER]


def test_whoever_sees_results_of_all_before_publication_and_acts_on_them_needs_a_second_factor():
    assert {role for role in Role if ALLOWED[role] & {Action.COMPUTE, Action.REVIEW, Action.PUBLISH}} == MFA_ROLES


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(Action))
def test_a_role_may_what_the_table_says(role, action):
    assert may(make_member(role), action) == (action in ALLOWED[role])


@pytest.mark.parametrize("role", list(Role))
def test_only_roles_of_the_province_reach_other_organisations(role):
    elsewhere = make_unit("ddci:elsewhere")
    member = make_member(role)

    reached = {action for action in Action if may(member, action, elsewhere)}

    assert reached == (ALLOWED[role] if role in PROVINCE_WIDE else set())


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_a_visitor_may_nothing(nobody):
    assert not any(may(nobody, action) for action in Action)


def test_a_role_counts_from_its_first_day_until_the_day_before_its_end():
    today = timezone.localdate()
    day = dt.timedelta(days=1)
    member, place = make_member(), make_organisation()
    for start, end in [(today + day, None), (today - day, today)]:
        Membership.objects.create(member=member, organisation=place, role=Role.VIEWER, valid_from=start, valid_to=end)

    assert not may(member, Action.VIEW_RESULTS)
    Membership.objects.create(member=member, organisation=place, role=Role.REVIEWER, valid_to=today + day)
    assert may(Member.objects.get(pk=member.pk), Action.VIEW_RESULTS)


def test_two_roles_add_up():
    member = make_member(Role.UNIT_OFFICER)
    Membership.objects.create(member=member, organisation=make_organisation(), role=Role.DATA_ENTRY)

    assert may(member, Action.UPLOAD_DATA)
    assert may(member, Action.EDIT_FINDINGS, make_unit())


def test_the_rights_of_a_member_are_read_once(django_assert_num_queries):
    member = make_member(Role.ORGANISER)

    with django_assert_num_queries(1):
        assert [may(member, action) for action in Action]


def test_members_of_a_unit_see_their_colleagues_and_nobody_else():
    own, colleague = make_member(Role.UNIT_OFFICER), make_member(Role.UNIT_LEADER)
    stranger = make_member(Role.UNIT_OFFICER, organisation=make_unit("ddci:elsewhere"))

    seen = set(queries.members_seen_by(own))

    assert seen == {own, colleague}
    assert stranger not in seen
    assert set(queries.members_seen_by(make_member(Role.ORGANISER))) == set(Member.objects.all())


def test_demo_accounts_need_a_second_factor_unless_the_site_is_a_demonstration(settings):
    member = make_member(Role.ORGANISER, is_demo=True)
    real = make_member(Role.ORGANISER)

    settings.DEMO = False
    assert roles.needs_mfa(member)
    settings.DEMO = True
    assert not roles.needs_mfa(member)
    assert roles.needs_mfa(real)


def test_a_demonstration_opens_no_door_for_a_real_account_without_a_second_factor(settings):
    settings.DEMO = True
    real, demo = (make_member(Role.ORGANISER, with_mfa=False, is_demo=is_demo) for is_demo in (False, True))

    assert logged_in(real).get("/dieu-hanh/").status_code == 302
    assert logged_in(demo).get("/dieu-hanh/").status_code == 200
