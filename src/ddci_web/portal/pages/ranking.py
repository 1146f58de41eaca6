"""The ranking page: tiers first, then scores with intervals, then the whole table.

In:  a Published and what the reader chose: group, sub-index, order, and which changes. Out: a Ranking.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from ddci.report import standing
from ddci.report.figure import Figure
from ddci.report.figures import WIDTHS
from ddci.report.stems import group_stems
from ddci.report.wave_charts import ranking_figure
from ddci.result import Node, Result
from ddci_web.organisations.vietnamese import sort_key
from ddci_web.portal.pages import headings, words
from ddci_web.portal.pages.cells import Cell, cells_of_column, domain_of
from ddci_web.portal.pages.choices import Choice, query_with
from ddci_web.portal.pages.moves import Move, Movers, movers_of, moves_of
from ddci_web.results.published import Published

GROUP, SUB_INDEX, ORDER, CHANGE = "nhom", "chi-so", "sap-xep", "thay-doi"
BY_SCORE, BY_NAME, BY_N, BY_CHANGE = "diem", "ten", "n", "muc-doi"
CHOICES = (GROUP, SUB_INDEX, ORDER, CHANGE)
CHANGES = {"tang": "up", "giam": "down", "chua-ro": "unclear"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    cell: Cell
    move: Move
    band: str
    published: float  # total, NaN where none; shown where it does not agree
    is_mismatch: bool


@dataclass(frozen=True, slots=True)
class TierCard:
    """A tier with the span of its scores; ``rank_low``–``rank_high`` are the ranks not ruled out for its units."""

    number: int
    low: float
    high: float
    rank_low: float
    rank_high: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One unit group on the page."""

    group: str
    name: str
    heading: str
    tiers: tuple[TierCard, ...]
    rows: tuple[Row, ...]
    figure: Figure | None
    movers: Movers | None
    domain: tuple[float, float]
    median: float
    is_sampled: bool
    is_counted: bool
    is_banded: bool
    n_units: int


@dataclass(frozen=True, slots=True)
class Ranking:
    heading: str
    node: Node
    parts: tuple[Part, ...]
    groups: tuple[Choice, ...]
    sub_indices: tuple[Choice, ...]
    changes: tuple[Choice, ...]
    orders: dict[str, Choice]
    change_year: int | None
    change: str  # the filter chosen
    confidence: float
    is_sampled: bool
    n_low: float
    n_high: float

    @property
    def is_index(self) -> bool:
        return self.node.level == "index"

    @property
    def n_units(self) -> int:
        return sum(part.n_units for part in self.parts)


def ranking_page(published: Published, chosen: Mapping[str, str], column: int = 0) -> Ranking:
    """What the page shows. ``chosen`` holds only known values; ``column`` is the index's or the chosen sub-index's."""
    result = published.result
    groups = standing.groups_with_units(result)
    shown = _groups_shown(result, groups, chosen, column)
    parts = tuple(part_of(result, group, column, chosen) for group in shown)
    movers = [part.movers for part in parts if part.movers is not None]
    n = [row.cell.n for part in parts for row in part.rows if not math.isnan(row.cell.n)]
    heading = parts[0].heading if len(parts) == 1 else headings.wave_heading(result)
    if chosen.get(CHANGE):
        heading = headings.movers_heading(movers)
    return Ranking(
        heading=heading,
        node=result.nodes[column],
        parts=parts,
        groups=_group_choices(result, groups, shown, chosen),
        sub_indices=_sub_index_choices(result, shown, chosen),
        changes=_change_choices(movers, chosen),
        orders=_orders(chosen),
        change_year=result.change.year if result.change else None,
        change=chosen.get(CHANGE, ""),
        confidence=result.framework.confidence,
        is_sampled=any(part.is_sampled for part in parts),
        n_low=min(n, default=math.nan),
        n_high=max(n, default=math.nan),
    )


def known(chosen: Mapping[str, str]) -> dict[str, str]:
    """The choices without an order or a change that the page does not know."""
    allowed = {ORDER: (BY_NAME, BY_N, BY_CHANGE), CHANGE: tuple(CHANGES)}
    return {name: value for name, value in chosen.items() if name not in allowed or value in allowed[name]}


def part_of(result: Result, group: str, column: int, chosen: Mapping[str, str]) -> Part:
    """One group: every unit, or those only whose change is of the chosen kind."""
    order = standing.ranking(result, group, column)
    name = headings.group_name(result, group)
    movers = movers_of(result, group, name, order, column)
    rows = [row for row in _rows(result, order, column) if _is_wanted(row.move, chosen)]
    cells = [row.cell for row in rows] or cells_of_column(result, order[:1], column)
    has_figure = column == 0 and len(order) > 1 and not chosen.get(CHANGE)
    return Part(
        group=group,
        name=name,
        heading=headings.group_heading(result, group) if column == 0 else headings.column_heading(cells),
        tiers=_tiers(result, group) if column == 0 else (),
        rows=tuple(sorted(rows, key=_sorting(chosen))),
        figure=figure_of_group(result, group) if has_figure else None,
        movers=movers,
        domain=domain_of(result, order, column),
        median=cells[0].median if len(order) > 1 else math.nan,
        is_sampled=standing.has_sampling_error(result, order, column),
        is_counted=standing.has_n(result, order, column),
        is_banded=column == 0 and bool(result.framework.bands),
        n_units=len(order),
    )


def figure_of_group(result: Result, group: str) -> Figure:
    """The dot plot with intervals, under the name by which the publication holds its picture."""
    return replace(
        ranking_figure(result, group, words.language()), name=f"ranking-{group_stems(result)[group]}", widths=WIDTHS
    )


def _rows(result: Result, order: Sequence[int], column: int) -> list[Row]:
    cells = cells_of_column(result, order, column)
    code = result.nodes[column].code
    totals = {item.unit: item.score for item in result.published if item.code == code and item.score is not None}
    wrong = {
        check.unit for check in result.checks if check.code == code and check.what == "score" and not check.matches
    }
    bands = result.framework.bands
    found = []
    for row, cell, move in zip(order, cells, moves_of(result, order, column), strict=True):
        place = result.band[row] if column == 0 else -1
        band = words.named(bands[place]) if place >= 0 else ""
        unit = cell.unit.code
        found.append(Row(cell, move, band, totals.get(unit, math.nan), unit in wrong))
    return found


def _tiers(result: Result, group: str) -> tuple[TierCard, ...]:
    cards = []
    for tier in standing.tiers_of(result, group):
        cells = cells_of_column(result, [result.unit_row[code] for code in tier.units], 0)
        scores = [cell.score for cell in cells]
        low, high = (min(cell.rank_low for cell in cells), max(cell.rank_high for cell in cells))
        cards.append(TierCard(tier.number, min(scores), max(scores), low, high, tuple(cells)))
    return tuple(cards)


def _is_wanted(move: Move, chosen: Mapping[str, str]) -> bool:
    return chosen.get(CHANGE, "") == "" or move.verdict == CHANGES[chosen[CHANGE]]


def _sorting(chosen: Mapping[str, str]) -> Callable[[Row], tuple[bool, float, str]]:
    """Numbers from the largest, names in Vietnamese order, what is missing last; by score = as it is."""
    order = chosen.get(ORDER, BY_SCORE)
    if order == BY_NAME:
        return lambda row: (False, 0.0, sort_key(row.cell.unit.name))
    if order == BY_N:
        return lambda row: _descending(row.cell.n)
    if order == BY_CHANGE:
        return lambda row: _descending(row.move.points)
    return lambda row: (False, 0.0, "")


def _descending(value: float) -> tuple[bool, float, str]:
    return (True, 0.0, "") if math.isnan(value) else (False, -value, "")


def _groups_shown(result: Result, groups: list[str], chosen: Mapping[str, str], column: int) -> list[str]:
    """The chosen group; without a choice the first to which the node applies, or all when changes are asked for."""
    if chosen.get(GROUP):
        return [chosen[GROUP]]
    node = result.nodes[column]
    fitting = [g for g in groups if column == 0 or column in standing.columns_of_group(result, g, node.level)]
    return fitting if chosen.get(CHANGE) else fitting[:1]


def _group_choices(
    result: Result, groups: list[str], shown: Sequence[str], chosen: Mapping[str, str]
) -> tuple[Choice, ...]:
    if len(groups) == 1:
        return ()
    found = [
        Choice(
            headings.group_name(result, group),
            query_with(chosen, nhom=group),
            list(shown) == [group],
            len(result.rows_of_group(group)),
        )
        for group in groups
    ]
    if chosen.get(CHANGE):
        found.insert(0, Choice(_("Mọi nhóm"), query_with(chosen, nhom=""), len(shown) > 1))
    return tuple(found)


def _sub_index_choices(result: Result, shown: Sequence[str], chosen: Mapping[str, str]) -> tuple[Choice, ...]:
    columns = [column for group in shown for column in standing.columns_of_group(result, group, "sub_index")]
    found = [Choice(_("Tổng hợp"), query_with(chosen, **{SUB_INDEX: ""}), not chosen.get(SUB_INDEX))]
    for column in dict.fromkeys(columns):
        node = result.nodes[column]
        is_current = chosen.get(SUB_INDEX) == node.code
        found.append(Choice(words.named(node), query_with(chosen, **{SUB_INDEX: node.code}), is_current))
    return tuple(found)


def _change_choices(movers: Sequence[Movers], chosen: Mapping[str, str]) -> tuple[Choice, ...]:
    if not movers:
        return ()
    labels = {"tang": _("Tăng ngoài sai số"), "giam": _("Giảm ngoài sai số"), "chua-ro": _("Chưa rõ tăng hay giảm")}
    found = [Choice(_("Mọi đơn vị"), query_with(chosen, **{CHANGE: ""}), not chosen.get(CHANGE))]
    for key, label in labels.items():
        n = sum(len(getattr(item, CHANGES[key])) for item in movers)
        found.append(Choice(label, query_with(chosen, **{CHANGE: key}), chosen.get(CHANGE) == key, n))
    return tuple(found)


def _orders(chosen: Mapping[str, str]) -> dict[str, Choice]:
    current = chosen.get(ORDER, BY_SCORE)
    keys = {"score": BY_SCORE, "name": BY_NAME, "n": BY_N, "change": BY_CHANGE}
    return {
        name: Choice("", query_with(chosen, **{ORDER: "" if key == BY_SCORE else key}), current == key)
        for name, key in keys.items()
    }
