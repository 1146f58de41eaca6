"""A programme over its public waves: every unit, or one, on the index or a sub-index, with breaks where the measure changed.

In:  the public waves of a programme and what the reader chose. Out: a Years page. Figures are those of each wave's own
publication; the like-for-like change is the one that its later wave's Result holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from django.utils.translation import gettext as _

from ddci.framework.compare import comparable_codes
from ddci.report import standing
from ddci.report.figure import Figure
from ddci.report.figures import unit_figures_of
from ddci.result import INDEX_CODE, Node, Result
from ddci.wave.model import Unit
from ddci_web.portal.pages import headings, words
from ddci_web.portal.pages.cells import is_suppressed
from ddci_web.portal.pages.choices import Choice, query_with
from ddci_web.portal.pages.moves import Move, has_moved_bounds, moves_of
from ddci_web.portal.pages.unit_choice import Field, find_unit, in_order
from ddci_web.results.published import Published

UNIT, NODE = "don-vi", "chi-so"
SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 120, 28, 4


@dataclass(frozen=True, slots=True)
class Column:
    """One wave. ``is_break``: measured otherwise than the wave before, so that the line is cut there.

    ``moves`` and ``totals`` by unit code: the change against the wave before, where the Result compares with it, and the
    published figure where it does not agree with the computed one.
    """

    published: Published
    year: int
    column: int | None  # of the node in the wave's Result; None where it has no such node
    is_break: bool = False
    moves: Mapping[str, Move] = field(default_factory=dict)
    totals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Point:
    """A unit in one wave; figures NaN where it has none. ``total`` is the published total where it does not agree."""

    wave: Column
    score: float
    low: float
    high: float
    rank: float
    n_ranked: float
    n: float
    total: float
    is_suppressed: bool
    move: Move | None  # against the wave before, where the Result compares with it

    @property
    def is_known(self) -> bool:
        return not math.isnan(self.score)


@dataclass(frozen=True, slots=True)
class Line:
    """A unit over the waves, oldest first; ``strokes`` are polylines of its picture, cut at breaks and gaps."""

    unit: Unit
    points: tuple[Point, ...]
    strokes: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]

    @property
    def last(self) -> Point:
        return self.points[-1]


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Older:
    """A published figure of a year for which there is no wave."""

    year: int
    score: float
    rank: float
    n_units: int | None
    comparable: bool


@dataclass(frozen=True, slots=True)
class Years:
    heading: str
    waves: tuple[Column, ...]  # oldest first
    node: Node
    nodes: tuple[Choice, ...]
    box: Field
    known: tuple[Unit, ...]
    groups: tuple[Group, ...]
    line: Line | None  # of the chosen unit
    older: tuple[Older, ...]
    figure: Figure | None
    figure_of: Published | None
    n_breaks: int
    confidence: float
    is_sampled: bool
    chosen: Mapping[str, str]

    @property
    def is_index(self) -> bool:
        return self.node.level == "index"

    @property
    def newest(self) -> Published:
        return self.waves[-1].published


def years_page(waves: Sequence[Published], typed_unit: str, code: str) -> Years:
    """The page. ``waves`` oldest first, at least one; ``code`` of the index or a sub-index of the newest one."""
    newest = waves[-1].result
    columns = _columns(waves, code)
    units = _units(waves)
    box = find_unit(" ".join(typed_unit.split()), units) if typed_unit.strip() else Field("")
    chosen = {name: value for name, value in ((UNIT, typed_unit), (NODE, code)) if value and value != INDEX_CODE}
    line = _line(box.unit, columns) if box.unit is not None else None
    groups = () if line is not None else _groups(units, columns, newest)
    node = newest.nodes[newest.node_column[code]]
    shown = [line] if line is not None else [item for group in groups for item in group.lines]
    figure_of = _last_with(line, columns) if line is not None else None
    return Years(
        heading=_heading(columns, node, line, groups),
        waves=columns,
        node=node,
        nodes=_choices(newest, code, chosen),
        box=box,
        known=tuple(in_order(units)),
        groups=groups,
        line=line,
        older=_older(line, figure_of, columns) if line is not None and code == INDEX_CODE else (),
        figure=_figure(line, figure_of) if code == INDEX_CODE else None,
        figure_of=figure_of,
        n_breaks=sum(column.is_break for column in columns),
        confidence=newest.framework.confidence,
        is_sampled=any(not math.isnan(point.low) for item in shown for point in item.points),
        chosen=chosen,
    )


def node_codes(result: Result) -> list[str]:
    """What can be followed over the years: the index and the sub-indices."""
    return [node.code for node in result.nodes if node.level in ("index", "sub_index")]


def _columns(waves: Sequence[Published], code: str) -> tuple[Column, ...]:
    """The node in every wave, followed back from the newest one through what each framework says it continues."""
    found = [_column(waves[-1], code)]
    for newer, older in pairwise(reversed(waves)):
        code_then, is_break = _before(older.result, newer.result, code)
        moves = _moves(newer.result, older.result.year, found[-1].column)
        found[-1] = replace(found[-1], is_break=is_break, moves=moves)
        code = code_then or code
        found.append(_column(older, code))
    return tuple(reversed(found))


def _column(published: Published, code: str) -> Column:
    result = published.result
    wrong = [item for item in result.checks if (item.code, item.what) == (code, "score") and not item.matches]
    totals = {item.unit: item.published for item in wrong}
    return Column(published, published.wave.year, result.node_column.get(code), totals=totals)


def _moves(result: Result, year: int, column: int | None) -> dict[str, Move]:
    """By unit code; none where the Result compares with another wave than that of ``year``."""
    if column is None or result.change is None or result.change.year != year:
        return {}
    return {move.unit.code: move for move in moves_of(result, range(len(result.units)), column)}


def _before(then: Result, now: Result, code: str) -> tuple[str | None, bool]:
    """The node's code in the earlier wave, and whether it was measured otherwise there."""
    links = comparable_codes(then.framework, now.framework)
    measured = now.change is not None and now.change.year == then.year
    if code != INDEX_CODE:
        return links.get(code), code not in links or (measured and has_moved_bounds(now))
    same = [item.code for item in now.framework.sub_indices if item.code in links]
    whole = len(same) == len(now.framework.sub_indices) == len(then.framework.sub_indices)
    broken = any(standing.is_break(now, group) for group in standing.groups_with_units(now)) if measured else not whole
    return INDEX_CODE, broken


def _units(waves: Sequence[Published]) -> list[Unit]:
    """Every unit of every wave once, as the newest wave has it."""
    found: dict[str, Unit] = {}
    for published in reversed(waves):
        for unit in published.result.units:
            found.setdefault(unit.code, unit)
    return list(found.values())


def _groups(units: Sequence[Unit], columns: Sequence[Column], newest: Result) -> tuple[Group, ...]:
    """Units by group, in the order of the newest wave's score, units that are no more at the end."""
    found = []
    for group in dict.fromkeys(unit.group for unit in units):
        lines = [_line(unit, columns) for unit in units if unit.group == group]
        known = [line for line in lines if any(point.is_known or point.is_suppressed for point in line.points)]
        ordered = sorted(known, key=lambda line: -line.last.score if line.last.is_known else math.inf)
        if ordered:
            found.append(Group(group, headings.group_name(newest, group), tuple(ordered)))
    return tuple(found)


def _line(unit: Unit, columns: Sequence[Column]) -> Line:
    points = tuple(_point(unit.code, column) for column in columns)
    strokes, dots = _strokes(points)
    return Line(unit, points, strokes, dots)


def _point(code: str, wave: Column) -> Point:
    result, nan = wave.published.result, math.nan
    row = result.unit_row.get(code)
    if row is None or wave.column is None:
        return Point(wave, nan, nan, nan, nan, nan, nan, nan, False, None)
    scores, column = result.scores, wave.column
    figures = [float(part[row, column]) for part in (scores.score, scores.low, scores.high, scores.rank)]
    n_ranked = float((scores.rank[result.rows_of_group(result.units[row].group), column] > 0).sum())
    if column == 0:
        head = standing.headline(result, row)
        figures[3], n_ranked = head.rank, float(head.n_units) or nan
    n, total = float(scores.n[row, column]), wave.totals.get(code, nan)
    return Point(wave, *figures, n_ranked, n, total, is_suppressed(result, row, column), wave.moves.get(code))


def _strokes(points: Sequence[Point]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Polylines and dots of a small picture of the scores, the unit's own least and largest at its edges."""
    known = [point.score for point in points if point.is_known]
    if not known:
        return (), ()
    low, high = min(known), max(known)
    step = (SPARK_WIDTH - 2 * SPARK_EDGE) / max(len(points) - 1, 1)
    lines: list[list[str]] = [[]]
    dots = []
    for place, point in enumerate(points):
        if not point.is_known or point.wave.is_break:
            lines.append([])
        if point.is_known:
            share = (point.score - low) / (high - low) if high > low else 0.5
            x = round(SPARK_EDGE + place * step, 1)
            y = round(SPARK_HEIGHT - SPARK_EDGE - share * (SPARK_HEIGHT - 2 * SPARK_EDGE), 1)
            lines[-1].append(f"{x},{y}")
            dots.append((str(x), str(y)))
    return tuple(" ".join(line) for line in lines if len(line) > 1), tuple(dots)


def _last_with(line: Line, columns: Sequence[Column]) -> Published | None:
    """The newest publication that has the unit."""
    return next((c.published for c in reversed(columns) if line.unit.code in c.published.result.unit_row), None)


def _older(line: Line, published: Published | None, columns: Sequence[Column]) -> tuple[Older, ...]:
    """Published years before the first wave, oldest first."""
    if published is None:
        return ()
    waves = {column.year for column in columns}
    history = standing.history_of(published.result, published.result.unit_row[line.unit.code])
    return tuple(
        Older(item.year, item.score, item.rank, item.n_units, item.comparable)
        for item in history
        if item.year not in waves
    )


def _figure(line: Line | None, published: Published | None) -> Figure | None:
    if line is None or published is None:
        return None
    row = published.result.unit_row[line.unit.code]
    figures = unit_figures_of(published.result, row, language=words.language())
    return next((figure for name, figure in figures.items() if name.endswith("-history")), None)


def _choices(newest: Result, code: str, chosen: Mapping[str, str]) -> tuple[Choice, ...]:
    found = [Choice(_("Tổng hợp"), query_with(chosen, **{NODE: ""}), code == INDEX_CODE)]
    for column in newest.columns("sub_index"):
        node = newest.nodes[column]
        found.append(Choice(words.named(node), query_with(chosen, **{NODE: node.code}), code == node.code))
    return tuple(found)


def _heading(columns: Sequence[Column], node: Node, line: Line | None, groups: Sequence[Group]) -> str:
    said = {"first": columns[0].year, "last": columns[-1].year, "node": words.named(node)}
    if line is not None:
        return _unit_heading(line, said)
    if len(columns) == 1:
        return _("Mới có một đợt, năm %(last)s, nên chưa so được qua các năm") % said
    moves = [item.last.move for group in groups for item in group.lines if item.last.move is not None]
    tested = [move for move in moves if move.verdict in ("up", "down", "unclear")]
    compared = [move for move in moves if move.verdict not in ("none", "rescaled")]
    said |= {
        "since": columns[-2].year,
        "n": words.count(len(tested) or len(compared)),
        "up": words.count(sum(move.verdict == "up" for move in tested)),
        "down": words.count(sum(move.verdict == "down" for move in tested)),
        "rose": words.count(sum(move.points > 0 for move in compared)),
    }
    if tested:
        return _("%(since)s–%(last)s: %(up)s đơn vị tăng rõ, %(down)s giảm rõ trong %(n)s đơn vị so được") % said
    if compared:
        return (
            _("%(since)s–%(last)s: %(rose)s trong %(n)s đơn vị có điểm tăng; chưa có sai số để nói là tăng thật") % said
        )
    return _("%(first)s–%(last)s: không đơn vị nào so được giữa hai đợt gần nhất") % said


def _unit_heading(line: Line, said: dict[str, object]) -> str:
    known = [point for point in line.points if point.is_known]
    said = {**said, "unit": line.unit.name}
    if not known:
        return _("%(unit)s: chưa có điểm trong các đợt đã công bố") % said
    first, last = known[0], known[-1]
    said |= {
        "then": words.number(first.score),
        "now": words.number(last.score),
        "year_then": first.wave.year,
        "year_now": last.wave.year,
        "change": words.signed(last.score - first.score),
    }
    if len(known) == 1:
        return _("%(unit)s: %(now)s điểm năm %(year_now)s; chỉ có một đợt") % said
    if any(point.wave.is_break for point in line.points[line.points.index(first) + 1 :]):
        return (
            _(
                "%(unit)s: %(then)s điểm năm %(year_then)s, %(now)s điểm năm %(year_now)s; cách đo đã đổi nên không trừ được"
            )
            % said
        )
    return _("%(unit)s: từ %(then)s điểm năm %(year_then)s đến %(now)s điểm năm %(year_now)s (%(change)s)") % said
