"""The doors of the pages about people and organisations: every role at every address."""

import pytest
from django.urls import reverse

from ddci_web.accounts.models import Invitation, Role
from ddci_web.accounts.roles import ALLOWED, Action
from ddci_web.organiser import people_urls
from tests.web.people import logged_in, make_member, make_organisation

pytestmark = pytest.mark.django_db
POST_ONLY = {"reactivate_member", "resend_invitation", "revoke_invitation"}
NAMES = [pattern.name for pattern in people_urls.urlpatterns]
UNKNOWN = 10**9


def address(name, number=None):
    """The address under its name; where it names an object, of object ``number``."""
    (pattern,) = [pattern for pattern in people_urls.urlpatterns if pattern.name == name]
    parameters = list(pattern.pattern.converters)
    return reverse(f"organiser:{name}", args=[number] * len(parameters)), bool(parameters)


def knock(client, name, number=UNKNOWN):
    path, _ = address(name, number)
    return client.post(path) if name in POST_ONLY else client.get(path)


def test_every_address_has_a_door():
    assert all(
        pattern.callback.required_action in {Action.MANAGE_MEMBERS, Action.MANAGE_ORGANISATIONS}
        for pattern in people_urls.urlpatterns
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", list(Role))
def test_a_role_comes_in_where_the_table_lets_it_and_gets_403_elsewhere(role, name):
    (pattern,) = [pattern for pattern in people_urls.urlpatterns if pattern.name == name]
    _, names_an_object = address(name, UNKNOWN)

    status = knock(logged_in(make_member(role)), name).status_code

    inside = 404 if names_an_object else 200
    assert status == (inside if pattern.callback.required_action in ALLOWED[role] else 403)


@pytest.mark.parametrize("name", NAMES)
def test_a_member_without_a_role_gets_403(name):
    assert knock(logged_in(make_member()), name).status_code == 403


@pytest.mark.parametrize("name", NAMES)
def test_a_visitor_is_sent_to_log_in_and_back(client, name):
    response = knock(client, name)

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login") + "?next=/dieu-hanh/")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", [Role.ORGANISER, Role.CONSULTANT, Role.REVIEWER])
def test_a_role_that_needs_a_second_factor_is_sent_to_set_it_up_first(role, name):
    response = knock(logged_in(make_member(role, with_mfa=False)), name)

    assert response["Location"].startswith(reverse("mfa_activate_totp") + "?next=/dieu-hanh/")


@pytest.mark.parametrize("name", sorted(POST_ONLY))
def test_what_changes_something_at_once_needs_a_post(name):
    path, _ = address(name, 1)

    assert logged_in(make_member(Role.ORGANISER)).get(path).status_code == 405


def test_lists_cost_the_same_number_of_queries_for_one_row_and_for_fifty(django_assert_max_num_queries):
    client = logged_in(make_member(Role.ORGANISER))
    top = make_organisation("top")
    for i in range(60):
        place = make_organisation(f"o{i}", parent=top)
        member = make_member(Role.VIEWER, organisation=place, email=f"m{i}@example.vn")
        Invitation.objects.create(
            email=f"i{i}@example.vn",
            full_name="X",
            organisation=place,
            role=Role.VIEWER,
            token_hash=str(i),
            expires_at="2030-01-01T00:00Z",
            invited_by=member,
        )

    with django_assert_max_num_queries(10):
        client.get(reverse("organiser:members"))
    with django_assert_max_num_queries(10):
        client.get(reverse("organiser:organisations"))
