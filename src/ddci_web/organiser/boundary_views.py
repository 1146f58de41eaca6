"""/dieu-hanh/chuong-trinh/…/ban-do/: official boundaries of a programme's units, handed in as GeoJSON."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ddci_web.accounts.doors import requires
from ddci_web.accounts.roles import Action
from ddci_web.jobs.report import FaultsFoundError
from ddci_web.organiser.fault_list import FaultList, grouped
from ddci_web.results import queries
from ddci_web.results.boundaries import add_boundary

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class BoundaryForm(forms.Form):
    name = forms.CharField(
        label="Tên và nguồn",
        max_length=200,
        help_text="Ví dụ: Ranh giới xã, Cục Đo đạc, Bản đồ và Thông tin địa lý, tháng 7/2025.",
        error_messages={"required": "Hãy ghi tên và nguồn của bộ ranh giới."},
    )
    file = forms.FileField(
        label="Tệp GeoJSON",
        help_text="FeatureCollection các đa giác; thuộc tính code là mã đơn vị. Không quá 5 MB.",
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
        error_messages={"required": "Hãy chọn một tệp GeoJSON.", "empty": "Tệp này rỗng. Hãy xuất lại tệp."},
    )
    valid_from = forms.DateField(
        label="Có hiệu lực từ ngày", widget=DAY, error_messages={"required": "Hãy chọn ngày bắt đầu có hiệu lực."}
    )
    valid_to = forms.DateField(label="Hết hiệu lực từ ngày", widget=DAY, required=False)

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        begin, end = entered.get("valid_from"), entered.get("valid_to")
        if begin and end and end <= begin:
            self.add_error("valid_to", "Ngày hết hiệu lực phải sau ngày bắt đầu.")
        return entered


@requires(Action.PUBLISH)
def boundary(request: HttpRequest, code: str) -> HttpResponse:
    programme = get_object_or_404(queries.programmes(), code=code)
    form = BoundaryForm(request.POST or None, request.FILES or None)
    faults: FaultList | None = None
    if form.is_valid():
        try:
            made = add_boundary(programme=programme, by=request.member, **form.cleaned_data)
        except FaultsFoundError as found:
            faults = grouped(found.faults)
        else:
            messages.success(request, f"Đã nhận ranh giới của {made.n_units} đơn vị; bản đồ công khai dùng ngay.")
            return redirect("organiser:boundary", programme.code)
    context = {"form": form, "programme": programme, "faults": faults, "boundaries": programme.boundaries.all()}
    return render(request, "organiser/results/boundary.html", context)
