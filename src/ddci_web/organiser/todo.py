"""The next steps of all waves, as lines with an address: those the member may take first, then what waits for others."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from ddci_web.accounts.models import Member
from ddci_web.accounts.roles import ALLOWED, Action, may
from ddci_web.results.models import Wave
from ddci_web.results.services import may_review
from ddci_web.results.steps import NextStep, Room, rooms

WORDS = {
    "upload": "Nộp dữ liệu",
    "source": "Mở dữ liệu",
    "computation": "Xem kết quả",
    "review": "Soát kết quả",
    "publish": "Công bố",
    "correct": "Đính chính",
    "snapshot": "Xem bản",
    "job": "Xem việc nền",
}


@dataclass(frozen=True)
class Line:
    """One wave. ``url`` is empty where this member cannot take the step; ``who`` then says who can."""

    room: Room
    step: NextStep
    url: str
    label: str
    who: str


@dataclass(frozen=True)
class Todo:
    mine: tuple[Line, ...]
    others: tuple[Line, ...]
    waiting: tuple[Line, ...]


def todo_of(member: Member) -> Todo:
    """Every wave once: what this member can do now, what somebody else has to, what only needs time."""
    lines = [line_of(room, member) for room in rooms(Wave.objects.order_by("-year", "code"))]
    active = [line for line in lines if not line.step.is_waiting]
    return Todo(
        mine=tuple(line for line in active if line.url),
        others=tuple(line for line in active if not line.url),
        waiting=tuple(line for line in lines if line.step.is_waiting),
    )


def line_of(room: Room, member: Member) -> Line:
    step = room.next_step
    is_own_work = step.goal == "review" and room.computation is not None and not may_review(room.computation, member)
    can = may(member, step.action) and not is_own_work
    url = address_of(step, room.wave) if can else ""
    return Line(room, step, url, WORDS[step.goal], "" if url else who_may(step.action))


def address_of(step: NextStep, wave: Wave) -> str:
    if step.goal == "upload":
        return reverse("organiser:upload", args=[wave.code])
    if step.pk is None:
        return reverse("organiser:wave", args=[wave.code])
    return reverse(f"organiser:{step.goal}", args=[step.pk])


def who_may(action: Action) -> str:
    """Names of the roles that may take a step."""
    return ", ".join(str(role.label) for role, actions in ALLOWED.items() if action in actions)
