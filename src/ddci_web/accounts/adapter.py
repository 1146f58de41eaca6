"""What allauth asks the project: who may open an account (nobody), where to go after log-in, which words to say."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils import timezone

from ddci_web.accounts import letters, passwords, secrets_at_rest
from ddci_web.accounts.models import Member
from ddci_web.accounts.roles import is_province_wide

JUST_NOW = 600  # seconds after a log-in in which the password is not asked for once more
MESSAGES = {
    "account/messages/logged_out.txt": "Đã đăng xuất.",
    "account/messages/password_changed.txt": "Đã đổi mật khẩu. Các thiết bị khác đã được đăng xuất.",
    "mfa/messages/totp_activated.txt": "Đã bật xác thực hai bước.",
    "mfa/messages/totp_deactivated.txt": "Đã gỡ ứng dụng xác thực.",
    "mfa/messages/recovery_codes_generated.txt": "Đã tạo mã dự phòng.",
}
NOTICES = {
    "account/email/password_changed": "Mật khẩu của bạn vừa được đổi.",
    "account/email/password_reset": "Mật khẩu của bạn vừa được đặt lại qua thư điện tử.",
    "mfa/email/totp_activated": "Xác thực hai bước của bạn vừa được bật.",
    "mfa/email/totp_deactivated": "Xác thực hai bước của bạn vừa bị gỡ.",
    "mfa/email/recovery_codes_generated": "Một bộ mã dự phòng mới vừa được tạo cho tài khoản của bạn.",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Thư điện tử hoặc mật khẩu chưa đúng. Hãy kiểm tra phím Caps Lock và bộ gõ tiếng "
        "Việt rồi nhập lại; nếu quên, hãy đặt lại mật khẩu.",
        "enter_current_password": "Mật khẩu đang dùng chưa đúng. Hãy nhập lại.",
        "too_many_login_attempts": "Đã nhập sai quá nhiều lần. Hãy đợi ít phút rồi thử lại.",
        "incorrect_password": "Mật khẩu chưa đúng. Hãy nhập lại.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by invitation only."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        member = request.user
        if not isinstance(member, Member) or not member.memberships_today:
            return resolve_url("account_home")
        return resolve_url("organiser:home" if is_province_wide(member) else "workspace:home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("account_home")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("account_login")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Name the person to django-axes under the key that it counts by, whatever capitals were typed."""
        login = str(credentials.get("email") or "").strip().lower()
        found: AbstractBaseUser | None = super().authenticate(request, **credentials, login=login)
        return found

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        member = self.authenticate(current.request, email=user.get_username(), password=password)
        return member is not None and member.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just logged in need not say again who they are: setting up the second factor takes one go."""
        records = get_authentication_records(current.request, current.request.user)
        if records and time.time() - records[-1]["at"] < JUST_NOW:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def clean_password(self, password: str, user: AbstractBaseUser | None = None) -> str:
        return passwords.check(password, user if isinstance(user, Member) else None)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        text = message or MESSAGES.get(message_template or "")
        if text:
            messages.add_message(request, level, text, extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The one letter with a link. Strangers whose address somebody typed get none."""
        if template_prefix == "account/email/password_reset_key":
            letters.send(email, "password_reset", context)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        event = NOTICES.get(template_prefix)
        if event:
            letters.send(user.get_username(), "notice", {"member": user, "event": event, "at": timezone.now()})


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of the second factor lie encrypted in the database: a copy of it is not enough to log in."""

    def encrypt(self, text: str) -> str:
        return secrets_at_rest.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets_at_rest.decrypt(encrypted_text)
