"""The picture of one language with the words of another, without drawing it again.

In:  a drawing of ``draw_svg``, its specification, and the specification of the same chart in another language.
Out: the drawing that ``draw_svg`` would make of the other one, or None where the two differ in more than words: longer
names, for example, move everything beside them. Drawing takes a hundred times as long as exchanging texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

from ddci.report.charts.theme import Row, Spec, locale_of

_TEXT = re.compile(r">([^<>]*)</text>")


def reworded(svg: str, one: Spec, other: Spec) -> str | None:
    """The drawing ``svg`` of ``one`` as a drawing of ``other``; None where it has to be drawn."""
    words: dict[str, str] = {}
    for before, after in _pairs(one, other):
        if before is None or words.setdefault(before, after) != after:
            return None
    found = [unescape(text) for text in _TEXT.findall(svg)]
    if not all(text in words for text in found):
        return None
    return _TEXT.sub(lambda text: f">{escape(words[unescape(text.group(1))], quote=False)}</text>", svg)


def _pairs(one: Spec, other: Spec) -> Iterator[tuple[str | None, str]]:
    """Each text beside its translation; (None, "") where the pictures differ otherwise."""
    free = {"layer": None, "usermeta": None, "description": None}
    if {**one, **free} != {**other, **free} or len(one["layer"]) != len(other["layer"]):
        yield None, ""
        return
    for layer, twin in zip(one["layer"], other["layer"], strict=True):
        rows, twins = layer["data"]["values"], twin["data"]["values"]
        if {**layer, "data": None} != {**twin, "data": None} or len(rows) != len(twins):
            yield None, ""
            return
        for row, its_twin in zip(rows, twins, strict=True):
            if {**row, "text": ""} != {**its_twin, "text": ""}:
                yield None, ""
                return
            if "text" in row:
                yield row["text"], its_twin["text"]
        axis = layer["encoding"]["x"].get("axis")
        if axis:
            yield from zip(_labels(axis, locale_of(one)), _labels(axis, locale_of(other)), strict=True)


def _labels(axis: Row, locale: Row) -> list[str]:
    """The numbers of an axis as they are drawn; see ``theme.tick_format`` for the two formats."""
    decimals = 1 if "~" in axis["format"] else 0
    plain = [f"{abs(tick):.{decimals}f}" for tick in axis["values"]]
    plain = [text.removesuffix(".0").replace(".", locale["decimal"]) for text in plain]
    signs = [locale["minus"] if tick < 0 else "" for tick in axis["values"]]
    return [sign + text for sign, text in zip(signs, plain, strict=True)]
