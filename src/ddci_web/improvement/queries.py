"""Reads of findings and recommendations: of one unit and wave, or as far as a member may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from ddci_web.accounts.models import Member
from ddci_web.accounts.roles import Action, is_province_wide, may
from ddci_web.improvement.models import Commitment, Finding, Recommendation
from ddci_web.organisations.models import Organisation
from ddci_web.results.models import Snapshot, Wave


@dataclass(frozen=True)
class Entry:
    """A recommendation as one unit sees it: with its own answer, if it gave one."""

    recommendation: Recommendation
    commitment: Commitment | None

    @property
    def lacks(self) -> tuple[str, ...]:
        """What this recommendation still needs from the unit, in words."""
        if self.recommendation.state == Recommendation.State.WITHDRAWN:
            return ()
        return ("trả lời",) if self.commitment is None else self.commitment.lacks


def findings_of(snapshot: Snapshot, organisation: Organisation) -> QuerySet[Finding]:
    """The unit's findings on a publication, in the order of the framework."""
    return Finding.objects.filter(snapshot=snapshot, organisation=organisation).select_related("edited_by")


def kept_findings(snapshot: Snapshot, organisation: Organisation) -> QuerySet[Finding]:
    return findings_of(snapshot, organisation).filter(state=Finding.State.KEPT)


def recommendations_for(wave: Wave, organisation: Organisation, unit_group: str) -> QuerySet[Recommendation]:
    """Those made to the unit itself and those made to its whole group."""
    to_unit = Q(organisation=organisation) | Q(organisation__isnull=True, unit_group=unit_group)
    return _with_names(Recommendation.objects.filter(to_unit, wave=wave))


def entries_for(wave: Wave, organisation: Organisation, unit_group: str) -> list[Entry]:
    """Every recommendation to the unit with the unit's answer; four queries."""
    own = Commitment.objects.filter(organisation=organisation).select_related("owner", "by")
    rows = recommendations_for(wave, organisation, unit_group).prefetch_related(
        Prefetch("commitments", own.prefetch_related("milestones", "review_days"), to_attr="own_commitments"),
        Prefetch("findings", Finding.objects.filter(organisation=organisation), to_attr="own_findings"),
    )
    return [Entry(row, next(iter(row.own_commitments), None)) for row in rows]


def recommendations_seen_by(member: Member) -> QuerySet[Recommendation]:
    """The province's people see all; an agency those that it owns; a unit's members go through their unit's room."""
    if not may(member, Action.VIEW_RECOMMENDATIONS):
        return Recommendation.objects.none()
    rows = _with_names(Recommendation.objects.all()).prefetch_related(
        Prefetch("commitments", Commitment.objects.select_related("organisation", "owner")),
        "commitments__milestones",
        "commitments__review_days",
    )
    if is_province_wide(member):
        return rows
    own = [membership.organisation_id for membership in member.memberships_today]
    return rows.filter(commitments__owner__in=own).distinct()


def _with_names(rows: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
    return rows.select_related("organisation", "consultant", "wave__programme", "by")
