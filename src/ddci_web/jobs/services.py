"""Start and stop background work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ddci_web.jobs import registry
from ddci_web.jobs.models import Job, State
from ddci_web.jobs.tasks import run_job


def start(*, kind: str, title: str, by: Any, **arguments: Any) -> Job:
    """Queue a job; it is handed to the worker when the surrounding transaction is kept.

    Raises UnknownKindError for a kind that no app has registered.
    """
    if kind not in registry.HANDLERS:
        raise registry.UnknownKindError(kind)
    job = Job.objects.create(kind=kind, title=title[:200], by=by, arguments=arguments)
    transaction.on_commit(lambda: run_job.enqueue(job.pk))
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
        state=State.FAILED, finished_at=timezone.now(), message="Máy chủ khởi động lại khi việc đang chạy. Hãy chạy lại."
    )
