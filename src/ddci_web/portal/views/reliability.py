"""How firmly ranks stand: on the answers, and on the method."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ddci_web.portal.doors import publication_page
from ddci_web.portal.pages import sensitivity as method
from ddci_web.portal.pages import stability as answers
from ddci_web.portal.pages.groups import GROUP, group_shown
from ddci_web.results.published import Published


@publication_page
def stability(request: HttpRequest, published: Published) -> HttpResponse:
    """What intervals, rank sets and tiers mean for this wave; ?nhom= a unit group."""
    shown = answers.stability_page(published, group_shown(published.result, request.GET.get(GROUP, "")))
    return render(request, "portal/stability.html", {"published": published, "page": shown})


@publication_page
def sensitivity(request: HttpRequest, published: Published) -> HttpResponse:
    """What other methods would have made of the ranks; ?nhom= a unit group."""
    shown = method.sensitivity_page(published, group_shown(published.result, request.GET.get(GROUP, "")))
    return render(request, "portal/sensitivity.html", {"published": published, "page": shown})
