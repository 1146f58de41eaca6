"""Every indicator of a unit in one table, in an order that the reader chooses by a link.

In:  a Room, the key of an order. Out: Lines with the figures that stand together, and the orders as links.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ddci.report import standing, terms
from ddci.report.findings import DraftFinding, UnitReading
from ddci.report.tables import flags_of
from ddci.result import Node
from ddci_web.workspace.doors import Room

TOLD = ("small_n", "no_answers", "bounds_equal", "capped", "suppressed", "withheld")


@dataclass(frozen=True)
class Line:
    """``item`` is None where there is no figure that may be shown; ``flags`` say why."""

    node: Node
    parent: str
    name: str
    item: DraftFinding | None
    flags: str


@dataclass(frozen=True)
class Order:
    key: str
    label: str
    is_current: bool

    @property
    def url(self) -> str:
        return f"?sap={self.key}"


def _last(figure: float) -> float:
    return math.inf if math.isnan(figure) else figure


ORDERS: dict[str, tuple[str, Callable[[DraftFinding], float]]] = {
    "bo-chi-so": ("Theo bộ chỉ số", lambda item: 0.0),
    "mat-diem": ("Mất nhiều điểm nhất", lambda item: _last(-item.cost)),
    "hang": ("Hạng kém nhất", lambda item: _last(-item.rank)),
    "giam": ("Giảm nhiều nhất", lambda item: _last(item.change)),
    "it-phieu": ("Ít phiếu nhất", lambda item: _last(item.n)),
}


def indicators_of(room: Room, order: str) -> tuple[list[Line], list[Order]]:
    """The lines in that order (an unknown key: the framework's), and all orders with the current one marked."""
    key = order if order in ORDERS else "bo-chi-so"
    size = ORDERS[key][1]
    lines = sorted(all_lines(room), key=lambda line: (line.item is None, size(line.item) if line.item else 0.0))
    if key == "bo-chi-so":
        lines = all_lines(room)
    return lines, [Order(other, label, other == key) for other, (label, _) in ORDERS.items()]


def all_lines(room: Room) -> list[Line]:
    result, row, reader = room.result, room.row, UnitReading(room.result, room.row)
    lines = []
    for parent in standing.columns_of_group(result, room.unit.group, "sub_index"):
        for column in standing.indicators_of(result, room.unit.group, result.nodes[parent].code):
            node = result.nodes[column]
            flags = [name for name in flags_of(result, row, column) if name in TOLD]
            name = result.nodes[parent].vi if reader.is_scorecard else node.vi
            item = reader.describe(column)
            lines.append(Line(node, result.nodes[parent].vi, name, item, terms.words_for(flags, terms.FLAGS)))
    return lines
