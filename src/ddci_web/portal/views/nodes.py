"""Sub-indices and indicators: two lists, two kinds of pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ddci_web.portal.doors import node_column, publication_page
from ddci_web.portal.pages.nodes import node_list, node_page
from ddci_web.results.published import Published


@publication_page
def sub_indices(request: HttpRequest, published: Published) -> HttpResponse:
    return render(request, "portal/sub_indices.html", {"published": published, "page": node_list(published)})


@publication_page
def sub_index(request: HttpRequest, published: Published, code: str) -> HttpResponse:
    """All units on a sub-index, its indicators, how units are spread, what changed."""
    shown = node_page(published, node_column(published, code, "sub_index"))
    return render(request, "portal/sub_index.html", {"published": published, "page": shown})


@publication_page
def indicators(request: HttpRequest, published: Published) -> HttpResponse:
    return render(request, "portal/indicators.html", {"published": published, "page": node_list(published)})


@publication_page
def indicator(request: HttpRequest, published: Published, code: str) -> HttpResponse:
    """All units on an indicator, the question as it was asked, the bounds in force, other waves."""
    shown = node_page(published, node_column(published, code, "indicator"))
    return render(request, "portal/indicator.html", {"published": published, "page": shown})
