"""Start and stop background work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ddci_web.jobs import registry
from ddci_web.jobs.models import Job, State
from ddci_web.jobs.tasks import run_job


_at_once: ContextVar[bool] = ContextVar("jobs_at_once", default=False)


@contextmanager
def run_at_once() -> Iterator[None]:
    """Run jobs in this process instead of handing them to the worker: for commands that people wait for."""
    token = _at_once.set(True)
    try:
        yield
    finally:
        _at_once.reset(token)


def start(*, kind: str, title: str, by: Any, **arguments: Any) -> Job:
    """Queue a job; it is handed to the worker when the surrounding transaction is kept.

    Raises UnknownKindError for a kind that no app has registered.
    """
    if kind not in registry.HANDLERS:
        raise registry.UnknownKindError(kind)
    job = Job.objects.create(kind=kind, title=title[:200], by=by, arguments=arguments)
    begin = run_job.call if _at_once.get() else run_job.enqueue
    transaction.on_commit(lambda: begin(job.pk))
    return job


def stop(*, job: Job, by: settings.AUTH_USER_MODEL) -> None:
    """Stop a queued job at once, a running one at its next step."""
    now = timezone.now()
    queued = Job.objects.filter(pk=job.pk, state=State.QUEUED)
    if not queued.update(state=State.CANCELLED, finished_at=now, message=f"Dừng bởi {by} trước khi chạy."):
        Job.objects.filter(pk=job.pk, state=State.RUNNING).update(stop_requested=True)


def end_lost_jobs() -> int:
    """Mark running jobs as failed whose worker is gone. Called by the worker when it starts; returns how many."""
    lost = [job.pk for job in Job.objects.filter(state=State.RUNNING) if job.is_silent]
    return Job.objects.filter(pk__in=lost).update(
        state=State.FAILED,
        finished_at=timezone.now(),
        message="Máy chủ khởi động lại khi việc đang chạy. Hãy chạy lại.",
    )
