"""Heat maps of a group: units by sub-indices, and units by indicators.

In:  a Result and a unit group. Out: Vega-Lite specifications for one width in pixels.
The ramp has five ordered steps over the framework's scale; a missing score leaves its cell empty.
"""

from __future__ import annotations

import math

from ddci.messages import Language
from ddci.report.charts import theme
from ddci.report.charts.theme import ROW, WIDE, Row, Spec, chart
from ddci.report.language import either
from ddci.report.numbers import format_number
from ddci.report.standing import columns_of_group, group_name, ranking
from ddci.result import Result

SHADES = ("ramp-1", "ramp-2", "ramp-3", "ramp-4", "ramp-5")
ROOMY = 31  # px that a score with one decimal needs


def sub_index_heatmap(result: Result, group: str, *, width: int = WIDE, language: Language = "vi") -> Spec:
    """Scores of the sub-indices (columns) of each unit (rows, best first); printed where there is room."""
    return _heatmap(result, group, columns_of_group(result, group, "sub_index"), width=width, language=language)


def indicator_heatmap(result: Result, group: str, *, width: int = WIDE, language: Language = "vi") -> Spec:
    """Scores of all indicators, column by column in the framework's order, with a gap between sub-indices."""
    columns = columns_of_group(result, group, "indicator")
    return _heatmap(result, group, columns, width=width, language=language, dense=True)


def shade_of(score: float, scale: tuple[float, float]) -> int:
    """Step 0–4 of the ramp: fifths of the scale.

    >>> [shade_of(score, (1.0, 10.0)) for score in (1.0, 2.9, 5.5, 10.0)]
    [0, 1, 2, 4]
    """
    low, high = scale
    return min(max(int(5 * (score - low) / (high - low)), 0), 4)


def _heatmap(
    result: Result, group: str, columns: list[int], *, width: int, language: Language, dense: bool = False
) -> Spec:
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.score[row, 0])]
    units = [result.units[row].name for row in order]
    names = theme.labels(units, width, stack=False if dense else None)
    row_height, tall = (16.0, 16.0) if dense else (names.row, float(ROW))
    edges, heads = _edges(result, columns)
    span = edges[-1][1] if edges else 1.0
    cell = (width - names.left) / span
    cells: list[list[Row]] = [[] for _ in SHADES]
    pale: list[Row] = []
    deep: list[Row] = []
    for place, row in enumerate(order):
        for (first, last), column in zip(edges, columns, strict=True):
            score = float(result.scores.score[row, column])
            if math.isnan(score):
                continue
            shade = shade_of(score, result.framework.scale)
            top = (place + 0.5) * row_height + names.mark_dy - tall / 2
            cells[shade].append({"x": first, "x2": last, "y": top + 0.5, "y2": top + tall - 0.5})
            if cell >= ROOMY:
                text = format_number(score, 1, language)
                (deep if shade >= 3 else pale).append({"x": (first + last) / 2, "y": top + tall / 2, "text": text})
    layers = [
        *(theme.blocks(found, ink=ink) for found, ink in zip(cells, SHADES, strict=True)),
        theme.words(pale, align="center", size=theme.SMALL),
        theme.words(deep, align="center", size=theme.SMALL, ink="paper"),
        theme.words(
            [names.name(name, (place + 0.5) * row_height, width) for place, name in enumerate(units)],
            at=names.at,
            align=names.align,
            size=theme.SMALL,
        ),
        theme.words(heads, align="center", size=theme.SMALL, ink="ink-2"),
    ]
    return chart(
        layers,
        width=width,
        height=len(order) * row_height,
        left=names.left,
        domain=(0.0, span),
        top=22,
        description=either(
            language,
            vi=f"{group_name(result, group)}: điểm của {len(order)} đơn vị theo {len(columns)} cột",
            en=f"{group_name(result, group, language)}: scores, units ({len(order)}) by columns ({len(columns)})",
        ),
        language=language,
    )


def _edges(result: Result, columns: list[int]) -> tuple[list[tuple[float, float]], list[Row]]:
    """Left and right edge of each column, and the heads: codes of sub-indices over their columns."""
    edges: list[tuple[float, float]] = []
    starts: dict[str, tuple[float, float]] = {}
    x = 0.0
    previous = None
    for column in columns:
        node = result.nodes[column]
        owner = node.code if node.level == "sub_index" else node.parent or ""
        if node.level == "indicator" and previous is not None and owner != previous:
            x += 0.6
        edges.append((x, x + 0.97))
        starts[owner] = (starts.get(owner, (x, x))[0], x + 1)
        x += 1.0
        previous = owner
    heads: list[Row] = [{"x": (low + high) / 2, "y": -10, "text": owner} for owner, (low, high) in starts.items()]
    return edges, heads
