"""Home, a programme, its list of publications, and the head page of a wave."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ddci_web.portal.doors import public_page, publication_page
from ddci_web.portal.pages import home as page
from ddci_web.portal.pages.overview import overview_of
from ddci_web.results.published import Published


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """This year's picture of the featured programme, the other programmes, and where to go from here."""
    shown = page.home_page()
    published = shown.featured.published if shown.featured else None
    return render(request, "portal/home.html", {"page": shown, "published": published})


@public_page
def programme(request: HttpRequest, programme: str) -> HttpResponse:
    shown = page.programme_page(programme)
    return render(request, "portal/programme.html", {"page": shown, "programme": shown.programme})


@public_page
def publications(request: HttpRequest, programme: str) -> HttpResponse:
    """Every snapshot with its hashes; corrections with their reasons."""
    found, listed = page.publications_page(programme)
    return render(request, "portal/publications.html", {"programme": found, "publications": listed})


@publication_page
def wave(request: HttpRequest, published: Published) -> HttpResponse:
    return render(request, "portal/wave.html", {"published": published, "page": overview_of(published)})
