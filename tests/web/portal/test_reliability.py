"""How firm ranks are: the Result's own figures, in words, and silence where there is no sampling error."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from ddci_web.portal.pages.sensitivity import FILE, sensitivity_page
from ddci_web.portal.pages.stability import stability_page
from ddci_web.results.published import Published, open_snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("publications")]


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_ranks_come_up_as_often_as_the_result_says():
    published = open_snapshot("lang-son-2025")

    shown = stability_page(published, "so-nganh")

    assert len(shown.standings) == 3
    for item in shown.standings:
        shares = published.result.stability[published.result.unit_row[item.cell.unit.code]]
        assert item.kept == shares[int(item.cell.rank) - 1]
        assert sum(often.share for often in item.often) + item.rest == pytest.approx(1)


def test_answers_needed_are_told_of_every_unit_but_the_last():
    shown = stability_page(open_snapshot("lang-son-2025"), "so-nganh")

    assert [item.next_unit is None for item in shown.standings] == [False, False, True]
    assert all(item.times >= 1 for item in shown.standings[:-1])


def test_the_page_explains_and_links_to_the_formulas(client):
    response = client.get("/ket-qua/lang-son-2025/do-tin-cay/", {"nhom": "so-nganh"})

    said = text_of(response)
    assert "Đọc các con số này thế nào" in said
    assert "/phuong-phap/" in response.content.decode()
    assert "60 lần" in said  # replicates of the small wave


def test_without_sampling_error_the_page_says_what_is_missing(client):
    said = text_of(client.get("/ket-qua/pci-2016/do-tin-cay/"))

    assert "nguồn không công bố cỡ mẫu và sai số" in said
    assert "Từng đơn vị" not in said


def test_an_unknown_group_shows_the_first(client):
    response = client.get("/ket-qua/lang-son-2025/do-tin-cay/", {"nhom": "khong-co"})

    assert response.status_code == 200


def test_the_study_is_shown_as_it_was_written():
    published = open_snapshot("pci-2016")
    (study,) = json.loads(published.path(FILE).read_text(encoding="utf-8"))

    shown = sensitivity_page(published, "tinh")

    assert shown.runs == study["runs"]
    assert [(item.unit.code, item.low, item.high) for item in shown.ranges] == [
        (item["unit"], item["low"], item["high"]) for item in study["units"]
    ]
    assert [share.total for share in shown.shares] == sorted((f["total"] for f in study["factors"]), reverse=True)
    assert len(shown.left_out) + len(shown.left_out_rest) == len(study["left_out"])


def test_the_method_page_says_that_it_is_not_sampling_error(client):
    said = text_of(client.get("/ket-qua/pci-2016/do-nhay/"))

    assert "Nó khác với sai số lấy mẫu" in said
    assert "200 cách tính khác" in said


def test_a_publication_without_a_study_says_so(client, monkeypatch):
    monkeypatch.setattr("ddci_web.portal.pages.sensitivity.FILE", "khong-co.json")

    assert "không kèm phép thử phương pháp" in text_of(client.get("/ket-qua/pci-2016/do-nhay/"))


def test_a_suppressed_unit_is_not_in_the_study(monkeypatch):
    published = open_snapshot("pci-2016")
    result = published.result
    hidden = np.zeros((len(result.units), len(result.nodes)), dtype=bool)
    hidden[0, 0] = True
    monkeypatch.setattr(Published, "result", replace(result, flags={**result.flags, "suppressed": hidden}))

    shown = sensitivity_page(published, "tinh")

    assert result.units[0].code not in {item.unit.code for item in shown.ranges}
    assert len(shown.ranges) == len(result.units) - 1
