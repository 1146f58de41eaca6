"""The read API says what the publication says, to the last digit, and nothing that is suppressed or under embargo."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.core.cache import cache
from django.utils import timezone

from ddci.report.tables import applying_columns
from ddci_web.results.models import Snapshot
from ddci_web.results.published import open_snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_calls_counted():
    cache.clear()


def get(client, path, **kwargs):
    return client.get(f"/api/v1{path}", **kwargs)


def test_programmes_list_the_latest_snapshot_of_each_wave(client, publications):
    found = get(client, "/programmes").json()

    assert {wave["code"]: wave["snapshot"] for item in found for wave in item["waves"]}["pci-2016"] == 2


def test_every_score_is_the_one_of_the_result(client, publications):
    result = open_snapshot("lang-son-2025").result
    wanted = {
        (unit.code, result.nodes[column].code): (row, column)
        for row, unit in enumerate(result.units)
        for column in applying_columns(result, unit.group)
    }

    page = get(client, "/waves/lang-son-2025/scores?limit=5000").json()

    assert page["count"] == len(wanted)
    got = {(item["unit"], item["code"]): item for item in page["items"]}
    assert got.keys() == wanted.keys()
    for key, (row, column) in wanted.items():
        for name in ("value", "score", "se", "low", "high", "n", "rank", "rank_low", "rank_high", "median"):
            figure = getattr(result.scores, name)[row, column]
            assert got[key][name] == (None if np.isnan(figure) else figure), (key, name)


def test_pages_of_scores_join_without_gap_or_repeat(client, publications):
    whole = get(client, "/waves/lang-son-2025/scores?limit=5000").json()["items"]

    parts = [
        item
        for offset in range(0, len(whole), 70)
        for item in get(client, f"/waves/lang-son-2025/scores?limit=70&offset={offset}").json()["items"]
    ]

    assert parts == whole


def test_a_superseded_snapshot_is_asked_for_by_number(client, publications):
    first, second = (get(client, f"/waves/pci-2016@{number}").json() for number in (1, 2))

    assert (first["snapshot"], second["snapshot"]) == (1, 2)
    assert first["manifest_hash"] != second["manifest_hash"]


def test_snapshots_carry_the_reason_of_a_correction(client, publications):
    latest, first = get(client, "/waves/pci-2016/snapshots").json()

    assert (latest["corrects"], first["corrects"]) == (1, None)
    assert latest["reason"]


def test_changes_of_a_unit_add_up_to_its_change(client, publications):
    result = open_snapshot("lang-son-2025").result
    row = next(row for row in range(len(result.units)) if np.isfinite(result.change.score[row, 0]))

    parts = get(client, f"/waves/lang-son-2025/changes?unit={result.units[row].code}").json()

    assert sum(part["points"] for part in parts) == pytest.approx(result.change.score[row, 0], abs=1e-9)


def test_what_is_under_embargo_does_not_exist(client, publications):
    Snapshot.objects.filter(wave__code="lang-son-2025").update(public_from=timezone.now() + timedelta(days=1))

    assert get(client, "/waves/lang-son-2025/scores").status_code == 404
    assert "lang-son-2025" not in get(client, "/programmes").content.decode()


def test_an_unknown_wave_is_refused_with_the_way_out(client, publications):
    response = get(client, "/waves/pci-1999/units")

    assert response.status_code == 404
    assert "/api/v1/programmes" in response.json()["detail"]


@pytest.mark.parametrize("query", ["limit=0", "limit=5001", "offset=-1", "level=total", "unit=a/b"])
def test_a_parameter_out_of_range_is_named(client, publications, query):
    response = get(client, f"/waves/pci-2016/scores?{query}")

    assert response.status_code == 422
    assert query.partition("=")[0] in response.json()["detail"][0]["loc"]


def test_an_answer_that_is_known_already_is_not_sent_again(client, publications):
    first = get(client, "/waves/pci-2016/units")

    second = get(client, "/waves/pci-2016/units", headers={"If-None-Match": first["ETag"]})

    assert second.status_code == 304
    assert not second.content
    assert "max-age" in first["Cache-Control"]


def test_too_many_calls_are_asked_to_wait(client, publications):
    answers = [get(client, "/waves/pci-2016").status_code for _ in range(125)]

    assert answers[:120] == [200] * 120
    assert set(answers[120:]) == {429}


def test_a_caller_who_makes_up_addresses_is_counted_as_one(client, publications):
    """Without proxies of our own nothing that the caller says about its address counts."""
    answers = [
        get(client, "/waves/pci-2016", headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(125)
    ]

    assert set(answers[120:]) == {429}


def test_files_are_listed_with_the_hash_of_what_is_sent(client, publications):
    import hashlib

    files = {item["name"]: item for item in get(client, "/waves/pci-2016/files").json()}

    body = b"".join(client.get(files["scores.csv"]["url"]).streaming_content)

    assert hashlib.sha256(body).hexdigest() == files["scores.csv"]["sha256"]
    assert len(body) == files["scores.csv"]["size"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, publications, method):
    assert getattr(client, method)("/api/v1/waves/pci-2016").status_code == 405
