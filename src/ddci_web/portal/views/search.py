"""Search without accents: ``lang son`` finds Lạng Sơn."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ddci_web.portal.doors import public_page
from ddci_web.portal.pages.search import find


@public_page
def search(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/search.html", {"found": find(request.GET.get("q", ""))})
