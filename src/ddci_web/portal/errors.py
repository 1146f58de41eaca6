"""What a reader sees where nothing is published: what was not found, what it may have meant, where to go on."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ddci_web.results import published


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 404 page, for every audience."""
    context = {"error": exception if isinstance(exception, Http404) else None, "series": published.series()}
    return render(request, "portal/not_found.html", context, status=404)
