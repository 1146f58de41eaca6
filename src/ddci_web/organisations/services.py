"""Writing organisations: enter, change, end, let one follow another, and take over the units of a wave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from ddci.wave.model import Unit
from ddci_web.accounts.models import Member
from ddci_web.organisations.models import Kind, Organisation, Succession

EDITABLE = frozenset(
    {"code", "name", "name_en", "kind", "parent", "unit_group", "valid_from", "valid_to", "is_outside_authority"}
)


@transaction.atomic
def create(*, by: Member, **columns: Any) -> Organisation:
    organisation = Organisation(**_editable(columns))
    _check(organisation)
    organisation.save()
    return organisation


@transaction.atomic
def update(*, organisation: Organisation, by: Member, **columns: Any) -> Organisation:
    """The code of a rated unit stays: waves name it."""
    if organisation.kind == Kind.UNIT and columns.get("code", organisation.code) != organisation.code:
        fault = ValidationError("Mã của đơn vị được đánh giá do đợt khảo sát đặt, không sửa ở đây.", code="unit_code")
        raise ValidationError({"code": fault})
    for column, value in _editable(columns).items():
        setattr(organisation, column, value)
    _check(organisation)
    organisation.save()
    return organisation


@transaction.atomic
def record_succession(
    *,
    predecessors: Sequence[Organisation],
    successors: Sequence[Organisation],
    on: dt.date,
    note: str = "",
    ends_predecessors: bool = True,
    by: Member,
) -> list[Succession]:
    """From the day ``on`` each successor carries on the work of each predecessor: renaming, merger or division.

    Predecessors end on that day (unless they live on in part), successors without a first day begin on it.
    """
    _check_succession(predecessors, successors, on)
    for organisation in predecessors:
        if ends_predecessors and organisation.valid_to is None:
            organisation.valid_to = on
            _check(organisation)
            organisation.save(update_fields=["valid_to"])
    for organisation in successors:
        if organisation.valid_from is None:
            organisation.valid_from = on
            _check(organisation)
            organisation.save(update_fields=["valid_from"])
    return [
        Succession.objects.update_or_create(
            predecessor=before, successor=after, defaults={"on": on, "note": note.strip()}
        )[0]
        for before in predecessors
        for after in successors
    ]


@transaction.atomic
def import_units(*, units: Sequence[Unit], programme_code: str, by: Member | None) -> list[Organisation]:
    """An organisation of kind ``unit`` for each unit of a wave, made or brought up to date; in the wave's order.

    A date that the wave leaves open does not erase one known here. A wave counts ``valid_to`` as the last day, an
    organisation as the first day without it. ``succeeds`` links to units known here; others are left to a later wave.
    """
    codes = {unit.code: f"{programme_code}:{unit.code}" for unit in units}
    known = {row.code: row for row in Organisation.objects.filter(code__in=codes.values())}
    rows = [_of_unit(unit, codes[unit.code], known.get(codes[unit.code])) for unit in units]
    for unit, row in zip(units, rows, strict=True):
        _succeed(row, [f"{programme_code}:{code}" for code in unit.succeeds])
    return rows


def _of_unit(unit: Unit, code: str, row: Organisation | None) -> Organisation:
    row = row or Organisation(code=code, kind=Kind.UNIT)
    before = (row.pk, row.name, row.unit_group, row.valid_from, row.valid_to)
    row.name, row.unit_group = unit.name, unit.group
    if unit.valid_from:
        row.valid_from = dt.date.fromisoformat(unit.valid_from)
    if unit.valid_to:
        row.valid_to = dt.date.fromisoformat(unit.valid_to) + dt.timedelta(days=1)
    if before != (row.pk, row.name, row.unit_group, row.valid_from, row.valid_to) or row.pk is None:
        _check(row)
        row.save()
    return row


def _succeed(row: Organisation, codes: Sequence[str]) -> None:
    for predecessor in Organisation.objects.filter(code__in=codes).exclude(pk=row.pk):
        Succession.objects.get_or_create(
            predecessor=predecessor, successor=row, defaults={"on": row.valid_from or predecessor.valid_to}
        )


def _editable(columns: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(columns) - EDITABLE
    if unknown:
        raise TypeError(f"not a column that a service writes: {', '.join(sorted(unknown))}")
    return dict(columns)


def _check(organisation: Organisation) -> None:
    """The rules of the database, said in words before the database says them."""
    faults: dict[str, ValidationError] = {}
    start, end = organisation.valid_from, organisation.valid_to
    if start and end and end <= start:
        faults["valid_to"] = ValidationError("Ngày kết thúc phải sau ngày bắt đầu.", code="ends_before_it_begins")
    if Organisation.objects.filter(code=organisation.code).exclude(pk=organisation.pk).exists():
        faults["code"] = ValidationError("Mã này đã có tổ chức khác dùng. Hãy chọn mã khác.", code="code_taken")
    if organisation.parent_id and _is_below(organisation.parent, organisation):
        text = "Cơ quan cấp trên không thể là chính tổ chức này hay một tổ chức thuộc nó."
        faults["parent"] = ValidationError(text, code="parent_loop")
    if faults:
        raise ValidationError(faults)


def _is_below(organisation: Organisation | None, above: Organisation) -> bool:
    """Whether ``above`` is met on the way up; a loop already in the table ends the search."""
    seen: set[int] = set()
    while organisation is not None and organisation.pk not in seen:
        if organisation.pk == above.pk:
            return True
        seen.add(organisation.pk)
        organisation = organisation.parent
    return False


def _check_succession(predecessors: Sequence[Organisation], successors: Sequence[Organisation], on: dt.date) -> None:
    before, after = {row.pk for row in predecessors}, {row.pk for row in successors}
    if not before or not after:
        raise ValidationError("Hãy chọn ít nhất một tổ chức trước và một tổ chức sau.", code="incomplete")
    if before & after:
        text = "Một tổ chức không thể kế thừa chính nó. Nếu chỉ đổi tên, hãy nhập tên mới thành một tổ chức mới."
        raise ValidationError({"successors": ValidationError(text, code="both_sides")})
    late = [row.name for row in predecessors if row.valid_from and row.valid_from >= on]
    if late:
        text = f"Ngày kế thừa phải sau ngày thành lập của: {', '.join(late)}."
        raise ValidationError({"on": ValidationError(text, code="before_it_begins")})
