"""What the frame of public pages asks for itself: which publication its navigation leads to."""

from __future__ import annotations

from typing import Any

from django import template

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
