"""The organiser's first page: what waits for whom, one next step for each wave."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ddci_web.accounts.doors import requires
from ddci_web.accounts.roles import Action
from ddci_web.jobs import queries as jobs
from ddci_web.organiser.todo import todo_of
from ddci_web.results import queries


@requires(Action.VIEW_WAVES)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "todo": todo_of(request.member),
        "embargoed": queries.embargoed(),
        "open_jobs": jobs.open_jobs(),
    }
    return render(request, "organiser/home.html", context)
