"""Organisations: which there are on a day, what came before and after each; the organiser's pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from ddci_web.accounts.doors import requires
from ddci_web.accounts.queries import members_of
from ddci_web.accounts.roles import Action
from ddci_web.organisations import queries, services
from ddci_web.organisations.models import Organisation
from ddci_web.organiser.organisation_forms import MANY, OrganisationForm, OrganisationSearch, SuccessionForm
from ddci_web.organiser.people_views import PER_PAGE, sent, tried


@requires(Action.MANAGE_ORGANISATIONS)
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    search = OrganisationSearch(request.GET)
    rows = Paginator(queries.organisation_list(request.member, **search.asked()), PER_PAGE)
    context = {"search": search, "page": rows.get_page(request.GET.get("page"))}
    return render(request, "organiser/organisations/list.html", context)


@requires(Action.MANAGE_ORGANISATIONS)
@require_safe
def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    row = get_object_or_404(queries.organisations_seen_by(request.member).select_related("parent"), pk=organisation_id)
    context = {"history": queries.history(row), "people": members_of(row), "children": row.children.in_order()}
    return render(request, "organiser/organisations/organisation.html", context)


@requires(Action.MANAGE_ORGANISATIONS)
def create(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(sent(request), parents=queries.organisations_seen_by(request.member))
    made: list[Organisation] = []
    if form.is_valid() and tried(form, lambda: made.append(services.create(by=request.member, **form.cleaned_data))):
        messages.success(request, f"Đã thêm «{made[0]}».")
        return redirect("organiser:organisation", made[0].pk)
    return render(request, "organiser/organisations/edit.html", {"form": form})


@requires(Action.MANAGE_ORGANISATIONS)
def update(request: HttpRequest, organisation_id: int) -> HttpResponse:
    seen = queries.organisations_seen_by(request.member)
    row = get_object_or_404(seen, pk=organisation_id)
    form = OrganisationForm(sent(request), instance=row, parents=seen.exclude(pk=row.pk))
    if form.is_valid() and tried(
        form, lambda: services.update(organisation=row, by=request.member, **form.cleaned_data)
    ):
        messages.success(request, f"Đã lưu «{row}».")
        return redirect("organiser:organisation", row.pk)
    return render(request, "organiser/organisations/edit.html", {"form": form, "organisation": row})


@requires(Action.MANAGE_ORGANISATIONS)
def succession(request: HttpRequest, organisation_id: int) -> HttpResponse:
    seen = queries.organisations_seen_by(request.member)
    row = get_object_or_404(seen, pk=organisation_id)
    side = "before" if request.GET.get("side") == "before" else "after"
    words = request.GET.get("words", "").strip()
    candidates = seen.exclude(pk=row.pk).named_like(words)
    form = SuccessionForm(sent(request), candidates=candidates, side=side)
    if form.is_valid() and tried(form, lambda: _record(row, side, form.cleaned_data, request)):
        messages.success(request, f"Đã ghi nhận quan hệ kế thừa của «{row}».")
        return redirect("organiser:organisation", row.pk)
    is_long = candidates.count() > MANY
    context = {"form": form, "organisation": row, "side": side, "words": words, "is_long": is_long}
    return render(request, "organiser/organisations/succession.html", context)


def _record(row: Organisation, side: str, entered: dict[str, Any], request: HttpRequest) -> None:
    others = list(entered.pop("others"))
    before, after = ([row], others) if side == "after" else (others, [row])
    services.record_succession(predecessors=before, successors=after, by=request.member, **entered)
