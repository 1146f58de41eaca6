"""Pages of /tai-khoan/ that allauth does not have: one's own account, and accepting an invitation."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from ddci_web.accounts import invitations, qr, queries
from ddci_web.accounts.forms import AcceptForm
from ddci_web.accounts.models import Invitation
from ddci_web.accounts.roles import needs_mfa

IN_SESSION = "invitation"


class ActivateView(ActivateTOTPView):
    """allauth's page with a picture that can be scanned on a dark page too."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "picture": qr.picture(context["totp_url"])}


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    member = request.member
    context = {"person": member, "needs_mfa": needs_mfa(member), "has_mfa": queries.has_mfa(member)}
    return render(request, "accounts/home.html", context)


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """To wherever this member's work is."""
    return redirect(get_adapter().get_login_redirect_url(request))


@require_safe
@never_cache
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address, so that it is neither shown nor sent on as referrer."""
    request.session[IN_SESSION] = token
    return redirect("invitation_accept")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password1", "password2")
def accept_invitation(request: HttpRequest) -> HttpResponseBase:
    invitation = queries.usable_invitation(request.session.get(IN_SESSION, ""))
    if invitation is None or invitation.is_expired:
        return render(request, "accounts/invitation_closed.html", {"invitation": invitation}, status=410)
    if queries.has_account(invitation.email):
        return _accept_as_known(request, invitation)
    form = AcceptForm(request.POST if request.method == "POST" else None, invitation=invitation)
    if form.is_valid():
        return _accept_as_new(request, invitation, form)
    return render(request, "accounts/invitation.html", {"invitation": invitation, "form": form})


def _accept_as_new(request: HttpRequest, invitation: Invitation, form: AcceptForm) -> HttpResponseBase:
    password = form.cleaned_data["password1"]
    try:
        member = invitations.accept_invitation(
            invitation=invitation, full_name=form.cleaned_data["full_name"], password=password
        )
    except ValidationError as fault:
        form.add_error(None, fault)
        return render(request, "accounts/invitation.html", {"invitation": invitation, "form": form})
    del request.session[IN_SESSION]
    return perform_password_login(request, {"email": member.email}, Login(user=member))


def _accept_as_known(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    fault = None
    if request.method == "POST":
        try:
            invitations.accept_invitation(invitation=invitation)
            del request.session[IN_SESSION]
            messages.success(request, "Đã nhận vai trò mới. Hãy đăng nhập bằng mật khẩu đang dùng.")
            return redirect("account_home" if request.user.is_authenticated else "account_login")
        except ValidationError as found:
            fault = found.messages
    return render(request, "accounts/invitation_known.html", {"invitation": invitation, "faults": fault})
