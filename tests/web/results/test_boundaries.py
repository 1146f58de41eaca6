"""Official boundaries: every fault of a file is listed, nothing wrong is kept, the drawing is light."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError

from ddci_web.jobs.report import FaultsFoundError
from ddci_web.organisations.models import Kind, Organisation
from ddci_web.results.boundaries import Boundary, add_boundary, boundary_for, outlines_of, unit_codes
from ddci_web.results.boundary_file import MOST_BYTES, MOST_FAULTS, read_boundary
from ddci_web.results.models import Programme
from ddci_web.results.published import generation

CODES = ("bac", "nam", "tay")
SQUARE = [[105.0, 20.0], [106.0, 20.0], [106.0, 21.0], [105.0, 21.0], [105.0, 20.0]]


def feature(code="bac", ring=SQUARE, kind="Polygon", **properties):
    coordinates = [ring] if kind == "Polygon" else [[ring]]
    return {
        "type": "Feature",
        "properties": {"code": code, **properties},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def geojson(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def faults_of(data):
    with pytest.raises(FaultsFoundError) as caught:
        read_boundary(data, CODES)
    return [(fault["place"], fault["text"]) for fault in caught.value.faults]


@pytest.fixture
def programme(db):
    made = Programme.objects.create(code="thu", vi="Thử")
    for code in CODES:
        Organisation.objects.create(code=f"thu:{code}", name=code, kind=Kind.UNIT)
    return made


def hand_in(programme, *features, **changes):
    fields = {"name": "Bản đồ hành chính 2025", "valid_from": dt.date(2025, 7, 1), "by": None, **changes}
    return add_boundary(programme=programme, file=io.BytesIO(geojson(*features)), **fields)


def test_polygons_and_multipolygons_are_read():
    found = read_boundary(geojson(feature("bac"), feature("nam", kind="MultiPolygon")), CODES)

    assert list(found) == ["bac", "nam"]
    assert found["bac"] == found["nam"] == [[[tuple(at) for at in SQUARE]]]


def test_heights_and_a_byte_order_mark_do_no_harm():
    high = [[*at, 12.5] for at in SQUARE]

    assert read_boundary(b"\xef\xbb\xbf" + geojson(feature(ring=high)), CODES)["bac"][0][0][0] == (105.0, 20.0)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"{", b"[" * 100_000, b"[]", b'{"type": "Topology"}', b'{"type": "FeatureCollection"}',
     b'{"type": "FeatureCollection", "features": []}', b'{"type": "FeatureCollection", "features": {}}'],
)  # fmt: skip
def test_a_file_that_is_no_feature_collection_is_one_fault(data):
    assert len(faults_of(data)) == 1


def test_a_file_above_five_megabytes_is_not_read():
    assert "nhiều nhất là 5 MB" in faults_of(b" " * (MOST_BYTES + 1))[0][1]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"type": "Feature"}, "Thiếu thuộc tính"),
        (None, "Thiếu thuộc tính"),
        (feature(code=7), "Thiếu thuộc tính"),
        (feature(code="dong"), "Không có đơn vị nào mang mã «dong»"),
        (feature(kind="Point"), "Polygon hoặc MultiPolygon"),
        (feature(ring=SQUARE[:3]), "ít hơn bốn điểm"),
        (feature(ring=SQUARE[:4]), "không khép kín"),
        (feature(ring="SQUARE"), "ít hơn bốn điểm"),
        (feature(ring=[[1, 2], [3, 4], ["x", 5], [1, 2]]), "cặp số"),
        (feature(ring=[[1, 2], [3, 4], [float("nan"), 5], [1, 2]]), "cặp số"),
        (feature(ring=[[470000.0, 2300000.0]] * 4), "VN-2000"),
        ({"properties": {"code": "bac"}, "geometry": {"type": "Polygon", "coordinates": 5}}, "tọa độ"),
        ({"properties": {"code": "bac"}, "geometry": {"type": "MultiPolygon", "coordinates": [[]]}}, "tọa độ"),
    ],
)
def test_each_fault_says_where_and_what(wrong, text):
    with pytest.raises(FaultsFoundError) as caught:
        read_boundary(geojson(feature("nam"), wrong), CODES)

    assert any("features[2]" in f["place"] and text in f["text"] + f["remedy"] for f in caught.value.faults)


def test_all_faults_are_listed_at_once():
    found = faults_of(geojson(feature("dong"), feature("bac", ring=SQUARE[:4]), feature("bac"), feature("bac")))

    assert len(found) == 4


def test_a_thousand_faults_are_counted_and_not_all_shown():
    found = faults_of(geojson(*[feature("dong")] * 1000))

    assert len(found) == MOST_FAULTS + 1
    assert "Còn 800 lỗi nữa" in found[-1][1]


def test_a_sound_file_is_kept_with_its_drawing(programme):
    south = [[x, y - 1] for x, y in SQUARE]

    boundary = hand_in(programme, feature("bac"), feature("nam", south))

    drawn = outlines_of(boundary)
    assert set(drawn.paths) == {"bac", "nam"}
    assert all(re.fullmatch(r"[Mhvlz\d,-]+", path) for path in drawn.paths.values())
    assert (Path(settings.MEDIA_ROOT) / "boundaries" / f"{boundary.sha256}.geojson").stat().st_size == boundary.size
    assert boundary.n_units == 2


def test_a_faulty_file_leaves_nothing(programme):
    with pytest.raises(FaultsFoundError):
        hand_in(programme, feature("dong"))

    assert not Boundary.objects.exists()


def test_codes_are_those_of_the_programme_only(programme):
    Organisation.objects.create(code="khac:xa", name="xa", kind=Kind.UNIT)

    assert unit_codes(programme) == frozenset(CODES)


def test_a_year_gets_the_newest_file_that_is_valid_at_its_end(programme):
    districts = hand_in(programme, feature("bac"), valid_from=dt.date(2010, 1, 1), valid_to=dt.date(2025, 6, 30))
    hand_in(programme, feature("bac"))
    corrected = hand_in(programme, feature("bac"), feature("tay"))

    assert boundary_for(programme, 2009) is None
    assert boundary_for(programme, 2024) == districts
    assert boundary_for(programme, 2025) == corrected


def test_a_boundary_cannot_end_before_it_begins(programme):
    with pytest.raises(IntegrityError):
        hand_in(programme, feature("bac"), valid_to=dt.date(2025, 6, 30))


def test_a_new_boundary_makes_kept_pages_stale(programme):
    before = generation()

    hand_in(programme, feature("bac"))

    assert generation() != before
