"""Whoever gets round the guards and rewrites the trail is found out."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ddci_web.audit import triggers, verify
from ddci_web.audit.chain import GENESIS, event_hash, moment_text
from ddci_web.audit.models import AuditEvent
from tests.web.audit.app.models import Example

ON_SQLITE = connection.vendor == "sqlite"
FAULT = "nội dung không khớp với mã băm đã ghi"


@pytest.fixture
def unguarded(trail):
    """Five events, and the guards of the trail taken off, as an attacker with the owner's rights would."""
    Example.objects.bulk_create([Example(code=str(number)) for number in range(5)])
    with connection.cursor() as cursor:
        for guard in ("update", "delete") if ON_SQLITE else ("",):
            cursor.execute(
                f"DROP TRIGGER ddci_audit_guard_{guard}" if guard else "DROP TRIGGER ddci_audit_guard ON audit_event"
            )
    return trail()


def test_an_untouched_trail_holds_and_ends_at_its_head(trail):
    Example.objects.create(code="A")

    verdict = verify.verify([verify.head()])

    assert verdict.holds
    assert verdict.head == verify.head() == trail()[-1].hash
    assert verdict.events == AuditEvent.objects.count()


def test_an_empty_trail_has_the_first_hash_as_its_head(unguarded):
    AuditEvent.objects.all().delete()

    assert verify.head() == verify.verify().head == GENESIS
    assert verify.verify().holds


@pytest.mark.parametrize(
    "change",
    [
        {"actor_name": "người khác"},
        {"actor_id": 99},
        {"at": "2020-01-01T00:00:00Z"},
        {"via": "job"},
        {"table": "x"},
        {"row_id": "0"},
        {"operation": "update"},
        {"before": "{}"},
        {"after": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_changed_value_is_found(unguarded, change):
    target = unguarded[2]

    AuditEvent.objects.filter(id=target.id).update(**change)

    assert verify.verify().broken == verify.Break(target.id, FAULT)


def test_a_value_moved_from_one_field_to_the_next_is_found(unguarded):
    target = unguarded[2]

    AuditEvent.objects.filter(id=target.id).update(table=target.table[:-1], row_id=target.table[-1] + target.row_id)

    assert verify.verify().broken == verify.Break(target.id, FAULT)


def test_a_changed_event_with_a_fresh_hash_breaks_the_next(unguarded):
    target, following = unguarded[2:4]
    target.after = "{}"
    values = [target.actor_id, target.actor_name, target.via, target.table, target.row_id, target.operation]
    target.hash = event_hash(target.previous_hash, target.id, moment_text(target.at), *values, None, "{}")
    target.save()

    assert verify.verify().broken == verify.Break(following.id, "không nối tiếp sự kiện đứng trước")


def test_a_deleted_event_is_found(unguarded):
    target, following = (event.id for event in unguarded[2:4])

    AuditEvent.objects.filter(id=target).delete()

    assert verify.verify().broken == verify.Break(following, f"thiếu sự kiện {target}")


def test_a_range_of_deleted_events_is_found_with_its_bounds(unguarded):
    AuditEvent.objects.filter(id__in=[event.id for event in unguarded[1:4]]).delete()

    expected = f"thiếu sự kiện {unguarded[1].id} đến {unguarded[3].id}"
    assert verify.verify().broken == verify.Break(unguarded[4].id, expected)


def test_a_tail_cut_off_is_found_against_a_published_head(unguarded):
    published = verify.head()

    AuditEvent.objects.filter(id__gte=unguarded[3].id).delete()

    assert verify.verify().holds  # the chain alone cannot know
    assert verify.verify([published]).lost == (published,)


def test_a_tail_cut_off_and_written_anew_is_found_against_a_published_head(unguarded):
    published = verify.head()
    AuditEvent.objects.filter(id=unguarded[4].id).delete()

    Example.objects.create(code="mới")

    assert verify.verify().broken is None
    assert verify.verify([published]).lost == (published,)


def test_the_command_says_that_the_trail_is_whole(trail, capsys):
    Example.objects.create(code="A")

    call_command("audit_verify", head=[verify.head()])

    assert verify.head() in capsys.readouterr().out


def test_the_command_fails_with_every_fault_found(unguarded):
    unguarded[2].delete()

    with pytest.raises(CommandError) as failure:
        call_command("audit_verify", head=["f" * 64])

    text = str(failure.value)
    assert f"Chuỗi đứt tại sự kiện {unguarded[3].id}" in text
    assert "f" * 64 in text
    assert all(fault in text for fault in triggers.faults(connection))
    assert "thiếu trigger" in text
