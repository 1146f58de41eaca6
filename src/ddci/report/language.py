"""Choose between Vietnamese and English: sentences that stand beside each other in code, and names that have both.

In:  the language of the page, sentences or anything with ``vi`` and perhaps ``en``. Out: text.
"""

from __future__ import annotations

from typing import Protocol

from ddci.messages import Language
from ddci.report.numbers import format_count


class Named(Protocol):
    """A node, group, band, framework …"""

    @property
    def vi(self) -> str: ...
    @property
    def en(self) -> str | None: ...


def either(language: Language, *, vi: str, en: str) -> str:
    """The sentence in the language of the page; the two stand beside each other so that both are changed together."""
    return en if language == "en" else vi


def named(item: Named, language: Language) -> str:
    """The English name where English is wanted and there is one, else the Vietnamese."""
    return item.en if language == "en" and item.en else item.vi


def counted(n: int, one: str, many: str | None = None) -> str:
    """A count with its English noun in the right number.

    >>> counted(1, "unit"), counted(1200, "unit"), counted(0, "sub-index", "sub-indices")
    ('1 unit', '1,200 units', '0 sub-indices')
    """
    return f"{format_count(n, 'en')} {one if n == 1 else many or one + 's'}"
