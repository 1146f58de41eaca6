"""Filters and sort links of a page: plain links whose addresses keep the reader's other choices.

In:  the choices made, as the query of the address. Out: Choices with the query to follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a filter. ``query`` is "" for the plain page, else begins with "?"."""

    label: str
    query: str
    is_current: bool
    n: int | None = None


def query_with(chosen: Mapping[str, str], **changes: str) -> str:
    """The query with some choices changed; an empty one is left out.

    >>> query_with({"nhom": "xa", "sap-xep": "ten"}, **{"sap-xep": ""})
    '?nhom=xa'
    >>> query_with({})
    ''
    """
    merged = {name: value for name, value in {**chosen, **changes}.items() if value}
    return f"?{urlencode(merged)}" if merged else ""
