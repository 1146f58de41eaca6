"""What all charts share: colours, type sizes, number locale, and the few marks that every picture is made of.

Layouts are fixed in pixels: a chart knows its rows and margins, so that it comes out the same at 320 and 680 px and no
text need be measured. Colours are read from the page's own design tokens, so that there is one list of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from ddci.messages import Language

Spec = dict[str, Any]
Row = dict[str, Any]

WIDE, NARROW = 680, 320
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
FONT = "Be Vietnam Pro"
SMALL, NORMAL = 12, 13
CHARACTER = 6.7  # px: mean advance of the face at 13 px, with room for capitals
ROW = 22

LOCALES: dict[Language, Row] = {  # of the numbers on axes; texts come as they are to be read
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"], "minus": "\u2212"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", " ₫"], "minus": "\u2212"},
}


@cache
def palette() -> dict[str, str]:
    """Colour names and their light values, from assets/tokens.css: ``data-1`` → ``#2c5199``."""
    text = resources.files("ddci.report").joinpath("assets/tokens.css").read_text(encoding="utf-8")
    light = text[: text.index("@media")]
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", light))


def colour(name: str) -> str:
    return palette()[name]


def number(value: float | None) -> float | None:
    """A number for a specification: NaN becomes null, so that no mark is drawn."""
    return None if value is None or math.isnan(value) else float(value)


def fit(text: str, pixels: float, size: int = NORMAL) -> str:
    """The text, cut with an ellipsis where it would not fit.

    >>> fit("Ứng dụng công nghệ thông tin trong điều hành", 120)
    'Ứng dụng công ng…'
    """
    most = max(int(pixels / (CHARACTER * size / NORMAL)), 2)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def wrap(text: str, pixels: float, size: int = NORMAL, *, lines: int = 2) -> list[str]:
    """The text in at most ``lines`` lines, broken between words.

    >>> wrap("Thiết chế pháp lý và an ninh trật tự", 150)
    ['Thiết chế pháp lý và', 'an ninh trật tự']
    """
    most = max(int(pixels / (CHARACTER * size / NORMAL)), 4)
    found: list[str] = []
    for word in text.split():
        if found and len(found[-1]) + 1 + len(word) <= most:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], " ".join(found[lines - 1 :])]
    return [fit(line, pixels, size) for line in found]


@dataclass(frozen=True, slots=True)
class Labels:
    """Where the names of rows stand: in a column on the left, or, when they are too long for that, above their row."""

    left: float  # px kept free on the left of the plot
    row: float  # px between rows
    at: float
    align: str
    name_dy: float
    mark_dy: float

    def name(self, text: str, y: float, width: float) -> Row:
        """The name of the row centred on y."""
        return {"y": y + self.name_dy, "text": fit(text, self.left - 12 if self.align == "right" else width)}


def labels(names: Sequence[str], width: int, *, stack: bool | None = None) -> Labels:
    """Names on the left where they fit (a third of the width), else above each row."""
    needed = max((len(name) for name in names), default=0) * (CHARACTER + 0.2) + 16
    most = (0.42 if width >= WIDE else 0.46) * width
    if stack if stack is not None else needed > most:
        return Labels(left=6, row=ROW + 16, at=0, align="left", name_dy=-6, mark_dy=11)
    return Labels(left=round(min(max(needed, 90), most)), row=ROW, at=-10, align="right", name_dy=0, mark_dy=0)


def rules(rows: Sequence[Row], *, ink: str, width: float = 1.0, dash: Sequence[float] | None = None) -> Spec:
    """Straight strokes from (x, y) to (x2, y2), y in pixels; a missing x2 or y2 means the same x or y."""
    mark: Row = {"type": "rule", "color": colour(ink), "strokeWidth": width}
    if dash:
        mark["strokeDash"] = list(dash)
    encoding: Row = {"x": _x(), "y": _y()}
    if any("x2" in row for row in rows):
        encoding["x2"] = {"field": "x2"}
    if any("y2" in row for row in rows):
        encoding["y2"] = {"field": "y2"}
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": encoding}


def dots(rows: Sequence[Row], *, ink: str, size: float = 50.0, hollow: bool = False, shape: str = "circle") -> Spec:
    mark: Row = {"type": "point", "shape": shape, "size": size, "filled": True, "color": colour(ink), "opacity": 1}
    if hollow:
        mark |= {"fill": colour("paper"), "stroke": colour(ink), "strokeWidth": 2}
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": {"x": _x(), "y": _y()}}


def blocks(rows: Sequence[Row], *, ink: str, height: float | None = None) -> Spec:
    """Rectangles from (x, y) to (x2, y2); with ``height`` they are centred on y."""
    mark: Row = {"type": "rect", "color": colour(ink), "opacity": 1}
    encoding: Row = {"x": _x(), "x2": {"field": "x2"}, "y": _y(), "y2": {"field": "y2"}}
    placed = list(rows)
    if height is not None:
        placed = [{**row, "y": row["y"] - height / 2, "y2": row["y"] + height / 2} for row in rows]
    return {"data": {"values": placed}, "mark": mark, "encoding": encoding}


def lines(rows: Sequence[Row], *, ink: str, width: float = 2.5, dash: Sequence[float] | None = None) -> Spec:
    """One line through the points of each ``series``, in the order given."""
    mark: Row = {"type": "line", "color": colour(ink), "strokeWidth": width}
    if dash:
        mark["strokeDash"] = list(dash)
    order = [{**row, "order": place} for place, row in enumerate(rows)]
    encoding: Row = {"x": _x(), "y": _y(), "order": {"field": "order", "type": "quantitative"}}
    if any("series" in row for row in rows):
        encoding["detail"] = {"field": "series", "type": "nominal"}
    return {"data": {"values": order}, "mark": mark, "encoding": encoding}


def words(
    rows: Sequence[Row],
    *,
    at: float | None = None,
    align: str = "left",
    ink: str = "ink",
    bold: bool = False,
    size: int = NORMAL,
    dx: float = 0.0,
) -> Spec:
    """Texts at (x, y), or at a fixed pixel ``at`` counted from the plot's left edge."""
    mark: Row = {"type": "text", "align": align, "baseline": "alphabetic", "color": colour(ink), "fontSize": size}
    mark |= {"dx": dx, "dy": round(0.34 * size)}
    if bold:
        mark["fontWeight"] = 600
    encoding: Row = {
        "x": _x() if at is None else {"value": at},
        "y": _y(),
        "text": {"field": "text", "type": "nominal"},
    }
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": encoding}


def chart(
    layers: Sequence[Spec],
    *,
    width: int,
    height: float,
    left: float = 0.0,
    right: float = 0.0,
    domain: tuple[float, float],
    description: str,
    ticks: Sequence[float] = (),
    tick_format: str = "",
    top: float | None = None,
    language: Language = "vi",
) -> Spec:
    """The frame around the layers: ``width`` counts everything, ``height`` the rows without the axis on top.

    language  of the numbers on the axis
    """
    axis: Row | None = None
    if ticks:
        axis = {"values": list(ticks), "orient": "top", "format": tick_format, "title": None}
    drawn = [layer for layer in layers if layer["data"]["values"]]
    for layer in drawn:
        x, y = layer["encoding"]["x"], layer["encoding"]["y"]
        if "field" in x:
            x["scale"], x["axis"] = {"domain": list(domain), "nice": False, "zero": False}, axis
        y["scale"] = {"domain": [0, height], "range": [0, height], "nice": False, "zero": False}
    return {
        "$schema": SCHEMA,
        "description": description,
        "width": round(width - left - right),
        "height": round(height),
        "padding": {"left": left, "right": right, "top": (26 if ticks else 0) if top is None else top, "bottom": 0},
        "autosize": {"type": "none"},
        "config": _config(),
        "usermeta": {"language": language},
        "layer": drawn,
    }


def _config() -> Row:
    """The look common to all charts."""
    return {
        "aria": False,
        "background": None,
        "font": FONT,
        "view": {"stroke": None},
        "text": {"fontSize": NORMAL},
        "axis": {
            "domain": False,
            "ticks": False,
            "grid": True,
            "gridColor": colour("grid"),
            "labelColor": colour("ink-3"),
            "labelFontSize": SMALL,
            "labelOverlap": False,
            "labelFlush": False,
            "labelPadding": 6,
        },
    }


def nice_ticks(low: float, high: float, *, most: int = 6) -> list[float]:
    """Round tick values inside [low, high].

    >>> nice_ticks(51.3, 71.2), nice_ticks(1, 10, most=4)
    ([55.0, 60.0, 65.0, 70.0], [5.0, 10.0])
    """
    span = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * k for k in (1, 2, 5, 10, 20) if span / (power * k) <= most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(k * step, 10) + 0.0 for k in range(first, last + 1)]


def tick_format(ticks: Sequence[float]) -> str:
    """The d3 format with just enough decimals for the ticks."""
    return ".0f" if all(float(tick).is_integer() for tick in ticks) else ".1~f"


def padded(values: Sequence[float], *, share: float = 0.06) -> tuple[float, float]:
    """Extremes of the finite values with some air on both sides; (0, 1) when there are none."""
    finite = [value for value in values if not math.isnan(value)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    air = (high - low) * share or 1.0
    return low - air, high + air


def _x() -> Row:
    return {"field": "x", "type": "quantitative", "axis": None}


def _y() -> Row:
    return {"field": "y", "type": "quantitative", "axis": None}


def locale_of(specification: Mapping[str, Any]) -> Row:
    """How the numbers on the axis of a specification are written."""
    return LOCALES[specification["usermeta"]["language"]]


def texts(specification: Mapping[str, Any]) -> list[str]:
    """Every text that a specification draws; for tests and for searching."""
    return [row["text"] for layer in specification["layer"] for row in layer["data"]["values"] if "text" in row]
