"""Words and numbers in the language of the page, for sentences that a presenter writes.

In:  floats at full precision (NaN = missing), nodes, programmes, waves. Out: text. Templates use the filters instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language

from ddci.messages import Language
from ddci.report import numbers, terms


def language() -> Language:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def named(item: Any) -> str:
    """The name of anything that has ``vi`` and perhaps ``en``."""
    english = getattr(item, "en", None)
    return str(english) if english and language() == "en" else str(item.vi)


def number(value: float | None, decimals: int = 2, *, strip: bool = False, is_change: bool = False) -> str:
    return numbers.format_number(value, decimals, language(), strip=strip, signed=is_change)


def count(value: float | None) -> str:
    return numbers.format_count(value, language())


def share(value: float | None, decimals: int = 0) -> str:
    return numbers.format_share(value, decimals, language())


def signed(value: float | None) -> str:
    return numbers.format_signed(value, 2, language())


def interval(low: float | None, high: float | None, decimals: int = 2, *, is_change: bool = False) -> str:
    return numbers.format_interval(low, high, decimals, language(), signed=is_change)


def amount(value: float, unit: str) -> str:
    """An indicator's value without the name of its unit."""
    return numbers.format_value(value, unit, language())


def amount_with_unit(value: float, unit: str) -> str:
    """An indicator's value as it stands in a sentence: "52,7%", "4,00 ngày"."""
    word = unit_word(unit)
    return amount(value, unit) + (word if word == "%" else f"\u00a0{word}")


def amounts(low: float, high: float, unit: str) -> str:
    """Two limits of an indicator's value."""
    if math.isnan(low) or math.isnan(high):
        return numbers.MISSING
    decimals = 1 if unit in ("share", "balance") else 2
    return interval(numbers.shown(low, unit), numbers.shown(high, unit), decimals)


def unit_word(unit: str) -> str:
    return numbers.unit_word(unit, language())


def flag_words(flags: Iterable[str]) -> str:
    """What the flags of a cell mean, with semicolons."""
    return terms.words_for(list(flags), terms.terms_in(language()).FLAGS)


def direction(sign: int) -> str:
    return terms.terms_in(language()).DIRECTIONS[1 if sign > 0 else -1]


def not_published() -> str:
    return terms.terms_in(language()).NOT_PUBLISHED
