"""Units side by side, and a programme over its years."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ddci.result import INDEX_CODE
from ddci_web.portal.doors import UnknownPageError, public_page, publication_page
from ddci_web.portal.pages import compare as page
from ddci_web.portal.pages import years as years_of
from ddci_web.portal.pages.home import programme_page
from ddci_web.results.published import Published, public_waves


@publication_page
def units(request: HttpRequest, published: Published) -> HttpResponse:
    """Two to four units: ?don-vi=…&don-vi=…, by code or name, with or without accents."""
    shown = page.comparison(published, request.GET.getlist(page.UNIT))
    return render(request, "portal/compare.html", {"published": published, "page": shown})


@public_page
def years(request: HttpRequest, programme: str) -> HttpResponse:
    """All units or one (?don-vi=) over the public waves, on the index or a sub-index (?chi-so=)."""
    found = programme_page(programme).programme
    waves = list(reversed(public_waves(found)))
    code = request.GET.get(years_of.NODE) or INDEX_CODE
    if code not in years_of.node_codes(waves[-1].result):
        raise UnknownPageError("sub_index", code)
    shown = years_of.years_page(waves, request.GET.get(years_of.UNIT, ""), code)
    return render(request, "portal/years.html", {"programme": found, "published": shown.newest, "page": shown})
