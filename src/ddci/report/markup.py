"""Build HTML in which text cannot become markup: whatever is not already Markup is escaped.

In:  tags, attributes and children, any of them from a framework or a unit's name.
Out: Markup, a str that is safe to put into a page.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

Attribute = str | int | float | bool | None
VOID = frozenset({"br", "col", "hr", "img", "link", "meta", "wbr"})
REMEMBERED = 4096  # texts and attributes; a page repeats few of them many thousand times


class Markup(str):
    """Text that is already HTML."""

    __slots__ = ()


Child = str | None


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """One element. A last underscore of a name is dropped, others become hyphens; False and None are left out.

    >>> tag("p", "a < b", tag("b", "!"), class_="meta")
    '<p class="meta">a &lt; b<b>!</b></p>'
    >>> tag("td", "<script>", colspan=2, hidden=True, id=None)
    '<td colspan="2" hidden>&lt;script&gt;</td>'
    """
    written = "".join([_attribute(key, value) for key, value in attributes.items()])
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{_joined(children)}</{name}>")


def join(*children: Child) -> Markup:
    """Children one after the other, escaped where they are plain text; None is nothing."""
    return Markup(_joined(children))


def raw(text: str) -> Markup:
    """Markup from this package's own files and drawings; never for text that people typed."""
    return Markup(text)


def _joined(children: tuple[Child, ...]) -> str:
    return "".join(
        [child if isinstance(child, Markup) else _escaped(str(child)) for child in children if child is not None]
    )


@lru_cache(maxsize=REMEMBERED)
def _escaped(text: str) -> str:
    return escape(text)


@lru_cache(maxsize=REMEMBERED, typed=True)  # typed: True is an attribute without a value, 1 is not
def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.removesuffix("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value), quote=True)}"'
