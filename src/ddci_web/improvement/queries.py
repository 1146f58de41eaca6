"""Reads of findings and recommendations: of one unit and wave, or as far as a member may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

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
    """The province's people see all; an agency those with an answer that it owns, and of these only such answers."""
    if not may(member, Action.VIEW_RECOMMENDATIONS):
        return Recommendation.objects.none()
    answers = commitments_seen_by(member)
    rows = _with_names(Recommendation.objects.all()).prefetch_related(
        Prefetch("commitments", answers.select_related("organisation", "owner")),
        "commitments__milestones",
        "commitments__review_days",
    )
    return rows if is_province_wide(member) else rows.filter(commitments__in=answers).distinct()


def commitments_seen_by(member: Member) -> QuerySet[Commitment]:
    """All for the province's people; for others what an organisation of theirs owns or has answered."""
    rows = Commitment.objects.all()
    if is_province_wide(member):
        return rows
    own = _organisations_of(member)
    return rows.filter(Q(owner__in=own) | Q(organisation__in=own))


def findings_seen_by(member: Member, recommendation: Recommendation) -> QuerySet[Finding]:
    """The findings behind a recommendation: of another unit only those whose answer the member's agency owns, and only
    after the hour of their publication, because they quote its figures."""
    rows = recommendation.findings.select_related("organisation")
    if is_province_wide(member):
        return rows
    own = _organisations_of(member)
    is_open = Q(snapshot__public_from__lte=timezone.now())
    answered = commitments_seen_by(member).filter(recommendation=recommendation).values("organisation")
    if may(member, Action.SEE_OWN_EMBARGOED):
        is_open |= Q(organisation__in=own)
    return rows.filter(is_open, organisation__in=answered)


def _organisations_of(member: Member) -> list[int]:
    return [membership.organisation_id for membership in member.memberships_today]


def _with_names(rows: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
    return rows.select_related("organisation", "consultant", "wave__programme", "by")
