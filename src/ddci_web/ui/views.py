"""The reader's colour scheme, kept in a cookie."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ddci_web.ui.context import THEMES

YEAR = 365 * 24 * 3600


@csrf_exempt  # public pages are kept whole for everybody, so they carry no token; a colour scheme harms nobody
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    chosen, back = request.POST.get("theme", "auto"), request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie("theme", chosen if chosen in THEMES else "auto", max_age=YEAR, samesite="Lax", httponly=True)
    return response
