"""Draw each chart once, for the page and for the folder of charts beside it.

In:  a name and a specification function by width. Out: the drawings, and the files to write (the wide ones).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ddci.report.charts.draw import draw_svg
from ddci.report.charts.theme import NARROW, WIDE, Spec

Draw = Callable[[int], Spec]


class Gallery:
    """Drawings by chart name and width."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[str, int], str] = {}

    def svg(self, name: str, draw: Draw, *, width: int) -> str:
        """The stand-alone SVG of a chart at one width, drawn at the first call."""
        key = (name, width)
        if key not in self._drawn:
            self._drawn[key] = draw_svg(draw(width))
        return self._drawn[key]

    def files(self) -> dict[str, str]:
        """File name → SVG of every chart, the widest drawing of each."""
        widest: dict[str, str] = {}
        for (name, _), svg in sorted(self._drawn.items(), key=lambda item: item[0][1]):
            widest[f"{name}.svg"] = svg
        return dict(sorted(widest.items()))


def file_stem(text: str) -> str:
    """A unit's or group's code as part of a file name or anchor: letters, digits, hyphens.

    >>> file_stem("Sở/../KH&ĐT"), file_stem("chi-lang")
    ('S-KH-T', 'chi-lang')
    """
    return re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-") or "x"


__all__ = ["NARROW", "WIDE", "Draw", "Gallery", "file_stem"]
