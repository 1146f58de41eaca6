"""The door of a view: who is this, may they do it, and have they a second factor where their role needs one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

from ddci_web.accounts.roles import Action, may, needs_mfa

View = Callable[..., HttpResponseBase]


def requires(action: Action) -> Callable[[View], View]:
    """Anonymous -> log-in; a role that needs MFA, without it -> MFA set-up; a role that may not -> 403.

    What the member may see of the object is for the lookup to decide: it answers 404 for the object of somebody else.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def at_the_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return _turned_away(request, action) or view(request, *args, **kwargs)

        at_the_door.required_action = action
        return at_the_door

    return decorate


def _turned_away(request: HttpRequest, action: Action) -> HttpResponseBase | None:
    member = request.member
    if member is None:
        return redirect_to_login(request.get_full_path())
    if needs_mfa(member) and not is_mfa_enabled(member):
        return redirect_to_login(request.get_full_path(), login_url=resolve_url("mfa_activate_totp"))
    if not may(member, action):
        raise PermissionDenied
    return None
