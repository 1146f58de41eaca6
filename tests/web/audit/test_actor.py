"""The trail names the member who acts, and never one who acted before."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from ddci_web.audit.actor import acting_as, current
from ddci_web.audit.middleware import ActorMiddleware
from tests.web.audit.app.models import Example

AN = SimpleNamespace(pk=7, full_name="Nguyễn Thị An")
BINH = SimpleNamespace(pk=8, full_name="Trần Văn Bình")
VISITOR = SimpleNamespace(pk=None)


def add(code):
    Example.objects.create(code=code)


def request_of(user, view, route="don-vi/<int:plan>/"):
    """Send one request by ``user`` through the middleware to ``view(request)``."""
    request = RequestFactory().post("/don-vi/12/")
    request.user = user
    request.resolver_match = SimpleNamespace(route=route)
    return ActorMiddleware(lambda request: view(request) or HttpResponse())(request)


def actors(events):
    return [(event.actor_id, event.actor_name) for event in events]


def test_jobs_and_commands_name_their_member_and_their_way(trail):
    with acting_as(AN, via="job compute"):
        add("A")

    (event,) = trail()
    assert (event.actor_id, event.actor_name, event.via) == (7, "Nguyễn Thị An", "job compute")


def test_the_inner_member_acts_and_then_the_outer_again(trail):
    with acting_as(AN, via="job compute"):
        with acting_as(BINH):
            add("A")
        add("B")
    add("C")

    assert actors(trail()) == [(8, "Trần Văn Bình"), (7, "Nguyễn Thị An"), (None, "")]
    assert [event.via for event in trail()][:2] == ["job compute", "job compute"]


def test_a_request_names_its_member_and_the_pattern_of_its_address(trail):
    request_of(AN, lambda request: add("A"), route="moi/<str:token>/")

    (event,) = trail()
    assert (event.actor_id, event.via) == (7, "POST /moi/<str:token>/")


def test_a_visitor_has_no_number(trail):
    request_of(VISITOR, lambda request: add("A"))

    assert actors(trail()) == [(None, "")]


def test_reading_never_asks_for_the_member(trail):
    asked = []
    user = SimpleLazyObject(lambda: asked.append(1) or AN)

    request_of(user, lambda request: list(Example.objects.all()) and None)

    assert asked == []


def test_the_member_is_looked_up_before_the_first_write(trail):
    user = SimpleLazyObject(lambda: (list(Example.objects.all()) and None) or AN)

    request_of(user, lambda request: add("A"))

    assert actors(trail()) == [(7, "Nguyễn Thị An")]


def test_looking_up_the_member_may_itself_write(trail):
    def expire_the_session():
        add("phiên")
        return AN

    request_of(SimpleLazyObject(expire_the_session), lambda request: add("A"))

    assert actors(trail()) == [(None, ""), (7, "Nguyễn Thị An")]


def test_who_logs_in_acts_from_then_on(trail):
    def log_in(request):
        add("A")
        request.user = AN
        add("B")

    request_of(VISITOR, log_in)

    assert actors(trail()) == [(None, ""), (7, "Nguyễn Thị An")]


def test_a_rollback_to_a_savepoint_does_not_change_the_member(trail):
    with acting_as(AN):
        with transaction.atomic():
            add("A")
            transaction.set_rollback(True)
        with acting_as(BINH), transaction.atomic():
            add("B")
            transaction.set_rollback(True)
        add("C")

    assert actors(trail()) == [(7, "Nguyễn Thị An")]


def write_alone(code):
    add(code)


def write_in_a_transaction(code):
    with transaction.atomic():
        add(code)


def write_and_roll_back(code):
    with transaction.atomic():
        add(code)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", [write_alone, write_in_a_transaction, write_and_roll_back])
@pytest.mark.parametrize("second", [write_alone, write_in_a_transaction])
def test_a_kept_connection_carries_no_member_to_the_next_request(trail, first, second):
    kept = connection.connection

    request_of(AN, lambda request: first("A"))
    request_of(VISITOR, lambda request: second("B"))
    second("C")

    assert connection.connection is kept
    assert actors(trail())[-2:] == [(None, ""), (None, "")]
    assert current().id is None


@pytest.mark.django_db(transaction=True)
def test_a_request_that_fails_carries_no_member_to_the_next(trail):
    def fail(request):
        add("A")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        request_of(AN, fail)
    add("B")

    assert actors(trail()) == [(7, "Nguyễn Thị An"), (None, "")]


@pytest.mark.django_db(transaction=True)
def test_the_driver_of_a_kept_connection_forgets_the_member_too(trail):
    request_of(AN, lambda request: add("A"))

    driver = connection.connection.cursor()
    driver.execute("UPDATE audit_example_example SET name = 'ngoài'")
    driver.close()

    assert actors(trail()) == [(7, "Nguyễn Thị An"), (None, "")]
    connection.close()
