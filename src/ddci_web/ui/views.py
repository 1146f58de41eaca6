"""The reader's colour scheme, kept in a cookie; the page of components; the screens of an answer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from ddci_web.ui import showcase
from ddci_web.ui.context import THEMES

YEAR = 365 * 24 * 3600


@csrf_exempt  # public pages are kept whole for everybody, so they carry no token; a colour scheme harms nobody
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    chosen, back = request.POST.get("theme", "auto"), request.POST.get("back", "/")
    if not (back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        "theme",
        chosen if chosen in THEMES else "auto",
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )
    return response


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/components_page.html", showcase.context(request.GET))


@require_safe
def answer_state(request: HttpRequest, state: str) -> HttpResponse:
    if state not in showcase.ANSWER_STATES:
        raise Http404
    return render(request, "ui/answer/page.html", {"state": f"ui/answer/{state}.html", **showcase.ANSWER})
