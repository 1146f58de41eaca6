"""The triggers of SQLite: three per audited table, two on the trail.

In:  a cursor and a ``Watched`` table, whose columns are asked of the database (the model may be ahead of a migration).
Out: triggers that write ``audit_event`` rows through the functions of ``connection.py``. A program that lacks these
     functions, such as the ``sqlite3`` shell, cannot write to an audited table at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ddci_web.audit.chain import GENESIS
from ddci_web.audit.registry import Watched

REFUSED = "audit_event is append-only"
CHANGED, KEPT = "*** changed", "***"  # what the trail shows of a masked column

EVENT = """
CREATE TRIGGER "{name}" AFTER {operation} ON "{table}"{condition}
BEGIN
  INSERT INTO "audit_event"
    ("id", "at", "actor_id", "actor_name", "via", "table", "row_id", "operation", "before", "after",
     "previous_hash", "hash")
  SELECT e.number, e.at, e.actor_id, e.actor_name, e.via, '{table}', e.row_id, '{word}', e.before, e.after,
    e.previous_hash,
    ddci_event_hash(e.previous_hash, e.number, e.at, e.actor_id, e.actor_name, e.via, '{table}', e.row_id, '{word}',
      e.before, e.after)
  FROM (SELECT
    COALESCE((SELECT MAX("id") FROM "audit_event"), 0) + 1 AS number,
    strftime('%Y-%m-%d %H:%M:%f000', 'now') AS at,
    ddci_actor_id() AS actor_id, ddci_actor_name() AS actor_name, ddci_via() AS via,
    CAST({row}."{key}" AS TEXT) AS row_id,
    {before} AS before,
    {after} AS after,
    COALESCE((SELECT "hash" FROM "audit_event" ORDER BY "id" DESC LIMIT 1), '{genesis}') AS previous_hash) AS e;
END"""

GUARD = """
CREATE TRIGGER "{name}" BEFORE {operation} ON "audit_event"
BEGIN
  SELECT RAISE(ABORT, '{refused}');
END"""


def guard_trail(cursor: Any) -> None:
    _put(cursor, _guards())


def watch(cursor: Any, entry: Watched) -> None:
    _put(cursor, _events(cursor, entry))


def unwatch(cursor: Any, table: str) -> None:
    """Take our triggers off a table."""
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
    for (name,) in cursor.fetchall():
        if name.startswith("ddci_audit_"):
            cursor.execute(f'DROP TRIGGER "{name}"')


def faults(cursor: Any, entries: Iterable[Watched]) -> Iterator[str]:
    found = _found(cursor)
    expected = {"audit_event": _guards()} | {entry.table: _events(cursor, entry) for entry in entries}
    for table, wanted in expected.items():
        for name, sql in wanted.items():
            if name not in found:
                yield f"Bảng {table}: thiếu trigger {name}."
            elif found[name] != sql:
                yield f"Bảng {table}: trigger {name} khác với bản của phần mềm."


def rows(cursor: Any, entry: Watched) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row that the table holds now, as the trail would show it, without the masked columns."""
    types = {column: kind for column, kind in _types(cursor, entry).items() if column not in entry.masked}
    table = f'"{entry.table}"'
    cursor.execute(f'SELECT CAST("{entry.key}" AS TEXT), {_row_json(table, types, ())} FROM {table}')  # noqa: S608  # names of our models
    for row_id, row in cursor:
        yield row_id, json.loads(row)


def _put(cursor: Any, wanted: dict[str, str]) -> None:
    found = _found(cursor)
    for name, sql in wanted.items():
        if found.get(name) != sql:
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            cursor.execute(sql)


def _found(cursor: Any) -> dict[str, str]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {str(name): str(sql) for name, sql in cursor.fetchall()}


def _guards() -> dict[str, str]:
    names = {operation: f"ddci_audit_guard_{operation.lower()}" for operation in ("UPDATE", "DELETE")}
    return {
        name: GUARD.strip().format(name=name, operation=operation, refused=REFUSED) for operation, name in names.items()
    }


def _events(cursor: Any, entry: Watched) -> dict[str, str]:
    """The three triggers of a table, by name."""
    types = _types(cursor, entry)
    differs = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in types)
    return {
        f"ddci_audit_{entry.table}_{operation.lower()}": EVENT.strip().format(
            name=f"ddci_audit_{entry.table}_{operation.lower()}",
            operation=operation,
            word=operation.lower(),
            table=entry.table,
            key=entry.key,
            row="OLD" if operation == "DELETE" else "NEW",
            condition=f"\nWHEN {differs}" if operation == "UPDATE" else "",
            before="NULL" if operation == "INSERT" else _row_json("OLD", types, entry.masked),
            after="NULL" if operation == "DELETE" else _row_json("NEW", types, entry.masked, operation == "UPDATE"),
            genesis=GENESIS,
        )
        for operation in ("INSERT", "UPDATE", "DELETE")
    }


def _types(cursor: Any, entry: Watched) -> dict[str, str]:
    """The columns that the trail carries, with their declared types."""
    cursor.execute(f'PRAGMA table_info("{entry.table}")')
    return {row[1]: str(row[2]).upper() for row in cursor.fetchall() if row[1] not in entry.unwatched}


def _row_json(row: str, types: dict[str, str], masked: tuple[str, ...], against_old: bool = False) -> str:
    """An expression for the row as a JSON object of its columns."""
    pairs = ", ".join(f"'{column}', {_value(row, column, types[column], masked, against_old)}" for column in types)
    return f"json_object({pairs})"


def _value(row: str, column: str, kind: str, masked: tuple[str, ...], against_old: bool) -> str:
    value = f'{row}."{column}"'
    if column in masked:
        kept = (
            f"WHEN OLD.\"{column}\" IS NEW.\"{column}\" THEN '{KEPT}' ELSE '{CHANGED}'"
            if against_old
            else f"ELSE '{KEPT}'"
        )
        return f"CASE WHEN {value} IS NULL THEN NULL {kept} END"
    if kind == "BLOB":
        return f"CASE WHEN {value} IS NULL THEN NULL ELSE '\\x' || lower(hex({value})) END"
    return value
