"""Forms of the units' rooms and of the register: every fault at once, nothing typed is lost."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.text import Truncator

from ddci_web.improvement.models import Commitment, Finding, Recommendation
from ddci_web.improvement.recommending import Step
from ddci_web.organisations.models import Organisation

DAY = "%d/%m/%Y"
DAY_FAULT = {"invalid": "Ngày viết theo mẫu ngày/tháng/năm, ví dụ 30/06/2026."}
MOST_STEPS = 8


def day_field(label: str, **options: Any) -> forms.DateField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "30/06/2026"})
    formats = [DAY, "%Y-%m-%d"]
    return forms.DateField(label=label, input_formats=formats, widget=widget, error_messages=DAY_FAULT, **options)


class FindingsField(forms.ModelMultipleChoiceField):
    """Findings to tick, each told by its code and the beginning of its sentence."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, finding: Finding) -> str:
        return f"{finding.indicator}: {Truncator(finding.text).chars(110)}"


class FindingForm(forms.Form):
    own_text = forms.CharField(
        label="Câu của đơn vị",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Sửa lời cho đúng giọng văn của đơn vị; số, n và khoảng tin cậy giữ nguyên. Để trống là dùng câu máy soạn.",
    )
    state = forms.ChoiceField(label="Quyết định", choices=Finding.State.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Lý do bỏ",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Chỉ cần khi chọn «bỏ»: ví dụ trùng với hạn chế khác, hoặc không thuộc thẩm quyền.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, finding: Finding) -> None:
        state = Finding.State.KEPT if finding.state == Finding.State.DRAFT else finding.state
        initial = {"own_text": finding.text, "state": state, "reason": finding.reason, "version": finding.version}
        super().__init__(data, initial=initial)
        self.fields["state"].choices = [("kept", "Giữ"), ("dropped", "Bỏ, ghi lý do"), ("draft", "Để xem sau")]


class CommitmentForm(forms.Form):
    """A unit's answer; its milestones are rows of two fields each, so that no JavaScript is needed to add one."""

    answer = forms.ChoiceField(label="Đơn vị trả lời", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Lý do",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Cần khi nhận một phần hoặc không nhận.",
    )
    owner = forms.ModelChoiceField(
        label="Cơ quan chủ trì", queryset=Organisation.objects.none(), required=False, empty_label="Chưa giao"
    )
    due_on = day_field("Hạn hoàn thành", required=False)
    state = forms.ChoiceField(label="Tiến độ", choices=Commitment.State.choices)
    review_days = forms.CharField(
        label="Ngày rà soát",
        required=False,
        help_text="Một hoặc nhiều ngày, cách nhau bằng dấu phẩy, ví dụ 30/06/2026, 30/09/2026.",
    )
    findings = FindingsField(
        label="Khuyến nghị này khắc phục hạn chế nào",
        queryset=Finding.objects.none(),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, commitment: Commitment | None, owners: Any, findings: Any, linked: Any
    ) -> None:
        super().__init__(data, initial=_initial(commitment, linked))
        self.fields["answer"].choices = [("accepted", "Nhận"), ("partly", "Nhận một phần"), ("rejected", "Không nhận")]
        self.fields["owner"].queryset = owners
        self.fields["findings"].queryset = findings
        if not findings:
            del self.fields["findings"]
        there = list(commitment.milestones.all()) if commitment else []
        self.step_rows = min(MOST_STEPS, max(3, len(there) + 2)) if data is None else MOST_STEPS
        for place in range(1, self.step_rows + 1):
            item = there[place - 1] if place <= len(there) else None
            self.fields[f"step_{place}"] = forms.CharField(
                label=f"Mốc {place}", required=False, max_length=300, initial=item.text if item else ""
            )
            self.fields[f"step_{place}_due"] = day_field(
                f"Hạn của mốc {place}", required=False, initial=item.due_on.strftime(DAY) if item else ""
            )
            done = item.done_on.strftime(DAY) if item and item.done_on else ""
            self.fields[f"step_{place}_done"] = day_field(f"Xong mốc {place} ngày", required=False, initial=done)

    @property
    def steps(self) -> list[tuple[Any, Any, Any]]:
        """The rows of milestones as bound fields; of a form sent back only those that were typed into, and one more."""
        rows = [
            (self[f"step_{p}"], self[f"step_{p}_due"], self[f"step_{p}_done"]) for p in range(1, self.step_rows + 1)
        ]
        if not self.is_bound:
            return rows
        last = max((place for place, row in enumerate(rows) if any(field.value() for field in row)), default=0)
        return rows[: max(3, last + 2)]

    @property
    def before_steps(self) -> list[Any]:
        return [self[name] for name in ("answer", "reason", "owner", "due_on", "state")]

    @property
    def after_steps(self) -> list[Any]:
        return [self[name] for name in ("review_days", "findings") if name in self.fields]

    def clean_review_days(self) -> list[dt.date]:
        days, wrong = [], []
        for word in re.split(r"[,;\s]+", self.cleaned_data["review_days"].strip()):
            if word:
                try:
                    days.append(dt.datetime.strptime(word, DAY).date())  # noqa: DTZ007 – a day, not a moment
                except ValueError:
                    wrong.append(word)
        if wrong:
            raise forms.ValidationError(f"Không đọc được: {', '.join(wrong)}. Viết theo mẫu 30/06/2026.")
        return days

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        steps = []
        for place in range(1, self.step_rows + 1):
            text, due = (cleaned.get(f"step_{place}") or "").strip(), cleaned.get(f"step_{place}_due")
            if text and due is None and f"step_{place}_due" not in self.errors:
                self.add_error(f"step_{place}_due", f"Mốc {place} cần có hạn.")
            elif due is not None and not text:
                self.add_error(f"step_{place}", f"Hãy ghi nội dung của mốc {place}, hoặc xóa hạn của mốc.")
            elif text and due:
                steps.append(Step(text, due, cleaned.get(f"step_{place}_done")))
        return {**cleaned, "milestones": steps}

    def entered(self) -> dict[str, Any]:
        """What the service takes."""
        names = ("answer", "reason", "owner", "due_on", "state", "review_days", "version", "milestones")
        return {name: self.cleaned_data[name] for name in names} | {"findings": self.cleaned_data.get("findings", ())}


class RecommendationForm(forms.Form):
    """The consultant's. ``addressees`` and ``sub_index`` are asked once; units answer to them."""

    addressee = forms.ChoiceField(label="Cho ai", help_text="Một đơn vị, hoặc mọi đơn vị của một nhóm.")
    sub_index = forms.ChoiceField(label="Chỉ số thành phần")
    number = forms.IntegerField(label="Số thứ tự trong chỉ số thành phần", min_value=1, max_value=999)
    text = forms.CharField(label="Nội dung khuyến nghị", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    source_document = forms.CharField(
        label="Văn bản nguồn", required=False, max_length=300, help_text="Số, ký hiệu, ngày, phụ lục và trang."
    )
    state = forms.ChoiceField(label="Trạng thái", choices=Recommendation.State.choices)
    findings = FindingsField(
        label="Gắn với hạn chế nào của đơn vị",
        queryset=Finding.objects.none(),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, initial: dict[str, Any], choices: Any = None, findings: Any = ()) -> None:
        super().__init__(data, initial=initial)
        if choices is None:
            del self.fields["addressee"], self.fields["sub_index"]
        else:
            del self.fields["state"], self.fields["version"]
            self.fields["addressee"].choices = [("", "Chọn đơn vị hoặc nhóm"), *choices.addressees]
            self.fields["sub_index"].choices = [("", "Chọn chỉ số thành phần"), *choices.sub_indices]
        if findings:
            self.fields["findings"].queryset = findings
        else:
            del self.fields["findings"]


def _initial(commitment: Commitment | None, linked: Any) -> dict[str, Any]:
    if commitment is None:
        return {"version": 0, "state": Commitment.State.PLANNED, "findings": linked}
    days = ", ".join(item.on.strftime(DAY) for item in commitment.review_days.all())
    return {
        "answer": commitment.answer,
        "reason": commitment.reason,
        "owner": commitment.owner_id,
        "due_on": commitment.due_on.strftime(DAY) if commitment.due_on else "",
        "state": commitment.state,
        "review_days": days,
        "findings": linked,
        "version": commitment.version,
    }
