"""A sign of life while a job is busy with one long step: every quarter of a minute, from a thread beside the work."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import DatabaseError, connection
from django.utils import timezone

from ddci_web.jobs.models import Job

INTERVAL = 15.0  # seconds
log = logging.getLogger(__name__)


@contextmanager
def heartbeat(job_id: int, attempt: int, *, interval: float = INTERVAL) -> Iterator[None]:
    """Keep a job's ``heartbeat_at`` fresh inside the block."""
    ended = Event()
    thread = Thread(target=_beat, args=(job_id, attempt, interval, ended), name=f"heartbeat-{job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(job_id: int, attempt: int, interval: float, ended: Event) -> None:
    try:
        while not ended.wait(interval):
            try:
                Job.objects.filter(pk=job_id, attempt=attempt).update(heartbeat_at=timezone.now())
            except DatabaseError:  # a locked or restarting database: the next beat tries again
                log.warning("no heartbeat of job %s", job_id, exc_info=True)
    finally:
        connection.close()
