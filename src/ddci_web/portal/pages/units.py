"""The list of units, found without accents.

In:  a Published and the words that the reader typed. Out: groups of units in Vietnamese order, each with its figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ddci.report import standing
from ddci.result import Result
from ddci_web.organisations.vietnamese import search_key, sort_key
from ddci_web.portal.pages import headings
from ddci_web.portal.pages.cells import Cell, cells_of_column
from ddci_web.results.published import Published


@dataclass(frozen=True, slots=True)
class UnitLine:
    cell: Cell
    tier: int | None


@dataclass(frozen=True, slots=True)
class UnitGroup:
    group: str
    name: str
    lines: tuple[UnitLine, ...]
    is_sampled: bool
    is_counted: bool


@dataclass(frozen=True, slots=True)
class UnitList:
    """``asked`` is what the reader typed; ``n_all`` counts the units without it."""

    groups: tuple[UnitGroup, ...]
    asked: str
    n_all: int
    n_found: int


def units_page(published: Published, asked: str) -> UnitList:
    result = published.result
    groups = [_group(result, group, asked) for group in standing.groups_with_units(result)]
    found = tuple(group for group in groups if group.lines)
    return UnitList(found, asked, len(result.units), sum(len(group.lines) for group in found))


def _group(result: Result, group: str, asked: str) -> UnitGroup:
    members = result.rows_of_group(group)
    rows = sorted(_matching(result, members, asked), key=lambda row: sort_key(result.units[row].name))
    tiers = {code: tier.number for tier in standing.tiers_of(result, group) for code in tier.units}
    lines = tuple(UnitLine(cell, tiers.get(cell.unit.code)) for cell in cells_of_column(result, rows, 0))
    is_sampled, is_counted = standing.has_sampling_error(result, members), standing.has_n(result, members)
    return UnitGroup(group, headings.group_name(result, group), lines, is_sampled, is_counted)


def _matching(result: Result, rows: Sequence[int], asked: str) -> list[int]:
    """Rows whose name or code holds every word asked for, accents or not."""
    wanted = search_key(asked).split()
    texts = {row: search_key(f"{result.units[row].name} {result.units[row].code}") for row in rows}
    return [row for row in rows if all(word in texts[row] for word in wanted)]
