"""Auditing does not make bulk work slow. Measured figures: docs/operations-audit.md."""

from __future__ import annotations

import time

from ddci_web.audit.models import AuditEvent
from tests.web.audit.app.models import Example

ROWS = 10_000
SECONDS = 20  # some ten times what it takes, so that only a change of order fails


def test_ten_thousand_rows_are_added_and_audited_in_seconds(trail):
    events = AuditEvent.objects.count()
    began = time.perf_counter()

    Example.objects.bulk_create([Example(code=str(number)) for number in range(ROWS)])

    assert time.perf_counter() - began < SECONDS
    assert AuditEvent.objects.count() - events == ROWS
