"""Public pages of a wave in which too few answered: each page is there, and the hidden figures are nowhere."""

from __future__ import annotations

import re
import shutil

import numpy as np
import pytest

from ddci.report.suppression import suppress
from ddci.result_arrays import write_companion
from ddci.result_json import load_result, write_result
from ddci_web.portal import urls
from ddci_web.results import published
from tests.web.portal.test_any_address import HOLE, status

pytestmark = pytest.mark.django_db
WAVE = "lang-son-2025"
ROUTES = [pattern.pattern._route for pattern in urls.urlpatterns if "<wave:wave>" in pattern.pattern._route]
OTHERS = ["", "tim/?q=lang", "chuong-trinh/lang-son/", "chuong-trinh/lang-son/qua-cac-nam/", "rss/"]
ALL = 10**9
NOT_A_NUMBER = re.compile(r"\b(?:nan|None|inf)\b")


@pytest.fixture
def hiding(publications, publication_files, tmp_path, settings):
    """Publish the newest wave again with a minimum; gives the full Result, and the one that the site now has."""
    settings.MEDIA_ROOT = tmp_path
    shutil.copytree(publication_files, tmp_path / "publications")

    def publish(share):
        file = tmp_path / "publications" / f"{WAVE}-1" / "result.json"
        full = load_result(file)
        n = full.scores.n[:, 0]
        minimum = ALL if share == 1 else int(np.nanquantile(n, share)) + 1
        write_result(suppress(full, minimum=minimum), file)
        write_companion(suppress(full, minimum=minimum), file)
        published._load.cache_clear()
        return full, published.open_snapshot(WAVE).result

    yield publish
    published._load.cache_clear()


def pages_of(result):
    """An address for each kind of page; for units and nodes every one of them."""
    known = {
        "unit": [unit.code for unit in result.units],
        "code": [node.code for node in result.nodes[1:]],
        "name": ["scores.csv"],
        "ending": ["svg"],
    }
    for route in ROUTES:
        path = route.replace("<wave:wave>", WAVE)
        hole = HOLE.search(path)
        if hole is None:
            yield path
        elif hole[1] in ("unit", "code"):
            yield from (HOLE.sub(code, path) for code in known[hole[1]])


@pytest.mark.parametrize("share", [0.1, 0.5, 1])
def test_every_page_of_a_wave_with_hidden_figures_is_answered(client, hiding, share):
    _, result = hiding(share)
    assert result.flags["suppressed"].any()

    answers = {address: client.get(f"/{address}") for address in [*pages_of(result), *OTHERS]}

    got = {address: status(answer) for address, answer in answers.items()}
    assert {address: code for address, code in got.items() if code not in (200, 404)} == {}
    assert [address for address in got if got[address] == 404 and "/chi-" not in address] == []
    assert [address for address, answer in answers.items() if NOT_A_NUMBER.search(answer.content.decode())] == []


def test_a_hidden_total_is_on_no_page(client, hiding):
    full, result = hiding(0.3)
    hidden = [row for row in range(len(full.units)) if result.flags["suppressed"][row, 0]]
    words = {f"{full.scores.score[row, 0]:.4f}".replace(".", ",")[:5] for row in hidden}
    pages = {unit.code for unit in result.units} & {full.units[row].code for row in hidden}

    bodies = [client.get(f"/ket-qua/{WAVE}/don-vi/{code}/").content.decode() for code in pages]

    assert hidden
    assert all("ít phiếu, không công bố" in body for body in bodies)
    assert [word for word in words for body in bodies if f">{word}<" in body] == []
