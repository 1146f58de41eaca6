"""Numbers, dates and small pictures in templates; numbers in the page's language.

They wrap ``ddci.report.numbers``, so that pages, files and charts write a number the same way.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from ddci.messages import Language
from ddci.report import numbers

register = template.Library()


def page_language() -> Language:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


@register.filter
def score(value: float | None, decimals: int = 2) -> str:
    """7.25 → 7,25"""
    return numbers.format_number(value, decimals, page_language())


@register.filter
def signed(value: float | None, decimals: int = 2) -> str:
    return numbers.format_signed(value, decimals, page_language())


@register.filter
def count(value: float | None) -> str:
    return numbers.format_count(value, page_language())


@register.filter
def share(value: float | None, decimals: int = 1) -> str:
    return numbers.format_share(value, decimals, page_language())


@register.filter
def rank(value: float | None) -> str:
    return numbers.format_number(value, 0, page_language())


@register.filter
def in_unit(value: float, unit: str) -> str:
    """A value in an indicator's own unit, without the unit's word."""
    return numbers.format_value(value, unit, page_language())


@register.filter
def unit_word(unit: str) -> str:
    return numbers.unit_word(unit, page_language())


@register.simple_tag
def interval(low: float | None, high: float | None, decimals: int = 2) -> str:
    return numbers.format_interval(
        float("nan") if low is None else low, float("nan") if high is None else high, decimals, page_language()
    )


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """dd/mm/yyyy, in the site's time zone."""
    if value is None:
        return numbers.MISSING
    return f"{timezone.localtime(value) if isinstance(value, dt.datetime) else value:%d/%m/%Y}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """dd/mm/yyyy hh:mm, in the site's time zone."""
    return numbers.MISSING if value is None else f"{timezone.localtime(value):%d/%m/%Y %H:%M}"


@register.filter
def named(item: Any) -> str:
    """The name of a node, wave, programme or group in the page's language."""
    return (item.en if page_language() == "en" and getattr(item, "en", "") else item.vi) or ""
