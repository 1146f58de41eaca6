"""How it is computed, what is asked, and the principles of the survey with the control behind each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ddci_web.portal.doors import public_page, publication_page
from ddci_web.portal.pages import method as pages
from ddci_web.portal.pages.principles import principles_page
from ddci_web.results.published import Published


@publication_page
def method(request: HttpRequest, published: Published) -> HttpResponse:
    return render(request, "portal/method.html", {"published": published, "page": pages.method_page(published)})


@publication_page
def questionnaire(request: HttpRequest, published: Published) -> HttpResponse:
    pages_shown = pages.question_pages(published)
    n_questions = sum(len(page.questions) for page in pages_shown)
    context = {"published": published, "pages": pages_shown, "n_questions": n_questions}
    return render(request, "portal/questionnaire.html", context)


@public_page
def principles(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/principles.html", {"page": principles_page()})
