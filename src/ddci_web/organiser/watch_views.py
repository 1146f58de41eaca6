"""Background work, and the trail of who changed what."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from ddci_web.accounts.doors import requires
from ddci_web.accounts.queries import members_seen_by
from ddci_web.accounts.roles import Action
from ddci_web.audit import queries as trail
from ddci_web.jobs import queries, services
from ddci_web.jobs.models import Job
from ddci_web.jobs.registry import may_control
from ddci_web.organiser.fault_list import grouped
from ddci_web.organiser.results_forms import AuditSearch

PER_PAGE = 50


@requires(Action.VIEW_JOBS)
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.recent_jobs(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "organiser/watch/jobs.html", {"page": page})


@requires(Action.VIEW_JOBS)
@require_safe
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """The whole page, or with htmx only what changes while the work goes on."""
    found = get_object_or_404(queries.jobs(), pk=job_id)
    template = "organiser/watch/job.html#progress" if request.htmx else "organiser/watch/job.html"
    context = {
        "job": found,
        "faults": grouped(found.faults),
        "subject": page_of_subject(found),
        "may_control": may_control(request.member, found.kind),
    }
    return render(request, template, context)


@requires(Action.VIEW_JOBS)
@require_POST
def stop(request: HttpRequest, job_id: int) -> HttpResponse:
    found = _controlled(request, job_id)
    services.stop(job=found, by=request.member)
    messages.success(request, "Đã yêu cầu dừng; việc dừng ở bước kế tiếp và không để lại thay đổi nào.")
    return redirect("organiser:job", job_id)


@requires(Action.VIEW_JOBS)
@require_POST
def run_again(request: HttpRequest, job_id: int) -> HttpResponse:
    found = _controlled(request, job_id)
    try:
        services.run_again(job=found, by=request.member)
    except services.NotAgainError:
        messages.error(request, "Việc này đang chạy, đã xong, hoặc dữ liệu có lỗi nên không chạy lại được.")
    except services.AlreadyRunningError:
        messages.error(request, "Một việc khác cùng loại đang chạy. Hãy đợi việc ấy xong.")
    else:
        messages.success(request, "Đã cho chạy lại.")
    return redirect("organiser:job", job_id)


def page_of_subject(job: Job) -> str:
    """The page of what a job works at; empty where there is none."""
    for argument, page in (("computation", "computation"), ("source", "source")):
        if argument in job.arguments:
            return reverse(f"organiser:{page}", args=[job.arguments[argument]])
    return ""


def _controlled(request: HttpRequest, job_id: int) -> Job:
    """A job that the member may stop and run again."""
    found = get_object_or_404(Job, pk=job_id)
    if not may_control(request.member, found.kind):  # type: ignore[attr-defined]
        raise PermissionDenied
    return found


@requires(Action.VIEW_AUDIT)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    search = AuditSearch(request.GET or None, tables=trail.tables(), members=members_seen_by(request.member))
    asked = search.asked() if request.GET else {}
    page = trail.page_of(trail.events(**asked), request.GET.get("page"))
    return render(request, "organiser/watch/audit.html", {"search": search, "page": page})
