"""Writes of recommendations: the consultant's register, and each unit's answer with its roadmap.

Each service takes plain values and ``by=``, runs in one transaction, and refuses with a ``ValidationError`` whose text is
for people. ``version`` is the one before the writer's eyes; see ``services.ChangedMeanwhileError``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from ddci_web.accounts.models import Member, Role
from ddci_web.improvement.models import Commitment, Finding, Milestone, Recommendation, ReviewDay
from ddci_web.improvement.services import ChangedMeanwhileError
from ddci_web.organisations.models import Organisation
from ddci_web.results.models import Wave

NUMBER_TAKEN = "Mục này đã có khuyến nghị mang số đó. Hãy dùng số kế tiếp."


@dataclass(frozen=True)
class Step:
    """A milestone as it was typed."""

    text: str
    due_on: dt.date
    done_on: dt.date | None = None


@transaction.atomic
def recommend(
    *,
    wave: Wave,
    organisation: Organisation | None,
    unit_group: str,
    sub_index: str,
    number: int,
    text: str,
    source_document: str,
    by: Member,
    findings: Sequence[Finding] = (),
) -> Recommendation:
    """Enter a recommendation, for one unit or (``organisation`` None) for a whole group."""
    row = Recommendation(
        wave=wave,
        organisation=organisation,
        unit_group="" if organisation else unit_group,
        sub_index=sub_index,
        number=number,
        text=text.strip(),
        source_document=source_document.strip(),
        consultant=_consultant_of(by),
        by=by,
    )
    _save(row)
    row.findings.set(_of_unit(findings, organisation))
    return row


@transaction.atomic
def change_recommendation(
    *,
    recommendation: Recommendation,
    number: int,
    text: str,
    source_document: str,
    state: str,
    version: int,
    by: Member,
    findings: Sequence[Finding] | None = None,
) -> Recommendation:
    """Word it anew or withdraw it; whom it is for and its sub-index stay, since units have answered to them.

    findings  of the unit that it is for; None leaves the links as they are
    """
    current = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
    if current.version != version:
        raise ChangedMeanwhileError(current)
    current.number, current.text, current.source_document = number, text.strip(), source_document.strip()
    current.state = state
    current.version += 1
    current.by, current.at = by, timezone.now()
    _save(current)
    if findings is not None and current.organisation is not None:
        _link(current, current.organisation, findings)
    return current


@transaction.atomic
def respond(
    *,
    recommendation: Recommendation,
    organisation: Organisation,
    answer: str,
    reason: str,
    owner: Organisation | None,
    due_on: dt.date | None,
    state: str,
    milestones: Sequence[Step],
    review_days: Sequence[dt.date],
    findings: Sequence[Finding],
    version: int,
    by: Member,
) -> Commitment:
    """A unit's answer and roadmap; ``version`` 0 where it has not answered yet."""
    Recommendation.objects.select_for_update().get(pk=recommendation.pk)
    current = Commitment.objects.filter(recommendation=recommendation, organisation=organisation).first()
    if version != (current.version if current else 0):
        raise ChangedMeanwhileError(current)
    _check(recommendation, answer, reason, due_on, milestones)
    row = current or Commitment(recommendation=recommendation, organisation=organisation, version=0)
    is_refused = answer == Commitment.Answer.REJECTED
    row.answer, row.reason = answer, "" if answer == Commitment.Answer.ACCEPTED else reason.strip()
    row.owner, row.due_on = (None, None) if is_refused else (owner, due_on)
    row.state = Commitment.State.PLANNED if is_refused else state
    row.version += 1
    row.by, row.at = by, timezone.now()
    row.save()
    _replace_roadmap(row, () if is_refused else milestones, () if is_refused else review_days)
    _link(recommendation, organisation, findings)
    return row


def _check(
    recommendation: Recommendation, answer: str, reason: str, due_on: dt.date | None, milestones: Sequence[Step]
) -> None:
    """Every fault at once."""
    faults: dict[str, str] = {}
    if recommendation.state == Recommendation.State.WITHDRAWN:
        raise ValidationError("Đơn vị tư vấn đã rút khuyến nghị này nên không cần trả lời nữa.", code="withdrawn")
    if answer != Commitment.Answer.ACCEPTED and not reason.strip():
        faults["reason"] = "Nhận một phần hoặc không nhận thì cần ghi lý do."
    if due_on is not None and any(step.due_on > due_on for step in milestones):
        faults["due_on"] = "Có mốc muộn hơn hạn hoàn thành. Hãy lùi hạn hoặc sửa ngày của mốc."
    if faults:
        raise ValidationError(faults)


def _replace_roadmap(row: Commitment, milestones: Sequence[Step], review_days: Sequence[dt.date]) -> None:
    """Rows that say the same stay, so that the trail shows real changes only."""
    wanted = {(step.text.strip(), step.due_on, step.done_on) for step in milestones}
    there = {(item.text, item.due_on, item.done_on): item.pk for item in row.milestones.all()}
    row.milestones.filter(pk__in=[pk for key, pk in there.items() if key not in wanted]).delete()
    Milestone.objects.bulk_create(
        Milestone(commitment=row, text=text, due_on=due, done_on=done)
        for text, due, done in sorted(wanted - set(there), key=lambda item: item[1])
    )
    days = set(review_days)
    row.review_days.exclude(on__in=days).delete()
    known = set(row.review_days.values_list("on", flat=True))
    ReviewDay.objects.bulk_create(ReviewDay(commitment=row, on=day) for day in sorted(days - known))


def _link(recommendation: Recommendation, organisation: Organisation, findings: Sequence[Finding]) -> None:
    """The unit's own links; those of other units to the same recommendation stay."""
    wanted = _of_unit(findings, organisation)
    others = recommendation.findings.filter(organisation=organisation).exclude(pk__in=[item.pk for item in wanted])
    recommendation.findings.remove(*others)
    recommendation.findings.add(*wanted)


def _of_unit(findings: Sequence[Finding], organisation: Organisation | None) -> list[Finding]:
    return [item for item in findings if organisation is not None and item.organisation_id == organisation.pk]


def _save(row: Recommendation) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise ValidationError({"number": NUMBER_TAKEN}) from None


def _consultant_of(member: Member) -> Organisation | None:
    return next((m.organisation for m in member.memberships_today if m.role == Role.CONSULTANT), None)
