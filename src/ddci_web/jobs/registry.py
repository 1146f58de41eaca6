"""Which function does which kind of job. A concept app registers its own in a module named ``work``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ddci_web.accounts.models import Member
from ddci_web.accounts.roles import Action, may

Handler = Callable[..., None]
HANDLERS: dict[str, Handler] = {}
NEEDS: dict[str, Action] = {}


class UnknownKindError(LookupError):
    """No handler is registered for a kind of job."""


def handler(kind: str, *, needs: Action = Action.VIEW_JOBS) -> Callable[[Handler], Handler]:
    """Register ``run(report, **arguments)`` for a kind of job. Who may stop it and run it again must hold ``needs``."""

    def register(function: Handler) -> Handler:
        HANDLERS[kind], NEEDS[kind] = function, needs
        return function

    return register


def may_control(member: Member | None, kind: str) -> bool:
    """Whether the member may stop such a job and run it again."""
    return may(member, NEEDS.get(kind, Action.VIEW_JOBS))


def run_kind(kind: str, report: Any, arguments: dict[str, Any]) -> None:
    if kind not in HANDLERS:
        raise UnknownKindError(kind)
    HANDLERS[kind](report, **arguments)
