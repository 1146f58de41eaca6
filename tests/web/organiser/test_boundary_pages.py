"""Boundaries are handed in on a page: all faults at once, or the map uses them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ddci_web.accounts.models import Role
from ddci_web.results.boundaries import Boundary
from tests.web.people import logged_in, make_member
from tests.web.results.test_boundaries import feature, geojson, programme

pytestmark = pytest.mark.django_db
__all__ = ["programme"]


def hand_in(data: bytes, **entered: str):
    client = logged_in(make_member(Role.ORGANISER))
    form = {"name": "Ranh giới thử, cơ quan đo đạc", "valid_from": "2025-07-01", **entered}
    form["file"] = SimpleUploadedFile("ranh-gioi.geojson", data, "application/geo+json")
    return client.post(reverse("organiser:boundary", args=["thu"]), form, follow=True)


def test_a_sound_file_is_kept_and_shown(programme):
    page = hand_in(geojson(feature("bac"), feature("nam"))).content.decode()

    assert Boundary.objects.get().n_units == 2
    assert "Ranh giới thử, cơ quan đo đạc" in page


def test_every_fault_of_a_file_is_listed_and_nothing_is_kept(programme):
    page = hand_in(geojson(feature("la"), feature("bac", kind="Point"))).content.decode()

    assert not Boundary.objects.exists()
    assert "la" in page
    assert "2 lỗi" in page.replace("\N{NO-BREAK SPACE}", " ")


def test_an_end_before_the_beginning_is_said_at_the_field(programme):
    page = hand_in(geojson(feature("bac")), valid_to="2025-01-01").content.decode()

    assert "Ngày hết hiệu lực phải sau ngày bắt đầu." in page
    assert not Boundary.objects.exists()
