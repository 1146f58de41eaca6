"""Public pages are kept whole, answered the same, and forgotten when something new is published."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ddci_web.portal import page_cache
from ddci_web.portal.page_cache import SHELF
from ddci_web.results.models import Snapshot

pytestmark = pytest.mark.django_db
PAGE = "/ket-qua/pci-2016/phuong-phap/"


def test_the_second_reader_is_answered_without_asking_the_database(client, publications, monkeypatch):
    monkeypatch.setattr(page_cache, "ASK_EVERY", 60.0)
    first = client.get(PAGE)

    with CaptureQueriesContext(connection) as queries:
        second = client.get(PAGE)

    assert second.content == first.content
    assert len(queries) == 0


def test_a_reader_who_has_the_page_gets_304(client, publications):
    etag = client.get(PAGE)["ETag"]

    response = client.get(PAGE, headers={"If-None-Match": etag})

    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == etag


def test_a_page_is_packed_for_whoever_takes_it(client, publications):
    plain = client.get(PAGE)

    packed = client.get(PAGE, headers={"Accept-Encoding": "gzip, br"})

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2


def test_a_correction_replaces_the_page(client, publications):
    Snapshot.objects.filter(wave__code="pci-2016", number=2).update(public_from=timezone.now() + timedelta(hours=1))
    SHELF.clear()
    before = client.get(PAGE)
    Snapshot.objects.filter(wave__code="pci-2016", number=2).update(public_from=timezone.now())
    SHELF._asked = float("-inf")

    after = client.get(PAGE)

    assert before["ETag"] != after["ETag"]
    assert publications["pci-2016/2"].manifest_hash[:8] not in before.content.decode()


def test_pages_differ_by_colour_scheme_and_by_nothing_else_of_the_reader(client, publications):
    auto = client.get(PAGE).content
    client.cookies["theme"] = "dark"
    dark = client.get(PAGE).content
    client.cookies["theme"] = "x'><script>"
    odd = client.get(PAGE).content

    assert auto != dark
    assert odd == auto


def test_security_headers_come_with_a_kept_page(client, publications):
    client.get(PAGE)

    response = client.get(PAGE)

    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies


def test_a_foreign_host_name_is_refused(client, publications):
    assert client.get(PAGE, headers={"host": "evil.example"}).status_code == 400


def test_a_page_with_an_error_is_not_kept(client, publications):
    client.get("/ket-qua/pci-1999/")

    assert not len(SHELF)
