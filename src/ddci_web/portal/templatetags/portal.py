"""Filters of public pages beside those of ``ui``, and the publication that the navigation leads to."""

from __future__ import annotations

from typing import Any

from django import template

from ddci.report.numbers import shown
from ddci.result import Node
from ddci_web.portal.pages import words
from ddci_web.results import published
from ddci_web.results.published import Published

register = template.Library()


@register.simple_tag(takes_context=True)
def current_publication(context: dict[str, Any]) -> Published | None:
    """The publication that the page is about; else the newest one of the featured programme, None where there is none."""
    shown = context.get("published")
    if isinstance(shown, Published):
        return shown
    series = published.series()
    featured = [waves for programme, waves in series if programme.is_featured] or [waves for _, waves in series]
    return featured[0][0] if featured else None


@register.simple_tag
def amounts(low: float, high: float, node: Node) -> str:
    """An interval of a node's figure, in the node's own unit."""
    return words.amounts(low, high, node.unit)


@register.filter
def as_shown(value: float, unit: str) -> float:
    """A figure as people read it: shares in per cent. For pictures, whose words repeat the figures beside them."""
    return shown(value, unit)


@register.filter
def direction(node: Node) -> str:
    return words.direction(node.direction)


@register.filter
def flags(names: tuple[str, ...]) -> str:
    """What the flags of a cell mean."""
    return words.flag_words(names)
