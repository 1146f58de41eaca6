"""Write numbers the way people read them: 7,25 and 10.447 in Vietnamese, 7.25 and 10,447 in English.

In:  floats at full precision; NaN (or None) = missing.
Out: text. Minus is U+2212, an interval has an en dash, a missing number is "–".
A float is rounded by its exact binary value, as Python prints it; it happens only here, never before.
"""

from __future__ import annotations

import math
from decimal import Decimal

from ddci.messages import Language

MISSING = "–"
MINUS = "\u2212"
EN_DASH = "\u2013"

_MARKS = {"vi": (",", "."), "en": (".", ",")}  # decimal, thousands

UNIT_WORDS: dict[Language, dict[str, str]] = {
    "vi": {
        "share": "%",
        "days": "ngày",
        "hours": "giờ",
        "visits": "lần",
        "score": "điểm",
        "points": "điểm",
        "count": "số lượng",
        "million_vnd": "triệu đồng",
        "balance": "điểm %",
    },
    "en": {
        "share": "%",
        "days": "days",
        "hours": "hours",
        "visits": "visits",
        "score": "points",
        "points": "points",
        "count": "count",
        "million_vnd": "million VND",
        "balance": "% points",
    },
}


def is_missing(value: float | None) -> bool:
    """True for None and NaN."""
    return value is None or math.isnan(value)


def format_number(
    value: float | None, decimals: int = 2, language: Language = "vi", *, strip: bool = False, signed: bool = False
) -> str:
    """A number with a fixed count of decimals.

    strip   drop zeros at the end of the decimals
    signed  write + before a positive number; a number that rounds to zero has no sign

    >>> format_number(10447.256), format_number(-8.675, 1), format_number(float("nan")), format_number(0.5, 1, "en")
    ('10.447,26', '−8,7', '–', '0.5')
    >>> format_number(66.575, 3, strip=True), format_number(66.5, 3, strip=True), format_number(1.2, 1, signed=True)
    ('66,575', '66,5', '+1,2')
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return f"{MINUS if value < 0 else ''}∞"
    decimal, thousands = _MARKS[language]
    whole, _, fraction = f"{abs(value):,.{decimals}f}".partition(".")
    if strip:
        fraction = fraction.rstrip("0")
    digits = whole.replace(",", thousands) + (decimal + fraction if fraction else "")
    if (value < 0 or signed) and digits.strip("0.,"):  # not of a number that rounds to zero
        return (MINUS if value < 0 else "+") + digits
    return digits


def format_signed(value: float | None, decimals: int = 2, language: Language = "vi") -> str:
    """A difference: always with its sign.

    >>> format_signed(1.98), format_signed(-8.67), format_signed(0.001)
    ('+1,98', '−8,67', '0,00')
    """
    return format_number(value, decimals, language, signed=True)


def format_interval(
    low: float | None, high: float | None, decimals: int = 2, language: Language = "vi", *, signed: bool = False
) -> str:
    """Two limits with an en dash; a single number where both print alike; "đến" where a minus would hide the dash.

    >>> format_interval(1, 11, 0), format_interval(3, 3, 0), format_interval(54.2, 57.1, 1)
    ('1–11', '3', '54,2–57,1')
    >>> format_interval(-12.71, -4.63, signed=True)
    '−12,71 đến −4,63'
    """
    if is_missing(low) or is_missing(high):
        return MISSING
    first = format_number(low, decimals, language, signed=signed)
    last = format_number(high, decimals, language, signed=signed)
    if first == last:
        return first
    if first[0] in (MINUS, "+") or last[0] in (MINUS, "+"):
        return f"{first} {'đến' if language == 'vi' else 'to'} {last}"
    return f"{first}{EN_DASH}{last}"


def format_count(value: float | None, language: Language = "vi") -> str:
    """A whole number with separated thousands.

    >>> format_count(10447.0)
    '10.447'
    """
    return format_number(value, 0, language)


def format_share(value: float | None, decimals: int = 1, language: Language = "vi") -> str:
    """A share 0–1 as a percentage.

    >>> format_share(0.5269, 2), format_share(1.0, 0)
    ('52,69%', '100%')
    """
    return MISSING if is_missing(value) else f"{format_number(100 * (value or 0.0), decimals, language)}%"


def shown(value: float, unit: str) -> float:
    """The value as people read it: shares and balances in per cent, everything else as it is."""
    return 100 * value if unit in ("share", "balance") else value


def format_value(value: float, unit: str, language: Language = "vi") -> str:
    """An indicator's value without its unit's name (that stands once, in the head of a column or behind the label).

    >>> format_value(0.5269, "share"), format_value(4.0, "days"), format_value(-0.001, "score")
    ('52,7', '4,00', '0,00')
    """
    number = shown(value, unit)
    decimals = 1 if unit in ("share", "balance") else 2 if abs(number) < 1000 else 0
    return format_number(number, decimals, language)


def unit_word(unit: str, language: Language = "vi") -> str:
    """The name of a unit of measure; an unknown one is shown as the framework writes it.

    >>> unit_word("days"), unit_word("km_road")
    ('ngày', 'km road')
    """
    return UNIT_WORDS[language].get(unit, unit.replace("_", " "))


def exact_digits(half_unit: float | None, *, most: int = 4) -> int:
    """Decimals that a printed figure had, from half of its last decimal (0.005 → 2); 2 where unknown.

    >>> exact_digits(0.005), exact_digits(0.05), exact_digits(None)
    (2, 1, 2)
    """
    if half_unit is None or half_unit <= 0 or math.isnan(half_unit):
        return 2
    return max(0, min(most, -int(Decimal(repr(2 * half_unit)).adjusted())))
