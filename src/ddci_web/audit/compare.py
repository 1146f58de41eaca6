"""Compare the audited tables with what the trail says they hold: finds changes made while triggers were off.

In:  the audited tables and the last event of each of their rows.
Out: ``Difference``s. A row that no event mentions was written before auditing began or past the triggers. Columns that
     only one side knows (added, renamed or removed since) and masked columns are not compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from ddci_web.audit.models import AuditEvent
from ddci_web.audit.registry import Watched, watched
from ddci_web.audit.triggers import DIALECTS


@dataclass(frozen=True)
class Difference:
    """A row that is not as its last event left it."""

    table: str
    row_id: str
    reason: str

    def __str__(self) -> str:
        return f"Bảng {self.table}, dòng {self.row_id}: {self.reason}."


def differences(connection: BaseDatabaseWrapper) -> Iterator[Difference]:
    """Every row of every audited table that the trail does not explain. Reads all of both."""
    existing = set(connection.introspection.table_names())
    for entry in watched():
        if entry.table in existing:
            yield from _differences_of(connection, entry)


def _differences_of(connection: BaseDatabaseWrapper, entry: Watched) -> Iterator[Difference]:
    expected = _last_states(connection, entry.table)
    with connection.cursor() as cursor:
        for row_id, row in DIALECTS[connection.vendor].rows(cursor, entry):
            if row_id not in expected:
                yield Difference(entry.table, row_id, "không có sự kiện nào trong nhật ký")
                continue
            state = expected.pop(row_id)
            if state is None:
                yield Difference(entry.table, row_id, "nhật ký ghi là đã xoá nhưng vẫn còn")
            elif changed := _changed(json.loads(state), row):
                yield Difference(entry.table, row_id, f"khác với nhật ký ở cột {', '.join(changed)}")
    for row_id, state in expected.items():
        if state is not None:
            yield Difference(entry.table, row_id, "nhật ký ghi là còn nhưng không thấy")


def _last_states(connection: BaseDatabaseWrapper, table: str) -> dict[str, str | None]:
    """How the last event left each row; None where it was deleted."""
    events = AuditEvent.objects.using(connection.alias).filter(table=table).order_by("id")
    return dict(events.values_list("row_id", "after").iterator())


def _changed(state: dict[str, Any], row: dict[str, Any]) -> list[str]:
    return [column for column, value in row.items() if column in state and state[column] != value]
