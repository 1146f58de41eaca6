"""Charts of change: the parts of a unit's change, its years, and how a group's ranks moved.

In:  a Result with an earlier wave or a history. Out: Vega-Lite specifications for one width in pixels.
A change of framework is a break: shaded year, dashed line, hollow point for the like-for-like figure.
"""

from __future__ import annotations

import math

from ddci.messages import Language
from ddci.report.charts import theme
from ddci.report.charts.theme import ROW, WIDE, Row, Spec, chart, fit
from ddci.report.language import either
from ddci.report.numbers import format_number, format_signed
from ddci.report.standing import Year, contributions_of, group_name, history_of, is_break, name_of_node
from ddci.result import Contribution, Result

PARTS: dict[Language, dict[str, str]] = {
    "vi": {
        "entering": "Mới có: {name}",
        "leaving": "Không còn: {name}",
        "bounds": "Cận chuẩn hóa thay đổi",
        "weights": "Trọng số thay đổi",
    },
    "en": {
        "entering": "New: {name}",
        "leaving": "Dropped: {name}",
        "bounds": "Normalisation bounds changed",
        "weights": "Weights changed",
    },
}
FEW = 3  # parts of one kind that are still drawn one by one
TOGETHER: dict[Language, dict[str, str]] = {
    "vi": {
        "entering": "{n} chỉ tiêu mới",
        "leaving": "{n} chỉ tiêu không còn",
        "bounds": "Cận chuẩn hóa thay đổi ở {n} chỉ tiêu",
        "weights": "Trọng số thay đổi ở {n} phần",
    },
    "en": {  # n is always more than one, see FEW
        "entering": "{n} new indicators",
        "leaving": "{n} dropped indicators",
        "bounds": "Normalisation bounds of {n} indicators changed",
        "weights": "Weights of {n} parts changed",
    },
}


def ordered_parts(result: Result, unit: str, language: Language = "vi") -> list[tuple[str, float]]:
    """Name and points of every part of a unit's change: sub-indices from the largest fall, then the other parts.

    Where a revised framework brings dozens of indicators in or out, these stand as one part with their count, so that the
    picture stays readable; the sum is kept, and the single indicators are in changes.csv.
    """

    def key(item: Contribution) -> tuple[int, float]:
        return 0 if item.part == "sub_index" else 1 + list(PARTS["vi"]).index(item.part), item.points

    every = contributions_of(result, unit)
    parts = [item for item in sorted(every, key=key) if item.part == "sub_index"]
    found = [(part_name(result, item, language), item.points) for item in parts]
    for part in PARTS[language]:
        own = sorted((item for item in every if item.part == part), key=lambda item: item.points)
        single = [item for item in own if len(own) <= FEW or _is_sub_index(result, item.code)]
        found += [(part_name(result, item, language), item.points) for item in single]
        if many := [item for item in own if item not in single]:
            found.append((TOGETHER[language][part].format(n=len(many)), sum(item.points for item in many)))
    return found


def _is_sub_index(result: Result, code: str) -> bool:
    column = result.node_column.get(code)
    return column is not None and result.nodes[column].level == "sub_index"


def part_name(result: Result, item: Contribution, language: Language = "vi") -> str:
    """What a part of the change is, in words."""
    name = name_of_node(result, item.code, language) if item.code else ""
    pattern = PARTS[language].get(item.part)
    if pattern is None:
        return name
    return pattern.format(name=name) if not name or "{name}" in pattern else f"{pattern}: {name}"


def change_waterfall(result: Result, unit: str, *, width: int = WIDE, language: Language = "vi") -> Spec:
    """From the earlier index, part by part, to this wave's index, both as computed; the steps add up exactly."""
    row = result.unit_row[unit]
    assert result.change is not None
    now = float(result.scores.score[row, 0])
    start = now - float(result.change.score[row, 0])
    parts = ordered_parts(result, unit, language)
    before, after = (either(language, vi=f"Năm {year}", en=str(year)) for year in (result.change.year, result.year))
    titles = [before, *(name for name, _ in parts), after]
    names = theme.labels(titles, width)
    right = 52
    edge = width - names.left - right
    level, steps = start, []
    for place, (_, points) in enumerate(parts, start=1):
        steps.append({"x": level, "x2": level + points, "y": (place + 0.5) * names.row + names.mark_dy, "step": points})
        level += points
    heights = [(place + 0.5) * names.row for place in range(len(titles))]
    ends = [{"x": start, "y": heights[0] + names.mark_dy}, {"x": now, "y": heights[-1] + names.mark_dy}]
    edges = [start, *(step["x2"] for step in steps), now]
    joints = [
        {"x": value, "y": heights[k] + names.mark_dy, "y2": heights[k + 1] + names.mark_dy}
        for k, value in enumerate(edges[:-1])
    ]
    domain = theme.padded(edges, share=0.08)
    ticks = theme.nice_ticks(*domain, most=4 if width < WIDE else 6)
    changes = [format_signed(step["step"], 2, language) for step in steps]
    figures = [format_number(start, 2, language), *changes, format_number(now, 2, language)]
    layers = [
        theme.rules(joints, ink="ink-3", dash=(2, 2)),
        theme.blocks([step for step in steps if step["step"] >= 0], ink="data-4", height=10),
        theme.blocks([step for step in steps if step["step"] < 0], ink="data-3", height=10),
        theme.dots(ends, ink="data-2", size=70),
        theme.words(
            [names.name(title, y, edge) for title, y in zip(titles, heights, strict=True)],
            at=names.at,
            align=names.align,
        ),
        theme.words(
            [{"y": y + names.mark_dy, "text": text} for y, text in zip(heights, figures, strict=True)],
            at=edge + right,
            align="right",
            bold=True,
        ),
    ]
    return chart(
        layers,
        width=width,
        height=len(titles) * names.row,
        left=names.left,
        right=right,
        domain=domain,
        ticks=ticks,
        tick_format=theme.tick_format(ticks),
        description=either(
            language,
            vi=f"{result.units[row].name}: các phần của thay đổi điểm từ {result.change.year} đến {result.year}",
            en=f"{result.units[row].name}: parts of the change of score from {result.change.year} to {result.year}",
        ),
        language=language,
    )


def unit_history(result: Result, unit: str, *, width: int = WIDE, language: Language = "vi") -> Spec:
    """A unit's index over the years with its rank under each; dashed and shaded where the framework changed."""
    row = result.unit_row[unit]
    years = [item for item in history_of(result, row) if not math.isnan(item.score)]
    like = math.nan if result.change is None else float(result.change.like_for_like_now[row])
    broken = not years[-1].comparable
    broken_places = [place for place, item in enumerate(years) if place and not item.comparable]
    low, high = theme.padded([*(item.score for item in years), *([like] if broken else [])], share=0.25)
    height, foot = 190.0, 44.0
    first, last = years[0].year, years[-1].year
    margin = 0.5 * max(last - first, 1) / max(len(years) - 1, 1)

    def y_of(value: float) -> float:
        return 22 + (height - foot - 22) * (high - value) / (high - low)

    points = [{"x": item.year, "y": y_of(item.score)} for item in years]
    hollow = {"x": last, "y": y_of(like)} if broken and not math.isnan(like) else None
    shaded = [years[place].year for place in broken_places]
    layers = [
        theme.blocks(
            [{"x": year - margin, "x2": year + margin, "y": 0, "y2": height - foot} for year in shaded], ink="sunken"
        ),
        theme.lines(_unbroken(points[:-1] if broken else points, broken_places), ink="data-2"),
        theme.lines(
            [{**points[k], "series": f"{place}"} for place in broken_places for k in (place - 1, place)],
            ink="data-2",
            dash=(5, 4),
        ),
        theme.lines([points[-2], hollow] if hollow and len(points) > 1 else [], ink="data-0", width=2),
        theme.dots(points, ink="data-2", size=70),
        theme.dots([hollow] if hollow else [], ink="data-0", size=60, hollow=True),
        theme.words(_score_labels(years, points, language), align="center", bold=True),
        theme.words(
            [{**hollow, "y": hollow["y"] + 18, "text": format_number(like, 2, language)}] if hollow else [],
            align="center",
        ),
        theme.words(
            [{"x": item.year, "y": height - foot + 16, "text": str(item.year)} for item in years], align="center"
        ),
        theme.words(
            [{"x": i.year, "y": height - 10, "text": rank_text(i, language, long=width >= WIDE)} for i in years],
            align="center",
            size=theme.SMALL,
            ink="ink-3",
        ),
    ]
    return chart(
        layers,
        width=width,
        height=height,
        domain=(first - margin, last + margin),
        description=either(
            language,
            vi=f"{result.units[row].name}: điểm và hạng từ {first} đến {last}",
            en=f"{result.units[row].name}: score and rank from {first} to {last}",
        ),
        language=language,
    )


def _unbroken(points: list[Row], broken_places: list[int]) -> list[Row]:
    """The points with the run of years that each belongs to: a new run begins at each break."""
    return [{**point, "series": f"{sum(b <= place for b in broken_places)}"} for place, point in enumerate(points)]


def rank_text(year: Year, language: Language = "vi", *, long: bool = True) -> str:
    """The rank of a year with the number of units where it is known: "hạng 8/11"."""
    if math.isnan(year.rank):
        return "–"
    text = format_number(year.rank, 0, language) + (f"/{year.n_units}" if year.n_units else "")
    return either(language, vi=f"hạng {text}", en=f"rank {text}") if long else text


def rank_slope(
    result: Result, group: str, *, width: int = WIDE, highlight: str | None = None, language: Language = "vi"
) -> Spec:
    """Ranks of a group's units in the earlier wave (left) and this one (right); dashed where not comparable."""
    change = result.change
    assert change is not None
    moved = [
        (row, float(change.rank_then[row]), float(result.scores.rank[row, 0]))
        for row in result.rows_of_group(group)
        if not math.isnan(change.rank_then[row]) and not math.isnan(result.scores.rank[row, 0])
    ]
    side = 112 if width < WIDE else 230
    deepest = max((max(then, now) for _, then, now in moved), default=1.0)
    height = deepest * ROW * 0.8 + 26
    dash = (5, 4) if is_break(result, group) else None

    def y_of(rank: float) -> float:
        return 26 + (rank - 0.5) * ROW * 0.8

    def line(item: tuple[int, float, float]) -> list[Row]:
        row, then, now = item
        name = result.units[row].code
        return [{"x": 0, "y": y_of(then), "series": name}, {"x": 1, "y": y_of(now), "series": name}]

    def labels(place: int) -> list[Row]:
        named = [(result.units[item[0]].name, item[place]) for item in moved]
        return [{"y": y_of(rank), "text": _slope_label(name, rank, side, language, place)} for name, rank in named]

    much = max(2.0, deepest / 5)
    groups = {
        "ramp-3": [i for i in moved if abs(i[2] - i[1]) < much and result.units[i[0]].code != highlight],
        "data-1": [i for i in moved if abs(i[2] - i[1]) >= much and result.units[i[0]].code != highlight],
        "data-2": [i for i in moved if result.units[i[0]].code == highlight],
    }
    layers = [
        *(
            theme.lines([p for i in items for p in line(i)], ink=ink, width=2, dash=dash)
            for ink, items in groups.items()
        ),
        *(theme.dots([p for i in items for p in line(i)], ink=ink, size=24) for ink, items in groups.items()),
        theme.words(labels(1), at=-8, align="right", size=theme.SMALL),
        theme.words(labels(2), at=width - 2 * side + 8, size=theme.SMALL),
        theme.words([{"y": 10, "text": str(change.year)}], at=0, align="center", bold=True),
        theme.words([{"y": 10, "text": str(result.year)}], at=width - 2 * side, align="center", bold=True),
    ]
    return chart(
        layers,
        width=width,
        height=height,
        left=side,
        right=side,
        domain=(0.0, 1.0),
        description=either(
            language,
            vi=f"{group_name(result, group)}: thứ hạng năm {change.year} và năm {result.year}",
            en=f"{group_name(result, group, language)}: ranks in {change.year} and {result.year}",
        ),
        language=language,
    )


def _slope_label(name: str, rank: float, side: float, language: Language, place: int) -> str:
    """A unit's name and rank, the rank next to the line: on the right of the name then (1), on its left now (2)."""
    words = [fit(name, side - 24, theme.SMALL), format_number(rank, 0, language)]
    return "  ".join(words if place == 1 else reversed(words))


def _score_labels(years: list[Year], points: list[Row], language: Language) -> list[Row]:
    return [
        {**point, "y": point["y"] - 15, "text": format_number(item.score, 2, language)}
        for item, point in zip(years, points, strict=True)
    ]
