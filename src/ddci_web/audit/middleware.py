"""Tell the audit trail which member a request acts for. Stands after the authentication middleware."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from ddci_web.audit.actor import Actor, acting_in, actor_of


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting_in(lambda: _actor_in(request)):
            return self.get_response(request)


def _actor_in(request: HttpRequest) -> Actor:
    """Asked anew at each writing statement: logging in changes the member half-way."""
    return actor_of(getattr(request, "user", None), via=f"{request.method} /{_route(request)}")


def _route(request: HttpRequest) -> str:
    """The address's pattern, not the address: addresses of invitations and resets carry secret tokens."""
    return request.resolver_match.route if request.resolver_match else ""
