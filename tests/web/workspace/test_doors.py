"""Who comes into a unit's room: roles, units, hours; nothing of it is stored anywhere."""

from __future__ import annotations

import pytest
from django.test import Client

from ddci_web.accounts.models import Role
from ddci_web.improvement import services
from ddci_web.improvement.queries import findings_of
from ddci_web.results.published import Published
from tests.web.improvement.rooms import OTHER, UNIT, WAVE, officer_of, recommend, unit_of
from tests.web.people import logged_in, make_member

pytestmark = pytest.mark.django_db
HERE = f"/don-vi/{WAVE}/{UNIT}/"
THERE = f"/don-vi/{WAVE}/{OTHER}/"
ROOMS = ("", "chi-tieu/", "lanh-dao/", "han-che/", "han-che.txt", "han-che.csv", "khuyen-nghi/")
DEEDS = ("han-che/lap/", "han-che/giu/", "han-che/them/")
INSIDE = {Role.UNIT_OFFICER, Role.UNIT_LEADER}
READS = {Role.ORGANISER, Role.CONSULTANT, Role.REVIEWER, Role.VIEWER, Role.AGENCY_MEMBER} | INSIDE
WRITES = {Role.ORGANISER, Role.CONSULTANT}


def as_role(role: Role) -> Client:
    return logged_in(officer_of(unit_of(), role) if role in INSIDE else make_member(role))


@pytest.mark.parametrize("role", list(Role))
def test_only_members_of_a_unit_come_into_its_room(embargoed, role):
    browser = as_role(role)

    got = {address: browser.get(HERE + address).status_code for address in ROOMS}

    assert set(got.values()) == {200 if role in INSIDE else 403}


@pytest.mark.parametrize("role", list(Role))
def test_only_members_of_a_unit_write_in_its_room(embargoed, role):
    browser = as_role(role)

    got = {address: browser.post(HERE + address).status_code for address in DEEDS}

    assert set(got.values()) == {302 if role in INSIDE else 403}


@pytest.mark.parametrize("role", list(Role))
def test_the_register_is_read_and_written_by_role(embargoed, role):
    row, browser = recommend(embargoed), as_role(role)

    read = browser.get("/don-vi/khuyen-nghi/").status_code
    written = [
        browser.get(address).status_code
        for address in (f"/don-vi/khuyen-nghi/moi/?dot={WAVE}", f"/don-vi/khuyen-nghi/{row.pk}/sua/")
    ]

    assert read == (200 if role in READS else 403)
    assert written == [200 if role in WRITES else 403] * 2


@pytest.mark.parametrize("address", [*ROOMS, "han-che/1/", "khuyen-nghi/1/"])
def test_the_room_of_another_unit_is_not_there(room, address):
    assert room.get(THERE + address).status_code == 404


@pytest.mark.parametrize("address", DEEDS)
def test_nothing_is_written_in_the_room_of_another_unit(room, address):
    assert room.post(THERE + address).status_code == 404


@pytest.mark.parametrize(
    "address", ["khong-co/xa-nhan-ly/", f"{WAVE}/khong-co/", "lang-son-2024/xa-nhan-ly/", "pci-2016/an-giang/"]
)
def test_unknown_waves_and_units_are_not_there(room, address):
    assert room.get("/don-vi/" + address).status_code == 404


def test_findings_and_recommendations_of_another_unit_are_not_there(room, embargoed):
    other = unit_of(OTHER)
    services.draft_findings(snapshot=embargoed, organisation=other, by=officer_of(other))
    finding, row = findings_of(embargoed, other).first(), recommend(embargoed, other)

    assert room.get(f"{HERE}han-che/{finding.pk}/").status_code == 404
    assert room.get(f"{HERE}khuyen-nghi/{row.pk}/").status_code == 404
    assert room.get(f"/don-vi/khuyen-nghi/{row.pk}/").status_code == 404


@pytest.mark.parametrize("address", ["/don-vi/", HERE, f"{HERE}han-che/", "/don-vi/khuyen-nghi/"])
def test_strangers_are_asked_to_log_in(embargoed, address):
    got = Client().get(address)

    assert got.status_code == 302
    assert got["Location"].startswith("/tai-khoan/")


@pytest.mark.parametrize("address", ["/don-vi/", *(HERE + address for address in ROOMS)])
def test_nothing_of_a_room_is_stored(room, address):
    got = room.get(address)

    assert got.status_code == 200
    assert "no-store" in got["Cache-Control"]
    assert "public" not in got["Cache-Control"]


def test_refusals_are_not_stored_either(embargoed):
    for browser in (Client(), logged_in(make_member(Role.VIEWER)), logged_in(officer_of(unit_of(OTHER)))):
        got = browser.get(HERE)

        assert got.status_code in (302, 403, 404)
        assert "no-store" in got.get("Cache-Control", "no-store")


@pytest.mark.parametrize("address", ROOMS)
def test_pages_under_embargo_name_no_other_unit(room, embargoed, address):
    others = [unit.name for unit in Published(embargoed).result.units if unit.code != UNIT]
    services.draft_findings(snapshot=embargoed, organisation=unit_of(), by=officer_of(unit_of()))

    page = room.get(HERE + address).content.decode()

    assert [name for name in others if name in page] == []
    assert "/tai-ve/" not in page
    assert "hinh" not in page.replace("hinh-thuc", "")


@pytest.mark.parametrize("address", ["", "chi-tieu/", "lanh-dao/", "han-che/", "khuyen-nghi/"])
def test_pages_under_embargo_say_so_with_the_hour(room, address):
    page = room.get(HERE + address).content.decode()

    assert "hưa công bố, chỉ đơn vị xem" in page
    assert "Công khai lúc" in page


def test_public_pages_of_an_embargoed_wave_stay_shut_to_its_units(room):
    assert room.get(f"/{WAVE}/").status_code == 404


def test_somebody_whose_role_has_ended_is_outside_from_the_next_request(room, officer):
    officer.memberships.update(valid_to="2020-01-01", valid_from="2019-01-01")

    assert room.get(HERE).status_code == 403
