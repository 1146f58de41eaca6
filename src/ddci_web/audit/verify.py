"""Recompute the chain of the trail and say where it first breaks.

In:  the stored events, read in batches; hashes that were published (publication manifests).
Out: ``Verdict``: how many events hold, the hash of the last one, the first break, the published hashes not found.
What this proves and what not: docs/operations-audit.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ddci_web.audit.chain import GENESIS, event_hash, moment_text
from ddci_web.audit.models import AuditEvent

BATCH = 2_000


@dataclass(frozen=True)
class Break:
    """The first event at which the chain does not hold, and why, in Vietnamese."""

    event: int
    reason: str


@dataclass(frozen=True)
class Verdict:
    """events, head  up to the first break
    lost         published hashes that no event carries: the end of the trail was cut off or all of it rewritten
    """

    events: int
    head: str
    broken: Break | None
    lost: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.broken is None and not self.lost


def head() -> str:
    """The hash of the last event; it fixes the whole trail up to now. Print it where it cannot be taken back."""
    return AuditEvent.objects.order_by("-id").values_list("hash", flat=True).first() or GENESIS


def verify(published: Collection[str] = ()) -> Verdict:
    """Walk the whole chain; ``published`` are heads that must occur in it."""
    events, previous, broken = 0, GENESIS, None
    for event in AuditEvent.objects.order_by("id").iterator(chunk_size=BATCH):
        reason = _fault(event, number=events + 1, previous_hash=previous)
        if reason:
            broken = Break(event.id, reason)
            break
        events, previous = events + 1, event.hash
    return Verdict(events, previous, broken, _lost(published))


def _lost(published: Collection[str]) -> tuple[str, ...]:
    present = AuditEvent.objects.filter(hash__in=published).values_list("hash", flat=True)
    return tuple(sorted(set(published) - set(present) - {GENESIS}))


def _fault(event: AuditEvent, *, number: int, previous_hash: str) -> str:
    if event.id != number:
        return f"thiếu sự kiện {number}" if event.id == number + 1 else f"thiếu sự kiện {number} đến {event.id - 1}"
    if event.previous_hash != previous_hash:
        return "không nối tiếp sự kiện đứng trước"
    if event.hash != _hash_of(event):
        return "nội dung không khớp với mã băm đã ghi"
    return ""


def _hash_of(event: AuditEvent) -> str:
    return event_hash(
        event.previous_hash,
        event.id,
        moment_text(event.at),
        event.actor_id,
        event.actor_name,
        event.via,
        event.table,
        event.row_id,
        event.operation,
        event.before,
        event.after,
    )
