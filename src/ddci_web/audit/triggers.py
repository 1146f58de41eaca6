"""Put the triggers on the audited tables, keep them there through migrations, and say where one is missing.

In:  ``registry.watched()`` and a connection.
Out: triggers in the database; ``faults(connection)``, one line for each guard that is missing or altered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from ddci_web.audit import postgresql, sqlite
from ddci_web.audit.models import AuditEvent
from ddci_web.audit.registry import Watched, watched, watched_table

DIALECTS: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}
SHAPED_TABLE = re.compile(
    r'\s*(?P<verb>CREATE|ALTER)\s+TABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"?(?P<table>\w+)"?(?:\s+RENAME\s+TO\s+"?(?P<renamed>\w+)"?)?',
    re.IGNORECASE,
)


def install(connection: BaseDatabaseWrapper, tables: Iterable[Watched]) -> None:
    """Guard the trail and watch the tables; tables that do not exist yet are left out. May be repeated."""
    existing = set(connection.introspection.table_names())
    if AuditEvent._meta.db_table not in existing:
        return
    dialect = DIALECTS[connection.vendor]
    with connection.cursor() as cursor:
        dialect.guard_trail(cursor)
        for entry in tables:
            if entry.table in existing:
                dialect.watch(cursor, entry)


def install_after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Receiver of ``post_migrate``: all tables once, when the turn of the audit app comes."""
    if sender.label == AuditEvent._meta.app_label:
        install(connections[using], watched())


def keep_through(connection: BaseDatabaseWrapper, sql: str, run: Callable[[], Any]) -> Any:
    """Run a statement that makes or alters a table, so that an audited table is watched right after it.

    SQLite refuses to drop a column that a trigger names, so that its triggers step aside for the one statement.
    """
    match = SHAPED_TABLE.match(sql)
    if match is None:
        return run()
    if match["verb"].upper() == "ALTER" and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            sqlite.unwatch(cursor, match["table"])
    result = run()
    entry = watched_table(match["renamed"] or match["table"])
    if entry is not None:
        install(connection, [entry])
    return result


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """What is missing or altered among the guards, in Vietnamese; a database without the trail's table has no faults."""
    existing = set(connection.introspection.table_names())
    if AuditEvent._meta.db_table not in existing:
        return []
    with connection.cursor() as cursor:
        return list(
            DIALECTS[connection.vendor].faults(cursor, [entry for entry in watched() if entry.table in existing])
        )
