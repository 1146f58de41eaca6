"""Pages about the site itself: what it is, whom to ask, how accessible it is, what may be done with its data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ddci_web.portal.doors import public_page
from ddci_web.results import published


@public_page
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/about.html", {"series": published.series()})


@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@public_page
def licence(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/licence.html", {"series": published.series()})
