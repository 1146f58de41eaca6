"""Notice work whose process is gone: called when the site starts and whenever the worker takes up a job."""

from __future__ import annotations

from django.utils import timezone

from ddci_web.jobs.models import Job, State
from ddci_web.jobs.process import is_gone

LOST = "Bộ xử lý nền đã ngừng khi việc đang chạy. Không có gì thay đổi; hãy chạy lại."


def end_lost_jobs() -> int:
    """Mark running jobs as failed whose process is gone or silent; returns how many."""
    lost = [job.pk for job in Job.objects.filter(state=State.RUNNING) if job.is_silent or is_gone(job.worker)]
    ended = Job.objects.filter(pk__in=lost, state=State.RUNNING)
    return ended.update(state=State.FAILED, finished_at=timezone.now(), message=LOST)
