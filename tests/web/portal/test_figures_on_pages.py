"""Numbers on pages are those of result.json, to the digits shown: all provinces, the index and every sub-index."""

from __future__ import annotations

import html
import re

import pytest

from ddci.compute import compute
from ddci.report.numbers import format_number
from ddci.report.publication import write_publication
from ddci.result_json import load_result
from ddci.wave.load import load_wave
from ddci_web.results.models import Programme
from ddci_web.results.published import open_snapshot
from tests.web.portal.conftest import _snapshot
from tests.web.portal.small_waves import ROOT

pytestmark = pytest.mark.django_db
CELL = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>", re.DOTALL)
ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)


def rows_of(page: str) -> list[list[str]]:
    """Texts of the cells of every table row."""
    plain = [[html.unescape(re.sub(r"<[^>]+>", " ", cell)) for cell in CELL.findall(row)] for row in ROW.findall(page)]
    return [[" ".join(text.split()) for text in row] for row in plain]


@pytest.fixture
def all_provinces(db, settings, tmp_path):
    """PCI 2016 as published, 63 provinces, in a site of its own."""
    settings.MEDIA_ROOT = str(tmp_path)
    source = ROOT / "examples" / "pci-2016"
    result = compute(load_wave(source, read_result=load_result))
    write_publication(result, tmp_path / "publications" / "pci-2016-1", minimum=0, inputs=source)
    programme = Programme.objects.create(code="pci", vi="PCI", en="PCI", is_featured=True)
    return _snapshot(programme, "pci-2016", 1, 0, tmp_path / "publications", {})


def test_every_score_on_the_ranking_pages_is_the_result_s(client, all_provinces):
    code = "pci-2016"
    result = open_snapshot(code).result
    n_compared = 0
    for column, node in enumerate(result.nodes):
        if node.level == "indicator":
            continue
        query = "" if column == 0 else f"?chi-so={node.code}"
        rows = rows_of(client.get(f"/ket-qua/{code}/xep-hang/{query}").content.decode())
        for place, unit in enumerate(result.units):
            own = next(row for row in rows if row and row[0] == unit.name and len(row) > 2)
            assert format_number(result.scores.score[place, column]) in own, (unit.name, node.code)
            n_compared += 1

    assert n_compared == 63 * 11


@pytest.mark.parametrize("code", ["pci-2016", "lang-son-2025"])
def test_every_score_on_a_unit_s_page_is_the_result_s(client, publications, code):
    result = open_snapshot(code).result
    for place, unit in enumerate(result.units):
        page = client.get(f"/ket-qua/{code}/don-vi/{unit.code}/").content.decode()
        text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
        columns = [0, *(result.node_column[item.code] for item in result.framework.sub_indices_of_group(unit.group))]
        for column in columns:
            assert format_number(result.scores.score[place, column]) in text, (unit.name, result.nodes[column].code)
