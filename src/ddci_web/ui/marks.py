"""Pictures the size of a table's cell: a score with its interval, a place with its set of places.

In:  numbers at full precision; NaN or None = missing.
Out: inline SVG of classes only (no style attributes), with its figures in words for those who do not see it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ddci.messages import Language
from ddci.report.numbers import format_interval, format_number, is_missing

MOST_DOTS = 24  # places that a strip shows one by one
STRIP, EDGE = 96, 5  # px: width of a strip, room for half a dot at both ends

_WORDS: dict[Language, dict[str, str]] = {
    "vi": {
        "interval": "khoảng 95%",
        "median": "trung vị",
        "rank": "hạng {} trong {}",
        "set": "tập hạng",
        "none": "không có số",
    },
    "en": {
        "interval": "95% interval",
        "median": "median",
        "rank": "rank {} of {}",
        "set": "rank set",
        "none": "no figure",
    },
}


def interval_mark(
    low: float | None,
    score: float | None,
    high: float | None,
    median: float | None,
    domain: tuple[float, float],
    language: Language = "vi",
) -> SafeString:
    """The axis over ``domain``, the interval as a bar, the median as a tick, the score as a dot; as wide as its cell."""
    if score is None or is_missing(score):
        return _missing(language)
    words = _WORDS[language]
    said = [format_number(score, 2, language)]
    parts = [_line("gr", "0", "100%", 12)]
    if low is not None and high is not None and not (is_missing(low) or is_missing(high)):
        said.append(f"{words['interval']} {format_interval(low, high, 2, language)}")
        parts.append(_line("ci", _at(low, domain), _at(high, domain), 12))
    if median is not None and not is_missing(median):
        said.append(f"{words['median']} {format_number(median, 2, language)}")
        parts.append(_tick("bl", _at(median, domain), 4, 20))
    parts.append(_dot("d1", _at(score, domain), 12, 4.5))
    return _drawn("spark", None, 24, parts, "; ".join(said))


def rank_strip(
    rank: float | None, low: float | None, high: float | None, n: int, language: Language = "vi"
) -> SafeString:
    """Places 1 (left) to n: one dot each where they are few, the set of places as a bar, the place itself on top."""
    if rank is None or is_missing(rank) or n < 1:
        return _missing(language)
    words = _WORDS[language]
    said = [words["rank"].format(format_number(rank, 1, language, strip=True), n)]
    parts = [_places(n)]
    if low is not None and high is not None and not (is_missing(low) or is_missing(high)):
        said.append(f"{words['set']} {format_interval(low, high, 0, language)}")
        parts.append(_line("ci", _place(low, n), _place(high, n), 6))
    parts.append(_dot("d2", _place(rank, n), 6, 4.5))
    return _drawn("rank__strip", STRIP, 12, parts, "; ".join(said))


def _places(n: int) -> SafeString:
    if 1 < n <= MOST_DOTS:
        dots = ((_place(place, n),) for place in range(1, n + 1))
        return format_html_join("", '<circle class="d0l" cx="{}" cy="6" r="2"/>', dots)
    return _line("gr", _place(1, n), _place(n, n), 6)


def _place(rank: float, n: int) -> str:
    """Pixels from the left of the strip."""
    share = 0.0 if n == 1 else (min(max(rank, 1), n) - 1) / (n - 1)
    return f"{EDGE + share * (STRIP - 2 * EDGE):.1f}"


def _at(value: float, domain: tuple[float, float]) -> str:
    """Per cent of the width; what lies beyond the axis is drawn at its end."""
    low, high = domain
    share = 0.5 if high <= low else (value - low) / (high - low)
    return f"{100 * min(max(share, 0.0), 1.0):.1f}%"


def _line(kind: str, first: str, last: str, y: int) -> SafeString:
    return format_html('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>', kind, first, last, y, y)


def _tick(kind: str, x: str, top: int, bottom: int) -> SafeString:
    return format_html('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>', kind, x, x, top, bottom)


def _dot(kind: str, x: str, y: int, radius: float) -> SafeString:
    return format_html('<circle class="{}" cx="{}" cy="{}" r="{}"/>', kind, x, y, str(radius))


def _drawn(kind: str, width: int | None, height: int, parts: Iterable[SafeString], said: str) -> SafeString:
    inner = format_html_join("", "{}", ((part,) for part in parts))
    size = format_html(' width="{}"', width) if width else SafeString("")
    return format_html(
        '<svg class="plot {}"{} height="{}" role="img" aria-label="{}">{}</svg>', kind, size, height, said, inner
    )


def _missing(language: Language) -> SafeString:
    return format_html('<span class="meta">{}</span>', _WORDS[language]["none"])
