"""The leader's page: one sheet of paper with where the unit stands, what would lift it, what is late, what to decide.

In:  a Room, the kept findings, the recommendations with answers, today. Out: a Leader, short enough for one A4.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from ddci.report.numbers import format_number
from ddci_web.improvement.models import Commitment
from ddci_web.improvement.queries import Entry
from ddci_web.workspace.doors import Room
from ddci_web.workspace.pages.findings import Item
from ddci_web.workspace.pages.unit import Cost, Part, Sheet, sheet_of

MOST_FINDINGS, MOST_LATE, MOST_PARTS = 3, 3, 12


@dataclass(frozen=True)
class Late:
    """A milestone or a commitment past its day."""

    text: str
    owner: str
    due_on: dt.date
    days: int


@dataclass(frozen=True)
class Leader:
    heading: str
    sheet: Sheet
    parts: tuple[Part, ...]
    costs: tuple[Cost, ...]
    findings: tuple[Item, ...]
    n_findings: int
    late: tuple[Late, ...]
    n_late: int
    to_decide: tuple[tuple[str, str], ...]


def leader_of(room: Room, kept: Sequence[Item], entries: Sequence[Entry], today: dt.date) -> Leader:
    sheet = sheet_of(room)
    dearest = sorted(kept, key=lambda item: -item.figures.cost if item.figures and item.figures.cost > 0 else 0.0)
    late = late_of(entries, today)
    return Leader(
        heading=heading_of(room, sheet),
        sheet=sheet,
        parts=sheet.parts[:MOST_PARTS],
        costs=sheet.costs,
        findings=tuple(dearest[:MOST_FINDINGS]),
        n_findings=len(kept),
        late=late[:MOST_LATE],
        n_late=len(late),
        to_decide=decisions_of(sheet, entries),
    )


def heading_of(room: Room, sheet: Sheet) -> str:
    """ "Xã Nhân Lý đứng 3/5. Kéo ba chỉ tiêu về trung vị sẽ thêm 5,38 điểm" """
    name, now = room.unit.name, sheet.now
    if math.isnan(now.score):
        return f"{name}: chưa đủ số liệu để chấm điểm"
    rank = "" if math.isnan(now.rank) else f" đứng {format_number(now.rank, 1, strip=True)}"
    rank += f"/{now.n_units}" if rank and now.n_units else ""
    where = f"{name}{rank}" if rank else f"{name} đạt {format_number(now.score)} điểm"
    if not sheet.costs:
        return where
    goal = "về trung vị" if sheet.basis == "median" else f"về mức năm {sheet.moved.year}" if sheet.moved else "lên"
    number = {1: "một", 2: "hai", 3: "ba"}[len(sheet.costs)]
    return f"{where}. Kéo {number} chỉ tiêu {goal} sẽ thêm {format_number(sheet.cost_sum)} điểm"


def late_of(entries: Sequence[Entry], today: dt.date) -> tuple[Late, ...]:
    """The longest overdue first."""
    found: list[Late] = []
    for entry in entries:
        commitment = entry.commitment
        if commitment is None or commitment.answer == Commitment.Answer.REJECTED:
            continue
        owner = commitment.owner.name if commitment.owner else "chưa giao"
        if commitment.due_on and commitment.due_on < today and commitment.state != Commitment.State.DONE:
            days = (today - commitment.due_on).days
            found.append(Late(entry.recommendation.text, owner, commitment.due_on, days))
        open_steps = [item for item in commitment.milestones.all() if item.done_on is None and item.due_on < today]
        found += [Late(item.text, owner, item.due_on, (today - item.due_on).days) for item in open_steps]
    return tuple(sorted(found, key=lambda item: item.due_on))


def decisions_of(sheet: Sheet, entries: Sequence[Entry]) -> tuple[tuple[str, str], ...]:
    """What only the leader can settle, as (what, why)."""
    found: list[tuple[str, str]] = []
    if sheet.costs:
        names = ", ".join(cost.item.code for cost in sheet.costs)
        found.append(("Giao người chủ trì", f"cho các chỉ tiêu kéo điểm xuống nhiều nhất: {names}."))
    unanswered = sum(entry.lacks == ("trả lời",) for entry in entries)
    if unanswered:
        found.append((f"Trả lời {unanswered} khuyến nghị", "của đơn vị tư vấn: nhận, nhận một phần hoặc không nhận."))
    lacking = sum(bool(entry.lacks) and entry.commitment is not None for entry in entries)
    if lacking:
        found.append(
            (f"Chốt lộ trình {lacking} khuyến nghị", "đã nhận nhưng còn thiếu chủ trì, hạn, mốc hoặc ngày rà soát.")
        )
    if sheet.fallen:
        codes = ", ".join(item.code for item in sheet.fallen[:6])
        found.append(
            (f"Yêu cầu giải trình {len(sheet.fallen)} chỉ tiêu", f"giảm ngoài sai số so với đợt trước: {codes}.")
        )
    return tuple(found[:3])
