"""/tai-khoan/: logging in and out, the second factor, the password, accepting an invitation.

The pages are allauth's where it has one, under its names; pages for opening an account or changing its address oneself
are left out, because people come by invitation.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

urlpatterns = [
    path("dang-nhap/", account.login, name="account_login"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("da-ngung/", account.account_inactive, name="account_inactive"),
    path("xac-nhan-lai/", account.reauthenticate, name="account_reauthenticate"),
    path("mat-khau/", account.password_change, name="account_change_password"),
    path("mat-khau/dat-lai/", account.password_reset, name="account_reset_password"),
    path("mat-khau/dat-lai/da-gui/", account.password_reset_done, name="account_reset_password_done"),
    path("mat-khau/dat-lai/xong/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^mat-khau/dat-lai/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("xac-thuc/", mfa.index, name="mfa_index"),
    path("xac-thuc/ma/", mfa.authenticate, name="mfa_authenticate"),
    path("xac-thuc/nhap-lai/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("xac-thuc/thiet-lap/", totp.activate_totp, name="mfa_activate_totp"),
    path("xac-thuc/go-bo/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("xac-thuc/ma-du-phong/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("xac-thuc/ma-du-phong/tao/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("xac-thuc/ma-du-phong/tai/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
