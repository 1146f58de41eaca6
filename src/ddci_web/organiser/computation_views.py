"""A computation before publication: progress, ranking preview, checks, structure, method, comparisons, warnings."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from ddci.report.headlines import page_heading
from ddci_web.accounts.doors import requires
from ddci_web.accounts.roles import Action
from ddci_web.organiser import result_tables as tables
from ddci_web.organiser.fault_list import grouped
from ddci_web.organiser.todo import line_of
from ddci_web.results import queries
from ddci_web.results.models import Computation
from ddci_web.results.steps import room_of


def frame_of(computation: Computation) -> dict[str, Any]:
    """What every page of a computation shows."""
    return {
        "computation": computation,
        "source": computation.source,
        "wave": computation.source.wave,
        "job": computation.job,
    }


@requires(Action.VIEW_RESULTS)
@require_safe
def computation(request: HttpRequest, computation_id: int) -> HttpResponse:
    found = get_object_or_404(queries.computations(), pk=computation_id)
    context = frame_of(found)
    if found.is_done:
        result = queries.draft_of(found)
        room = room_of(found.source.wave)
        context |= {
            "result": result,
            "heading": page_heading(result),
            "groups": tables.ranking_tables(result),
            "checks": queries.verdicts_of(found),
            "reviews": found.reviews.select_related("by"),
            "files": queries.draft_files(found),
            "line": line_of(room, request.member) if room.computation == found else None,
        }
    return render(request, "organiser/results/computation.html", context)


@requires(Action.VIEW_RESULTS)
@require_safe
def checks(request: HttpRequest, computation_id: int) -> HttpResponse:
    found = get_object_or_404(queries.computations(), pk=computation_id)
    context = {**frame_of(found), "checks": found.checks.all(), "verdicts": queries.verdicts_of(found)}
    return _render_done(request, "checks", context)


@requires(Action.VIEW_RESULTS)
@require_safe
def coherence(request: HttpRequest, computation_id: int) -> HttpResponse:
    found = get_object_or_404(queries.computations(), pk=computation_id)
    context = frame_of(found)
    if found.is_done:
        context["groups"] = tables.coherence_tables(queries.draft_of(found))
    return _render_done(request, "coherence", context)


@requires(Action.VIEW_RESULTS)
@require_safe
def sensitivity(request: HttpRequest, computation_id: int) -> HttpResponse:
    found = get_object_or_404(queries.computations(), pk=computation_id)
    context = frame_of(found)
    if found.is_done:
        context["groups"] = tables.study_tables(queries.draft_of(found), queries.draft_study(found))
    return _render_done(request, "sensitivity", context)


@requires(Action.VIEW_RESULTS)
@require_safe
def comparison(request: HttpRequest, computation_id: int) -> HttpResponse:
    found = get_object_or_404(queries.computations(), pk=computation_id)
    context = frame_of(found)
    if found.is_done:
        result, study = queries.draft_of(found), queries.draft_flagged(found)
        context |= {
            "result": result,
            "published": tables.published_table(result),
            "changes": tables.change_rows(result),
            "flagged": study,
            "flagged_units": tables.flagged_rows(result, study) if study else [],
        }
    return _render_done(request, "comparison", context)


@requires(Action.VIEW_RESULTS)
@require_safe
def warnings(request: HttpRequest, computation_id: int) -> HttpResponse:
    found = get_object_or_404(queries.computations(), pk=computation_id)
    return _render_done(request, "warnings", {**frame_of(found), "faults": grouped(found.warnings)})


@requires(Action.VIEW_RESULTS)
@require_safe
def draft_file(request: HttpRequest, computation_id: int, name: str) -> HttpResponseBase:
    """A file of the draft, always as a download: it is nobody's page yet."""
    found = get_object_or_404(queries.computations(), pk=computation_id)
    path = queries.draft_path(found, name)
    if path is None:
        raise Http404(name)
    wave = found.source.wave.code
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{wave}-du-thao-{found.pk}-{name}")


def _render_done(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """A page of a finished computation; before that there is only its progress."""
    if not context["computation"].is_done:
        return redirect("organiser:computation", context["computation"].pk)
    return render(request, f"organiser/results/{page}.html", context)
