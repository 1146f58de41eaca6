"""Programmes, waves, and the data handed in for a wave."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from ddci_web.accounts.doors import requires
from ddci_web.accounts.roles import Action
from ddci_web.organiser.fault_list import grouped
from ddci_web.organiser.results_forms import ComputeForm, ProgrammeForm, UploadForm, WaveForm
from ddci_web.organiser.todo import line_of
from ddci_web.results import queries, services
from ddci_web.results.models import Programme
from ddci_web.results.steps import room_of


def tried(form: Form, change: Callable[[], Any]) -> Any:
    """What a service gives back; None, with its words in the form, when a rule forbids the step."""
    try:
        return change()
    except services.RuleError as refusal:
        form.add_error(None, str(refusal))
        return None


@requires(Action.VIEW_WAVES)
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    return render(request, "organiser/results/programmes.html", {"programmes": queries.programmes()})


@requires(Action.PUBLISH)
def new_programme(request: HttpRequest) -> HttpResponse:
    form = ProgrammeForm(request.POST or None)
    if form.is_valid():
        made = tried(form, lambda: services.save_programme(**form.cleaned_data, is_new=True, by=request.member))
        if made:
            messages.success(request, f"Đã tạo chương trình «{made}».")
            return redirect("organiser:new_wave", made.code)
    return render(request, "organiser/results/programme_form.html", {"form": form})


@requires(Action.PUBLISH)
def edit_programme(request: HttpRequest, code: str) -> HttpResponse:
    programme = get_object_or_404(Programme, code=code)
    form = ProgrammeForm(request.POST or None, has_code=False, initial=vars(programme))
    if form.is_valid() and tried(
        form, lambda: services.save_programme(code=code, **form.cleaned_data, by=request.member)
    ):
        messages.success(request, "Đã lưu chương trình.")
        return redirect("organiser:programmes")
    return render(request, "organiser/results/programme_form.html", {"form": form, "programme": programme})


@requires(Action.PUBLISH)
def new_wave(request: HttpRequest, code: str) -> HttpResponse:
    programme = get_object_or_404(Programme, code=code)
    form = WaveForm(request.POST or None)
    if form.is_valid():
        made = tried(
            form,
            lambda: services.save_wave(programme=programme, **form.cleaned_data, is_new=True, by=request.member),
        )
        if made:
            messages.success(request, f"Đã tạo đợt «{made}». Bước tiếp theo là nộp dữ liệu.")
            return redirect("organiser:wave", made.code)
    return render(request, "organiser/results/wave_form.html", {"form": form, "programme": programme})


@requires(Action.PUBLISH)
def edit_wave(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(queries.waves(), code=code)
    initial = {**vars(wave), "simulated": wave.is_simulated}
    form = WaveForm(request.POST or None, has_code=False, initial=initial)
    if form.is_valid() and tried(
        form,
        lambda: services.save_wave(programme=wave.programme, code=code, **form.cleaned_data, by=request.member),
    ):
        messages.success(request, "Đã lưu đợt.")
        return redirect("organiser:wave", code)
    context = {"form": form, "wave": wave, "programme": wave.programme}
    return render(request, "organiser/results/wave_form.html", context)


@requires(Action.VIEW_WAVES)
@require_safe
def wave(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(queries.waves(), code=code)
    room = room_of(found)
    context = {
        "wave": found,
        "room": room,
        "line": line_of(room, request.member),
        "sources": queries.sources_of(found),
        "computations": queries.computations_of(found),
    }
    return render(request, "organiser/results/wave.html", context)


@requires(Action.UPLOAD_DATA)
def upload(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(queries.waves(), code=code)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        made = tried(form, lambda: services.add_source(wave=found, name=file.name, file=file.file, by=request.member))
        if made:
            messages.success(request, "Đã nhận tệp. Hệ thống đang kiểm tra; có thể rời trang này.")
            return redirect("organiser:source", made.pk)
    return render(request, "organiser/results/upload.html", {"form": form, "wave": found})


@requires(Action.VIEW_WAVES)
@require_safe
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    found = get_object_or_404(queries.sources(), pk=source_id)
    context = {
        "source": found,
        "wave": found.wave,
        "job": found.job,
        "faults": grouped(found.faults),
        "form": ComputeForm(),
        "computations": found.computations.select_related("by", "job").defer("warnings"),
    }
    return render(request, "organiser/results/source.html", context)


@requires(Action.VIEW_WAVES)
@require_safe
def source_faults(request: HttpRequest, source_id: int) -> HttpResponse:
    """Every fault as a table that Excel opens with its accents."""
    found = get_object_or_404(queries.sources(), pk=source_id)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="loi-{found.wave.code}-{found.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(("mức", "mã", "chỗ", "điều gì", "cần có", "việc cần làm"))
    writer.writerows(queries.fault_rows(found.faults))
    return response


@requires(Action.COMPUTE)
@require_POST
def compute(request: HttpRequest, source_id: int) -> HttpResponse:
    found = get_object_or_404(queries.sources(), pk=source_id)
    form = ComputeForm(request.POST)
    if form.is_valid():
        made = tried(form, lambda: services.start_computation(source=found, by=request.member, **form.cleaned_data))
        if made:
            return redirect("organiser:computation", made.pk)
    context = {"source": found, "wave": found.wave, "job": found.job, "faults": grouped(found.faults), "form": form}
    return render(request, "organiser/results/source.html", context, status=409)
