"""Review by a second person, publication, correction, and the hour from which a publication is open."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ddci_web.accounts.doors import requires
from ddci_web.accounts.roles import Action
from ddci_web.organiser import result_tables as tables
from ddci_web.organiser.computation_views import frame_of
from ddci_web.organiser.results_forms import CorrectForm, MomentForm, PublishForm, ReviewForm
from ddci_web.organiser.results_views import tried
from ddci_web.results import queries, services
from ddci_web.results.models import Computation


@requires(Action.REVIEW)
def review(request: HttpRequest, computation_id: int) -> HttpResponse:
    found = get_object_or_404(queries.computations(), pk=computation_id)
    form = ReviewForm(request.POST or None, has_failing=services.has_failing_checks(found))
    if form.is_valid() and tried(
        form, lambda: services.review(computation=found, **form.cleaned_data, by=request.member)
    ):
        messages.success(request, "Đã ghi ý kiến soát.")
        return redirect("organiser:computation", found.pk)
    context = {
        **frame_of(found),
        "form": form,
        "verdicts": queries.verdicts_of(found),
        "checks": found.checks.all(),
        "reviews": found.reviews.select_related("by"),
        "may_review": services.may_review(found, request.member),
    }
    return render(request, "organiser/results/review.html", context)


@requires(Action.PUBLISH)
def publish(request: HttpRequest, computation_id: int) -> HttpResponse:
    found = get_object_or_404(queries.computations(), pk=computation_id)
    if found.source.wave.snapshots.exists():
        return redirect("organiser:correct", found.pk)
    form = PublishForm(request.POST or None, initial={"public_from": timezone.localtime()})
    return _publish(request, found, form)


@requires(Action.CORRECT)
def correct(request: HttpRequest, computation_id: int) -> HttpResponse:
    found = get_object_or_404(queries.computations(), pk=computation_id)
    before = found.source.wave.snapshots.order_by("-number").first()
    if before is None:
        return redirect("organiser:publish", found.pk)
    form = CorrectForm(request.POST or None, initial={"public_from": timezone.localtime()})
    return _publish(request, found, form, corrected=before)


def _publish(request: HttpRequest, found: Computation, form: PublishForm, **context: Any) -> HttpResponse:
    """Show what becomes public and when; on confirmation hand it to the worker."""
    if form.is_valid():
        entered = {"public_from": form.cleaned_data["public_from"], "reason": form.cleaned_data.get("reason", "")}
        job = tried(form, lambda: services.publish(computation=found, **entered, by=request.member))
        if job:
            messages.success(request, "Đang ghi bản công bố; có thể rời trang này.")
            return redirect("organiser:job", job.pk)
    if found.is_done:
        result = queries.draft_of(found)
        context |= {"result": result, "review": queries.approval_of(found), "verdicts": queries.verdicts_of(found)}
        if "corrected" in context:
            context["correction"] = tables.correction_table(queries.published_result(context["corrected"]), result)
    return render(request, "organiser/results/publish.html", {**frame_of(found), "form": form, **context})


@requires(Action.VIEW_RESULTS)
@require_safe
def snapshot(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    found = get_object_or_404(queries.snapshots(), pk=snapshot_id)
    result = queries.published_result(found)
    context = {"snapshot": found, "wave": found.wave, "result": result, "files": found.manifest["files"]}
    if found.corrects:
        context["correction"] = tables.correction_table(queries.published_result(found.corrects), result)
    return render(request, "organiser/results/snapshot.html", context)


@requires(Action.PUBLISH)
def embargo(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    found = get_object_or_404(queries.snapshots(), pk=snapshot_id)
    form = MomentForm(request.POST or None, initial={"public_from": timezone.localtime(found.public_from)})
    if form.is_valid():
        moment = form.cleaned_data["public_from"]
        tried(form, lambda: services.change_embargo(snapshot=found, public_from=moment, by=request.member))
        if not form.errors:
            messages.success(request, f"Đã đổi giờ công khai thành {timezone.localtime(moment):%d/%m/%Y %H:%M}.")
            return redirect("organiser:snapshot", found.pk)
    return render(request, "organiser/results/embargo.html", {"snapshot": found, "wave": found.wave, "form": form})
