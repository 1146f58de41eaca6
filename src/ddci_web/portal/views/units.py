"""The list of units and the profile of one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ddci_web.portal.doors import publication_page, unit_row
from ddci_web.portal.pages.unit import unit_page
from ddci_web.portal.pages.units import units_page
from ddci_web.results.published import Published

LONGEST_SEARCH = 80  # characters


@publication_page
def units(request: HttpRequest, published: Published) -> HttpResponse:
    """Every unit by group; ?tim= narrows by words, accents or not."""
    asked = request.GET.get("tim", "").strip()[:LONGEST_SEARCH]
    return render(request, "portal/units.html", {"published": published, "page": units_page(published, asked)})


@publication_page
def unit(request: HttpRequest, published: Published, unit: str) -> HttpResponse:
    shown = unit_page(published, unit_row(published, unit))
    return render(request, "portal/unit.html", {"published": published, "page": shown})
