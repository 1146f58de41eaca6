"""Put the member and their units on the request: ``request.member`` and ``request.units``.

What a member is shown is kept nowhere, but for public pages, which are the same for everybody. A visitor without a
session cookie costs no query and touches no session, so that public pages stay cacheable.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control

from ddci_web.accounts.models import Member
from ddci_web.organisations.models import Kind, Organisation


class MemberMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        member = _member(request)
        request.member = member
        request.units = () if member is None else units_of(member)
        response = self.get_response(request)
        if member is not None and not getattr(response, "is_public_page", False):
            patch_cache_control(response, private=True, no_store=True)  # drafts, embargoed figures, people
        return response


def units_of(member: Member) -> tuple[Organisation, ...]:
    """The rated units that the member belongs to today, each once, in Vietnamese order."""
    found = {m.organisation_id: m.organisation for m in member.memberships_today if m.organisation.kind == Kind.UNIT}
    return tuple(sorted(found.values(), key=lambda unit: (unit.name_order, unit.code)))


def _member(request: HttpRequest) -> Member | None:
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return request.user if has_session and request.user.is_authenticated else None
