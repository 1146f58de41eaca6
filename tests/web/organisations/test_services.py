"""Organisations: rules of dates and succession, and the units of a wave."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ddci.wave.model import Unit
from ddci_web.accounts.models import Role
from ddci_web.organisations import queries, services
from ddci_web.organisations.models import Kind, Organisation, Succession
from tests.web.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
REFORM = dt.date(2025, 7, 1)


def by():
    return make_member(Role.ORGANISER)


def test_the_database_refuses_an_organisation_that_ends_before_it_begins():
    with pytest.raises(IntegrityError, match="organisation_ends_after_it_begins"), transaction.atomic():
        make_organisation("x", valid_from=dt.date(2025, 1, 2), valid_to=dt.date(2025, 1, 2))


def test_all_faults_of_an_organisation_are_told_together():
    make_organisation("taken")

    with pytest.raises(ValidationError) as found:
        services.create(
            by=by(),
            code="taken",
            name="Phòng Tư pháp",
            kind=Kind.DIVISION,
            valid_from=dt.date(2025, 1, 2),
            valid_to=dt.date(2024, 1, 2),
        )

    assert set(found.value.error_dict) == {"code", "valid_to"}


def test_an_organisation_cannot_stand_below_itself():
    above = make_organisation("above")
    below = make_organisation("below", parent=above)

    with pytest.raises(ValidationError) as found:
        services.update(organisation=above, by=by(), parent=below)

    assert found.value.error_dict["parent"][0].code == "parent_loop"


def test_a_locality_divided_into_three_ends_on_the_day_its_successors_begin():
    district = make_organisation("ubnd-chi-lang", kind=Kind.PEOPLE_COMMITTEE)
    communes = [make_organisation(code, kind=Kind.PEOPLE_COMMITTEE) for code in ("chi-lang", "bang-mac", "nhan-ly")]

    services.record_succession(predecessors=[district], successors=communes, on=REFORM, note="Sắp xếp 2025", by=by())

    district.refresh_from_db()
    assert district.valid_to == REFORM
    assert {row.valid_from for row in Organisation.objects.filter(predecessors=district)} == {REFORM}
    assert set(queries.as_of(REFORM)) >= set(communes)
    assert district not in queries.as_of(REFORM)
    assert district in queries.as_of(REFORM - dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("Phòng Tài nguyên và Môi trường", "Phòng Nông nghiệp và Môi trường", Kind.DIVISION),
        ("Công an huyện Chi Lăng", "Công an xã Chi Lăng", Kind.POLICE),
    ],
)
def test_a_renamed_or_moved_body_is_found_from_the_one_before_it(before, after, kind):
    old, new = make_organisation("old", name=before, kind=kind), make_organisation("new", name=after, kind=kind)

    services.record_succession(predecessors=[old], successors=[new], on=dt.date(2025, 3, 1), by=by())

    old.refresh_from_db()
    assert queries.successors_on(old, dt.date(2025, 3, 1)) == (new,)
    assert queries.successors_on(old, dt.date(2025, 2, 28)) == (old,)


def test_a_predecessor_that_hands_over_a_part_lives_on():
    old, new = make_organisation("old"), make_organisation("new")

    services.record_succession(predecessors=[old], successors=[new], on=REFORM, ends_predecessors=False, by=by())

    old.refresh_from_db()
    assert old.valid_to is None


def test_nothing_follows_itself():
    row = make_organisation()

    with pytest.raises(ValidationError) as found:
        services.record_succession(predecessors=[row], successors=[row], on=REFORM, by=by())

    assert found.value.error_dict["successors"][0].code == "both_sides"


def test_a_refused_succession_leaves_nothing_behind():
    old = make_organisation("old", valid_from=REFORM)

    with pytest.raises(ValidationError):
        services.record_succession(predecessors=[old], successors=[make_organisation("new")], on=REFORM, by=by())

    old.refresh_from_db()
    assert old.valid_to is None
    assert not Succession.objects.exists()


def test_the_units_of_a_wave_become_organisations_once():
    units = [Unit("chi-lang", "Huyện Chi Lăng", "dia-phuong"), Unit("huu-lung", "Huyện Hữu Lũng", "dia-phuong")]

    first = services.import_units(units=units, programme_code="lang-son", by=by())
    second = services.import_units(units=units, programme_code="lang-son", by=by())

    assert [row.code for row in first] == ["lang-son:chi-lang", "lang-son:huu-lung"]
    assert [row.pk for row in first] == [row.pk for row in second]
    assert {row.kind for row in first} == {Kind.UNIT}


def test_the_last_day_in_a_wave_is_the_day_before_the_first_day_without_the_unit():
    unit = Unit("chi-lang", "Huyện Chi Lăng", "dia-phuong", valid_to="2025-06-30")

    (row,) = services.import_units(units=[unit], programme_code="lang-son", by=by())

    assert row.valid_to == REFORM


def test_a_wave_that_leaves_a_date_open_does_not_erase_it():
    dated = Unit("chi-lang", "Huyện Chi Lăng", "dia-phuong", valid_to="2025-06-30")
    services.import_units(units=[dated], programme_code="lang-son", by=by())

    (row,) = services.import_units(
        units=[Unit("chi-lang", "Chi Lăng", "dia-phuong")], programme_code="lang-son", by=by()
    )

    assert (row.name, row.valid_to) == ("Chi Lăng", REFORM)


def test_successors_in_a_wave_are_linked_to_units_known_from_earlier_waves():
    services.import_units(
        units=[Unit("chi-lang", "Huyện Chi Lăng", "dia-phuong", valid_to="2025-06-30")],
        programme_code="lang-son",
        by=by(),
    )
    commune = Unit("xa-chi-lang", "Xã Chi Lăng", "xa", valid_from="2025-07-01", succeeds=("chi-lang", "unknown"))

    (row,) = services.import_units(units=[commune], programme_code="lang-son", by=by())

    (link,) = Succession.objects.all()
    assert (link.predecessor.code, link.successor, link.on) == ("lang-son:chi-lang", row, REFORM)


def test_importing_units_twice_asks_no_more_of_the_database_than_reading(django_assert_max_num_queries):
    units = [Unit(f"u{i}", f"Xã {i}", "xa") for i in range(65)]
    services.import_units(units=units, programme_code="p", by=None)

    with django_assert_max_num_queries(5):
        services.import_units(units=units, programme_code="p", by=None)
