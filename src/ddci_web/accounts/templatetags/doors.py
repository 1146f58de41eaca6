"""For links that only some may follow: ``{% if member|may:"publish" %}``."""

from __future__ import annotations

from django import template

from ddci_web.accounts import roles
from ddci_web.accounts.models import Member

register = template.Library()


@register.filter
def may(member: Member | None, action: str) -> bool:
    """Raises ValueError for an action that does not exist."""
    return roles.may(member, roles.Action(action))
