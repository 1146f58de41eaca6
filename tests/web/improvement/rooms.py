"""A unit with its officer on a publication: what tests of findings and of the units' rooms begin with."""

from __future__ import annotations

from typing import Any

from ddci_web.accounts.models import Member, Role
from ddci_web.improvement import recommending
from ddci_web.improvement.models import Recommendation
from ddci_web.organisations.models import Kind, Organisation
from ddci_web.organisations.services import import_units
from ddci_web.results.models import Snapshot
from ddci_web.results.published import Published
from tests.web.people import make_member, make_organisation

WAVE, UNIT, OTHER = "lang-son-2025", "xa-nhan-ly", "xa-bac-son"


def enter_units(snapshot: Snapshot) -> None:
    """The organisations of a publication's units, as the results room enters them."""
    units = Published(snapshot).result.units
    import_units(units=units, programme_code=snapshot.wave.programme.code, by=make_member(Role.ORGANISER))


def unit_of(code: str = UNIT, programme: str = "lang-son") -> Organisation:
    return Organisation.objects.get(code=f"{programme}:{code}")


def officer_of(unit: Organisation, role: Role = Role.UNIT_OFFICER, **columns: Any) -> Member:
    return make_member(role, organisation=unit, **columns)


def consultant() -> Member:
    place = make_organisation("tu-van", name="Đơn vị tư vấn thử", kind=Kind.CONSULTANT)
    return make_member(Role.CONSULTANT, organisation=place)


def recommend(snapshot: Snapshot, unit: Organisation | None = None, **changes: Any) -> Recommendation:
    """One for the unit; for its group where no unit is given."""
    fields: dict[str, Any] = {
        "wave": snapshot.wave,
        "organisation": unit,
        "unit_group": "" if unit else "dia-phuong",
        "sub_index": "MB",
        "number": 1,
        "text": "Công khai quy trình trên các kênh truyền thông.",
        "source_document": "Phụ lục, khuyến nghị của đơn vị tư vấn",
    }
    by = changes.pop("by", None) or consultant()
    return recommending.recommend(by=by, **(fields | changes))
