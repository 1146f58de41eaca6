"""Reading organisations: as of a day, in Vietnamese order, within what a member may see, with their history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from ddci_web.accounts.models import Member
from ddci_web.accounts.roles import is_province_wide
from ddci_web.organisations.models import Kind, Organisation, OrganisationRows, Succession

GONE, NOT_YET, HERE = "gone", "not_yet", "here"


def as_of(date: dt.date) -> OrganisationRows:
    """Every organisation that is there on the day, in Vietnamese order."""
    return Organisation.objects.as_of(date).in_order()


def units(date: dt.date | None = None) -> OrganisationRows:
    """Rated units; with a date, those that are there on it."""
    rows = Organisation.objects.filter(kind=Kind.UNIT)
    return (rows if date is None else rows.as_of(date)).in_order()


def organisation_of_unit(code: str) -> Organisation | None:
    """The organisation of a rated unit by its full code, ``<programme>:<unit>``."""
    return Organisation.objects.filter(kind=Kind.UNIT, code=code).first()


def organisations_seen_by(member: Member) -> OrganisationRows:
    """People of the province see all; others their own organisations, the bodies above them and those before them."""
    rows = Organisation.objects.in_order()
    if is_province_wide(member):
        return rows
    own = [membership.organisation_id for membership in member.memberships_today]
    return rows.filter(Q(pk__in=own) | Q(children__in=own) | Q(successors__in=own)).distinct()


def organisation_list(
    member: Member, *, words: str = "", kind: str = "", on: dt.date | None = None, outside: bool = False
) -> OrganisationRows:
    rows = organisations_seen_by(member).named_like(words).select_related("parent")
    if kind:
        rows = rows.filter(kind=kind)
    if on is not None:
        rows = rows.as_of(on)
    return rows.filter(is_outside_authority=True) if outside else rows


@dataclass(frozen=True)
class History:
    """What came before and after an organisation, nearest first, and whether it is there today."""

    organisation: Organisation
    state: str
    before: tuple[Succession, ...]
    after: tuple[Succession, ...]
    earlier: tuple[Organisation, ...]  # every predecessor, theirs included
    later: tuple[Organisation, ...]


def history(organisation: Organisation) -> History:
    links = Succession.objects.select_related("predecessor", "successor").order_by("on", "pk")
    return History(
        organisation=organisation,
        state=state_on(organisation, timezone.localdate()),
        before=tuple(links.filter(successor=organisation)),
        after=tuple(links.filter(predecessor=organisation)),
        earlier=_chain(organisation, backwards=True),
        later=_chain(organisation, backwards=False),
    )


def state_on(organisation: Organisation, date: dt.date) -> str:
    if organisation.valid_to is not None and organisation.valid_to <= date:
        return GONE
    return HERE if organisation.is_there_on(date) else NOT_YET


def successors_on(organisation: Organisation, date: dt.date) -> tuple[Organisation, ...]:
    """Who does this organisation's work on that day: itself while it is there, else its successors that are."""
    if organisation.is_there_on(date):
        return (organisation,)
    return tuple(row for row in _chain(organisation, backwards=False) if row.is_there_on(date))


def _chain(organisation: Organisation, *, backwards: bool) -> tuple[Organisation, ...]:
    """Everything reached along the links, in Vietnamese order within each step; one query a step, loops are harmless."""
    seen, edge, out = {organisation.pk}, [organisation.pk], []
    while edge:
        reached = Q(successors__in=edge) if backwards else Q(predecessors__in=edge)
        step = list(Organisation.objects.filter(reached).exclude(pk__in=seen).distinct().in_order())
        edge = [row.pk for row in step]
        seen.update(edge)
        out += step
    return tuple(out)
