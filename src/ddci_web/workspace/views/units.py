"""A unit's pages of a wave: the working page, all indicators, the leader's sheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ddci_web.accounts.roles import Action
from ddci_web.improvement.models import Finding
from ddci_web.improvement.queries import entries_for
from ddci_web.workspace.doors import Room, unit_room
from ddci_web.workspace.pages.findings import dearest_of, groups_of, items_of
from ddci_web.workspace.pages.home import line_of, step_of
from ddci_web.workspace.pages.indicators import indicators_of
from ddci_web.workspace.pages.leader import leader_of
from ddci_web.workspace.pages.unit import sheet_of

SHOWN = 5  # findings on the working page; the list has all


@unit_room(Action.SEE_OWN_EMBARGOED)
@require_safe
def unit(request: HttpRequest, room: Room) -> HttpResponse:
    line = line_of(room)
    context = {
        "room": room,
        "sheet": sheet_of(room),
        "line": line,
        "step": step_of(line),
        "dearest": dearest_of(groups_of(room, (Finding.State.DRAFT, Finding.State.KEPT)))[:SHOWN],
        "entries": entries_for(room.wave, room.organisation, room.unit.group),
    }
    return render(request, "workspace/unit.html", context)


@unit_room(Action.SEE_OWN_EMBARGOED)
@require_safe
def indicators(request: HttpRequest, room: Room) -> HttpResponse:
    lines, orders = indicators_of(room, request.GET.get("sap", ""))
    known = {item.finding.indicator for group in groups_of(room) for item in group.items}
    context = {"room": room, "lines": lines, "orders": orders, "known": known}
    return render(request, "workspace/indicators.html", context)


@unit_room(Action.SEE_OWN_EMBARGOED)
@require_safe
def leader(request: HttpRequest, room: Room) -> HttpResponse:
    kept = items_of(groups_of(room), Finding.State.KEPT)
    entries = entries_for(room.wave, room.organisation, room.unit.group)
    today = timezone.localdate()
    context = {"room": room, "page": leader_of(room, kept, entries, today), "today": today}
    return render(request, "workspace/leader.html", context)
