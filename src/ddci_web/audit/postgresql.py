"""The triggers of PostgreSQL: three per audited table, one on the trail, and the functions behind them.

In:  a cursor and a ``Watched`` table.
Out: triggers that write ``audit_event`` rows. Who acts is read from the settings of ``connection.py``; for a statement
     from elsewhere (``psql``) the trail names the database role.

A statement that writes takes one advisory lock before its first row, and holds it until its transaction ends: events
of concurrent transactions have one order, and two writers cannot wait for each other in a ring inside one statement.
Names are qualified with the schema, so that a temporary table of the same name cannot catch the events.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ddci_web.audit.chain import GENESIS
from ddci_web.audit.registry import Watched

LOCK = 1_684_300_649  # "ddci" in ASCII

# name and arguments -> (what it returns, body)
FUNCTIONS = {
    "ddci_audit_write(of_table text, of_row text, operation text, before jsonb, after jsonb)": (
        "void",
        """
DECLARE
  number bigint;
  previous text;
  moment timestamptz := clock_timestamp();
  who_id bigint := NULLIF(current_setting('ddci.actor_id', true), '')::bigint;
  who text := COALESCE(current_setting('ddci.actor_name', true), '');
  way text := COALESCE(NULLIF(current_setting('ddci.via', true), ''), 'sql ' || session_user);
  texts text[];
  chained text := '';
BEGIN
  SELECT e.id + 1, e.hash INTO number, previous FROM {schema}.audit_event e ORDER BY e.id DESC LIMIT 1;
  number := COALESCE(number, 1);
  previous := COALESCE(previous, '{genesis}');
  texts := ARRAY[previous, number::text, to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), who_id::text,
    who, way, of_table, of_row, operation, before::text, after::text];
  SELECT string_agg(COALESCE(length(t.text) || ':' || t.text, '-'), '' ORDER BY t.place) INTO chained
    FROM unnest(texts) WITH ORDINALITY AS t(text, place);
  INSERT INTO {schema}.audit_event
    (id, at, actor_id, actor_name, via, "table", row_id, operation, before, after, previous_hash, hash)
  VALUES (number, moment, who_id, who, way, of_table, of_row, operation, before::text, after::text, previous,
    encode(sha256(convert_to(chained, 'UTF8')), 'hex'));
END""",
    ),
    "ddci_audit_masked(shown jsonb, other jsonb, masked text[])": (
        "jsonb",
        """
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY masked LOOP
    IF shown ->> name IS NOT NULL THEN
      shown := shown || jsonb_build_object(name,
        CASE WHEN other IS NULL OR other -> name = shown -> name THEN '***' ELSE '*** changed' END);
    END IF;
  END LOOP;
  RETURN shown;
END""",
    ),
    "ddci_audit_lock()": (
        "trigger",
        """
BEGIN
  PERFORM pg_advisory_xact_lock({lock});
  RETURN NULL;
END""",
    ),
    "ddci_audit_row()": (
        "trigger",
        """
DECLARE
  key text := TG_ARGV[0];
  masked text[] := TG_ARGV[1]::text[];
  unwatched text[] := TG_ARGV[2]::text[];
  old_row jsonb;
  new_row jsonb;
BEGIN
  IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD) - unwatched; END IF;
  IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW) - unwatched; END IF;
  IF TG_OP = 'UPDATE' AND old_row = new_row THEN RETURN NULL; END IF;
  PERFORM {schema}.ddci_audit_write(TG_TABLE_NAME, COALESCE(new_row, old_row) ->> key, lower(TG_OP),
    {schema}.ddci_audit_masked(old_row, NULL, masked), {schema}.ddci_audit_masked(new_row, old_row, masked));
  RETURN NULL;
END""",
    ),
    "ddci_audit_truncate()": (
        "trigger",
        """
DECLARE
  key text := TG_ARGV[0];
  masked text[] := TG_ARGV[1]::text[];
  unwatched text[] := TG_ARGV[2]::text[];
  old_row jsonb;
BEGIN
  PERFORM pg_advisory_xact_lock({lock});
  FOR old_row IN EXECUTE format('SELECT to_jsonb(t) FROM %I.%I t', TG_TABLE_SCHEMA, TG_TABLE_NAME) LOOP
    old_row := old_row - unwatched;
    PERFORM {schema}.ddci_audit_write(TG_TABLE_NAME, old_row ->> key, 'delete',
      {schema}.ddci_audit_masked(old_row, NULL, masked), NULL);
  END LOOP;
  RETURN NULL;
END""",
    ),
    "ddci_audit_refuse()": (
        "trigger",
        """
BEGIN
  RAISE EXCEPTION 'audit_event is append-only' USING ERRCODE = 'insufficient_privilege';
END""",
    ),
}
# trigger -> (when it fires, for what, its function, bits of pg_trigger.tgtype)
GUARDS = {
    "ddci_audit_guard": ("BEFORE UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "ddci_audit_refuse", 2 + 8 + 16 + 32)
}
EVENTS = {
    "ddci_audit_lock": ("BEFORE INSERT OR UPDATE OR DELETE", "STATEMENT", "ddci_audit_lock", 2 + 4 + 8 + 16),
    "ddci_audit_row": ("AFTER INSERT OR UPDATE OR DELETE", "ROW", "ddci_audit_row", 1 + 4 + 8 + 16),
    "ddci_audit_truncate": ("BEFORE TRUNCATE", "STATEMENT", "ddci_audit_truncate", 2 + 32),
}


def guard_trail(cursor: Any) -> None:
    schema = _schema(cursor)
    for signature, (returns, body) in FUNCTIONS.items():
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {schema}.{signature} RETURNS {returns}"
            f" LANGUAGE plpgsql SET timezone TO 'UTC' AS $ddci${_body(body, schema)}$ddci$"
        )
    _put(cursor, "audit_event", GUARDS, ())


def watch(cursor: Any, entry: Watched) -> None:
    _put(cursor, entry.table, EVENTS, _arguments(entry))


def faults(cursor: Any, entries: Iterable[Watched]) -> Iterator[str]:
    yield from _altered_functions(cursor)
    found = _found(cursor)
    expected = [("audit_event", GUARDS, ()), *((entry.table, EVENTS, _arguments(entry)) for entry in entries)]
    for table, wanted, arguments in expected:
        for name, (_, _, function, bits) in wanted.items():
            passed = () if function == "ddci_audit_lock" else arguments
            present = found.get((table, name))
            if present is None:
                yield f"Bảng {table}: thiếu trigger {name}."
            elif present != ("A", bits, function, passed):
                yield f"Bảng {table}: trigger {name} khác với bản của phần mềm hoặc đã bị tắt."


def rows(cursor: Any, entry: Watched) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row that the table holds now, as the trail would show it, without the masked columns."""
    left_out = [*entry.masked, *entry.unwatched]
    table = f'{_schema(cursor)}."{entry.table}"'
    cursor.execute(f"SELECT to_jsonb(t) - %s::text[] FROM {table} t", [left_out])  # noqa: S608  # names of our models
    for (row,) in cursor:
        columns = json.loads(row) if isinstance(row, str) else row
        yield str(columns[entry.key]), columns


def _put(cursor: Any, table: str, wanted: dict[str, tuple[str, str, str, int]], arguments: tuple[str, ...]) -> None:
    schema = _schema(cursor)
    for name, (events, level, function, _) in wanted.items():
        passed = "" if function == "ddci_audit_lock" else ", ".join(f"'{argument}'" for argument in arguments)
        cursor.execute(
            f'CREATE OR REPLACE TRIGGER {name} {events} ON {schema}."{table}"'
            f" FOR EACH {level} EXECUTE FUNCTION {schema}.{function}({passed})"
        )
        cursor.execute(f'ALTER TABLE {schema}."{table}" ENABLE ALWAYS TRIGGER {name}')  # under replication roles too


def _arguments(entry: Watched) -> tuple[str, ...]:
    """The key column, then the masked and the unwatched columns as PostgreSQL writes an array of texts."""
    return (entry.key, *("{" + ",".join(columns) + "}" for columns in (entry.masked, entry.unwatched)))


def _altered_functions(cursor: Any) -> Iterator[str]:
    cursor.execute(
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname LIKE %s",
        ["ddci_audit_%"],
    )
    found, schema = dict(cursor.fetchall()), _schema(cursor)
    for signature, (_, body) in FUNCTIONS.items():
        name = signature.partition("(")[0]
        if found.get(name) != _body(body, schema):
            yield f"Hàm {name} thiếu hoặc khác với bản của phần mềm."


def _found(cursor: Any) -> dict[tuple[str, str], tuple[str, int, str, tuple[str, ...]]]:
    """Our triggers by table and name: state ("A" = always), bits, function, arguments; a condition makes it another."""
    cursor.execute(
        "SELECT c.relname, t.tgname, t.tgenabled::text, t.tgtype, p.proname, t.tgargs, t.tgqual IS NOT NULL"
        " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE c.relnamespace = current_schema()::regnamespace AND t.tgname LIKE %s",
        ["ddci_audit_%"],
    )
    return {
        (table, name): ("conditional" if has_condition else state, bits, function, _split(arguments))
        for table, name, state, bits, function, arguments, has_condition in cursor.fetchall()
    }


def _split(arguments: Any) -> tuple[str, ...]:
    """Trigger arguments, each of which PostgreSQL ends with a zero byte."""
    return tuple(bytes(arguments).decode().split("\0")[:-1])


def _schema(cursor: Any) -> str:
    cursor.execute("SELECT quote_ident(current_schema())")
    return str(cursor.fetchone()[0])


def _body(body: str, schema: str) -> str:
    return body.replace("{schema}", schema).replace("{genesis}", GENESIS).replace("{lock}", str(LOCK))
