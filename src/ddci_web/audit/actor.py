"""Who is acting: the member behind the statements of this request, job or command.

In:  ``with acting_as(member, via="…")`` in jobs and commands; the middleware says it for requests.
Out: ``current()``, asked once per writing statement by ``connection.py``, which hands it to the triggers.

A request's member is looked up only when something is written: public pages must not read the session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

SYSTEM = "system"  # the software, where nothing says more


@dataclass(frozen=True)
class Actor:
    """A member (no number when nobody is logged in) and the way by which they act: an address, a job, a command."""

    id: int | None = None
    name: str = ""
    via: str = SYSTEM


NOBODY = Actor()
_acting: ContextVar[Callable[[], Actor]] = ContextVar("audit_acting", default=lambda: NOBODY)


@contextmanager
def acting_as(member: Any, *, via: str = "") -> Iterator[None]:
    """Everything written inside is written by ``member`` (None: by the system), by way of ``via`` (else as outside)."""
    outside = _acting.get()

    def who() -> Actor:
        return actor_of(member, via=via or outside().via)

    with _asking(who):
        yield


@contextmanager
def acting_in(who: Callable[[], Actor]) -> Iterator[None]:
    """As ``acting_as``, but ``who`` is asked at each writing statement, and only then."""
    with _asking(who):
        yield


def current() -> Actor:
    """Who acts now. What the answer itself writes (an expired session, say) is nobody's."""
    who = _acting.get()
    with _asking(lambda: NOBODY):
        return who()


def actor_of(member: Any, *, via: str) -> Actor:
    """The actor that a member is; None and visitors who are not logged in have no number."""
    if member is None or member.pk is None:
        return Actor(via=via)
    return Actor(id=member.pk, name=getattr(member, "full_name", "") or str(member), via=via)


@contextmanager
def _asking(who: Callable[[], Actor]) -> Iterator[None]:
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)
