"""The one task that the queue knows: run a job and write down how it ended."""

from __future__ import annotations

import logging
from typing import Any

from django.utils import timezone
from django_tasks import task

from ddci_web.audit.actor import acting_as
from ddci_web.jobs import registry
from ddci_web.jobs.heartbeat import heartbeat
from ddci_web.jobs.lost import end_lost_jobs
from ddci_web.jobs.models import Job, State
from ddci_web.jobs.process import this_process
from ddci_web.jobs.report import FaultsFoundError, Reporter, StoppedError

log = logging.getLogger(__name__)
UNEXPECTED = "Có lỗi ngoài dự kiến nên việc này dừng lại; dữ liệu giữ nguyên như trước. Xem nhật ký rồi chạy lại."
MOST_FAULTS = 1_000  # kept with the job; what the work is about keeps all of its own


@task()
def run_job(job_id: int) -> None:
    """Run a queued job once. A job that is no longer queued (stopped, or taken already) is left alone."""
    end_lost_jobs()
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state=State.QUEUED)
    if not taken.update(state=State.RUNNING, started_at=now, heartbeat_at=now, worker=this_process()):
        return
    job = Job.objects.select_related("by").get(pk=job_id)
    report = Reporter(job_id, job.attempt)
    with acting_as(job.by, via=f"job {job_id}"):
        try:
            with heartbeat(job_id, job.attempt):
                registry.run_kind(job.kind, report, job.arguments)
        except StoppedError:
            _finish(job, State.CANCELLED, message="Đã dừng theo yêu cầu; không có gì thay đổi.")
        except FaultsFoundError as found:
            message = f"Dữ liệu có {len(found.faults)} lỗi."
            _finish(job, State.FAILED, message=message, faults=found.faults[:MOST_FAULTS])
        except Exception as error:
            log.exception("job %s (%s) failed", job_id, job.kind)
            report.log(f"{type(error).__name__}: {error}"[:2000])
            _finish(job, State.FAILED, message=UNEXPECTED)
        else:
            _finish(job, State.DONE, message="Đã xong.")


def _finish(job: Job, state: State, **changes: Any) -> None:
    """Write the end of this attempt; an attempt that was given up meanwhile has no say."""
    mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=State.RUNNING)
    mine.update(state=state, finished_at=timezone.now(), **changes)
