"""Numbers, dates and small pictures in templates, and the components that wrap other markup.

Numbers follow the page's language. They wrap ``ddci.report.numbers``, so that pages, files and charts write alike.
These tags are built into every template; arguments are listed at the head of each file in ``ui/components``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from ddci.messages import Language
from ddci.report import numbers
from ddci.report.figure import Figure
from ddci_web.ui import figures, marks

NO_BREAK = "\u00a0"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

register = template.Library()


def page_language() -> Language:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


# Numbers --------------------------------------------------------------------------------------------------------------
@register.filter
def score(value: float | None, decimals: int = 2) -> str:
    """7.25 → 7,25"""
    return numbers.format_number(value, decimals, page_language())


@register.filter
def signed(value: float | None, decimals: int = 2) -> str:
    """-8.67 → −8,67, with U+2212"""
    return numbers.format_signed(value, decimals, page_language())


@register.filter
def count(value: float | None) -> str:
    """10447 → 10.447"""
    return numbers.format_count(value, page_language())


@register.filter
def units(value: int) -> str:
    """How many units: "1 đơn vị", in English "1 unit", "3 units"."""
    return ngettext("%(n)s đơn vị", "%(n)s đơn vị", value) % {"n": count(value)}


@register.filter
def share(value: float | None, decimals: int = 1) -> str:
    """0.5269 → 52,7%"""
    return numbers.format_share(value, decimals, page_language())


@register.filter
def rank(value: float | None) -> str:
    """A place; a shared one may lie between two: 18,5"""
    return numbers.format_number(value, 1, page_language(), strip=True)


@register.filter
def in_unit(value: float, unit: str) -> str:
    """A value in an indicator's own unit, without the unit's word."""
    return numbers.format_value(value, unit, page_language())


@register.filter
def unit_word(unit: str) -> str:
    return numbers.unit_word(unit, page_language())


@register.filter
def with_unit(value: float, unit: str) -> str:
    """A value and the word of its unit, which never part at the end of a line: "12,50 ngày", "52,7%"."""
    gap = "" if unit == "share" else NO_BREAK
    return in_unit(value, unit) + gap + unit_word(unit).replace(" ", NO_BREAK)


@register.filter
def signed_with_unit(value: float, unit: str) -> str:
    """A change and the word of its unit: "+1,98 điểm"."""
    shown = numbers.shown(value, unit)
    decimals = 1 if unit in ("share", "balance") else 2
    word = (
        "điểm %" if unit == "share" and page_language() == "vi" else "% points" if unit == "share" else unit_word(unit)
    )
    return signed(shown, decimals) + NO_BREAK + word.replace(" ", NO_BREAK)


@register.simple_tag
def interval(low: float | None, high: float | None, decimals: int = 2, signed: bool = False) -> str:
    """Two limits: 54,9–57,7; limits with a sign: −12,71 đến −4,63"""
    missing = float("nan")
    first, last = missing if low is None else low, missing if high is None else high
    return numbers.format_interval(first, last, decimals, page_language(), signed=signed)


# Dates and names ------------------------------------------------------------------------------------------------------
@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """18/03/2024 in Vietnamese; 18 Mar 2024 in English, where the order of day and month could be mistaken."""
    if value is None:
        return numbers.MISSING
    local = timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value
    if page_language() == "en":
        return NO_BREAK.join((str(local.day), _MONTHS[local.month - 1], str(local.year)))
    return f"{local:%d/%m/%Y}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """18/03/2024 14:05, in the site's time zone."""
    if value is None:
        return numbers.MISSING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}{NO_BREAK}{local:%H:%M}"


@register.filter
def named(item: Any) -> str:
    """The name of a node, wave, programme or group in the page's language."""
    return (item.en if page_language() == "en" and getattr(item, "en", "") else item.vi) or ""


@register.simple_tag
def site_title() -> str:
    """The site's name, also on the page of an error, which has no context."""
    return str(settings.SITE_NAME)


# Pictures -------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("ui/components/figure.html")
def figure(figure: Figure, published: Any, *, heading: str = "") -> dict[str, Any]:
    """A chart of a publication with title, reading line, n, source, table and downloads.

    published  has ``path(name)``, which finds ``pictures/<figure>-<width>.svg`` and ``pictures/en/…``, and goes into the
               download addresses
    heading    "h3", where the title belongs in the outline of the page
    """
    return {
        "figure": figure,
        "published": published,
        "heading": heading,
        "pictures": figures.pictures(figure, published, page_language()),
        "table": figures.table(figure),
    }


@register.simple_tag
def interval_mark(
    low: float | None,
    score: float | None,
    high: float | None,
    median: float | None,
    domain_low: float,
    domain_high: float,
) -> SafeString:
    """A score with its interval and the median on a common axis, for the cell of a table."""
    return marks.interval_mark(low, score, high, median, (domain_low, domain_high), page_language())


@register.simple_tag
def rank_strip(rank: float | None, low: float | None, high: float | None, n: int) -> SafeString:
    """A place among n, with the set of places that the data cannot tell apart."""
    return marks.rank_strip(rank, low, high, n, page_language())


# Components around other markup ---------------------------------------------------------------------------------------
def _wrapped(name: str, content: str, **arguments: Any) -> SafeString:
    return render_to_string(f"ui/components/{name}.html", {"content": content, **arguments})


@register.simple_block_tag
def section(content: str, title: str, id: str = "", note: str = "", kind: str = "") -> SafeString:  # noqa: A002
    """A part of the page with its title hung in the margin: {% section "Cách đọc" id="doc" %}…{% endsection %}"""
    return _wrapped("section", content, title=title, id=id, note=note, kind=kind)


@register.simple_block_tag
def alert(content: str, kind: str = "", title: str = "") -> SafeString:
    """A message; kind is "", "ok", "risk" or "late"."""
    return _wrapped("alert", content, kind=kind, title=title)


@register.simple_block_tag
def next_step(content: str, title: str, url: str = "", action: str = "") -> SafeString:
    """The one thing to do next on a page of work."""
    return _wrapped("next_step", content, title=title, url=url, action=action)


@register.simple_block_tag
def scroll(content: str, label: str) -> SafeString:
    """A wide table, which scrolls sideways in its own frame."""
    return _wrapped("scroll", content, label=label)
