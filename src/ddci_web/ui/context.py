"""What every template may show: the site's name, the colour scheme, the page in the other language, who is logged in.

Nothing here asks the session or the database, so that public pages stay the same for everybody.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

THEMES = ("auto", "light", "dark")
WORKPLACES = frozenset({"organiser", "workspace"})


def site(request: HttpRequest) -> dict[str, Any]:
    """site_name, theme, other_language, other_language_path ("" where there is none), is_public, has_htmx, member."""
    place = getattr(request.resolver_match, "namespace", None)
    here, theme = request.get_full_path(), request.COOKIES.get("theme", "auto")
    other = "vi" if get_language() == "en" else "en"
    there = translate_url(here, other)
    return {
        "site_name": settings.SITE_NAME,
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
        "other_language": other,
        "other_language_path": "" if there == here else there,
        "is_public": place in (None, "portal"),
        "has_htmx": place in WORKPLACES,
        "member": getattr(request, "member", None),
    }
