"""Read the trail: filtered, page by page, each event told in Vietnamese.

In:  a table, a member, days, a row.
Out: a page of ``Told`` events, newest first.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone

from ddci_web.audit.models import AuditEvent
from ddci_web.audit.registry import watched
from ddci_web.audit.telling import Told, tell

PAGE = 50


def events(
    *,
    table: str = "",
    row_id: str | int | None = None,
    member_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEvent]:
    """The events that meet all conditions given, newest first; ``since`` and ``until`` are days, both included."""
    found = AuditEvent.objects.order_by("-id")
    if table:
        found = found.filter(table=table)
    if row_id not in (None, ""):
        found = found.filter(row_id=str(row_id))
    if member_id is not None:
        found = found.filter(actor_id=member_id)
    if since is not None:
        found = found.filter(at__gte=_start_of(since))
    if until is not None:
        found = found.filter(at__lt=_start_of(until + timedelta(days=1)))
    return found


def page_of(found: QuerySet[AuditEvent], number: str | int | None = 1, *, size: int = PAGE) -> Page[Told]:
    """One page of events, told; a number that does not exist gives the nearest page. Two queries."""
    page = Paginator(found, size).get_page(number)
    page.object_list = [tell(event) for event in page.object_list]
    return page


def tables() -> list[tuple[str, str]]:
    """The audited tables with their names in Vietnamese (which has no plural), for a choice in a form."""
    named = [(entry.table, str(entry.model._meta.verbose_name)) for entry in watched()]
    return sorted(named, key=lambda pair: pair[1].casefold())


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
