"""The trail can be searched, and reads as Vietnamese."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone

from ddci_web.audit import queries
from ddci_web.audit.actor import acting_as
from ddci_web.audit.models import AuditEvent
from ddci_web.audit.telling import tell
from tests.web.audit.app.models import Example

AN = SimpleNamespace(pk=7, full_name="Nguyễn Thị An")
BINH = SimpleNamespace(pk=8, full_name="Trần Văn Bình")


@pytest.fixture
def rows(trail):
    with acting_as(AN):
        one = Example.objects.create(code="A", name="Sở Y tế")
    with acting_as(BINH):
        two = Example.objects.create(code="B", name="Sở Nội vụ")
        Example.objects.filter(pk=one.pk).update(name="Sở Tài chính")
    return one, two


def told(trail):
    return [tell(event).sentence for event in trail()]


def test_events_are_found_by_table_row_and_member_newest_first(rows, trail):
    one, _ = rows

    of_row = queries.events(table="audit_example_example", row_id=one.pk)
    of_member = queries.events(table="audit_example_example", row_id=one.pk, member_id=8)

    assert [event.operation for event in of_row] == ["update", "insert"]
    assert [event.operation for event in of_member] == ["update"]
    assert not queries.events(table="audit_example_tag").exists()


def test_days_are_both_included_and_meant_here(rows, trail):
    today = timezone.localdate()

    assert len(queries.events(since=today, until=today).filter(id__in=[event.id for event in trail()])) == 3
    assert not queries.events(since=today + timedelta(days=1)).exists()
    assert not queries.events(until=date(2020, 1, 1)).exists()


def test_pages_hold_told_events_and_take_two_queries(rows, django_assert_num_queries):
    found = queries.events(table="audit_example_example")

    with django_assert_num_queries(2):
        page = queries.page_of(found, "1", size=2)

    assert [event.event.operation for event in page] == ["update", "insert"]
    assert page.has_next()


def test_a_page_that_does_not_exist_gives_the_nearest(rows):
    page = queries.page_of(queries.events(table="audit_example_example"), "99", size=2)

    assert page.number == page.paginator.num_pages


def test_tables_are_offered_by_their_vietnamese_names(trail):
    assert ("audit_example_example", "ví dụ") in queries.tables()


def test_an_event_is_told_with_who_what_before_and_after(rows, trail):
    one, two = rows

    assert told(trail) == [
        f"Nguyễn Thị An đã thêm ví dụ «Sở Y tế» (số {one.pk}).",
        f"Trần Văn Bình đã thêm ví dụ «Sở Nội vụ» (số {two.pk}).",
        f"Trần Văn Bình đã đổi ví dụ «Sở Tài chính» (số {one.pk}). Tên: Sở Y tế → Sở Tài chính.",
    ]


def test_a_deletion_is_told_with_what_was_lost(rows, trail):
    Example.objects.filter(code="B").delete()

    event = tell(trail()[-1])
    assert event.sentence == f"Hệ thống đã xoá ví dụ «Sở Nội vụ» (số {rows[1].pk})."
    assert "tên: Sở Nội vụ" in [str(change) for change in event.changes]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"is_open": False}, "đang mở: có → không"),
        ({"kind": "agency"}, "loại: đơn vị → cơ quan"),
        ({"on": "2026-01-02"}, "ngày: (trống) → 02/01/2026"),
        ({"at": "2026-01-02T20:30:00Z"}, "thời điểm: (trống) → 03/01/2026 03:30"),
        ({"amount": Decimal("12.5")}, "số tiền: (trống) → 12,5"),
        ({"amount": Decimal("10447")}, "số tiền: (trống) → 10.447"),
        ({"name": ""}, "tên: Sở Y tế → (trống)"),
        ({"details": {"khoá": "x"}}, 'chi tiết: {} → {"khoá": "x"}'),
        ({"secret": "rất kín"}, "mật khẩu: (giữ kín) → (giữ kín, đã đổi)"),
        ({"name": "x" * 150}, f"tên: Sở Y tế → {'x' * 119}…"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_values_are_told_as_people_read_them(rows, trail, change, expected):
    Example.objects.filter(code="A").update(name="Sở Y tế")

    Example.objects.filter(code="A").update(**change)

    assert [str(found) for found in tell(trail()[-1]).changes] == [expected]


@pytest.mark.parametrize(
    ("via", "who"),
    [("POST /moi/<str:token>/", "Người chưa đăng nhập"), ("job compute", "Hệ thống"), ("system", "Hệ thống")],
)
def test_without_a_member_the_way_tells_who_acted(trail, via, who):
    with acting_as(None, via=via):
        Example.objects.create(code="A")

    assert told(trail)[0].startswith(f"{who} đã thêm ví dụ")


def test_who_changed_something_past_the_site_is_named_as_such():
    event = AuditEvent(id=1, actor_name="", via="sql postgres", table="cũ", row_id="3", operation="update")
    event.before, event.after = '{"a": 1}', '{"a": 2}'

    expected = "Tài khoản cơ sở dữ liệu postgres (ngoài trang web) đã đổi bảng cũ số 3. A: 1 → 2."
    assert tell(event).sentence == expected
