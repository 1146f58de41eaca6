"""What a running job tells the people who wait for it.

Each word is written in a transaction of its own, so that it can be read while the work goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat, Length
from django.utils import timezone

from ddci_web.jobs.models import Job

MOST_LOG = 100_000  # characters; a longer log keeps its beginning


class StoppedError(Exception):
    """Somebody asked for the job to stop; it leaves everything as it was."""


class FaultsFoundError(Exception):
    """The work cannot be done because of faults in what was given, which the job's page lists."""

    def __init__(self, faults: Sequence[dict[str, Any]]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = list(faults)


class Reporter:
    """Progress, log lines and faults of one job."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id

    def step(self, message: str, done: int | None = None, total: int | None = None) -> None:
        """Say what is being done now. Raises StoppedError when somebody asked to stop."""
        changes: dict[str, Any] = {"message": message[:300], "heartbeat_at": timezone.now()}
        changes |= {} if done is None else {"done": done}
        changes |= {} if total is None else {"total": total}
        Job.objects.filter(pk=self.job_id).update(**changes)
        self.log(message)
        if Job.objects.filter(pk=self.job_id, stop_requested=True).exists():
            raise StoppedError

    def log(self, text: str) -> None:
        """Add a line with the time of day."""
        line = f"{timezone.localtime():%H:%M:%S}  {text}\n"
        jobs = Job.objects.annotate(size=Length("log")).filter(pk=self.job_id, size__lt=MOST_LOG)
        jobs.update(log=Concat("log", Value(line)), heartbeat_at=timezone.now())

    def faults(self, faults: Sequence[dict[str, Any]]) -> None:
        """Keep faults that do not stop the work, warnings for instance."""
        Job.objects.filter(pk=self.job_id).update(faults=list(faults))
