"""What was changed while the triggers were off shows, because the tables no longer match the trail."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ddci_web.audit import triggers
from ddci_web.audit.compare import differences
from ddci_web.audit.registry import watched
from tests.web.audit.app.models import Example

ON_SQLITE = connection.vendor == "sqlite"
TABLE = "audit_example_example"


@contextlib.contextmanager
def triggers_off():
    """What somebody with the owner's rights can do from another program, putting everything back afterwards."""
    names = [f"DROP TRIGGER ddci_audit_{TABLE}_{operation}" for operation in ("insert", "update", "delete")]
    owner = ["SET CONSTRAINTS ALL IMMEDIATE", f"ALTER TABLE {TABLE} DISABLE TRIGGER USER"]
    with contextlib.closing(connection.connection.cursor()) as driver:
        for statement in names if ON_SQLITE else owner:
            driver.execute(statement)
    yield
    triggers.install(connection, watched())


def found():
    return [
        (difference.row_id, difference.reason) for difference in differences(connection) if difference.table == TABLE
    ]


@pytest.fixture
def row(trail):
    return Example.objects.create(
        code="A",
        name="Sở Y tế",
        amount=Decimal("0.10"),
        at=datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
        details={"khoá": [0.1, None]},
        attachment=b"\x00",
        secret="kín",
    )


def test_tables_written_by_any_path_match_the_trail(row):
    Example.objects.bulk_create([Example(code="B"), Example(code="C")])
    Example.objects.filter(code="B").update(name="mới", heartbeat_at="2026-01-01T00:00:00Z", secret="khác")
    Example.objects.filter(code="C").delete()

    assert found() == []


def test_a_row_changed_while_triggers_were_off_is_found(row):
    with triggers_off():
        Example.objects.update(name="Sở Nội vụ", amount=5)

    assert triggers.faults(connection) == []
    [(row_id, reason)] = found()
    assert row_id == str(row.pk)
    assert set(reason.removeprefix("khác với nhật ký ở cột ").split(", ")) == {"name", "amount"}


def test_a_row_added_while_triggers_were_off_is_found(row):
    with triggers_off():
        added = Example.objects.create(code="B")

    assert found() == [(str(added.pk), "không có sự kiện nào trong nhật ký")]


def test_a_row_deleted_while_triggers_were_off_is_found(row):
    key = str(row.pk)
    with triggers_off():
        Example.objects.all().delete()

    assert found() == [(key, "nhật ký ghi là còn nhưng không thấy")]


def test_a_row_brought_back_while_triggers_were_off_is_found(row):
    key = row.pk
    Example.objects.all().delete()
    with triggers_off():
        Example.objects.create(pk=key, code="A")

    assert found() == [(str(key), "nhật ký ghi là đã xoá nhưng vẫn còn")]


def test_the_command_names_the_row(row):
    with triggers_off():
        Example.objects.update(name="Sở Nội vụ")

    call_command("audit_verify")
    with pytest.raises(CommandError, match=f"Bảng {TABLE}, dòng {row.pk}: khác với nhật ký ở cột name"):
        call_command("audit_verify", rows=True)
