"""Which function does which kind of job. A concept app registers its own in a module named ``work``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Handler = Callable[..., None]
HANDLERS: dict[str, Handler] = {}


class UnknownKindError(LookupError):
    """No handler is registered for a kind of job."""


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register ``run(report, **arguments)`` for a kind of job."""

    def register(function: Handler) -> Handler:
        HANDLERS[kind] = function
        return function

    return register


def run_kind(kind: str, report: Any, arguments: dict[str, Any]) -> None:
    if kind not in HANDLERS:
        raise UnknownKindError(kind)
    HANDLERS[kind](report, **arguments)
