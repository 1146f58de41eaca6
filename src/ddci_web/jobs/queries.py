"""Reads of jobs."""

from __future__ import annotations

from django.db.models import QuerySet

from ddci_web.jobs.models import OPEN, Job


def recent_jobs() -> QuerySet[Job]:
    """Newest first, with who started them."""
    return Job.objects.select_related("by").defer("log", "faults", "arguments")


def jobs() -> QuerySet[Job]:
    """With everything a job's own page shows."""
    return Job.objects.select_related("by")


def open_jobs() -> QuerySet[Job]:
    return recent_jobs().filter(state__in=OPEN)
