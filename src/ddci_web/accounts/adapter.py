"""What allauth asks the project: who may open an account (nobody), where to go after log-in, which words to say."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.shortcuts import resolve_url

from ddci_web.accounts.models import Member
from ddci_web.accounts.roles import is_province_wide


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
        at_province = isinstance(member, Member) and is_province_wide(member)
        return resolve_url("organiser:home" if at_province else "workspace:home")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Name the person to django-axes under the key that it counts by, whatever capitals were typed."""
        login = str(credentials.get("email") or "").strip().lower()
        return super().authenticate(request, **credentials, login=login)
