"""/tai-khoan/: logging in and out, the second factor, the password, accepting an invitation.

The pages are allauth's where it has one, under its names, with our forms and templates. Pages for opening an account or
changing its address oneself are left out, because people come by invitation.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from ddci_web.accounts import forms, views

log_in = account.LoginView.as_view(form_class=forms.LoginForm, template_name="accounts/login.html")
log_out = account.LogoutView.as_view(template_name="accounts/logout.html")
closed = account.SignupView.as_view(template_name_signup_closed="accounts/signup_closed.html")
inactive = account.AccountInactiveView.as_view(template_name="accounts/inactive.html")
confirm_password = account.ReauthenticateView.as_view(
    form_class=forms.ReauthenticateForm, template_name="accounts/reauthenticate.html"
)
change_password = account.PasswordChangeView.as_view(
    form_class=forms.ChangePasswordForm, template_name="accounts/password_change.html"
)
reset_password = account.PasswordResetView.as_view(
    form_class=forms.ResetPasswordForm, template_name="accounts/password_reset.html"
)
reset_sent = account.PasswordResetDoneView.as_view(template_name="accounts/password_reset_done.html")
reset_from_key = account.PasswordResetFromKeyView.as_view(
    form_class=forms.ResetPasswordKeyForm, template_name="accounts/password_reset_from_key.html"
)
reset_done = account.PasswordResetFromKeyDoneView.as_view(template_name="accounts/password_reset_from_key_done.html")
second_factor = mfa.IndexView.as_view(template_name="accounts/mfa/index.html")
enter_code = mfa.AuthenticateView.as_view(
    form_class=forms.AuthenticateForm, template_name="accounts/mfa/authenticate.html"
)
confirm_code = mfa.ReauthenticateView.as_view(
    form_class=forms.MFAReauthenticateForm, template_name="accounts/mfa/reauthenticate.html"
)
activate = views.ActivateView.as_view(form_class=forms.ActivateTOTPForm, template_name="accounts/mfa/activate.html")
deactivate = totp.DeactivateTOTPView.as_view(template_name="accounts/mfa/deactivate.html")
recovery_codes = recovery.ViewRecoveryCodesView.as_view(template_name="accounts/mfa/recovery_codes.html")
new_recovery_codes = recovery.GenerateRecoveryCodesView.as_view(template_name="accounts/mfa/recovery_codes_new.html")
download_codes = recovery.DownloadRecoveryCodesView.as_view(template_name="accounts/mfa/recovery_codes.txt")

urlpatterns = [
    path("", views.home, name="account_home"),
    path("bat-dau/", views.start, name="account_start"),
    path("dang-nhap/", log_in, name="account_login"),
    path("dang-xuat/", log_out, name="account_logout"),
    path("dang-ky/", closed, name="account_signup"),
    path("da-ngung/", inactive, name="account_inactive"),
    path("xac-nhan-lai/", confirm_password, name="account_reauthenticate"),
    path("loi-moi/", views.accept_invitation, name="invitation_accept"),
    path("loi-moi/<str:token>/", views.open_invitation, name="invitation"),
    path("mat-khau/", change_password, name="account_change_password"),
    path("mat-khau/dat-lai/", reset_password, name="account_reset_password"),
    path("mat-khau/dat-lai/da-gui/", reset_sent, name="account_reset_password_done"),
    path("mat-khau/dat-lai/xong/", reset_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^mat-khau/dat-lai/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("xac-thuc/", second_factor, name="mfa_index"),
    path("xac-thuc/ma/", enter_code, name="mfa_authenticate"),
    path("xac-thuc/nhap-lai/", confirm_code, name="mfa_reauthenticate"),
    path("xac-thuc/thiet-lap/", never_cache(activate), name="mfa_activate_totp"),
    path("xac-thuc/go-bo/", deactivate, name="mfa_deactivate_totp"),
    path("xac-thuc/ma-du-phong/", never_cache(recovery_codes), name="mfa_view_recovery_codes"),
    path("xac-thuc/ma-du-phong/tao/", new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("xac-thuc/ma-du-phong/tai/", download_codes, name="mfa_download_recovery_codes"),
]
