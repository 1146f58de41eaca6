"""/don-vi/: the units of the member, what waits, one next step."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache


@login_required
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "workspace/home.html", {})
