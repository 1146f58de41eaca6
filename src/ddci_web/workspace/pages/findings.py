"""The unit's findings with their figures, by sub-index; and the same as plain text and CSV for a report.

In:  a Room. Out: Groups of Items. A finding's figures are read from the publication, never from its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ddci.report import standing
from ddci.report.findings import DraftFinding, UnitReading
from ddci.report.numbers import format_count, format_number
from ddci.report.tables import csv_text
from ddci_web.improvement.models import Finding
from ddci_web.improvement.queries import findings_of
from ddci_web.workspace.doors import Room
from ddci_web.workspace.pages.unit import Part, name_of, part_of

COLUMNS = (
    "sub_index", "sub_index_name", "indicator", "indicator_name", "state", "text", "drafted", "reason", "unit", "value",
    "n", "low", "high", "median", "best", "rank", "n_ranked", "beyond_noise", "change", "cost", "snapshot",
)  # fmt: skip
EMBARGO = "CHƯA CÔNG BỐ, CHỈ ĐƠN VỊ XEM, đến {hour}."


@dataclass(frozen=True)
class Item:
    """``figures`` is None where the publication no longer holds a figure that may be shown."""

    finding: Finding
    name: str
    figures: DraftFinding | None

    @property
    def brief(self) -> str:
        """The sentence without what stands beside its figure: up to n and interval."""
        head, rest, _ = self.finding.text.partition("); ")
        return f"{head})." if rest else self.finding.text


@dataclass(frozen=True)
class Group:
    """A sub-index with the unit's findings, the dearest first."""

    part: Part
    items: tuple[Item, ...]


def groups_of(room: Room, states: Sequence[str] = Finding.State.values) -> tuple[Group, ...]:
    """Sub-indices in the framework's order; those without findings are left out."""
    result, reader = room.result, UnitReading(room.result, room.row)
    found: dict[str, list[Item]] = {}
    for finding in findings_of(room.snapshot, room.organisation):
        if finding.state in states:
            column = result.node_column.get(finding.indicator)
            figures = None if column is None else reader.describe(column)
            name = name_of(reader, figures) if figures else standing.name_of_node(result, finding.indicator)
            found.setdefault(finding.sub_index, []).append(Item(finding, name, figures))
    columns = standing.columns_of_group(result, room.unit.group, "sub_index")
    return tuple(
        Group(part_of(result, room.row, column), tuple(sorted(found[result.nodes[column].code], key=_dearest_first)))
        for column in columns
        if result.nodes[column].code in found
    )


def items_of(groups: Sequence[Group], state: str) -> list[Item]:
    return [item for group in groups for item in group.items if item.finding.state == state]


def dearest_of(groups: Sequence[Group]) -> list[Item]:
    """All items, what costs most first."""
    return sorted((item for group in groups for item in group.items), key=_dearest_first)


def as_text(room: Room, embargo: str = "") -> str:
    """«Hạn chế qua khảo sát» as it goes into a report: one numbered paragraph a sub-index."""
    lines = [f"HẠN CHẾ QUA KHẢO SÁT – {room.unit.name} – {room.wave.vi}", ""]
    lines = ([EMBARGO.format(hour=embargo), ""] if embargo else []) + lines
    if room.wave.is_simulated:
        lines += ["Số liệu mô phỏng, không nói gì về đơn vị có thật.", ""]
    groups = groups_of(room, (Finding.State.KEPT,))
    for place, group in enumerate(groups, start=1):
        lines += [f"({place}) {_opening(group.part)} Hạn chế qua khảo sát:"]
        lines += [f"- {item.finding.text}" for item in group.items] + [""]
    if not groups:
        lines += ["Đơn vị chưa giữ hạn chế nào.", ""]
    return "\n".join([*lines, f"Nguồn: bản công bố {room.snapshot}, {room.result.source or 'không ghi nguồn'}.", ""])


def as_csv(room: Room) -> str:
    """Every finding with its figures at full precision, whatever was decided about it."""
    rows = [_row(room, group, item) for group in groups_of(room) for item in group.items]
    return csv_text(COLUMNS, rows)


def _opening(part: Part) -> str:
    """ "Chỉ số Chi phí thời gian đạt 3,20 điểm, hạng 11/11, giảm 1,98 điểm." """
    text = f"Chỉ số thành phần “{part.node.vi}” đạt {format_number(part.score)} điểm"
    if part.has_rank:
        text += f", hạng {format_number(part.rank, 1, strip=True)}" + (f"/{part.n_ranked}" if part.n_ranked else "")
    if part.has_change and part.change:
        text += f", {'tăng' if part.change > 0 else 'giảm'} {format_number(abs(part.change))} điểm"
    n = f" (n = {format_count(part.n)})" if part.has_n else ""
    return f"{text}{n}."


def _row(room: Room, group: Group, item: Item) -> list[str | float | int | None]:
    finding, figures = item.finding, item.figures
    head: list[str | float | int | None] = [
        finding.sub_index, group.part.node.vi, finding.indicator, item.name, finding.state, finding.text, finding.drafted,
        finding.reason,
    ]  # fmt: skip
    if figures is None:
        return [*head, *[None] * (len(COLUMNS) - len(head) - 1), str(room.snapshot)]
    noise = "" if figures.beyond_noise is None else "yes" if figures.beyond_noise else "no"
    numbers = (figures.value, figures.n, figures.low, figures.high, figures.median, figures.best, figures.rank)
    return [*head, figures.unit, *numbers, figures.n_ranked, noise, figures.change, figures.cost, str(room.snapshot)]


def _dearest_first(item: Item) -> float:
    return -item.figures.cost if item.figures is not None and item.figures.cost > 0 else 0.0
