"""The map of a wave."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ddci_web.portal.doors import publication_page
from ddci_web.portal.pages import maps as page
from ddci_web.portal.pages.groups import GROUP, group_shown
from ddci_web.results.published import Published


@publication_page
def tiles(request: HttpRequest, published: Published) -> HttpResponse:
    """One tile for each unit of a group (?nhom=), and official outlines where there are some."""
    shown = page.map_page(published, group_shown(published.result, request.GET.get(GROUP, "")))
    return render(request, "portal/map.html", {"published": published, "page": shown})
