"""Forms about organisations: which to look for, what one is, which one follows which."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from ddci_web.organisations.models import Kind, Organisation, OrganisationRows

DAY_INPUT = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "ngày/tháng/năm"}
DATE_FAULT = "Hãy nhập ngày theo dạng 01/07/2025."
MANY = 80  # more candidates than this are not listed before somebody searches


def day(label: str, hint: str = "", *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        error_messages={"required": "Hãy nhập ngày.", "invalid": DATE_FAULT},
        widget=forms.DateInput(attrs=DAY_INPUT, format="%d/%m/%Y"),
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
    )


class OrganisationSearch(forms.Form):
    marks_optional = False

    words = forms.CharField(label="Tên hoặc mã", required=False, max_length=100)
    kind = forms.ChoiceField(label="Loại", required=False, choices=(("", "Mọi loại"), *Kind.choices))
    on = day("Có vào ngày")
    outside = forms.BooleanField(label="Chỉ tổ chức ngoài thẩm quyền", required=False)

    def asked(self) -> dict[str, Any]:
        """What was asked for; what cannot be read asks for nothing, and its fault stands at the field."""
        self.is_valid()
        empty = {"words": "", "kind": "", "on": None, "outside": False}
        return {name: self.cleaned_data.get(name, value) for name, value in empty.items()}


class OrganisationForm(forms.ModelForm):
    valid_from = day("Có từ ngày", "Để trống nếu không rõ.")
    valid_to = day("Không còn từ ngày", "Ngày đầu tiên không còn hoạt động; ví dụ cấp huyện: 01/07/2025.")

    class Meta:
        model = Organisation
        fields = (
            "name",
            "name_en",
            "kind",
            "code",
            "parent",
            "unit_group",
            "is_outside_authority",
            "valid_from",
            "valid_to",
        )
        help_texts: ClassVar = {
            "name": "Tên đầy đủ theo văn bản, ví dụ «Phòng Nông nghiệp và Môi trường huyện Chi Lăng».",
            "name_en": "Để trống nếu không dùng.",
            "code": "Chữ không dấu, chữ số, dấu gạch nối; không đổi về sau. Ví dụ «so-tai-chinh».",
            "parent": "Cơ quan quản lý trực tiếp, nếu có.",
            "unit_group": "Mã nhóm trong bộ chỉ số; chỉ dành cho đơn vị được đánh giá.",
            "is_outside_authority": "Ví dụ công an, bảo hiểm xã hội, chi nhánh văn phòng đăng ký đất đai: chỉ đề nghị "
            "phối hợp, không giao việc.",
        }
        error_messages: ClassVar = {
            "name": {"required": "Hãy nhập tên tổ chức."},
            "kind": {"required": "Hãy chọn loại tổ chức."},
            "code": {
                "required": "Hãy nhập mã.",
                "unique": "Mã này đã có tổ chức khác dùng. Hãy chọn mã khác.",
            },
        }

    def __init__(self, *args: Any, parents: OrganisationRows, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents
        self.fields["parent"].empty_label = "Không có"
        kind = self.fields["kind"]
        if self.instance.kind == Kind.UNIT:
            kind.disabled = self.fields["code"].disabled = True
            self.fields["code"].help_text = "Mã của đơn vị được đánh giá do đợt khảo sát đặt."
        else:
            kind.choices = [("", "Chọn loại"), *(choice for choice in Kind.choices if choice[0] != Kind.UNIT)]
            kind.help_text = "Đơn vị được đánh giá không nhập ở đây: các đơn vị đến từ dữ liệu của đợt khảo sát."
            del self.fields["unit_group"]

    def _post_clean(self) -> None:
        """The service writes and checks the row; this form only reads what was typed."""


class SuccessionForm(forms.Form):
    """One organisation and those that follow it (``side`` "after") or that it follows ("before")."""

    others = forms.ModelMultipleChoiceField(
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Hãy chọn ít nhất một tổ chức.", "invalid_choice": "Tổ chức này không có ở đây."},
    )
    on = day("Từ ngày", "Ngày bên sau nhận việc, ví dụ 01/07/2025.", required=True)
    note = forms.CharField(
        label="Căn cứ, ghi chú",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Số, ngày và tên văn bản, ví dụ một nghị quyết sắp xếp đơn vị hành chính.",
    )
    ends_predecessors = forms.BooleanField(
        label="Bên trước ngừng hoạt động từ ngày này",
        required=False,
        initial=True,
        help_text="Bỏ chọn nếu bên trước chỉ chuyển giao một phần công việc.",
    )

    def __init__(self, *args: Any, candidates: OrganisationRows, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["others"].queryset = candidates
        self.fields["others"].label = "Các tổ chức sau" if side == "after" else "Các tổ chức trước"
