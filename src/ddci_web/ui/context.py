"""What every template may show: the site's name, the colour scheme, the page in the other language, who is logged in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

THEMES = ("auto", "light", "dark")


def site(request: HttpRequest) -> dict[str, Any]:
    other = "vi" if get_language() == "en" else "en"
    theme = request.COOKIES.get("theme", "auto")
    return {
        "site_name": settings.SITE_NAME,
        "theme": theme if theme in THEMES else "auto",
        "other_language": other,
        "other_language_path": translate_url(request.get_full_path(), other),
        "member": getattr(request, "member", None),
    }
