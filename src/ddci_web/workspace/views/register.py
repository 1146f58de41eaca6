"""/don-vi/khuyen-nghi/: the register of all recommendations, written by the consultant, read by the province."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ddci_web.accounts.doors import requires
from ddci_web.accounts.roles import Action, may
from ddci_web.improvement import recommending
from ddci_web.improvement.models import Finding
from ddci_web.improvement.queries import findings_seen_by, recommendations_seen_by
from ddci_web.improvement.services import ChangedMeanwhileError
from ddci_web.workspace.doors import unstored
from ddci_web.workspace.forms import RecommendationForm
from ddci_web.workspace.pages.register import addressee_of, choices_of, register_of, rows_of, waves_to_recommend_on


@unstored
@requires(Action.VIEW_RECOMMENDATIONS)
@require_safe
def recommendations(request: HttpRequest) -> HttpResponse:
    may_edit = may(request.member, Action.EDIT_RECOMMENDATIONS)
    context = {"sections": register_of(request.member), "may_edit": may_edit}
    return render(
        request, "workspace/recommendations.html", context | {"waves": waves_to_recommend_on() if may_edit else ()}
    )


@unstored
@requires(Action.VIEW_RECOMMENDATIONS)
@require_safe
def recommendation(request: HttpRequest, recommendation_id: int) -> HttpResponse:
    item = get_object_or_404(recommendations_seen_by(request.member), pk=recommendation_id)
    row = rows_of(item.wave, [item], request.member)[0]
    findings = findings_seen_by(request.member, item)
    context = {"row": row, "findings": findings, "may_edit": may(request.member, Action.EDIT_RECOMMENDATIONS)}
    return render(request, "workspace/recommendation.html", context)


@unstored
@requires(Action.EDIT_RECOMMENDATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_recommendation(request: HttpRequest) -> HttpResponse:
    """``dot`` in the address names the wave."""
    wave = next((wave for wave in waves_to_recommend_on() if wave.code == request.GET.get("dot")), None)
    if wave is None:
        raise Http404("Hãy chọn một đợt đã có kết quả.")
    form = RecommendationForm(request.POST or None, initial={"number": 1}, choices=choices_of(wave))
    if form.is_valid():
        entered = dict(form.cleaned_data)
        organisation, group = addressee_of(entered.pop("addressee"))
        try:
            row = recommending.recommend(
                wave=wave, organisation=organisation, unit_group=group, by=request.member, **entered
            )
            messages.success(request, f"Đã ghi khuyến nghị {row}.")
            return redirect("workspace:recommendations")
        except ValidationError as fault:
            form.add_error(None, fault)
    return render(request, "workspace/recommendation_form.html", {"form": form, "wave": wave})


@unstored
@requires(Action.EDIT_RECOMMENDATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def change_recommendation(request: HttpRequest, recommendation_id: int) -> HttpResponse:
    item = get_object_or_404(recommendations_seen_by(request.member), pk=recommendation_id)
    findings = Finding.objects.filter(organisation=item.organisation, snapshot__wave=item.wave, state="kept")
    names = ("number", "text", "source_document", "state", "version")
    initial = {name: getattr(item, name) for name in names} | {"findings": item.findings.all()}
    form, changed = RecommendationForm(request.POST or None, initial=initial, findings=findings), None
    if form.is_valid():
        try:
            recommending.change_recommendation(recommendation=item, by=request.member, **form.cleaned_data)
            messages.success(request, f"Đã lưu khuyến nghị {item}.")
            return redirect("workspace:recommendation", item.pk)
        except ValidationError as fault:
            form.add_error(None, fault)
        except ChangedMeanwhileError as fault:
            changed = fault.current
            form.data = form.data.copy()
            form.data["version"] = changed.version
    row = rows_of(item.wave, [item], request.member)[0]
    context = {"form": form, "wave": item.wave, "row": row, "changed": changed}
    return render(request, "workspace/recommendation_form.html", context)
