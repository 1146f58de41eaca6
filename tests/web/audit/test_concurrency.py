"""Writers at the same time, each on its own connection, keep one unbroken chain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection, connections, transaction

from ddci_web.audit import triggers, verify
from ddci_web.audit.actor import acting_as
from ddci_web.audit.models import AuditEvent
from ddci_web.audit.registry import watched
from tests.web.audit.app.models import Example

WRITERS, ROUNDS = 6, 10


@pytest.fixture
def threads(trail, tmp_path, monkeypatch):
    """Run functions in threads at once, all on one database: on SQLite a file, as the tests' own is in memory."""

    def run(*functions):
        with ThreadPoolExecutor(len(functions)) as pool:
            return [done.result(timeout=60) for done in [pool.submit(closing, function) for function in functions]]

    def closing(function):
        try:
            return function()
        finally:
            connections["default"].close()

    if connection.vendor == "sqlite":
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL"}
        file = {"NAME": str(tmp_path / "shared.sqlite3"), "OPTIONS": options}
        monkeypatch.setitem(connections.settings, "default", {**connections.settings["default"], **file})
        run(make_tables)
    return run


def make_tables():
    with connection.schema_editor() as editor:
        editor.create_model(AuditEvent)
        editor.create_model(Example)
    triggers.install(connection, watched())


def write(writer, start):
    """Add rows one by one, in transactions, in bulk, and roll some back."""
    start.wait()
    for number in range(ROUNDS):
        with acting_as(None, via=f"writer {writer}"), transaction.atomic():
            Example.objects.bulk_create(Example(code=f"{writer}-{number}-{place}") for place in range(3))
            Example.objects.filter(code__startswith=f"{writer}-").update(name=str(number))
            transaction.set_rollback(number % 3 == 2)
        with acting_as(None, via=f"writer {writer}"):
            Example.objects.create(code=f"{writer}-{number}")


def read():
    return verify.verify(), list(AuditEvent.objects.order_by("id")), Example.objects.count()


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_keep_one_unbroken_chain(threads):
    start = Barrier(WRITERS)

    threads(*(lambda writer=writer: write(writer, start) for writer in range(WRITERS)))

    [(verdict, events, rows)] = threads(read)
    ways = [event.via for event in events if event.via.startswith("writer")]
    assert verdict.holds
    assert verdict.events == len(events)
    assert rows == WRITERS * (7 * 3 + ROUNDS)
    assert len(set(ways)) == WRITERS
    assert sum(one != other for one, other in pairwise(ways)) > WRITERS  # they did take turns
