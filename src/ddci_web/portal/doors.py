"""The door of public pages: from an address to the publication it names, or to a page that helps.

``@public_page`` marks a page that is the same for everybody, so that it may be kept; ``@publication_page`` also turns
the wave's part of the address into a ``Published``.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import register_converter
from django.views.decorators.http import require_safe

from ddci_web.results import published
from ddci_web.results.published import Published, UnknownWaveError

View = Callable[..., HttpResponseBase]


class WaveConverter:
    """``pci-2016``, or ``pci-2016@1`` for a snapshot that has been corrected since."""

    regex = r"[-a-zA-Z0-9_]+(?:@[1-9][0-9]{0,3})?"

    def to_python(self, value: str) -> tuple[str, int | None]:
        code, _, number = value.partition("@")
        return code, int(number) if number else None

    def to_url(self, value: Published | str | tuple[str, int | None]) -> str:
        if isinstance(value, Published):
            return value.slug
        if isinstance(value, tuple):
            return value[0] if value[1] is None else f"{value[0]}@{value[1]}"
        return value


register_converter(WaveConverter, "wave")


class UnknownPageError(Http404):
    """Nothing is published at this address. ``word`` is what was not found, ``near`` what it may have meant."""

    def __init__(self, what: str, word: str, near: list[tuple[str, str]] | None = None) -> None:
        super().__init__(f"{what}: {word}")
        self.what, self.word, self.near = what, word, near or []


def public_page(view: View) -> View:
    """A page for everybody, kept until something new is published. It must not depend on who asks."""

    @require_safe
    @wraps(view)
    def open_page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponse) and response.status_code == 200:
            response.is_public_page = True  # type: ignore[attr-defined]
        return response

    return open_page


def publication_page(view: View) -> View:
    """A public page of one wave: ``view(request, published, …)``."""

    @public_page
    @wraps(view)
    def open_publication(
        request: HttpRequest, wave: tuple[str, int | None], *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        try:
            found = published.open_snapshot(*wave)
        except UnknownWaveError:
            raise UnknownPageError("wave", WaveConverter().to_url(wave)) from None
        return view(request, found, *args, **kwargs)

    return open_publication


def unit_row(published: Published, code: str) -> int:
    """The row of a unit in the Result. Raises UnknownPageError with units whose names or codes are near."""
    result = published.result
    if code in result.unit_row:
        return result.unit_row[code]
    raise UnknownPageError("unit", code, _near(code, [(unit.code, unit.name) for unit in result.units]))


def node_column(published: Published, code: str, level: str) -> int:
    """The column of a sub-index or an indicator. Raises UnknownPageError with codes that are near."""
    result = published.result
    column = result.node_column.get(code)
    if column is not None and result.nodes[column].level == level:
        return column
    nodes = [(node.code, node.vi) for node in result.nodes if node.level == level]
    raise UnknownPageError(level, code, _near(code, nodes))


def _near(word: str, known: list[tuple[str, str]]) -> list[tuple[str, str]]:
    codes = difflib.get_close_matches(word.casefold(), [code.casefold() for code, _ in known], n=5, cutoff=0.5)
    return [pair for pair in known if pair[0].casefold() in codes]
