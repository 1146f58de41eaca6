"""Pieces that several sections of the scorecard share: the frame of a section, links to units, source lines, verdicts.

In:  a Result and rows. Out: Markup or sentences.
"""

from __future__ import annotations

import math

from ddci.messages import Language
from ddci.report import headlines, terms
from ddci.report.gallery import file_stem
from ddci.report.language import either
from ddci.report.markup import Child, Markup, tag
from ddci.report.numbers import MISSING, format_interval, format_number, format_signed
from ddci.report.standing import has_sampling_error
from ddci.result import Result

ROUNDED = 0.01  # points: a published total this near is the same figure, cut or rounded to two decimals


def section(anchor: str, title: str, notes: list[Child], *body: Child, wide: bool = False) -> Markup:
    """A section with its title hung in the left margin."""
    aside = tag("div", tag("h2", title, id=f"h-{anchor}"), *(tag("p", n, class_="section__note") for n in notes if n))
    classes = "section section--wide" if wide else "section"
    inner = tag("div", *body, class_="section__body")
    return tag("section", aside, inner, class_=classes, id=anchor, aria_labelledby=f"h-{anchor}")


def source_line(result: Result, rows: list[int], language: Language = "vi") -> str:
    """n and source for the foot of a chart."""
    n = [float(value) for value in result.scores.n[rows, 0] if not math.isnan(value)]
    size = f"n: {terms.terms_in(language).NOT_PUBLISHED}"
    if n:
        counts = format_interval(min(n), max(n), 0, language)
        size = either(language, vi=f"n = {counts} phiếu mỗi đơn vị", en=f"n = {counts} answers for each unit")
    mark = either(language, vi=" · MÔ PHỎNG", en=" · SIMULATED") if result.simulated else ""
    return f"{size} · {source_of(result, language)}{mark}"


def source_of(result: Result, language: Language = "vi") -> str:
    """Where the figures come from, or that nobody says so. The source itself stands as the wave writes it."""
    if language == "en":
        return f"Source: {result.source or 'not stated'}"
    return f"Nguồn: {result.source or 'không ghi nguồn'}"


def unit_link(result: Result, row: int) -> Markup:
    return tag("a", result.units[row].name, href=f"#{unit_anchor(result, row)}")


def unit_anchor(result: Result, row: int) -> str:
    """The anchor of a unit's section; the row keeps two codes apart that look alike as anchors."""
    return f"don-vi-{row + 1}-{file_stem(result.units[row].code)}"


def conclusion(result: Result, row: int) -> str:
    """What the like-for-like change of a unit allows to say."""
    change = result.change
    if change is None or math.isnan(change.like_for_like[row]):
        return "không so được"
    if math.isnan(change.like_for_like_low[row]):
        return f"sai số: {terms.NOT_PUBLISHED}"
    if headlines.is_inconclusive(result, row):
        return terms.INCONCLUSIVE
    return "tăng rõ" if change.like_for_like[row] > 0 else "giảm rõ"


def like_for_like_figure(result: Result, row: int) -> str:
    """The like-for-like change; without sampling error with the third decimal where figures were summed from printed ones."""
    change = result.change
    if change is None:
        return MISSING
    decimals = 2 if has_sampling_error(result) else 3
    return format_number(change.like_for_like[row], decimals, signed=True, strip=decimals == 3)


def like_for_like_span(result: Result, row: int) -> str:
    """From which figure to which; where an earlier total was published with fewer decimals, the change against that too."""
    change = result.change
    if change is None:
        return ""
    then, now, published = (
        float(f[row]) for f in (change.like_for_like_then, change.like_for_like_now, change.published_then)
    )
    decimals = 2 if has_sampling_error(result) else 3
    verb = "lên" if now >= then else "xuống"
    text = f"từ {format_number(then, decimals, strip=True)} {verb} {format_number(now)}"
    if published != then and abs(published - then) < ROUNDED:
        text += f"; so với {format_number(published)} đã công bố: {format_signed(now - published)}"
    return text
