"""The pictures and the table of a chart, read from a publication for a page.

In:  a Figure of ``ddci.report`` and a publication that finds its files. Out: markup without scripts and style attributes.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.utils.safestring import SafeString, mark_safe

from ddci.report.charts.draw import inline_svg
from ddci.report.charts.theme import WIDE
from ddci.report.figure import Figure, table_markup


class Publication(Protocol):
    """Whatever knows where a published file lies; raises LookupError for a file it does not have."""

    def path(self, name: str) -> Path: ...


def pictures(figure: Figure, published: Publication) -> list[SafeString]:
    """The figure at each of its widths, of which a page shows one; none where the publication holds no picture."""
    found = []
    for width in figure.widths:
        try:
            file = published.path(f"pictures/{figure.name}-{width}.svg")
        except LookupError:
            continue
        found.append(_inline(file, figure.label, _classes(figure, width)))
    return found


def table(figure: Figure) -> SafeString:
    """The figures of the picture, as a table in a frame of its own."""
    return mark_safe(table_markup(figure.table, hide_caption=True))  # noqa: S308  ddci.report.markup escapes


def _classes(figure: Figure, width: int) -> str:
    names = ["vega", "vega--halo"] if figure.halo else ["vega"]
    if len(figure.widths) > 1:
        names.append("wide" if width >= WIDE else "narrow-b")
    return " ".join(names)


@lru_cache(maxsize=256)  # a published file never changes
def _inline(file: Path, label: str, class_: str) -> SafeString:
    svg = file.read_text(encoding="utf-8")
    return mark_safe(inline_svg(svg, label=label, class_=class_))  # noqa: S308  drawn by ddci.report.charts
