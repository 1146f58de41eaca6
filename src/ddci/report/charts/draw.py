"""Draw a specification: a stand-alone SVG file, the same picture for inside a page, or a PNG for a document.

In:  a Vega-Lite specification of this package (fixed layout, no automatic sizes).
Out: text of an SVG with hexadecimal colours (file), with classes instead of colours (page: dark mode and print then
     follow the page's tokens, and a strict content policy finds no style attribute), or bytes of a PNG.

vl-convert asks its font engine for the width of every text, which is nine tenths of its time, although nothing in a fixed
layout depends on it. A text of negative size is not measured, so sizes go in negative and are turned back in the SVG.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import vl_convert

from ddci.report.charts import theme
from ddci.report.charts.theme import FONT, Row, Spec, locale_of, palette

VEGA_LITE = "6.1"
FALLBACK = f"'{FONT}', 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
_SIZES = frozenset({"fontSize", "labelFontSize", "titleFontSize"})
_NUMBER = re.compile(r">[^<>]*</text>|[-\d]\d*+\.\d\d+(?:e-?\d+)?")  # a text is passed over: its numbers are to be read
_DROPPED = re.compile(
    r' (?:class|pointer-events|role|aria-[a-z]+|xmlns:xlink|version|stroke-miterlimit|font-family|display|opacity)="[^"]*"'
)
_EMPTY_GROUP = re.compile(r"<g(?: [^<>]*)?></g>|<g(?: [^<>]*)?/>")
_PLAIN_GROUP = re.compile(r"<g>((?:(?!</?g[ >]).)*)</g>", re.DOTALL)
_HIDDEN = re.compile(r'<path [^<>]*(?:display="none"|d="")[^<>]*/>|<path class="background"[^<>]*/>')
_ZERO = re.compile(r' transform="translate\(0,0\)"| fill="none"(?= stroke)| stroke-width="1"| fill-opacity="1"')
_PAINT = re.compile(r' (fill|stroke)="(#[0-9a-f]{6})"')
_CIRCLE = re.compile(
    r'<path d="M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0" transform="translate\(([-\d.]+),([-\d.]+)\)"'
)
_SAME_PATHS = re.compile(r'<path d="([^"]*)"((?: [a-z-]+="[^"]*")*)/>(?:<path d="[^"]*"\2/>)+')


def draw_svg(specification: Spec) -> str:
    """The picture as a stand-alone SVG file: own colours, white ground left out, font named with fallbacks."""
    drawn = vl_convert.vega_to_svg(_compiled(_unmeasured(specification)), format_locale=locale_of(specification))
    hidden = _HIDDEN.sub("", drawn.replace('font-size="-', 'font-size="'))
    small = _NUMBER.sub(_rounded, _DROPPED.sub("", hidden))
    small = _merge_paths(_unwrap(_ZERO.sub("", small)))
    return small.replace("<svg ", f'<svg font-family="{FALLBACK}" ', 1)


def inline_svg(svg: str, *, label: str, class_: str) -> str:
    """The same picture for a page: colours become classes (``f-data-1``, ``s-grid``), the label says what it shows."""
    names = {value: name for name, value in sorted(palette().items(), reverse=True)}
    head, _, body = svg.partition(">")
    width, height = _size(head)
    body = re.sub(r"<[a-z][^<>]*>", lambda found: _classes(found.group(0), names), body)
    opening = f'<svg class="{class_}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
    return f'{opening} aria-label="{_escaped(label)}">{body}'


def start_engine() -> None:
    """Start the drawing engine and draw a small chart of all marks: the first one of each takes ten times as long."""
    point: Row = {"x": 0.5, "x2": 1, "y": 1, "y2": 2, "text": ""}
    marks = (theme.blocks, theme.rules, theme.dots)
    layers = [mark([point], ink="ink") for mark in marks] + [theme.words([point], at=0)]
    draw_svg(theme.chart(layers, width=1, height=1, domain=(0, 1), ticks=[0], tick_format=".0f", description=""))


def draw_png(specification: Spec, *, scale: float = 2.0) -> bytes:
    """The picture as PNG on white, in the package's own font, for Word documents."""
    _register_font()
    white = {**specification, "background": "#ffffff"}
    locale = locale_of(specification)
    png: bytes = vl_convert.vegalite_to_png(white, vl_version=VEGA_LITE, format_locale=locale, scale=scale)
    return png


def png_of(svg: str, scale: float = 2.0) -> bytes:
    """A drawing of ``draw_svg`` as PNG on white, in the package's own font; nothing is compiled again."""
    _register_font()
    opening, end, rest = svg.partition(">")
    white = f'{opening}{end}<rect width="100%" height="100%" fill="#ffffff"/>{rest}'
    png: bytes = vl_convert.svg_to_png(white, scale=scale)
    return png


@cache
def _register_font() -> None:
    with resources.as_file(resources.files("ddci.report").joinpath("assets/fonts")) as folder:
        vl_convert.register_font_directory(str(folder))


def _unmeasured(part: Any) -> Any:
    """The specification with every font size negated; data rows are passed through as they are."""
    if isinstance(part, dict):
        return {
            key: value if key == "data" else -value if key in _SIZES else _unmeasured(value)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_unmeasured(item) for item in part]
    return part


def _compiled(specification: Spec) -> dict[str, Any]:
    """The Vega form. Charts of one kind differ in rows, range and ticks only: a layout is compiled once, these exchanged."""
    layers = specification["layer"]
    vega: dict[str, Any] = json.loads(_layout(json.dumps(_blank(specification), sort_keys=True)))
    rows = {f"rows_{place}": layer["data"]["values"] for place, layer in enumerate(layers)}
    for source in vega["data"]:
        if source["name"] in rows:
            source["values"] = rows[source["name"]]
    across = [layer["encoding"]["x"] for layer in layers if "field" in layer["encoding"]["x"]]
    for scale in vega["scales"]:
        if scale["name"] == "x":
            scale["domain"] = across[0]["scale"]["domain"]
    for axis in vega.get("axes", ()):
        if "values" in axis:
            axis["values"] = across[0]["axis"]["values"]
    return vega


def _blank(specification: Spec) -> Spec:
    """The layout alone: named data without rows, one range and one tick for all."""

    def blank(layer: Spec, place: int) -> Spec:
        encoding = layer["encoding"]
        x = encoding["x"]
        if "field" in x:
            axis = x["axis"] and {**x["axis"], "values": [0]}
            x = {**x, "scale": {**x["scale"], "domain": [0, 1]}, "axis": axis}
        return {**layer, "data": {"name": f"rows_{place}"}, "encoding": {**encoding, "x": x}}

    layers = [blank(layer, place) for place, layer in enumerate(specification["layer"])]
    same = {key: value for key, value in specification.items() if key not in ("description", "usermeta")}
    return same | {"layer": layers}


@lru_cache(maxsize=256)
def _layout(text: str) -> str:
    return json.dumps(vl_convert.vegalite_to_vega(text, vl_version=VEGA_LITE))


def _rounded(found: re.Match[str]) -> str:
    if found.group(0).startswith(">"):
        return found.group(0)
    text = f"{float(found.group(0)):.1f}"
    return text.removesuffix(".0").replace("-0", "0") if text in ("-0.0", "0.0") else text.removesuffix(".0")


def _unwrap(svg: str) -> str:
    """Drop groups that hold nothing or carry no attribute, from the inside out."""
    while True:
        smaller = _PLAIN_GROUP.sub(r"\1", _EMPTY_GROUP.sub("", svg))
        if smaller == svg:
            return svg
        svg = smaller


def _merge_paths(svg: str) -> str:
    """Neighbouring paths that look alike become one: a heat map is then five paths, not five thousand.

    Paths moved by different transforms do not look alike, so outlines with different origins are never joined.
    """

    def merged(found: re.Match[str]) -> str:
        outline = "".join(re.findall(r' d="([^"]*)"', found.group(0)))
        return f'<path d="{outline}"{found.group(2)}/>'

    svg = re.sub(r'<path((?: (?!d=)[a-z-]+="[^"]*")+) d="([^"]*)"', r'<path d="\2"\1', svg)
    return _CIRCLE.sub(r'<circle cx="\2" cy="\3" r="\1"', _SAME_PATHS.sub(merged, svg))


def _size(head: str) -> tuple[str, str]:
    found = re.search(r'width="([\d.]+)" height="([\d.]+)"', head)
    return (found.group(1), found.group(2)) if found else ("0", "0")


def _classes(element: str, names: dict[str, str]) -> str:
    classes = [f"{kind[0]}-{names[value]}" for kind, value in _PAINT.findall(element) if value in names]
    if "font-weight" in element:
        classes.append("b")
        element = re.sub(r' font-weight="[^"]*"', "", element)
    if "<text" in element:
        classes += ["s"] if 'font-size="12px"' in element else []
        element = re.sub(r' font-size="1[23]px"', "", element)
    if not classes:
        return element
    bare = _PAINT.sub(lambda found: "" if found.group(2) in names else found.group(0), element)
    name, separator, rest = bare.partition(" ")
    return f'{name} class="{" ".join(classes)}"{separator}{rest}' if separator else bare


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
