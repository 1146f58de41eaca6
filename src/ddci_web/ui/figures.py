"""The pictures and the table of a chart, read from a publication for a page.

In:  a Figure of ``ddci.report`` and a publication that finds its files. Out: markup without scripts and style attributes.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ddci.messages import Language
from ddci.report.charts.draw import inline_svg
from ddci.report.charts.theme import WIDE
from ddci.report.figure import Figure, table_markup


class Publication(Protocol):
    """Whatever knows where a published file lies; raises LookupError for a file it does not have."""

    def path(self, name: str) -> Path: ...


def drawing(name: str, width: int, published: Publication, language: Language) -> Path:
    """The file of a picture; the English one only where it differs. Raises LookupError where there is none."""
    if language == "en":
        try:
            return published.path(f"pictures/en/{name}-{width}.svg")
        except LookupError:
            pass  # the Vietnamese one has no word or number that is written otherwise, or was published without English
    return published.path(f"pictures/{name}-{width}.svg")


def pictures(figure: Figure, published: Publication, language: Language = "vi") -> list[SafeString]:
    """The figure at each of its widths, of which a page shows one; none where the publication holds no picture."""
    found = []
    for width in figure.widths:
        try:
            file = drawing(figure.name, width, published, language)
            found.append(_inline(file, figure.label, _classes(figure, width)))
        except (LookupError, OSError):  # the table below says the same
            continue
    return found


def table(figure: Figure) -> SafeString:
    """The figures of the picture, as a table in a frame of its own."""
    label = gettext("Bảng số của hình: %(title)s") % {"title": figure.title}
    return mark_safe(table_markup(figure.table, hide_caption=True, label=label))  # noqa: S308  ddci.report.markup escapes


def _classes(figure: Figure, width: int) -> str:
    names = ["vega", "vega--halo"] if figure.halo else ["vega"]
    if len(figure.widths) > 1:
        names.append("wide" if width >= WIDE else "narrow-b")
    return " ".join(names)


@lru_cache(maxsize=256)  # a published file never changes
def _inline(file: Path, label: str, class_: str) -> SafeString:
    svg = file.read_text(encoding="utf-8")
    return mark_safe(inline_svg(svg, label=label, class_=class_))  # noqa: S308  drawn by ddci.report.charts
