"""A chart on a page: the finding as its title, how to read it, the picture at two widths, n, source, table, downloads.

In:  a Figure. Out: Markup. The page needs no script and no style attribute; a style sheet shows one of the two widths.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from ddci.report.charts.draw import inline_svg
from ddci.report.charts.theme import NARROW, WIDE
from ddci.report.gallery import Draw, Gallery
from ddci.report.markup import Child, Markup, join, raw, tag
from ddci.report.tables import csv_text

BOM = "\ufeff"  # without it Excel takes a UTF-8 CSV for another encoding


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts. ``numeric`` are the places of the columns aligned right; the first column heads its row."""

    caption: str
    head: tuple[str, ...]
    rows: Sequence[Sequence[Child]]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Figure:
    """Everything that belongs to one chart. ``widths`` with a single entry makes one picture for all screens."""

    name: str  # of its file, without ending
    title: str
    reading: str
    draw: Draw
    label: str  # the picture in words, with its figures
    table: Table
    foot: str  # n and source
    widths: tuple[int, ...] = (WIDE, NARROW)
    halo: bool = True  # texts get a rim of the page's colour where lines cross them
    embed: bool = True  # downloads stand in the page itself; else the foot names the file in the folder


def figure_markup(figure: Figure, gallery: Gallery) -> Markup:
    """The whole figure."""
    pictures = []
    for width in figure.widths:
        classes = ["vega", "vega--halo"] if figure.halo else ["vega"]
        if len(figure.widths) > 1:
            classes.append("wide" if width >= WIDE else "narrow-b")
        svg = gallery.svg(figure.name, figure.draw, width=width)
        pictures.append(raw(inline_svg(svg, label=figure.label, class_=" ".join(classes))))
    caption = tag(
        "figcaption", tag("p", figure.title, class_="chart__title"), tag("p", figure.reading, class_="chart__sub")
    )
    return tag("figure", caption, *pictures, _foot(figure, gallery), class_="chart")


def table_markup(
    table: Table, *, class_: str = "table", hide_caption: bool = False, label: str | None = None
) -> Markup:
    """A table with caption and scoped heads, in a frame that scrolls sideways."""
    head = tag(
        "tr",
        *(
            tag("th", title, scope="col", class_="num" if place in table.numeric else None)
            for place, title in enumerate(table.head)
        ),
    )
    body = join(*(_row(row, table.numeric) for row in table.rows))
    caption = tag("caption", tag("span", table.caption, class_="vh") if hide_caption else table.caption)
    inner = tag("table", caption, tag("thead", head), tag("tbody", body), class_=class_)
    return tag("div", inner, class_="scroll", tabindex=0, role="region", aria_label=label or table.caption)


def download(text: str, *, kind: str, name: str, title: str) -> Markup:
    """A link that saves a text as a file, without any server."""
    data = base64.b64encode(text.encode("utf-8")).decode("ascii")
    return tag("a", title, href=f"data:{kind};base64,{data}", download=name)


def _row(row: Sequence[Child], numeric: frozenset[int]) -> Markup:
    cells = [tag("th", row[0], scope="row")]
    cells += [
        tag("td", cell, class_="num" if place in numeric else None) for place, cell in enumerate(row[1:], start=1)
    ]
    return tag("tr", *cells)


def _foot(figure: Figure, gallery: Gallery) -> Markup:
    table = figure.table
    if figure.embed:
        text = BOM + csv_text(table.head, [[_plain(cell) for cell in row] for row in table.rows])
        svg = gallery.svg(figure.name, figure.draw, width=figure.widths[0])
        links = tag(
            "span",
            download(text, kind="text/csv", name=f"{figure.name}.csv", title="CSV"),
            download(svg, kind="image/svg+xml", name=f"{figure.name}.svg", title="SVG"),
            class_="downloads",
        )
    else:
        links = tag("span", f"Hình: charts/{figure.name}.svg", class_="downloads")
    data = tag(
        "details",
        tag("summary", "Xem bảng số"),
        table_markup(table, hide_caption=True),
        class_="chart__data",
    )
    return tag("div", tag("span", figure.foot), links, data, class_="chart__foot")


def _plain(cell: Child) -> str:
    return "" if cell is None else str(cell)
