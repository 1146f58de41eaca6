"""The forms of /tai-khoan/: allauth's, with labels, hints and faults in Vietnamese, and the one to accept an invitation."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from ddci_web.accounts import passwords
from ddci_web.accounts.lockout import codes_closed_until, count_wrong_code, forget_wrong_codes
from ddci_web.accounts.models import Invitation, Member

EMAIL_FAULT = "Thư điện tử cần có dạng ten@coquan.gov.vn."
CODE_HINT = "Mở ứng dụng xác thực trên điện thoại và nhập 6 chữ số đang hiện."


def say(field: forms.Field, *, label: str, hint: str = "", missing: str = "") -> None:
    """Words of a field; a placeholder is no label, so none is left."""
    field.label, field.help_text = label, hint
    field.error_messages["required"] = missing or f"Hãy nhập {label[0].lower()}{label[1:]}."
    if isinstance(field, forms.EmailField):
        field.error_messages["invalid"] = EMAIL_FAULT
        field.validators = [*field.validators]
        for rule in field.validators:
            if getattr(rule, "code", "") == "invalid":
                rule.message = EMAIL_FAULT
    field.widget.attrs.pop("placeholder", None)


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self.fields["login"], label="Thư điện tử")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        say(self.fields["password"], label="Mật khẩu")
        say(self.fields["remember"], label="Giữ đăng nhập khi đóng trình duyệt (tối đa 8 giờ)")


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self.fields["password"], label="Mật khẩu")


class _TwoPasswords:
    """The new password, twice. Base of allauth's forms that set one."""

    fields: dict[str, forms.Field]

    def say_rules(self) -> None:
        say(self.fields["password1"], label="Mật khẩu mới", hint=passwords.rules())
        say(self.fields["password2"], label="Nhập lại mật khẩu mới", missing="Hãy nhập lại mật khẩu mới.")

    def clean(self) -> dict[str, Any]:
        entered: dict[str, Any] = forms.Form.clean(self) or self.cleaned_data
        first, second = entered.get("password1"), entered.get("password2")
        if first and second and first != second:
            self.add_error(
                "password2", ValidationError("Hai lần nhập mật khẩu chưa giống nhau. Hãy nhập lại.", code="mismatch")
            )
        return entered


class ChangePasswordForm(_TwoPasswords, account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self.fields["oldpassword"], label="Mật khẩu đang dùng")
        self.say_rules()


class ResetPasswordKeyForm(_TwoPasswords, account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say_rules()


class ResetPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self.fields["email"], label="Thư điện tử", hint="Địa chỉ mà bạn dùng để đăng nhập.")


class _CountedCode:
    """Wrong codes close the door for a while, wherever they were typed."""

    fields: dict[str, forms.Field]
    user: Member

    def clean_code(self) -> str:
        closed_until = codes_closed_until(self.user)
        if closed_until:
            time = timezone.localtime(closed_until)
            text = f"Đã nhập sai mã quá nhiều lần. Xin thử lại sau {time:%H:%M} ngày {time:%d/%m/%Y}."
            raise ValidationError(text, code="closed")
        try:
            code: str = super().clean_code()
        except ValidationError:
            count_wrong_code(self.user)
            text = (
                "Mã chưa đúng hoặc đã hết hạn. Hãy nhập mã đang hiện trên điện thoại, hoặc một mã dự phòng chưa dùng."
            )
            raise ValidationError(text, code="incorrect_code") from None
        forget_wrong_codes(self.user)
        return code


class AuthenticateForm(_CountedCode, mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self.fields["code"], label="Mã xác thực", hint=f"{CODE_HINT} Nếu mất điện thoại, hãy nhập một mã dự phòng.")


class MFAReauthenticateForm(_CountedCode, mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self.fields["code"], label="Mã xác thực", hint=CODE_HINT)


class ActivateTOTPForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self.fields["code"], label="Mã gồm 6 chữ số", hint=CODE_HINT)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric"}

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except ValidationError:
            text = "Mã chưa đúng. Hãy quét lại ảnh QR vừa hiện, kiểm tra giờ của điện thoại rồi nhập mã mới nhất."
            raise ValidationError(text, code="incorrect_code") from None
        return code


class AcceptForm(forms.Form):
    """For somebody new: the name as it will be shown, and a password."""

    full_name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password1 = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    password2 = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, initial={"full_name": invitation.full_name}, **kwargs)
        self.invitation = invitation
        say(self.fields["full_name"], label="Họ và tên", hint="Tên này hiện trong nhật ký các thay đổi.")
        say(self.fields["password1"], label="Mật khẩu", hint=passwords.rules())
        say(self.fields["password2"], label="Nhập lại mật khẩu", missing="Hãy nhập lại mật khẩu.")

    def clean(self) -> dict[str, Any]:
        entered = self.cleaned_data
        first, second = entered.get("password1"), entered.get("password2")
        if first:
            self._check_rules(first)
        if first and second and first != second:
            self.add_error("password2", "Hai lần nhập mật khẩu chưa giống nhau. Hãy nhập lại.")
        return entered

    def _check_rules(self, password: str) -> None:
        person = Member(email=self.invitation.email, full_name=self.cleaned_data.get("full_name", ""))
        try:
            passwords.check(password, person)
        except ValidationError as faults:
            self.add_error("password1", faults)
