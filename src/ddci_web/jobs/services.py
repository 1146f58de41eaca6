"""Start, stop and run again background work, and notice work whose process is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from ddci_web.jobs import registry
from ddci_web.jobs.lost import end_lost_jobs
from ddci_web.jobs.models import OPEN, Job, State
from ddci_web.jobs.tasks import run_job

__all__ = ["AlreadyRunningError", "NotAgainError", "end_lost_jobs", "run_again", "run_at_once", "start", "stop"]
_at_once: ContextVar[bool] = ContextVar("jobs_at_once", default=False)


class AlreadyRunningError(Exception):
    """Another open job works at the same thing; ``job`` says which."""

    def __init__(self, job: Job | None) -> None:
        super().__init__("another job is open under this key")
        self.job = job


class NotAgainError(Exception):
    """A job that is still at work, is done, or failed because of faults in what it was given, is not run again."""


@contextmanager
def run_at_once() -> Iterator[None]:
    """Run jobs in this process instead of handing them to the worker: for commands that people wait for."""
    token = _at_once.set(True)
    try:
        yield
    finally:
        _at_once.reset(token)


def start(*, kind: str, title: str, by: Any, key: str = "", **arguments: Any) -> Job:
    """Queue a job; it is handed to the worker when the surrounding transaction is kept.

    key  what only one open job may work at

    Raises UnknownKindError for a kind that no app has registered, AlreadyRunningError when the key is taken.
    """
    if kind not in registry.HANDLERS:
        raise registry.UnknownKindError(kind)
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, title=title[:200], by=by, key=key, arguments=arguments)
    except IntegrityError:
        raise AlreadyRunningError(_holder(key)) from None
    _hand_over(job)
    return job


def stop(*, job: Job, by: Any) -> None:
    """Stop a queued job at once, a running one at its next step."""
    now = timezone.now()
    queued = Job.objects.filter(pk=job.pk, state=State.QUEUED)
    if queued.update(state=State.CANCELLED, finished_at=now, message=f"Dừng bởi {by} trước khi chạy."[:300]):
        return
    running = Job.objects.filter(pk=job.pk, state=State.RUNNING, stop_requested=False)
    line = f"{timezone.localtime():%H:%M:%S}  {by} yêu cầu dừng\n"
    running.update(stop_requested=True, log=Concat("log", Value(line)))


@transaction.atomic
def run_again(*, job: Job, by: Any) -> Job:
    """Queue a job once more that was lost, stopped, or failed for a reason outside the data; it is now ``by``'s.

    Raises NotAgainError, and AlreadyRunningError when another job has taken its key since.
    """
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if not locked.can_run_again:
        raise NotAgainError
    line = f"{timezone.localtime():%d/%m/%Y %H:%M:%S}  {by} cho chạy lại\n"
    try:
        with transaction.atomic():
            Job.objects.filter(pk=job.pk).update(
                state=State.QUEUED,
                by=by,
                attempt=F("attempt") + 1,
                stop_requested=False,
                done=0,
                message="",
                started_at=None,
                finished_at=None,
                heartbeat_at=None,
                worker="",
                created_at=timezone.now(),
                log=Concat("log", Value(line)),
            )
    except IntegrityError:
        raise AlreadyRunningError(_holder(locked.key)) from None
    locked.refresh_from_db()
    _hand_over(locked)
    return locked


def _holder(key: str) -> Job | None:
    return Job.objects.filter(key=key, state__in=OPEN).first()


def _hand_over(job: Job) -> None:
    begin = run_job.call if _at_once.get() else run_job.enqueue
    transaction.on_commit(lambda: begin(job.pk))
