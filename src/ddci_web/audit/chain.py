"""The hash that ties each event to the one before.

In:  the hash of the event before (``GENESIS`` for the first) and the eleven stored values of an event.
Out: SHA-256, 64 hexadecimal digits. The databases compute the same: SQLite through this function, PostgreSQL in
     ``postgresql.py``; ``verify.py`` recomputes it.

Each value is written as its number of characters, a colon and its text, an empty value as ``-``, so that no two events
share a text.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

GENESIS = "0" * 64


def event_hash(previous_hash: str, *values: str | int | None) -> str:
    """The hash of an event: its values in the order id, at, actor_id, actor_name, via, table, row_id, operation, before, after.

    >>> event_hash(GENESIS, 1, None) == hashlib.sha256(("64:" + GENESIS + "1:1-").encode()).hexdigest()
    True
    """
    texts = [None if value is None else str(value) for value in (previous_hash, *values)]
    chained = "".join("-" if text is None else f"{len(text)}:{text}" for text in texts)
    return hashlib.sha256(chained.encode()).hexdigest()


def moment_text(at: datetime) -> str:
    """The time of an event as it enters the hash: UTC, to the microsecond.

    >>> moment_text(datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC))
    '2026-01-02 03:04:05.000678'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
