"""The ranking page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ddci.report.standing import groups_with_units
from ddci_web.portal.doors import UnknownPageError, node_column, publication_page
from ddci_web.portal.pages import ranking as page
from ddci_web.results.published import Published


@publication_page
def ranking(request: HttpRequest, published: Published) -> HttpResponse:
    """Tiers, scores and the whole table; ?nhom= a unit group, ?chi-so= a sub-index, ?thay-doi= and ?sap-xep=."""
    chosen = {name: value for name in page.CHOICES if (value := request.GET.get(name, ""))}
    if (group := chosen.get(page.GROUP)) and group not in groups_with_units(published.result):
        raise UnknownPageError("group", group)
    column = node_column(published, chosen[page.SUB_INDEX], "sub_index") if page.SUB_INDEX in chosen else 0
    shown = page.ranking_page(published, page.known(chosen), column)
    return render(request, "portal/ranking.html", {"published": published, "page": shown})
