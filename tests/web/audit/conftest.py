"""The example tables, made once in the test database and audited like those of the site."""

from __future__ import annotations

import pytest
from django.db import connection

from ddci_web.audit.models import AuditEvent
from ddci_web.audit.registry import audited
from tests.web.audit.app.models import Example, Tag


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    audited(exclude=("secret",), unwatched=("heartbeat_at",))(Example)
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Tag)
        editor.create_model(Example)


@pytest.fixture
def trail(db):
    """A function that gives the events written since the test began, oldest first."""
    Example.objects.all().delete()  # what a test that commits may have left
    last = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
    return lambda: list(AuditEvent.objects.filter(id__gt=last).order_by("id"))
