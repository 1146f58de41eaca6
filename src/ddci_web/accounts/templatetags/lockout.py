"""For the log-in page, which says the rule beforehand, and for the page of a closed log-in, which says until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.conf import settings

from ddci_web.accounts.lockout import password_closed_until, pause

register = template.Library()


@register.simple_tag(takes_context=True)
def closed_until(context: dict[str, Any]) -> dt.datetime | None:
    return password_closed_until(context["request"])


@register.simple_tag
def lockout_rule() -> dict[str, int]:
    """How many wrong passwords close the log-in, and for how many minutes."""
    return {"failures": settings.AXES_FAILURE_LIMIT, "minutes": round(pause().total_seconds() / 60)}
