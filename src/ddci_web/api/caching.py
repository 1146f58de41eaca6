"""Answers of the API that change only with a publication: ETag, 304, and a minute of rest for whoever asks often."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

FRESH = 60  # seconds


class ConditionalMiddleware:
    """For what lies below /api/v1/: an ETag over the body, 304 where the caller has it already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/api/v1/") or response.status_code != 200 or request.method != "GET":
            return response
        response["ETag"] = f'W/"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
        response["Cache-Control"] = f"public, max-age={FRESH}"
        response["Access-Control-Allow-Origin"] = "*"  # public data, read by pages of others
        known = {item.strip() for item in request.headers.get("If-None-Match", "").split(",")}
        if response["ETag"] in known:
            kept = {name: response[name] for name in ("ETag", "Cache-Control", "Access-Control-Allow-Origin")}
            return HttpResponse(status=304, headers=kept)
        return response
