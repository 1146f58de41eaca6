"""Findings: drafted once, said in the unit's own words, kept or dropped; the later of two savers is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ddci.report.findings import draft_findings
from ddci_web.audit.models import AuditEvent
from ddci_web.improvement import services
from ddci_web.improvement.models import Finding
from ddci_web.improvement.queries import findings_of, kept_findings
from ddci_web.improvement.services import ChangedMeanwhileError
from ddci_web.results.published import Published
from tests.web.improvement.rooms import OTHER, UNIT, enter_units, officer_of, unit_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot(publications):
    enter_units(publications["lang-son-2025/1"])
    return publications["lang-son-2025/1"]


@pytest.fixture
def officer(snapshot):
    return officer_of(unit_of())


@pytest.fixture
def finding(snapshot, officer):
    services.draft_findings(snapshot=snapshot, organisation=unit_of(), by=officer)
    return findings_of(snapshot, unit_of()).first()


def decide(finding, by, **changes):
    said = {"state": "kept", "own_text": "", "reason": "", "version": finding.version}
    return services.decide_finding(finding=finding, by=by, **(said | changes))


def test_drafts_are_the_sentences_of_the_library(snapshot, officer):
    result = Published(snapshot).result
    expected = {item.code: item.sentence for item in draft_findings(result, result.unit_row[UNIT])}

    n = services.draft_findings(snapshot=snapshot, organisation=unit_of(), by=officer)

    assert n == len(expected) > 5
    assert dict(findings_of(snapshot, unit_of()).values_list("indicator", "drafted")) == expected


def test_drafting_again_adds_nothing_and_changes_nothing(finding, snapshot, officer):
    decide(finding, officer, own_text="Câu của đơn vị.")

    n = services.draft_findings(snapshot=snapshot, organisation=unit_of(), by=officer)

    finding.refresh_from_db()
    assert n == 0
    assert (finding.text, finding.state) == ("Câu của đơn vị.", "kept")


def test_drafted_sentence_stays_beside_the_units_own(finding, officer):
    drafted = finding.drafted

    row = decide(finding, officer, own_text="  Câu của\n đơn vị. ")

    assert (row.drafted, row.own_text, row.text, row.edited_by) == (
        drafted,
        "Câu của đơn vị.",
        "Câu của đơn vị.",
        officer,
    )
    assert row.edited_at is not None


def test_text_left_as_drafted_is_not_taken_for_the_units_own(finding, officer):
    assert decide(finding, officer, own_text=finding.drafted).own_text == ""


def test_dropping_needs_a_reason(finding, officer):
    with pytest.raises(ValidationError) as found:
        decide(finding, officer, state="dropped")

    assert "reason" in found.value.message_dict
    assert decide(finding, officer, state="dropped", reason="Trùng.").reason == "Trùng."


def test_a_dropped_finding_taken_back_keeps_no_reason(finding, officer):
    row = decide(finding, officer, state="dropped", reason="Trùng.")

    assert decide(row, officer, state="kept", reason="Trùng.").reason == ""


def test_later_of_two_savers_is_told_what_changed_and_nothing_is_lost(finding, officer):
    colleague = officer_of(unit_of())
    decide(finding, colleague, own_text="Câu của đồng nghiệp.")

    with pytest.raises(ChangedMeanwhileError) as found:
        decide(finding, officer, own_text="Câu của tôi.")

    assert found.value.current.own_text == "Câu của đồng nghiệp."
    assert found.value.current.edited_by == colleague
    again = decide(found.value.current, officer, own_text="Câu của tôi.")
    assert again.text == "Câu của tôi."
    told = AuditEvent.objects.filter(table="improvement_finding", row_id=str(finding.pk)).order_by("-id").first()
    assert "Câu của đồng nghiệp." in told.before


def test_many_are_kept_at_once_and_those_changed_meanwhile_are_left_alone(finding, snapshot, officer):
    colleague = officer_of(unit_of())
    seen = {row.pk: row.version for row in findings_of(snapshot, unit_of())}
    decide(finding, colleague, state="dropped", reason="Trùng.")

    n, changed = services.keep_findings(findings=seen, organisation=unit_of(), by=officer)

    assert n == len(seen) - 1 == kept_findings(snapshot, unit_of()).count()
    assert changed == [finding]


def test_findings_of_another_unit_are_not_kept(finding, snapshot):
    stranger = officer_of(unit_of(OTHER))

    n, changed = services.keep_findings(findings={finding.pk: 1}, organisation=unit_of(OTHER), by=stranger)

    finding.refresh_from_db()
    assert (n, changed, finding.state) == (0, [], "draft")


def test_an_indicator_may_be_added_once(finding, snapshot, officer):
    result = Published(snapshot).result
    there = set(findings_of(snapshot, unit_of()).values_list("indicator", flat=True))
    code = next(
        node.code
        for node in result.nodes
        if node.level == "indicator" and node.code not in there and services.describe(result, unit_of(), node.code)
    )
    add = {"snapshot": snapshot, "organisation": unit_of(), "indicator": code, "by": officer}

    row = services.add_finding(**add)

    assert (row.state, row.edited_by) == ("kept", officer)
    with pytest.raises(ValidationError) as found:
        services.add_finding(**add)
    assert found.value.code == "there_already"


@pytest.mark.parametrize("code", ["index", "MB", "khong-co"])
def test_only_indicators_become_findings(snapshot, officer, code):
    with pytest.raises(ValidationError) as found:
        services.add_finding(snapshot=snapshot, organisation=unit_of(), indicator=code, by=officer)

    assert found.value.code == "no_figure"


def test_a_correction_takes_over_what_was_decided_on_the_corrected_publication(publications):
    first, second = publications["pci-2016/1"], publications["pci-2016/2"]
    enter_units(second)
    unit = unit_of("cao-bang", "pci")
    officer = officer_of(unit)
    services.draft_findings(snapshot=first, organisation=unit, by=officer)
    same, other = findings_of(first, unit)[:2]
    decide(same, officer, own_text="Câu đã duyệt.")
    decide(other, officer, own_text="Câu về số cũ.")
    Finding.objects.filter(pk=other.pk).update(drafted="Một câu với số đã được đính chính.")

    services.draft_findings(snapshot=second, organisation=unit, by=officer)

    carried = {row.indicator: row for row in findings_of(second, unit)}
    assert (carried[same.indicator].text, carried[same.indicator].state) == ("Câu đã duyệt.", "kept")
    assert (carried[other.indicator].text, carried[other.indicator].state) == ("Câu về số cũ.", "draft")


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"state": "dropped"}, "finding_dropped_has_reason"),
        ({"reason": "Vì sao"}, "finding_dropped_has_reason"),
        ({"state": "lost"}, "finding_state_known"),
        ({"edited_at": None}, "finding_edited_by_somebody"),
    ],
)
def test_the_database_refuses_what_no_service_writes(finding, officer, columns, name):
    decide(finding, officer)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(**columns)


def test_the_database_refuses_a_decision_of_nobody(finding):
    with pytest.raises(IntegrityError, match="finding_decided_by_somebody"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(state="kept")


def test_a_suppressed_figure_is_no_longer_described(finding, snapshot):
    result = Published(snapshot).result
    column, row = result.node_column[finding.indicator], result.unit_row[UNIT]
    hidden = result.flags["tied"].copy()
    hidden[:] = False
    hidden[row, column] = True

    assert (
        services.describe(replace(result, flags={**result.flags, "suppressed": hidden}), unit_of(), finding.indicator)
        is None
    )
