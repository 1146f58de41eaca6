"""The page that explains the API to people; programs read openapi.json."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ddci_web.api.endpoints import api
from ddci_web.results import published


def description(request: HttpRequest) -> HttpResponse:
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    operations = [
        {"path": address, **operation["get"]} for address, operation in document["paths"].items() if "get" in operation
    ]
    series = published.series()
    example = series[0][1][0] if series else None
    return render(
        request, "api/description.html", {"operations": operations, "info": document["info"], "example": example}
    )
