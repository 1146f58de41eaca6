"""What each database connection needs, so that its triggers know who writes.

In:  every new connection (``connection_created``) and every statement it executes.
Out: on SQLite the functions ``ddci_actor_id()``, ``ddci_actor_name()``, ``ddci_via()`` and ``ddci_event_hash(…)``; on
     PostgreSQL the settings ``ddci.actor_id``, ``ddci.actor_name`` and ``ddci.via``.

A member is told to PostgreSQL for one transaction at a time: PostgreSQL itself forgets them at its end, so nothing can
pass from one request to the next on a kept or pooled connection. They are told before every writing statement, because
a rollback to a savepoint takes it back; a writing statement outside a transaction gets one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ddci_web.audit import triggers
from ddci_web.audit.actor import NOBODY, Actor, current
from ddci_web.audit.chain import event_hash

FIRST_WORD = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*([A-Za-z]*)", re.DOTALL)
WRITING = frozenset(
    {"INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "TRUNCATE", "WITH", "COPY", "CALL", "DO", "EXECUTE"}
)
SHAPING = frozenset({"CREATE", "ALTER"})
Execute = Callable[[Any, Any, bool, dict[str, Any]], Any]

_writing: ContextVar[Actor] = ContextVar("audit_writing", default=NOBODY)  # what SQLite's functions answer


def prepare(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of ``connection_created``."""
    if connection.vendor == "sqlite":
        _give_functions(connection.connection)
    else:
        _tell(connection, NOBODY, local=False)  # what holds where nobody acts: it is the software that writes
    if _follow not in connection.execute_wrappers:  # a connection object may connect again
        connection.execute_wrappers.append(_follow)


def _give_functions(raw: Any) -> None:
    raw.create_function("ddci_actor_id", 0, lambda: _writing.get().id)
    raw.create_function("ddci_actor_name", 0, lambda: _writing.get().name)
    raw.create_function("ddci_via", 0, lambda: _writing.get().via)
    raw.create_function("ddci_event_hash", -1, event_hash, deterministic=True)
    raw.execute("PRAGMA recursive_triggers = ON")  # else INSERT OR REPLACE would delete rows without a trace


def _follow(execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Stands around every statement of every connection; statements that only read pass at once."""
    text = sql if isinstance(sql, str) else "DO"  # a composed statement: assume that it writes
    match = FIRST_WORD.match(text)
    word = match.group(1).upper() if match else ""
    connection = context["connection"]
    if word in WRITING:
        run = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
        return run(connection, lambda: execute(sql, params, many, context))
    if word in SHAPING:
        return triggers.keep_through(connection, text, lambda: execute(sql, params, many, context))
    return execute(sql, params, many, context)


def _on_sqlite(_: BaseDatabaseWrapper, run: Callable[[], Any]) -> Any:
    token = _writing.set(current())
    try:
        return run()
    finally:
        _writing.reset(token)


def _on_postgresql(connection: BaseDatabaseWrapper, run: Callable[[], Any]) -> Any:
    actor = current()
    if not connection.get_autocommit():
        _tell(connection, actor)
        return run()
    if actor == NOBODY:
        return run()
    with transaction.atomic(using=connection.alias):
        _tell(connection, actor)
        return run()


def _tell(connection: BaseDatabaseWrapper, actor: Actor, *, local: bool = True) -> None:
    """Past Django's cursor: this is no query of the page's, and must not be followed itself."""
    values = {"ddci.actor_id": "" if actor.id is None else str(actor.id), "ddci.actor_name": actor.name}
    values["ddci.via"] = actor.via
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(['set_config(%s, %s, %s)'] * len(values))}",
            [part for name, value in values.items() for part in (name, value, local)],
        )
