"""Every path to a table leaves its trace, in the same transaction, and the trail itself cannot be rewritten."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal

import pytest
from django.core.checks import run_checks
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction

from ddci_web.audit import registry, triggers
from ddci_web.audit.actor import acting_as
from ddci_web.audit.models import AuditEvent
from ddci_web.audit.registry import audited, watched
from ddci_web.audit.verify import verify
from tests.web.audit.app.models import Example, Tag

ON_SQLITE = connection.vendor == "sqlite"


def execute(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


def empty(table):
    """What ``flush`` does: DELETE on SQLite, TRUNCATE on PostgreSQL."""
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), [table], allow_cascade=True))


def make(*codes):
    return Example.objects.bulk_create([Example(code=code, name=f"tên {code}") for code in codes])


def insert_by_save():
    Example(code="A", name="một").save()


def insert_by_bulk():
    Example.objects.bulk_create([Example(code="A", name="một")])


def insert_by_upsert():
    Example.objects.bulk_create(
        [Example(code="A", name="một")], update_conflicts=True, unique_fields=["code"], update_fields=["name"]
    )


def insert_by_sql():
    kind, flag = ("'unit'", "1") if ON_SQLITE else ("'unit'", "true")
    execute(
        "INSERT INTO audit_example_example (code, name, kind, is_open, details)"
        f" SELECT 'A', 'một', {kind}, {flag}, '{{}}'"
    )


@pytest.mark.parametrize("insert", [insert_by_save, insert_by_bulk, insert_by_upsert, insert_by_sql])
def test_every_way_to_add_a_row_is_recorded(trail, insert):
    insert()

    (event,) = trail()
    assert (event.operation, event.table) == ("insert", "audit_example_example")
    assert event.row_id == str(Example.objects.get().pk)
    assert event.before is None
    assert json.loads(event.after)["name"] == "một"


def change_by_save(row):
    row.name = "mới"
    row.save(update_fields=["name"])


def change_by_queryset(row):
    Example.objects.filter(pk=row.pk).update(name="mới")


def change_by_bulk(row):
    row.name = "mới"
    Example.objects.bulk_update([row], ["name"])


def change_by_upsert(row):
    Example.objects.bulk_create(
        [Example(code=row.code, name="mới")], update_conflicts=True, unique_fields=["code"], update_fields=["name"]
    )


def change_by_sql(row):
    execute("/* by hand */ UPDATE audit_example_example SET name = 'mới' WHERE id = %s", row.pk)


@pytest.mark.parametrize(
    "change", [change_by_save, change_by_queryset, change_by_bulk, change_by_upsert, change_by_sql]
)
def test_every_way_to_change_a_row_is_recorded_with_before_and_after(trail, change):
    (row,) = make("A")

    change(row)

    event = trail()[-1]
    assert (event.operation, event.row_id) == ("update", str(row.pk))
    assert (json.loads(event.before)["name"], json.loads(event.after)["name"]) == ("tên A", "mới")


def delete_by_instance(row):
    Example.objects.get(pk=row.pk).delete()


def delete_by_queryset(row):
    Example.objects.filter(pk=row.pk).delete()


def delete_by_sql(row):
    execute("DELETE FROM audit_example_example")


def delete_by_flush(row):
    empty("audit_example_example")


@pytest.mark.parametrize("delete", [delete_by_instance, delete_by_queryset, delete_by_sql, delete_by_flush])
def test_every_way_to_delete_a_row_is_recorded_with_what_it_held(trail, delete):
    (row,) = make("A")

    delete(row)

    event = trail()[-1]
    assert (event.operation, event.row_id, event.after) == ("delete", str(row.pk), None)
    assert json.loads(event.before)["name"] == "tên A"
    assert not Example.objects.exists()


def test_a_statement_on_many_rows_writes_an_event_for_each(trail):
    make("A", "B", "C")

    Example.objects.update(name="chung")

    assert [event.operation for event in trail()] == ["insert"] * 3 + ["update"] * 3
    assert verify().holds


def test_ties_of_many_to_many_fields_are_recorded(trail):
    (row,) = make("A")
    tag = Tag.objects.create(name="nhãn")

    row.tags.add(tag)
    row.tags.clear()

    added, removed = trail()[-2:]
    assert (added.operation, removed.operation) == ("insert", "delete")
    assert json.loads(added.after)["tag_id"] == tag.pk
    assert added.table == "audit_example_example_tags"


def test_a_change_of_nothing_writes_nothing(trail):
    (row,) = make("A")
    written = len(trail())

    row.save()
    Example.objects.update(name=models.F("name"))

    assert len(trail()) == written


def test_unwatched_columns_neither_cause_events_nor_appear_in_them(trail):
    make("A")
    written = len(trail())

    Example.objects.update(heartbeat_at="2026-01-02T03:04:05Z")

    assert len(trail()) == written
    assert "heartbeat_at" not in trail()[0].after


def test_masked_columns_never_appear_but_their_change_does(trail):
    row = Example.objects.create(code="A", secret="rất-kín-1")
    row.secret = "rất-kín-2"
    row.save()
    row.name = "mới"
    row.save()
    empty("audit_example_example")

    events = trail()
    shown = [json.loads(event.after)["secret"] for event in events if event.after]
    assert not [event for event in events if "rất-kín" in f"{event.before}{event.after}"]
    assert shown == ["***", "*** changed", "***"]
    assert json.loads(events[-1].before)["secret"] == "***"


def test_every_kind_of_column_is_carried(trail):
    Example.objects.create(
        code="A",
        name='Sở "Y tế" \\ №1\n',
        amount=Decimal("12.50"),
        on="2026-01-02",
        at="2026-01-02T03:04:05.000006Z",
        details={"khoá": [1, None]},
        attachment=b"\x00\xff",
        secret=None,
    )

    (event,) = trail()
    row = json.loads(event.after)
    details = row["details"] if isinstance(row["details"], dict) else json.loads(row["details"])
    assert (row["name"], row["on"], row["secret"]) == ('Sở "Y tế" \\ №1\n', "2026-01-02", None)
    assert (float(row["amount"]), details, row["attachment"]) == (12.5, {"khoá": [1, None]}, "\\x00ff")
    assert "03:04:05.000006" in row["at"]
    assert verify().holds


def test_a_rollback_leaves_nothing(trail):
    make("A")
    head = trail()[-1].hash

    with transaction.atomic():
        Example.objects.update(name="mới")
        make("B")
        transaction.set_rollback(True)

    assert len(trail()) == 1
    make("C")
    assert trail()[-1].previous_hash == head
    assert verify().holds


def test_a_refused_statement_leaves_nothing(trail):
    make("A")

    with pytest.raises(DatabaseError), transaction.atomic():
        make("B", "A")

    assert len(trail()) == 1


@pytest.mark.parametrize(
    "attack",
    [
        lambda: AuditEvent.objects.update(actor_name="người khác"),
        lambda: AuditEvent.objects.order_by("id").first().delete(),
        lambda: execute("DELETE FROM audit_event"),
        lambda: execute("UPDATE audit_event SET after = NULL WHERE id = (SELECT MAX(id) FROM audit_event)"),
        lambda: empty("audit_event"),
        lambda: AuditEvent.objects.bulk_create(
            [AuditEvent.objects.order_by("id").last()],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["hash"],
        ),
    ],
    ids=["update", "delete", "sql delete", "sql update", "flush", "upsert"],
)
def test_the_trail_cannot_be_changed(trail, attack):
    make("A")
    before = trail()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        attack()

    assert [event.hash for event in trail()] == [event.hash for event in before]


def test_replacing_rows_is_recorded_or_refused(trail):
    (row,) = make("A")
    if not ON_SQLITE:  # PostgreSQL has no REPLACE; its counterpart is tested as upsert above
        change_by_upsert(row)
        assert trail()[-1].operation == "update"
        return

    execute("INSERT OR REPLACE INTO audit_example_example SELECT * FROM audit_example_example")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute("INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event")

    assert [event.operation for event in trail()] == ["insert", "delete", "insert"]


def test_a_statement_past_djangos_cursor_is_recorded_without_a_member(trail):
    make("A")

    with acting_as(None, via="command x"), contextlib.closing(connection.connection.cursor()) as driver:
        driver.execute("UPDATE audit_example_example SET name = 'ngoài'")

    event = trail()[-1]
    assert (event.operation, event.actor_id, event.actor_name, event.via) == ("update", None, "", "system")


@pytest.mark.django_db(transaction=True)
def test_another_program_is_named_or_cannot_write_at_all(trail):
    make("A")
    outside = connection.get_new_connection(connection.get_connection_params())
    refused = pytest.raises(Exception, match="no such function") if ON_SQLITE else contextlib.nullcontext()

    with contextlib.closing(outside), refused:
        outside.execute("UPDATE audit_example_example SET name = 'ngoài'")
        outside.commit()

    assert (trail()[-1].via == f"sql {connection.settings_dict['USER']}") is not ON_SQLITE
    assert len(trail()) == (1 if ON_SQLITE else 2)
    assert verify().holds


def test_guards_are_complete_and_a_missing_one_is_reported(trail):
    assert triggers.faults(connection) == []
    name = "ddci_audit_audit_example_example_update" if ON_SQLITE else "ddci_audit_row"

    execute(f"DROP TRIGGER {name}" + ("" if ON_SQLITE else " ON audit_example_example"))

    assert len(triggers.faults(connection)) == 1
    assert [found.id for found in run_checks(databases=["default"], tags=["database"])] == ["audit.W001"]
    triggers.install(connection, watched())
    assert triggers.faults(connection) == []


def test_an_altered_guard_is_reported_and_put_right(trail):
    if ON_SQLITE:
        execute("DROP TRIGGER ddci_audit_guard_delete")
        execute("CREATE TRIGGER ddci_audit_guard_delete BEFORE DELETE ON audit_event BEGIN SELECT 1; END")
    else:
        execute("ALTER TABLE audit_event DISABLE TRIGGER ddci_audit_guard")
        execute(
            "CREATE OR REPLACE FUNCTION ddci_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        )

    assert len(triggers.faults(connection)) == (1 if ON_SQLITE else 2)

    triggers.install(connection, watched())
    assert triggers.faults(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_table_stays_audited_while_migrations_reshape_it(trail, monkeypatch):
    monkeypatch.setattr(registry, "_REGISTERED", dict(registry._REGISTERED))

    @audited
    class Shaped(models.Model):
        name = models.CharField(max_length=20)
        old = models.CharField(max_length=20, null=True)

        class Meta:
            app_label = "audit_example"

    wide, extra = models.TextField(null=True), models.CharField(max_length=5, null=True)
    wide.set_attributes_from_name("name")
    extra.set_attributes_from_name("extra")
    steps = [
        lambda editor: editor.create_model(Shaped),
        lambda editor: editor.alter_field(Shaped, Shaped._meta.get_field("name"), wide),
        lambda editor: editor.remove_field(Shaped, Shaped._meta.get_field("old")),
        lambda editor: editor.add_field(Shaped, extra),
    ]
    for step in steps:
        with connection.schema_editor() as editor:
            step(editor)
        assert triggers.faults(connection) == []
        execute("INSERT INTO audit_example_shaped (name) VALUES ('A')")
    with connection.schema_editor() as editor:
        editor.delete_model(Shaped)

    rows = [json.loads(event.after) for event in trail()]
    assert [set(row) - {"id", "name"} for row in rows] == [{"old"}, {"old"}, set(), {"extra"}]
    assert verify().holds
