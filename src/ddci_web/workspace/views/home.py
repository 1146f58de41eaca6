"""/don-vi/: the units of the member, what waits, one next step."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ddci_web.accounts.roles import Action, may
from ddci_web.workspace.doors import unstored
from ddci_web.workspace.pages.home import desks, next_step


@unstored
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Whoever has no unit is shown the way to their own rooms."""
    if request.member is None:
        return redirect_to_login(request.get_full_path())
    if not may(request.member, Action.SEE_OWN_EMBARGOED):
        return redirect(_own_place(request))
    found = desks(request.units)
    lines = [line for desk in found for line in desk.lines]
    return render(request, "workspace/home.html", {"desks": found, "step": next_step(lines)})


def _own_place(request: HttpRequest) -> str:
    if may(request.member, Action.VIEW_WAVES):
        return "organiser:home"
    return "workspace:recommendations" if may(request.member, Action.VIEW_RECOMMENDATIONS) else "account_home"
