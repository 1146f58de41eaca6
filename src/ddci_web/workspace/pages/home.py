"""The first page of a unit's member: which waves, what waits in each, and the one next step.

In:  the member's units. Out: Desks with lines and a Step. Counts only; figures are on the pages of the waves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from ddci.report.standing import Headline, headline
from ddci_web.improvement.models import Finding
from ddci_web.improvement.queries import entries_for, findings_of
from ddci_web.organisations.models import Organisation
from ddci_web.workspace.doors import Room, rooms_of


@dataclass(frozen=True)
class Step:
    """The one thing to do next."""

    title: str
    text: str
    url: str
    action: str


@dataclass(frozen=True)
class Line:
    """A wave of a unit: where it stands, how far its work is. ``public_from`` only under embargo."""

    room: Room
    now: Headline
    public_from: datetime | None
    n_findings: int
    n_waiting: int
    n_kept: int
    n_recommendations: int
    n_unanswered: int
    n_lacking: int

    @property
    def url(self) -> str:
        return reverse("workspace:unit", args=(self.room.wave.code, self.room.unit.code))


@dataclass(frozen=True)
class Desk:
    organisation: Organisation
    lines: tuple[Line, ...]


def desks(units: Sequence[Organisation]) -> tuple[Desk, ...]:
    return tuple(Desk(unit, tuple(line_of(room) for room in rooms_of(unit))) for unit in units)


def line_of(room: Room) -> Line:
    states = list(findings_of(room.snapshot, room.organisation).values_list("state", flat=True))
    entries = entries_for(room.wave, room.organisation, room.unit.group)
    return Line(
        room=room,
        now=headline(room.result, room.row),
        public_from=room.snapshot.public_from if room.is_embargoed else None,
        n_findings=len(states),
        n_waiting=states.count(Finding.State.DRAFT),
        n_kept=states.count(Finding.State.KEPT),
        n_recommendations=len(entries),
        n_unanswered=sum(entry.lacks == ("trả lời",) for entry in entries),
        n_lacking=sum(bool(entry.lacks) and entry.commitment is not None for entry in entries),
    )


def next_step(lines: Sequence[Line]) -> Step | None:
    """Of the newest wave that still asks for something."""
    for line in lines:
        step = step_of(line)
        if step is not None:
            return step
    return None


def step_of(line: Line) -> Step | None:
    room = line.room
    where = (room.wave.code, room.unit.code)
    findings, register = reverse("workspace:findings", args=where), reverse("workspace:recommendations_of", args=where)
    if not line.n_findings:
        text = f"{room.wave.vi}: máy soạn sẵn từng câu từ số liệu, kèm n và khoảng tin cậy; đơn vị chỉ sửa và chọn."
        return Step("Lập danh sách hạn chế", text, findings, "Mở danh sách")
    if line.n_waiting:
        text = f"{room.wave.vi}: {line.n_kept} hạn chế đã giữ, {line.n_waiting} chưa xem."
        return Step(f"Xác nhận {line.n_waiting} hạn chế", text, f"{findings}#cho-xac-nhan", "Xem và xác nhận")
    if line.n_unanswered:
        text = f"{room.wave.vi}: nhận, nhận một phần hoặc không nhận; không nhận thì ghi lý do."
        return Step(f"Trả lời {line.n_unanswered} khuyến nghị", text, register, "Mở sổ khuyến nghị")
    if line.n_lacking:
        text = f"{room.wave.vi}: còn thiếu chủ trì, hạn, mốc hoặc ngày rà soát."
        return Step(f"Bổ sung lộ trình cho {line.n_lacking} khuyến nghị", text, register, "Mở sổ khuyến nghị")
    return None
