"""A unit's findings: drafted from the publication, confirmed by its officer, taken along as text or CSV."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ddci_web.accounts.roles import Action
from ddci_web.improvement import services
from ddci_web.improvement.models import Finding
from ddci_web.improvement.queries import findings_of
from ddci_web.improvement.services import ChangedMeanwhileError
from ddci_web.ui.templatetags.ui import moment
from ddci_web.workspace.doors import Room, unit_room
from ddci_web.workspace.forms import FindingForm
from ddci_web.workspace.pages.findings import as_csv, as_text, groups_of, items_of
from ddci_web.workspace.pages.unit import parent_name

TICKED = re.compile(r"(\d{1,12}):(\d{1,9})")


@unit_room(Action.EDIT_FINDINGS)
@require_safe
def findings(request: HttpRequest, room: Room) -> HttpResponse:
    groups = groups_of(room)
    by_state = {state: items_of(groups, state) for state in Finding.State.values}
    waiting = groups_of(room, (Finding.State.DRAFT,))
    context = {"room": room, "groups": groups, "waiting": waiting, "kept": groups_of(room, (Finding.State.KEPT,))}
    return render(request, "workspace/findings.html", {**context, "by_state": by_state})


@unit_room(Action.EDIT_FINDINGS)
@require_POST
def draft(request: HttpRequest, room: Room) -> HttpResponse:
    n = services.draft_findings(snapshot=room.snapshot, organisation=room.organisation, by=request.member)
    messages.success(request, f"Đã soạn {n} hạn chế từ số liệu." if n else "Không có hạn chế nào mới.")
    return _to_findings(room)


@unit_room(Action.EDIT_FINDINGS)
@require_POST
def keep(request: HttpRequest, room: Room) -> HttpResponse:
    """Keep the ticked ones; a tick carries the version that was before the officer's eyes."""
    ticked = {int(m[1]): int(m[2]) for m in map(TICKED.fullmatch, request.POST.getlist("giu")) if m}
    if not ticked:
        messages.warning(request, "Chưa chọn hạn chế nào. Hãy đánh dấu những hạn chế muốn giữ.")
        return _to_findings(room)
    n, changed = services.keep_findings(findings=ticked, organisation=room.organisation, by=request.member)
    messages.success(request, f"Đã giữ {n} hạn chế.")
    for row in changed:
        messages.warning(
            request,
            f"{row.indicator}: {row.edited_by} đã chọn «{row.get_state_display()}» lúc {moment(row.edited_at)} nên để nguyên.",
        )
    return _to_findings(room)


@unit_room(Action.EDIT_FINDINGS)
@require_POST
def add(request: HttpRequest, room: Room) -> HttpResponse:
    code = request.POST.get("chi-tieu", "")
    try:
        row = services.add_finding(
            snapshot=room.snapshot, organisation=room.organisation, indicator=code, by=request.member
        )
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
        return _to_findings(room)
    messages.success(request, f"Đã thêm chỉ tiêu {row.indicator} vào danh sách. Hãy xem lại câu chữ.")
    return redirect("workspace:finding", room.wave.code, room.unit.code, row.pk)


@unit_room(Action.EDIT_FINDINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def finding(request: HttpRequest, room: Room, finding_id: int) -> HttpResponse:
    row = get_object_or_404(findings_of(room.snapshot, room.organisation), pk=finding_id)
    form, changed = FindingForm(request.POST or None, finding=row), None
    if form.is_valid():
        try:
            services.decide_finding(finding=row, by=request.member, **form.cleaned_data)
            messages.success(request, f"Đã lưu hạn chế {row.indicator}.")
            return _to_findings(room)
        except ValidationError as fault:
            form.add_error(None, fault)
        except ChangedMeanwhileError as fault:
            changed = fault.current
            form.data = {**form.data.dict(), "version": changed.version}
    figures = services.describe(room.result, room.organisation, row.indicator)
    sub_index = parent_name(room.result, figures) if figures else row.sub_index
    context = {
        "room": room,
        "finding": row,
        "form": form,
        "changed": changed,
        "figures": figures,
        "sub_index": sub_index,
    }
    return render(request, "workspace/finding.html", context)


@unit_room(Action.EDIT_FINDINGS)
@require_safe
def text(request: HttpRequest, room: Room) -> HttpResponse:
    embargo = moment(room.snapshot.public_from) if room.is_embargoed else ""
    return _file(as_text(room, embargo), room, "txt", "text/plain")


@unit_room(Action.EDIT_FINDINGS)
@require_safe
def csv(request: HttpRequest, room: Room) -> HttpResponse:
    return _file("\ufeff" + as_csv(room), room, "csv", "text/csv")


def _file(content: str, room: Room, ending: str, kind: str) -> HttpResponse:
    name = quote(f"han-che-{room.wave.code}-{room.unit.code}.{ending}")
    disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return HttpResponse(content, content_type=f"{kind}; charset=utf-8", headers=disposition)


def _to_findings(room: Room) -> HttpResponse:
    return redirect("workspace:findings", room.wave.code, room.unit.code)
