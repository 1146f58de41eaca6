"""Forms about people: whom to look for, whom to invite, which role instead, until when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from ddci_web.accounts.models import Role
from ddci_web.organisations.models import OrganisationRows

EMAIL_FAULT = "Thư điện tử cần có dạng ten@coquan.gov.vn."
STATES = (
    ("", "Tất cả"),
    ("active", "Đang dùng"),
    ("inactive", "Đã ngừng"),
    ("without_mfa", "Chưa bật xác thực hai bước"),
)
ROLE_CHOICE = (("", "Chọn vai trò"), *Role.choices)


class MemberSearch(forms.Form):
    marks_optional = False

    words = forms.CharField(label="Tên hoặc thư điện tử", required=False, max_length=100)
    role = forms.ChoiceField(label="Vai trò", required=False, choices=(("", "Mọi vai trò"), *Role.choices))
    state = forms.ChoiceField(label="Tình trạng", required=False, choices=STATES)

    def asked(self) -> dict[str, str]:
        """What was asked for; an unknown choice in the address asks for nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class InviteForm(forms.Form):
    full_name = forms.CharField(
        label="Họ và tên",
        max_length=150,
        error_messages={"required": "Hãy nhập họ và tên của người được mời."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Thư điện tử công vụ",
        help_text="Thư mời gửi tới địa chỉ này; đây cũng là tên đăng nhập.",
        error_messages={"required": "Hãy nhập địa chỉ thư điện tử.", "invalid": EMAIL_FAULT},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    organisation = forms.ModelChoiceField(
        label="Tổ chức",
        queryset=None,
        empty_label="Chọn tổ chức",
        help_text="Chỉ hiện các tổ chức đang hoạt động.",
        error_messages={"required": "Hãy chọn tổ chức.", "invalid_choice": "Tổ chức này không có trong danh sách."},
    )
    role = forms.ChoiceField(
        label="Vai trò",
        choices=ROLE_CHOICE,
        help_text="Cơ quan điều hành, đơn vị tư vấn và người thẩm định phải bật xác thực hai bước.",
        error_messages={"required": "Hãy chọn vai trò.", "invalid_choice": "Vai trò này không có trong danh sách."},
    )

    def __init__(self, *args: Any, organisations: OrganisationRows, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label="Vai trò mới",
        choices=ROLE_CHOICE,
        help_text="Vai trò cũ kết thúc hôm nay và vẫn được lưu trong lịch sử.",
        error_messages={"required": "Hãy chọn vai trò mới."},
    )


class EndForm(forms.Form):
    on = forms.DateField(
        label="Thôi vai trò từ ngày",
        help_text="Từ ngày này người đó không còn quyền của vai trò. Hôm nay, hoặc một ngày sắp tới.",
        error_messages={"required": "Hãy chọn ngày.", "invalid": "Hãy nhập ngày theo dạng 31/12/2026."},
        widget=forms.DateInput(attrs={"inputmode": "numeric", "autocomplete": "off"}, format="%d/%m/%Y"),
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        initial=timezone.localdate,
    )
