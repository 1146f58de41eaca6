"""If the weights were others."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ddci_web.portal.doors import publication_page
from ddci_web.portal.pages import weights as page
from ddci_web.portal.pages.groups import GROUP, group_shown
from ddci_web.results.published import Published


@publication_page
def weights(request: HttpRequest, published: Published) -> HttpResponse:
    """A weight for each sub-index: ?MB=2&TG=0, of the group ?nhom=."""
    query = request.GET.dict()
    shown = page.what_if(published, group_shown(published.result, query.get(GROUP, "")), query)
    return render(request, "portal/weights.html", {"published": published, "page": shown})
