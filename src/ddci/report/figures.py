"""The catalogue of charts: every Figure that a page outside the scorecard can show, by a stable id.

In:  a Result (and the Results of earlier waves for the history). Out: Figures by id: "ranking-tinh", "heatmap-tinh",
"unit-an-giang-history". An id holds the code of a group or a unit, so that it stays the same from one publication to the
next, and the same in Vietnamese and English. Making a Figure draws nothing; a Gallery, or ``draw_svg(figure.draw(width))``,
does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import unescape

import numpy as np

from ddci.framework.compare import comparable_codes
from ddci.framework.model import Framework
from ddci.messages import Language
from ddci.report import scorecard_figures, wave_charts
from ddci.report.charts.sub_indices import sub_indices_by_score
from ddci.report.charts.theme import NARROW, WIDE
from ddci.report.figure import BOM, Figure, Table
from ddci.report.markup import Child, Markup
from ddci.report.standing import (
    columns_of_group,
    contributions_of,
    groups_with_units,
    history_of,
    is_break,
    is_scorecard_level,
)
from ddci.report.stems import group_stems, unit_stems
from ddci.report.tables import csv_text
from ddci.result import INDEX_CODE, Result
from ddci.wave.model import HistoryPoint

WIDTHS = (WIDE, NARROW)
_TAG = re.compile(r"<[^<>]*>")


def wave_figures(result: Result, *, language: Language = "vi") -> dict[str, Figure]:
    """The figures about each unit group, in reading order; those only that the Result has numbers for."""
    return {name: _for_any_page(figure, name) for name, figure in drawn_of_wave(result, language)}


def unit_figures_of(result: Result, row: int, *, language: Language = "vi") -> dict[str, Figure]:
    """The figures about one unit, in reading order; those only that the Result has numbers for."""
    return {name: _for_any_page(figure, name) for name, figure in drawn_of_units(result, [row], language)}


def all_figures(result: Result, *, language: Language = "vi") -> dict[str, Figure]:
    """The whole catalogue."""
    rows = range(len(result.units))
    found = [*drawn_of_wave(result, language), *drawn_of_units(result, rows, language)]
    return {name: _for_any_page(figure, name) for name, figure in found}


def drawn_of_wave(result: Result, language: Language = "vi") -> Iterator[tuple[str, Figure]]:
    """Id and figure, the figure under the name by which the scorecard draws it, so that a Gallery draws it once."""
    stems = group_stems(result)
    for group in groups_with_units(result):
        for kind, figure in _of_group(result, group, language):
            yield f"{kind}-{stems[group]}", figure


def drawn_of_units(result: Result, rows: Iterable[int], language: Language = "vi") -> Iterator[tuple[str, Figure]]:
    """The same for units."""
    stems = unit_stems(result)
    for row in rows:
        for kind, figure in _of_unit(result, row, language):
            yield f"unit-{stems[row]}-{kind}", figure


def table_csv(figure: Figure) -> str:
    """The table of a figure as CSV that Excel opens in the right encoding: plain texts as they are shown."""
    table = figure.table
    return BOM + csv_text(table.head, [[plain_text(cell) for cell in row] for row in table.rows])


def plain_text(cell: Child) -> str:
    """What a reader sees of a cell, without its markup.

    >>> plain_text(Markup('<a href="#x">Sở <b>Y tế</b> &amp; BHXH</a>')), plain_text("a < b"), plain_text(None)
    ('Sở Y tế & BHXH', 'a < b', '')
    """
    if cell is None:
        return ""
    return unescape(_TAG.sub("", cell)) if isinstance(cell, Markup) else str(cell)


def with_history(result: Result, earlier: Sequence[Result]) -> Result:
    """The Result with the figures of earlier Results as points of its units' history.

    earlier   Results of the same programme, in any order; those of this year or later are passed over

    A unit is found again by its code; a point that the Result already has for a year stays. A point is not comparable
    where its own Result says that its framework broke with the wave before, or where the one before measured the index
    by other sub-indices.
    """
    series = sorted({other.year: other for other in earlier if other.year < result.year}.values(), key=lambda r: r.year)
    units = {unit.code for unit in result.units}
    known = {(point.year, point.unit, point.code) for point in result.history}
    befores: list[Result | None] = [None, *series]
    points = [
        point for other, before in zip(series, befores, strict=False) for point in _points_of(other, before, units)
    ]
    added = [point for point in points if (point.year, point.unit, point.code) not in known]
    return replace(result, history=(*result.history, *added)) if added else result


def _points_of(other: Result, before: Result | None, units: set[str]) -> Iterator[HistoryPoint]:
    """The index of an earlier Result: the published figure where there is one, else the computed one."""
    published = {item.unit: item for item in other.published if item.code == INDEX_CODE}
    for row, unit in enumerate(other.units):
        if unit.code not in units:
            continue
        figure = published.get(unit.code)
        score = _known(other.scores.score[row, 0]) if figure is None or figure.score is None else figure.score
        rank = _known(other.scores.rank[row, 0]) if figure is None or figure.rank is None else figure.rank
        if score is None:
            continue
        ranked = int(np.isfinite(other.scores.rank[other.rows_of_group(unit.group), 0]).sum())
        n_units = figure.n_units if figure is not None and figure.n_units else ranked or None
        is_comparable = not _is_break(other, before, unit.group)
        yield HistoryPoint(other.year, unit.code, INDEX_CODE, score, rank, n_units, is_comparable)


def _is_break(other: Result, before: Result | None, group: str) -> bool:
    if other.change is not None and (before is None or other.change.year == before.year):
        return is_break(other, group)
    return before is not None and not _same_measure(before.framework, other.framework)


def _same_measure(then: Framework, now: Framework) -> bool:
    """Whether two frameworks measure the index by the same sub-indices."""
    codes = comparable_codes(then, now)
    return all(item.code in codes for item in now.sub_indices) and len(then.sub_indices) == len(now.sub_indices)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _of_group(result: Result, group: str, language: Language) -> Iterator[tuple[str, Figure]]:
    rows = result.rows_of_group(group)
    scored = [row for row in rows if not math.isnan(result.scores.score[row, 0])]
    if len(scored) < 2:
        return
    yield "ranking", wave_charts.ranking_figure(result, group, language)
    if wave_charts.has_stability(result, group):
        yield "stability", wave_charts.stability_figure(result, group, language)
    if wave_charts.has_slope(result, group):
        yield "slope", wave_charts.slope_figure(result, group, language)
    if columns_of_group(result, group, "sub_index"):
        yield "heatmap", wave_charts.sub_index_figure(result, group, language)
    if columns_of_group(result, group, "indicator") and not is_scorecard_level(result, group):
        yield "indicators", wave_charts.indicator_figure(result, group, language)


def _of_unit(result: Result, row: int, language: Language) -> Iterator[tuple[str, Figure]]:
    scored = any(not math.isnan(result.scores.score[row, column]) for column in sub_indices_by_score(result, row))
    if scored:
        yield "sub-indices", scorecard_figures.sub_indices_figure(result, row, embed=True, language=language)
    if contributions_of(result, result.units[row].code):
        yield "change", scorecard_figures.waterfall_figure(result, row, embed=True, language=language)
    if len([item for item in history_of(result, row) if not math.isnan(item.score)]) > 1:
        yield "history", scorecard_figures.history_figure(result, row, embed=True, language=language)
    if scorecard_figures.has_importance(result, row):
        yield "importance", scorecard_figures.matrix_figure(result, row, embed=True, language=language)
    if scored:
        yield "radar", scorecard_figures.radar_figure(result, row, language)


def _for_any_page(figure: Figure, name: str) -> Figure:
    """The figure with its id for a name, both widths, and a table without links into the scorecard."""
    table: Table = replace(figure.table, rows=[[plain_text(cell) for cell in row] for row in figure.table.rows])
    return replace(figure, name=name, table=table, widths=WIDTHS, embed=True)
