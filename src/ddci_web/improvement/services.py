"""Writes of findings: draft them from a publication, say them in one's own words, keep or drop them.

Each service takes plain values and ``by=``, the acting member, and runs in one transaction. Who saves on top of a version
that somebody else has saved since is told so by ``ChangedMeanwhileError``, which carries the row as it is now.
Recommendations are in ``recommending``.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ddci.report import findings as reading
from ddci.report.findings import DraftFinding
from ddci.result import Result
from ddci_web.accounts.models import Member
from ddci_web.improvement.models import Finding
from ddci_web.organisations.models import Organisation
from ddci_web.results.models import Snapshot
from ddci_web.results.published import Published


class ChangedMeanwhileError(Exception):
    """Somebody saved the row after it was read; ``current`` is the row as it is now."""

    def __init__(self, current: object) -> None:
        super().__init__("changed meanwhile")
        self.current = current


def unit_code(organisation: Organisation) -> str:
    """The code by which waves name the unit: without the programme before it."""
    return organisation.code.partition(":")[2]


@transaction.atomic
def draft_findings(*, snapshot: Snapshot, organisation: Organisation, by: Member) -> int:
    """Draft the unit's findings on a publication; those that are there stay. Returns how many are new.

    On a correction what the unit had decided on the corrected publication is taken over: fully where the sentence is
    still the same, else the unit's own words only, to be looked at again.
    """
    Snapshot.objects.select_for_update().get(pk=snapshot.pk)  # two officers press the button: one drafts
    result = Published(snapshot).result
    there = set(
        Finding.objects.filter(snapshot=snapshot, organisation=organisation).values_list("indicator", flat=True)
    )
    earlier = _decided_before(snapshot, organisation)
    drafts = {item.code: item for item in reading.draft_findings(result, result.unit_row[unit_code(organisation)])}
    for code, before in earlier.items():
        again = None if code in drafts else describe(result, organisation, code)
        if again is not None and before.state == Finding.State.KEPT:
            drafts[code] = again
    rows = [
        _drafted(snapshot, organisation, draft, result.node_column[code], earlier.get(code))
        for code, draft in drafts.items()
        if code not in there
    ]
    return len(Finding.objects.bulk_create(rows))


@transaction.atomic
def add_finding(*, snapshot: Snapshot, organisation: Organisation, indicator: str, by: Member) -> Finding:
    """Take an indicator into the findings that was not drafted as one; it is kept, since somebody chose it."""
    result = Published(snapshot).result
    draft = describe(result, organisation, indicator)
    if draft is None:
        raise ValidationError(
            "Chỉ tiêu này không có số được công bố nên không viết thành hạn chế được.", code="no_figure"
        )
    found, is_new = Finding.objects.get_or_create(
        snapshot=snapshot,
        organisation=organisation,
        indicator=indicator,
        defaults={
            "sub_index": draft.sub_index,
            "drafted": draft.sentence,
            "position": result.node_column[indicator],
            "state": Finding.State.KEPT,
            "edited_by": by,
            "edited_at": timezone.now(),
        },
    )
    if not is_new:
        raise ValidationError("Chỉ tiêu này đã có trong danh sách hạn chế.", code="there_already")
    return found


@transaction.atomic
def decide_finding(*, finding: Finding, state: str, own_text: str, reason: str, version: int, by: Member) -> Finding:
    """Save what an officer says and decides. The drafted sentence stays beside it.

    own_text  empty, or the drafted sentence itself: the drafted sentence stands
    version   the version that the officer had before their eyes
    """
    current = Finding.objects.select_for_update(of=("self",)).select_related("edited_by").get(pk=finding.pk)
    if current.version != version:
        raise ChangedMeanwhileError(current)
    own_text, reason = _tidy(own_text), reason.strip()
    if state == Finding.State.DROPPED and not reason:
        raise ValidationError({"reason": "Hãy ghi vì sao bỏ hạn chế này; lý do được giữ lại cùng câu máy soạn."})
    current.own_text = "" if own_text == _tidy(current.drafted) else own_text
    current.state = state
    current.reason = reason if state == Finding.State.DROPPED else ""
    _sign(current, by)
    return current


@transaction.atomic
def keep_findings(*, findings: Mapping[int, int], organisation: Organisation, by: Member) -> tuple[int, list[Finding]]:
    """Keep many at once: id → version before the officer's eyes. Returns how many, and those changed meanwhile."""
    rows = list(Finding.objects.select_for_update().filter(pk__in=findings, organisation=organisation))
    changed = [row for row in rows if row.version != findings[row.pk]]
    kept = [row for row in rows if row.version == findings[row.pk] and row.state == Finding.State.DRAFT]
    for row in kept:
        row.state = Finding.State.KEPT
        _sign(row, by)
    return len(kept), changed


def describe(result: Result, organisation: Organisation, indicator: str) -> DraftFinding | None:
    """The figures of a finding, read from the publication."""
    row, column = result.unit_row.get(unit_code(organisation)), result.node_column.get(indicator)
    if row is None or column is None or result.nodes[column].level != "indicator":
        return None
    return reading.describe(result, row, column)


def _decided_before(snapshot: Snapshot, organisation: Organisation) -> dict[str, Finding]:
    if snapshot.corrects_id is None:
        return {}
    rows = Finding.objects.filter(snapshot=snapshot.corrects_id, organisation=organisation, edited_by__isnull=False)
    return {row.indicator: row for row in rows}


def _drafted(
    snapshot: Snapshot, organisation: Organisation, draft: DraftFinding, place: int, before: Finding | None
) -> Finding:
    row = Finding(
        snapshot=snapshot,
        organisation=organisation,
        sub_index=draft.sub_index,
        indicator=draft.code,
        drafted=draft.sentence,
        position=place,
    )
    if before is not None:
        row.own_text, row.edited_by, row.edited_at = before.own_text, before.edited_by, before.edited_at
        if before.drafted == draft.sentence:
            row.state, row.reason = before.state, before.reason
    return row


def _sign(row: Finding, by: Member) -> None:
    row.version += 1
    row.edited_by, row.edited_at = by, timezone.now()
    row.save()


def _tidy(text: str) -> str:
    return " ".join(text.split())
