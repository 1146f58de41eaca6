"""Charts of a group's ranking: scores with intervals by tier, and how steady each rank is.

In:  a Result and a unit group. Out: Vega-Lite specifications for one width in pixels.
Source: intervals and rank sets rather than ranks alone follow Mogstad, Romano, Shaikh and Wilhelm (2024),
Review of Economic Studies 91(1).
"""

from __future__ import annotations

import math

from ddci.messages import Language
from ddci.report.charts import theme
from ddci.report.charts.theme import ROW, WIDE, Labels, Row, Spec, chart
from ddci.report.language import either
from ddci.report.numbers import format_interval, format_number, format_share
from ddci.report.standing import group_name, lowest_rank, ranking, tiers_of
from ddci.result import Result

HEADING = 34  # px above a tier's first row
SHADES = ("ramp-1", "ramp-2", "ramp-3", "ramp-4", "ramp-5")
SHARES = (0.005, 0.05, 0.15, 0.3, 0.5)  # a cell is drawn from the first one on


def ranking_dot_plot(
    result: Result, group: str, *, width: int = WIDE, highlight: str | None = None, language: Language = "vi"
) -> Spec:
    """Each unit's index as a dot with its interval, best first, in tiers; the median dashed.

    highlight  code of the unit that the reader looks at, drawn in đào
    """
    narrow = width < WIDE
    scores = result.scores
    names = theme.labels([result.units[row].name for row in result.rows_of_group(group)], width)
    left, right = names.left, 46 if narrow else 128
    rows, headings, height = _rows(result, group, names, language)
    shown = [place for place in rows if not math.isnan(scores.score[place[0], 0])]
    ends = [float(v) for r, _ in shown for v in (scores.score[r, 0], scores.low[r, 0], scores.high[r, 0])]
    low, high = theme.padded(ends)
    low, high = max(low, 0.0), min(high, result.framework.total)
    ticks = theme.nice_ticks(low, high, most=4 if narrow else 7)
    dark, me = ([p for p in shown if (result.units[p[0]].code == highlight) is looked] for looked in (False, True))
    median = next((float(scores.median[r, 0]) for r, _ in shown if not math.isnan(scores.median[r, 0])), math.nan)
    edge, dy = width - left - right, names.mark_dy
    layers = [
        theme.words(headings, at=-left, ink="ink", bold=True),
        theme.rules([{"x": median, "y": 0, "y2": height}] if len(shown) > 2 else [], ink="ink-3", dash=(3, 3)),
        theme.rules(_intervals(result, dark, dy), ink="ramp-3", width=3),
        theme.rules(_intervals(result, me, dy), ink="data-2", width=3),
        theme.dots(_dots(result, dark, dy), ink="data-1", size=34 if narrow else 50),
        theme.dots(_dots(result, me, dy), ink="data-2", size=50),
        theme.words(_names(result, dark, names, edge), at=names.at, align=names.align),
        theme.words(_names(result, me, names, edge), at=names.at, align=names.align, ink="peach", bold=True),
        theme.words(_scores(result, shown, dy, language), at=edge + 44, align="right", bold=True),
        theme.words(
            [] if narrow else _rank_sets(result, shown, dy, language), at=edge + 126, align="right", ink="ink-2"
        ),
        theme.words([_score_head(language)], at=edge + 44, align="right", ink="ink-3", size=theme.SMALL),
        theme.words(
            [] if narrow else [_rank_head(result, shown, language)],
            at=edge + 126,
            align="right",
            ink="ink-3",
            size=theme.SMALL,
        ),
    ]
    return chart(
        layers,
        width=width,
        height=height,
        left=left,
        right=right,
        domain=(low, high),
        ticks=ticks,
        tick_format=theme.tick_format(ticks),
        description=either(
            language,
            vi=f"{group_name(result, group)}: điểm và khoảng tin cậy của {len(shown)} đơn vị",
            en=f"{group_name(result, group, language)}: scores with confidence intervals, units: {len(shown)}",
        ),
        language=language,
    )


def stability_strip(result: Result, group: str, *, width: int = WIDE, language: Language = "vi") -> Spec:
    """Share of the replicates in which each unit (row) took each rank (column); darker = more often."""
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.rank[row, 0])]
    p = max(lowest_rank(result, group), 1)
    names = theme.labels([result.units[row].name for row in order], width)
    cell = (width - names.left) / p
    places = [(row, (place + 0.5) * names.row) for place, row in enumerate(order)]
    cells = [_strip(result, row, y + names.mark_dy, p) for row, y in places]
    layers = [
        *(theme.blocks([c for row in cells for c in row if c["shade"] == k], ink=ink) for k, ink in enumerate(SHADES)),
        theme.rules([_estimate(result, row, y + names.mark_dy) for row, y in places], ink="ink", width=2),
        *(
            theme.words(_percentages(cells, cell, dark=dark), align="center", size=theme.SMALL, ink=ink)
            for dark, ink in ((False, "ink"), (True, "paper"))
        ),
        theme.words(_names(result, places, names, width), at=names.at, align=names.align),
        theme.words(_columns(p, cell), align="center", size=theme.SMALL, ink="ink-3"),
    ]
    return chart(
        layers,
        width=width,
        height=len(order) * names.row,
        left=names.left,
        domain=(0, p),
        top=22,
        description=either(
            language,
            vi=f"{group_name(result, group)}: độ ổn định của thứ hạng qua {result.provenance.replicates} lần",
            en=f"{group_name(result, group, language)}: stability of ranks in {result.provenance.replicates} samples",
        ),
        language=language,
    )


def _strip(result: Result, row: int, y: float, p: int) -> list[Row]:
    """The cells of one unit: rank, shade and share, without the ranks that (nearly) never came."""
    found = []
    for rank in range(p):
        share = float(result.stability[row, rank])
        shade = sum(share >= limit for limit in SHARES) - 1
        if shade >= 0:
            extent = {"x": rank, "x2": rank + 1, "y": y - ROW / 2 + 1, "y2": y + ROW / 2 - 1}
            found.append({**extent, "shade": shade, "share": share})
    return found


def _estimate(result: Result, row: int, y: float) -> Row:
    rank = float(result.scores.rank[row, 0])
    return {"x": rank - 1, "x2": rank, "y": y + ROW / 2 - 1.5}


def _percentages(cells: list[list[Row]], cell: float, *, dark: bool) -> list[Row]:
    """Percentages in the cells that have room for them: from 5 %, in light ink on the two dark shades."""
    if cell < 27:
        return []
    return [
        {"x": c["x"] + 0.5, "y": (c["y"] + c["y2"]) / 2, "text": format_share(c["share"], 0).rstrip("%")}
        for row in cells
        for c in row
        if c["share"] >= SHARES[1] and (c["shade"] >= 3) is dark
    ]


def _rows(
    result: Result, group: str, names: Labels, language: Language
) -> tuple[list[tuple[int, float]], list[Row], float]:
    """(row, y) of each unit, the tier headings, and the height of it all."""
    order = ranking(result, group)
    tier_word = either(language, vi="Nhóm", en="Tier")
    parts = [
        (f"{tier_word} {tier.number}", [result.unit_row[code] for code in tier.units])
        for tier in tiers_of(result, group)
    ]
    placed = {row for _, rows in parts for row in rows}
    left_over = [row for row in order if row not in placed]
    if len(parts) < 2:
        parts = [("", order)]
    elif left_over:
        parts.append((either(language, vi="Không xếp hạng", en="Not ranked"), left_over))
    places: list[tuple[int, float]] = []
    headings: list[Row] = []
    y = 0.0
    for title, rows in parts:
        if title:
            headings.append({"x": 0, "y": y + HEADING - 12, "text": title})
            y += HEADING
        for row in rows:
            places.append((row, y + names.row / 2))
            y += names.row
    return places, headings, y


def _intervals(result: Result, places: list[tuple[int, float]], dy: float) -> list[Row]:
    low, high = result.scores.low[:, 0], result.scores.high[:, 0]
    return [{"x": float(low[r]), "x2": float(high[r]), "y": y + dy} for r, y in places if not math.isnan(low[r])]


def _dots(result: Result, places: list[tuple[int, float]], dy: float) -> list[Row]:
    return [{"x": float(result.scores.score[r, 0]), "y": y + dy} for r, y in places]


def _names(result: Result, places: list[tuple[int, float]], names: Labels, width: float) -> list[Row]:
    return [names.name(result.units[r].name, y, width) for r, y in places]


def _scores(result: Result, places: list[tuple[int, float]], dy: float, language: Language) -> list[Row]:
    return [{"y": y + dy, "text": format_number(result.scores.score[r, 0], 2, language)} for r, y in places]


def _rank_sets(result: Result, places: list[tuple[int, float]], dy: float, language: Language) -> list[Row]:
    """The rank set; where there is no sampling error the rank alone."""
    scores = result.scores
    found = []
    for row, y in places:
        if math.isnan(scores.rank[row, 0]):
            text = either(language, vi="không xếp", en="not ranked")
        elif math.isnan(scores.rank_low[row, 0]):
            text = format_number(scores.rank[row, 0], 0, language)
        else:
            text = format_interval(scores.rank_low[row, 0], scores.rank_high[row, 0], 0, language)
        found.append({"y": y + dy, "text": text})
    return found


def _score_head(language: Language) -> Row:
    return {"y": -12, "text": either(language, vi="điểm", en="score")}


def _rank_head(result: Result, places: list[tuple[int, float]], language: Language) -> Row:
    known = any(not math.isnan(result.scores.rank_low[r, 0]) for r, _ in places)
    possible, rank = either(language, vi="hạng có thể", en="ranks"), either(language, vi="hạng", en="rank")
    return {"y": -12, "text": possible if known else rank}


def _columns(p: int, cell: float) -> list[Row]:
    step = next(k for k in (1, 2, 5, 10, 20, 50, 100) if k * cell >= 20)
    shown = sorted({1, *range(step, p + 1, step)}) if step > 1 else range(1, p + 1)
    return [{"x": rank - 0.5, "y": -10, "text": str(rank)} for rank in shown]
