"""Recommendations in a unit's room: the register as the unit sees it, and its answer with a roadmap."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ddci.report.standing import name_of_node
from ddci_web.accounts.roles import Action
from ddci_web.improvement import recommending
from ddci_web.improvement.queries import Entry, entries_for, kept_findings, recommendations_for
from ddci_web.improvement.services import ChangedMeanwhileError
from ddci_web.organisations.queries import as_of
from ddci_web.workspace.doors import Room, unit_room
from ddci_web.workspace.forms import CommitmentForm


@unit_room(Action.EDIT_FINDINGS)
@require_safe
def recommendations_of(request: HttpRequest, room: Room) -> HttpResponse:
    entries = entries_for(room.wave, room.organisation, room.unit.group)
    place = room.result.node_column
    by_sub_index: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: place.get(entry.recommendation.sub_index, 0)):
        name = name_of_node(room.result, entry.recommendation.sub_index)
        by_sub_index.setdefault(name, []).append(entry)
    lacking = [entry for entry in entries if entry.lacks]
    context = {"room": room, "entries": entries, "by_sub_index": by_sub_index, "lacking": lacking}
    return render(request, "workspace/recommendations_of.html", context)


@unit_room(Action.EDIT_FINDINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: HttpRequest, room: Room, recommendation_id: int) -> HttpResponse:
    mine = recommendations_for(room.wave, room.organisation, room.unit.group)
    row = get_object_or_404(mine, pk=recommendation_id)
    form, changed = _form(request, room, row), None
    if form.is_valid():
        answer = {"recommendation": row, "organisation": room.organisation, "by": request.member}
        try:
            recommending.respond(**answer, **form.entered())
            messages.success(request, f"Đã lưu trả lời khuyến nghị {row}.")
            return redirect("workspace:recommendations_of", room.wave.code, room.unit.code)
        except ValidationError as fault:
            form.add_error(None, fault)
        except ChangedMeanwhileError as fault:
            changed = fault.current
            form.data = form.data.copy()
            form.data["version"] = changed.version
    context = {"room": room, "recommendation": row, "form": form, "changed": changed}
    return render(request, "workspace/respond.html", context | {"sub_index": name_of_node(room.result, row.sub_index)})


def _form(request: HttpRequest, room: Room, row: object) -> CommitmentForm:
    commitment = row.commitments.filter(organisation=room.organisation).first()
    return CommitmentForm(
        request.POST or None,
        commitment=commitment,
        owners=as_of(timezone.localdate()),
        findings=kept_findings(room.snapshot, room.organisation),
        linked=row.findings.filter(organisation=room.organisation),
    )
