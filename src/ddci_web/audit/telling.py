"""Tell an event of the trail in Vietnamese: who did what to which row, each value before and after.

In:  an ``AuditEvent``; names of tables and fields from the models, where they still exist.
Out: ``Told``. No query is made: a reference to another row is told by its number.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Field
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import capfirst

from ddci.report.numbers import format_number
from ddci_web.audit.models import AuditEvent, Operation
from ddci_web.audit.registry import Watched, watched_table

NAMING = ("name", "full_name", "vi", "title", "email", "code")  # the first column a row has gives it its name
EMPTY = "(trống)"
MASKED = {"***": "(giữ kín)", "*** changed": "(giữ kín, đã đổi)"}
LONGEST = 120
VERBS = {Operation.INSERT: "đã thêm", Operation.UPDATE: "đã đổi", Operation.DELETE: "đã xoá"}


@dataclass(frozen=True)
class Change:
    """One field: its name, its values as people read them; None where the row did not exist."""

    field: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None or self.after is None:
            return f"{self.field}: {self.after if self.before is None else self.before}"
        return f"{self.field}: {self.before} → {self.after}"


@dataclass(frozen=True)
class Told:
    """An event in words: ``sentence`` says it in one line, ``changes`` field by field."""

    event: AuditEvent
    who: str
    subject: str
    changes: tuple[Change, ...]

    @property
    def sentence(self) -> str:
        """As «Nguyễn Văn A đã đổi tổ chức «Sở Y tế» (số 4). Tên viết tắt: SYT → SởYT.»"""
        told = f"{self.who} {VERBS[Operation(self.event.operation)]} {self.subject}."
        if self.event.operation != Operation.UPDATE or not self.changes:
            return told
        return f"{told} {capfirst('; '.join(str(change) for change in self.changes))}."


def tell(event: AuditEvent) -> Told:
    entry = watched_table(event.table)
    before, after = _columns(event.before), _columns(event.after)
    return Told(event, _who(event), _subject(event, entry, after or before or {}), _changes(entry, before, after))


def _who(event: AuditEvent) -> str:
    if event.actor_name:
        return event.actor_name
    if event.via.startswith("sql "):
        return f"Tài khoản cơ sở dữ liệu {event.via.removeprefix('sql ')} (ngoài trang web)"
    return "Người chưa đăng nhập" if " /" in event.via else "Hệ thống"  # only a request's way has an address


def _subject(event: AuditEvent, entry: Watched | None, row: dict[str, Any]) -> str:
    kind = str(entry.model._meta.verbose_name) if entry else f"bảng {event.table}"
    name = next((str(row[column]) for column in NAMING if row.get(column)), "")
    return f"{kind} «{name}» (số {event.row_id})" if name else f"{kind} số {event.row_id}"


def _changes(entry: Watched | None, before: dict[str, Any] | None, after: dict[str, Any] | None) -> tuple[Change, ...]:
    """The fields that differ; of a new or a deleted row those that hold something."""
    fields = {field.column: field for field in entry.model._meta.local_concrete_fields} if entry else {}
    found = []
    for column in [*fields, *sorted({*(before or {}), *(after or {})} - fields.keys())]:
        old, new = (None if row is None else row.get(column) for row in (before, after))
        if old == new:
            continue
        field = fields.get(column)
        shown = [None if row is None else _value(field, value) for row, value in ((before, old), (after, new))]
        found.append(Change(str(field.verbose_name) if field else column, *shown))
    return tuple(found)


def _columns(text: str | None) -> dict[str, Any] | None:
    return None if text is None else json.loads(text)


def _value(field: Field[Any, Any] | None, value: Any) -> str:
    """A stored value as people read it; the two databases store truth, time, numbers and JSON differently."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, str) and value in MASKED:
        return MASKED[value]
    kind = field.get_internal_type() if field else ""
    if field is not None and field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if kind == "BooleanField":
        return "có" if value else "không"
    if kind in {"DecimalField", "FloatField"}:
        return format_number(float(value), 6, strip=True)
    if kind == "JSONField" and isinstance(value, str):
        value = json.loads(value)  # SQLite stores the text
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _shortened(_moment(kind, text) or text)


def _moment(kind: str, text: str) -> str:
    """A day or a moment in the site's time zone; empty when it is neither."""
    if kind == "DateField" and (day := parse_date(text)):
        return f"{day:%d/%m/%Y}"
    if kind == "DateTimeField" and (moment := parse_datetime(text)):
        return f"{_local(moment):%d/%m/%Y %H:%M}"
    return ""


def _local(moment: datetime) -> datetime:
    """SQLite stores UTC without saying so."""
    return timezone.localtime(
        moment if timezone.is_aware(moment) else moment.replace(tzinfo=timezone.get_fixed_timezone(0))
    )


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
