"""At ``check --database`` and before ``migrate``: every audited table has its triggers, as the software wrote them.

A warning, not an error, because ``migrate`` must be able to put the triggers back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

from ddci_web.audit import triggers


def check_triggers(databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    return [
        checks.Warning(fault, hint="Hãy chạy lệnh migrate để đặt lại trigger.", id="audit.W001")
        for alias in databases or ()
        for fault in triggers.faults(connections[alias])
    ]


def register() -> None:
    checks.register(check_triggers, checks.Tags.database)
