"""What a reader sees where nothing is published, or where the files of what was published are gone."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from ddci_web.results import published
from ddci_web.results.paths import LostFilesError

log = logging.getLogger(__name__)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 404 page, for every audience."""
    context = {"error": exception if isinstance(exception, Http404) else None, "series": published.series()}
    return render(request, "portal/not_found.html", context, status=404)


class LostFilesMiddleware:
    """For every audience: files that are gone are said to be gone, and the operator's log names them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, LostFilesError):
            return None
        log.error("files are lost: %s", error)
        return render(request, "503.html", status=503)
