"""Charts of one unit's sub-indices and indicators: against median and best, importance and performance, radar.

In:  a Result and a unit's code. Out: Vega-Lite specifications for one width in pixels.
Source: Martilla and James (1977), Importance-Performance Analysis, Journal of Marketing 41(1), for the matrix.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ddci.messages import Language
from ddci.report.charts import theme
from ddci.report.charts.theme import NARROW, WIDE, Row, Spec, chart
from ddci.report.language import either, named
from ddci.report.numbers import format_number
from ddci.report.standing import columns_of_group
from ddci.result import Result

BAR = 10  # px
LABELLED = 6  # points of the matrix that carry their code


def sub_index_bars(result: Result, unit: str, *, width: int = WIDE, language: Language = "vi") -> Spec:
    """The unit's sub-index scores as bars on the full scale; upright stroke = median, diamond = the group's best."""
    row = result.unit_row[unit]
    scores, top = result.scores, result.framework.scale[1]
    columns = sub_indices_by_score(result, row)
    titles = {column: named(result.nodes[column], language) for column in columns}
    names = theme.labels(list(titles.values()), width)
    right = 46
    edge = width - names.left - right
    places = [(column, (place + 0.5) * names.row) for place, column in enumerate(columns)]
    alone = len(result.rows_of_group(result.units[row].group)) == 1

    def marks(values: Sequence[float], shift: float = 0.0) -> list[Row]:
        return [
            {"x": float(value), "y": y + names.mark_dy - shift, "y2": y + names.mark_dy + shift}
            for (_, y), value in zip(places, values, strict=True)
            if not math.isnan(value)
        ]

    score = [float(scores.score[row, column]) for column in columns]
    layers = [
        theme.blocks([{"x": 0, "x2": top, "y": y + names.mark_dy} for _, y in places], ink="grid", height=BAR),
        theme.blocks([{**mark, "x": 0, "x2": mark["x"]} for mark in marks(score)], ink="data-2", height=BAR),
        theme.rules([] if alone else marks(scores.median[row, columns].tolist(), 8), ink="ink", width=2),
        theme.dots([] if alone else marks(scores.best[row, columns].tolist()), ink="data-1", shape="diamond", size=64),
        theme.words([names.name(titles[c], y, edge) for c, y in places], at=names.at, align=names.align),
        theme.words(
            [{"y": y + names.mark_dy, "text": format_number(scores.score[row, c], 2, language)} for c, y in places],
            at=edge + right,
            align="right",
            bold=True,
        ),
    ]
    return chart(
        layers,
        width=width,
        height=len(columns) * names.row,
        left=names.left,
        right=right,
        domain=(0.0, top),
        ticks=[0.0, top / 2, top],
        tick_format=theme.tick_format([top / 2, top]),
        description=either(
            language,
            vi=f"{result.units[row].name}: điểm các chỉ số thành phần, trung vị và đơn vị tốt nhất",
            en=f"{result.units[row].name}: sub-index scores, median and best unit",
        ),
        language=language,
    )


def sub_indices_by_score(result: Result, row: int) -> list[int]:
    """Columns of the unit's sub-indices, highest score first, missing ones last."""
    columns = columns_of_group(result, result.units[row].group, "sub_index")
    score = result.scores.score[row]
    return sorted(columns, key=lambda column: (math.isnan(score[column]), -score[column]))


def importance_performance(result: Result, unit: str, *, width: int = NARROW, language: Language = "vi") -> Spec:
    """Each indicator by its score (across) and its importance for the index (up); dashed: the averages.

    Lower right is "keep as it is", upper left "improve first". The points with most to gain carry their code.
    """
    row = result.unit_row[unit]
    scores = result.scores
    columns = [
        column
        for column in columns_of_group(result, result.units[row].group, "indicator")
        if not math.isnan(scores.importance[row, column]) and not math.isnan(scores.score[row, column])
    ]
    low, high = result.framework.scale
    bottom = 24.0
    height = 300.0
    importance = [float(scores.importance[row, column]) for column in columns]
    floor, ceiling = theme.padded(importance, share=0.1)
    middle_x = _mean([float(scores.score[row, column]) for column in columns])
    middle_y = _mean(importance)

    def y_of(value: float) -> float:
        return (height - bottom) * (ceiling - value) / (ceiling - floor)

    points = {c: {"x": float(scores.score[row, c]), "y": y_of(float(scores.importance[row, c]))} for c in columns}
    first = [c for c in columns if points[c]["x"] < middle_x and points[c]["y"] < y_of(middle_y)]
    named = _apart(sorted(first, key=lambda c: -float(scores.gain[row, c])), points, (width - 20) / (high - low))
    others = [points[c] for c in columns if c not in first]
    layers = [
        theme.rules([{"x": middle_x, "y": 0, "y2": height - bottom}] if columns else [], ink="ink-3", dash=(3, 3)),
        theme.rules([{"x": low, "x2": high, "y": y_of(middle_y)}] if columns else [], ink="ink-3", dash=(3, 3)),
        theme.dots(others, ink="data-0", size=30),
        theme.dots([points[c] for c in first], ink="data-2", size=44),
        theme.words([{**points[c], "text": result.nodes[c].code} for c in named], dx=7, size=theme.SMALL, bold=True),
        *_corner_words(width, height, bottom, language),
    ]
    ticks = [low, (low + high) / 2, high]
    return chart(
        layers,
        width=width,
        height=height,
        left=10,
        right=10,
        domain=(low, high),
        ticks=ticks,
        tick_format=theme.tick_format(ticks),
        description=either(
            language,
            vi=f"{result.units[row].name}: tầm quan trọng và kết quả của {len(columns)} chỉ tiêu",
            en=f"{result.units[row].name}: importance and performance, indicators: {len(columns)}",
        ),
        language=language,
    )


def _corner_words(width: int, height: float, bottom: float, language: Language) -> list[Spec]:
    """Layers with the meaning of three corners and of the axis across."""
    first, keep, calm, axis = _corners(language)
    small: Spec = {"size": theme.SMALL, "ink": "ink-3"}
    return [
        theme.words([{"y": 10, "text": first}], at=4, **small),
        theme.words([{"y": 10, "text": keep}], at=width - 14, align="right", **small),
        theme.words([{"y": height - bottom - 8, "text": calm}], at=4, **small),
        theme.words([{"y": height - 8, "text": axis}], at=width / 2 - 10, align="center", **small),
    ]


def _corners(language: Language) -> tuple[str, str, str, str]:
    """What the upper left, upper right and lower left of the matrix mean, and the axis across."""
    if language == "en":
        return "Improve first", "Keep up", "Not urgent", "the unit's indicator score"
    return "Ưu tiên cải thiện", "Giữ vững", "Chưa cấp thiết", "điểm chỉ tiêu của đơn vị"


def radar(result: Result, unit: str, *, width: int = NARROW, language: Language = "vi") -> Spec:
    """The sub-indices as a polygon over the median's; an optional view: areas of a radar exaggerate differences."""
    row = result.unit_row[unit]
    scores, top = result.scores, result.framework.scale[1]
    columns = columns_of_group(result, result.units[row].group, "sub_index")
    size = float(min(width, 2 * NARROW))
    across, down, radius = width / 2, size / 2, size / 2 - 34
    angles = [2 * math.pi * place / max(len(columns), 1) - math.pi / 2 for place in range(len(columns))]

    def ring(values: Sequence[float], series: str) -> list[Row]:
        closed = [*zip(angles, values, strict=True), *list(zip(angles, values, strict=True))[:1]]
        return [
            {
                "x": across + radius * float(value) / top * math.cos(angle),
                "y": down + radius * float(value) / top * math.sin(angle),
                "series": series,
            }
            for angle, value in closed
            if not math.isnan(value)
        ]

    grid = [point for share in (0.25, 0.5, 0.75, 1.0) for point in ring([share * top] * len(columns), f"{share}")]
    rim = ring([top * (1 + 18 / radius)] * len(columns), "rim")[: len(columns)]
    codes = [{**point, "text": result.nodes[column].code} for point, column in zip(rim, columns, strict=True)]
    layers = [
        theme.lines(grid, ink="grid", width=1),
        theme.lines(ring(scores.median[row, columns].tolist(), "median"), ink="ink-3", width=1.5, dash=(4, 3)),
        theme.lines(ring(scores.score[row, columns].tolist(), "unit"), ink="data-2"),
        theme.dots(ring(scores.score[row, columns].tolist(), "unit")[: len(columns)], ink="data-2", size=36),
        theme.words(codes, align="center", size=theme.SMALL),
    ]
    return chart(
        layers,
        width=width,
        height=size,
        domain=(0.0, float(width)),
        description=either(
            language,
            vi=f"{result.units[row].name}: các chỉ số thành phần dạng mạng nhện",
            en=f"{result.units[row].name}: sub-indices as a radar chart",
        ),
        language=language,
    )


def _apart(columns: list[int], points: dict[int, Row], pixels: float) -> list[int]:
    """The first columns whose labels, 7 characters to the right of their points, do not meet."""
    named: list[int] = []
    for column in columns:
        here = points[column]
        if len(named) < LABELLED and all(
            abs(here["y"] - points[other]["y"]) > 14 or abs(here["x"] - points[other]["x"]) * pixels > 52
            for other in named
        ):
            named.append(column)
    return named


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan
