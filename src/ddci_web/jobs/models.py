"""A piece of work that runs in the background and can be watched: state, progress, log, faults.

The queue itself is django-tasks'; a Job is what people see of it. A job that was lost or stopped can run again: it keeps
its row and counts its attempts, so that what a former attempt still says is not heard.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from ddci_web.audit.registry import audited

SILENT_AFTER = timedelta(minutes=2)  # a running job gives a sign of life every 15 seconds; see ``heartbeat``
WAITING_LONG = timedelta(minutes=5)


class State(models.TextChoices):
    QUEUED = "queued", "đang chờ"
    RUNNING = "running", "đang chạy"
    DONE = "done", "xong"
    FAILED = "failed", "không thành công"
    CANCELLED = "cancelled", "đã dừng"


OPEN = (State.QUEUED, State.RUNNING)


@audited(unwatched=("done", "total", "message", "log", "faults", "heartbeat_at"))
class Job(models.Model):
    """``done`` of ``total`` steps; ``faults`` as the library reports them, one dictionary each.

    key     what only one open job may work at, such as the publication of a wave; empty for work that disturbs nobody
    worker  the process that runs the job, ``host:process``
    """

    kind = models.CharField("loại việc", max_length=60)
    key = models.CharField("khóa", max_length=120, blank=True)
    title = models.CharField("tên việc", max_length=200)
    arguments = models.JSONField("tham số", default=dict)
    state = models.CharField("trạng thái", max_length=12, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField("đã xong", default=0)
    total = models.PositiveIntegerField("tổng số bước", default=0)
    message = models.CharField("đang làm", max_length=300, blank=True)
    log = models.TextField("nhật ký", blank=True)
    faults = models.JSONField("lỗi", default=list)
    stop_requested = models.BooleanField("yêu cầu dừng", default=False)
    attempt = models.PositiveSmallIntegerField("lần chạy", default=1)
    worker = models.CharField("tiến trình", max_length=120, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người giao", null=True, on_delete=models.PROTECT, related_name="jobs"
    )
    created_at = models.DateTimeField("giao lúc", default=timezone.now)
    started_at = models.DateTimeField("bắt đầu lúc", null=True)
    heartbeat_at = models.DateTimeField("tín hiệu cuối", null=True)
    finished_at = models.DateTimeField("kết thúc lúc", null=True)

    class Meta:
        verbose_name = "việc nền"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="job_open_key_once", fields=("key",), condition=models.Q(state__in=OPEN) & ~models.Q(key="")
            ),
            models.CheckConstraint(
                name="job_finished_has_time",
                condition=models.Q(state__in=OPEN, finished_at__isnull=True)
                | (~models.Q(state__in=OPEN) & models.Q(finished_at__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_silent(self) -> bool:
        """True for a running job whose worker has not been heard of for a while."""
        last = self.heartbeat_at or self.started_at
        return self.state == State.RUNNING and last is not None and timezone.now() - last > SILENT_AFTER

    @property
    def waits_long(self) -> bool:
        """True for a queued job that nobody has taken up: the worker may not be running."""
        return self.state == State.QUEUED and timezone.now() - self.created_at > WAITING_LONG

    @property
    def can_run_again(self) -> bool:
        """A job ended by faults in what it was given needs other data, not another attempt."""
        ended = self.state in (State.FAILED, State.CANCELLED) and not self.faults
        return ended or self.is_silent or self.waits_long

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0
