"""The one task that the queue knows: run a job and write down how it ended."""

from __future__ import annotations

import logging
from typing import Any

from django.utils import timezone
from django_tasks import task

from ddci_web.audit.actor import acting_as
from ddci_web.jobs import registry
from ddci_web.jobs.models import Job, State
from ddci_web.jobs.report import FaultsFoundError, Reporter, StoppedError

log = logging.getLogger(__name__)
UNEXPECTED = "Có lỗi ngoài dự kiến nên việc này dừng lại; dữ liệu giữ nguyên như trước. Xem nhật ký rồi chạy lại."


@task()
def run_job(job_id: int) -> None:
    """Run a queued job once. A job that is no longer queued (stopped, or taken already) is left alone."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state=State.QUEUED)
    if not taken.update(state=State.RUNNING, started_at=now, heartbeat_at=now):
        return
    job = Job.objects.select_related("by").get(pk=job_id)
    report = Reporter(job_id)
    try:
        with acting_as(job.by, via=f"job {job_id}"):
            registry.run_kind(job.kind, report, job.arguments)
    except StoppedError:
        _finish(job_id, State.CANCELLED, message="Đã dừng theo yêu cầu; không có gì thay đổi.")
    except FaultsFoundError as found:
        _finish(job_id, State.FAILED, message=f"Dữ liệu có {len(found.faults)} lỗi.", faults=found.faults)
    except Exception as error:
        log.exception("job %s (%s) failed", job_id, job.kind)
        report.log(f"{type(error).__name__}: {error}"[:2000])
        _finish(job_id, State.FAILED, message=UNEXPECTED)
    else:
        _finish(job_id, State.DONE, message="Đã xong.")


def _finish(job_id: int, state: State, **changes: Any) -> None:
    Job.objects.filter(pk=job_id).update(state=state, finished_at=timezone.now(), **changes)
