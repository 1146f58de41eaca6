"""Forms of the results room: programme, wave, upload, computation, review, hour of publication, reason of a correction."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils import timezone

from ddci_web.results.models import Review
from ddci_web.results.services import MOST_UPLOAD

code_form = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*\Z", "Mã chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, ví dụ lang-son-2026."
)
LATEST = dt.timedelta(days=730)
MOMENT = "%Y-%m-%dT%H:%M"


class ProgrammeForm(forms.Form):
    code = forms.CharField(
        label="Mã",
        max_length=60,
        validators=[code_form],
        help_text="Dùng trong địa chỉ trang; không đổi được về sau. Ví dụ: lang-son.",
        error_messages={"required": "Hãy đặt mã cho chương trình."},
    )
    vi = forms.CharField(label="Tên", max_length=200, error_messages={"required": "Hãy nhập tên chương trình."})
    en = forms.CharField(label="Tên tiếng Anh", max_length=200, required=False)
    about_vi = forms.CharField(
        label="Giới thiệu", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    about_en = forms.CharField(
        label="Giới thiệu bằng tiếng Anh", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    source = forms.CharField(label="Nguồn số liệu", max_length=300, required=False)
    position = forms.IntegerField(
        label="Thứ tự trên trang chủ",
        initial=0,
        min_value=0,
        max_value=999,
        error_messages={"min_value": "Thứ tự là số từ 0 đến 999.", "max_value": "Thứ tự là số từ 0 đến 999."},
    )
    is_featured = forms.BooleanField(label="Hiện đầu tiên ở trang chủ", required=False)

    def __init__(self, *args: Any, has_code: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_code:
            del self.fields["code"]


class WaveForm(forms.Form):
    code = forms.CharField(
        label="Mã đợt",
        max_length=80,
        validators=[code_form],
        help_text="Trùng với dòng code trong wave.toml; không đổi được về sau. Ví dụ: lang-son-2026.",
        error_messages={"required": "Hãy nhập mã đợt, như trong wave.toml."},
    )
    year = forms.IntegerField(
        label="Năm",
        min_value=1990,
        max_value=2100,
        error_messages={
            "required": "Hãy nhập năm của đợt.",
            "min_value": "Năm từ 1990 đến 2100.",
            "max_value": "Năm từ 1990 đến 2100.",
            "invalid": "Năm là một số có bốn chữ số.",
        },
    )
    vi = forms.CharField(label="Tên đợt", max_length=200, error_messages={"required": "Hãy nhập tên đợt."})
    en = forms.CharField(label="Tên tiếng Anh", max_length=200, required=False)
    simulated = forms.BooleanField(
        label="Đây là số liệu mô phỏng",
        required=False,
        help_text="Mọi trang và mọi tệp của đợt sẽ ghi «mô phỏng». Phải khớp với wave.toml.",
    )

    def __init__(self, *args: Any, has_code: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_code:
            del self.fields["code"]


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Tệp .zip của thư mục đợt",
        help_text="Thư mục có wave.toml, các bảng và khung đánh giá (frameworks). Không quá 200 MB.",
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        error_messages={
            "required": "Hãy chọn một tệp .zip.",
            "empty": "Tệp này rỗng. Hãy nén lại thư mục của đợt.",
            "max_length": "Tên tệp quá dài. Hãy đặt tên ngắn hơn 200 ký tự.",
        },
        max_length=200,
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_UPLOAD:
            raise forms.ValidationError("Tệp lớn hơn 200 MB. Hãy bỏ bớt những gì không thuộc đợt này rồi nén lại.")
        if not zipfile.is_zipfile(file):
            raise forms.ValidationError("Tệp này không phải tệp .zip. Hãy nén thư mục của đợt thành .zip rồi nộp lại.")
        return file


class ComputeForm(forms.Form):
    replicates = forms.IntegerField(
        label="Số lần lặp lại mẫu",
        required=False,
        min_value=0,
        max_value=10_000,
        help_text="Để trống: như trong wave.toml. Khoảng tin cậy và tập hạng tính từ các lần lặp này; 1.000 là đủ.",
        error_messages={
            "min_value": "Số lần lặp từ 0 đến 10.000.",
            "max_value": "Số lần lặp từ 0 đến 10.000.",
            "invalid": "Số lần lặp là một số nguyên.",
        },
    )


class ReviewForm(forms.Form):
    decision = forms.ChoiceField(
        label="Kết luận",
        choices=Review.Decision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Hãy chọn đồng ý công bố hoặc trả lại."},
    )
    note = forms.CharField(
        label="Ý kiến",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Đã xem những gì, kết luận ra sao. Chỉ hiện trong phòng kết quả.",
        error_messages={"required": "Hãy ghi ý kiến: đã xem những gì và kết luận ra sao."},
    )
    exception = forms.CharField(
        label="Vì sao vẫn công bố khi có kiểm tra không đạt",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Bắt buộc nếu đồng ý. Lý do này được in nguyên văn ở trang phương pháp, ai cũng đọc được.",
    )

    def __init__(self, *args: Any, has_failing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_failing:
            del self.fields["exception"]

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        approves = entered.get("decision") == Review.Decision.APPROVE
        if approves and "exception" in self.fields and not (entered.get("exception") or "").strip():
            self.add_error("exception", "Có kiểm tra không đạt: muốn đồng ý, hãy ghi lý do.")
        return entered


class MomentForm(forms.Form):
    """The hour from which a publication is open to everybody, on the site's clock."""

    public_from = forms.DateTimeField(
        label="Công khai từ",
        help_text="Giờ Việt Nam. Trước giờ này chỉ người điều hành và thành viên của từng đơn vị xem được.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"],
        error_messages={
            "required": "Hãy chọn ngày và giờ công khai.",
            "invalid": "Hãy nhập ngày giờ theo dạng 31/12/2026 08:30.",
        },
    )

    def clean_public_from(self) -> dt.datetime:
        moment: dt.datetime = self.cleaned_data["public_from"]
        if moment > timezone.now() + LATEST:
            raise forms.ValidationError("Giờ công khai xa quá hai năm. Hãy kiểm tra lại năm.")
        return moment


class PublishForm(MomentForm):
    is_sure = forms.BooleanField(
        label="Tôi đã đọc những gì sẽ công khai",
        error_messages={"required": "Hãy đọc phần «Những gì sẽ công khai» rồi đánh dấu vào ô này."},
    )


class CorrectForm(PublishForm):
    reason = forms.CharField(
        label="Lý do đính chính",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Hiện công khai cạnh cả hai bản: sai ở đâu, vì sao, đã sửa thế nào.",
        error_messages={"required": "Hãy ghi lý do đính chính."},
    )
    field_order = ("reason", "public_from", "is_sure")


class AuditSearch(forms.Form):
    table = forms.ChoiceField(label="Loại dữ liệu", required=False)
    member = forms.ModelChoiceField(label="Người làm", queryset=None, required=False, empty_label="Mọi người")
    since = forms.DateField(
        label="Từ ngày", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label="Đến ngày", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, tables: list[tuple[str, str]], members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["table"].choices = [("", "Mọi loại"), *tables]
        self.fields["member"].queryset = members

    def asked(self) -> dict[str, Any]:
        """What was asked for; what cannot be read asks for nothing."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "table": found.get("table", ""),
            "member_id": getattr(found.get("member"), "pk", None),
            "since": found.get("since"),
            "until": found.get("until"),
        }
