"""What a running job tells the people who wait for it.

Each word is written in a transaction of its own, so that it can be read while the work goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Concat, Length
from django.utils import timezone

from ddci_web.jobs.models import Job, State

MOST_LOG = 100_000  # characters; a longer log keeps its beginning


class StoppedError(Exception):
    """Somebody asked for the job to stop; it leaves everything as it was."""


class FaultsFoundError(Exception):
    """The work cannot be done because of faults in what was given, which the job's page lists."""

    def __init__(self, faults: Sequence[dict[str, Any]]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = list(faults)


class Reporter:
    """Progress, log lines and faults of one attempt at a job."""

    def __init__(self, job_id: int, attempt: int = 1) -> None:
        self.job_id, self.attempt = job_id, attempt

    @property
    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job_id, attempt=self.attempt)

    def step(self, message: str, done: int | None = None, total: int | None = None) -> None:
        """Say what is being done now. Raises StoppedError when somebody asked to stop, or the job was given up."""
        changes: dict[str, Any] = {"message": message[:300], "heartbeat_at": timezone.now()}
        changes |= {} if done is None else {"done": done}
        changes |= {} if total is None else {"total": total}
        self._mine.update(**changes)
        self.log(message)
        if not self._mine.filter(state=State.RUNNING, stop_requested=False).exists():
            raise StoppedError

    def log(self, text: str) -> None:
        """Add a line with the time of day."""
        line = f"{timezone.localtime():%H:%M:%S}  {text}\n"
        short_enough = self._mine.annotate(size=Length("log")).filter(size__lt=MOST_LOG)
        short_enough.update(log=Concat("log", Value(line)), heartbeat_at=timezone.now())

    def faults(self, faults: Sequence[dict[str, Any]]) -> None:
        """Keep faults that do not stop the work, warnings for instance."""
        self._mine.update(faults=list(faults))
