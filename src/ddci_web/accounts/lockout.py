"""How long a log-in stays closed after wrong passwords, and after wrong second-factor codes.

Passwords are counted by django-axes, per person and network address. Codes are counted per person wherever they come
from, because whoever guesses codes knows the password already and can change addresses.
"""

from __future__ import annotations

import datetime as dt

from allauth.core.internal.httpkit import get_client_ip
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone

from ddci_web.accounts.models import CodeFailure, Member


def address_of(request: HttpRequest) -> str | None:
    """The caller's network address: of X-Forwarded-For only what the site's own proxies added counts."""
    return get_client_ip(request)


def password_closed_until(request: HttpRequest) -> dt.datetime | None:
    """When the person at this address may try again, by the last wrong password."""
    credentials = getattr(request, "axes_credentials", None) or {}
    attempts = AccessAttempt.objects.filter(
        username=credentials.get(settings.AXES_USERNAME_FORM_FIELD),
        ip_address=getattr(request, "axes_ip_address", None),
    )
    last = attempts.aggregate(last=Max("attempt_time"))["last"]
    return None if last is None else last + pause(request)


def codes_closed_until(member: Member) -> dt.datetime | None:
    """None while codes may be tried; each wrong code counts for the length of the pause."""
    since = timezone.now() - pause()
    wrong = list(CodeFailure.objects.filter(member=member, at__gt=since).order_by("-at")[: settings.AXES_FAILURE_LIMIT])
    return wrong[-1].at + pause() if len(wrong) >= settings.AXES_FAILURE_LIMIT else None


def count_wrong_code(member: Member) -> None:
    CodeFailure.objects.create(member=member)


def forget_wrong_codes(member: Member) -> None:
    CodeFailure.objects.filter(member=member).delete()


def pause(request: HttpRequest | None = None) -> dt.timedelta:
    return get_cool_off(request) or dt.timedelta(0)
