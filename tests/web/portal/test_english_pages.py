"""Every public page below /en/ speaks English: Vietnamese is left only in what the data themselves name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from ddci.report.tile_map import short_labels
from ddci_web.results.models import Check, Snapshot
from ddci_web.results.published import Published, snapshots_of
from tests.web.test_translations import TYPED, VIETNAMESE, without

EACH = 2  # pages of one kind that are read in each publication
READ_ALOUD = ("aria-label", "title", "alt", "placeholder", "data-label", "content")


class _Reader(HTMLParser):
    """Texts and spoken attributes of a page, without what is marked as Vietnamese or is code; and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        hidden = tag in ("script", "style", "code", "pre") or (given.get("lang") or "en") != "en"
        if not hidden and not any(part for _, part in self._open):
            self.texts += [given[name] or "" for name in READ_ALOUD if name in given]
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if tag not in ("meta", "link", "img", "input", "br", "hr", "path", "rect", "circle"):
            self._open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        while self._open and any(tag == name for name, _ in self._open):
            name, _ = self._open.pop()
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if not any(hidden for _, hidden in self._open):
            self.texts.append(data)


@pytest.mark.django_db
def test_every_public_page_answers_in_english(client: Client, publications: dict[str, Snapshot]) -> None:
    """Vietnamese is left only in what the data themselves name: see ``_named_by_the_data``."""
    waiting, seen, counts = ["/en/"], {"/en/"}, {}
    allowed = sorted({*TYPED, *_named_by_the_data(publications)}, key=len, reverse=True)
    wrong: dict[str, list[str]] = {}

    while waiting:
        path = waiting.pop()
        response = client.get(path)
        assert response.status_code == 200, path
        if not str(response.headers["Content-Type"]).startswith("text/html"):
            continue
        reader = _Reader()
        reader.feed(response.content.decode())
        if left := [text.strip() for text in reader.texts if VIETNAMESE.search(without(text, allowed))]:
            wrong[path] = left
        for link in reader.links:
            address = link.partition("#")[0]
            if address.startswith("/en/") and address not in seen and _is_new_kind(address, counts):
                seen.add(address)
                waiting.append(address)

    assert {resolve(path.partition("?")[0]).url_name for path in seen} >= EVERY_PAGE
    assert wrong == {}, "\n".join(f"{path}: {texts}" for path, texts in wrong.items())


@pytest.mark.django_db
def test_checks_are_asked_in_english_and_recorded_answers_are_marked_as_vietnamese(
    client: Client, publications: dict[str, Snapshot]
) -> None:
    computation = publications["lang-son-2024/1"].computation
    asked = {"complete": "Mọi đơn vị đều có số liệu ở mọi chỉ tiêu áp dụng.", "ranked": "2 đơn vị có ít hơn 30 phiếu."}
    for code, answer in asked.items():
        title = "Có ô nào không có số liệu không?"
        Check.objects.create(computation=computation, code=code, verdict=Check.Verdict.OK, title=title, text=answer)

    page = client.get("/en/ket-qua/lang-son-2024/phuong-phap/").content.decode()

    assert page.count("Are there cells without data?") == 2
    assert ">passes</span>" in page
    assert "All units have data on every indicator that applies." in page
    assert f'<span lang="vi">{asked["ranked"]}</span>' in page


@pytest.mark.django_db
def test_a_chart_is_downloaded_in_the_language_of_its_address(
    client: Client, publications: dict[str, Snapshot]
) -> None:
    def download(prefix: str, ending: str) -> str:
        response = client.get(f"{prefix}/ket-qua/lang-son-2024/hinh/ranking-dia-phuong.{ending}")
        return bytes(response.content).decode()

    assert ">điểm</text>" in download("", "svg")
    assert ">score</text>" in download("/en", "svg")
    assert download("", "csv").lstrip("\ufeff").startswith("Đơn vị,")
    assert download("/en", "csv").lstrip("\ufeff").startswith("Unit,")


EVERY_PAGE = {
    "home",
    "programme",
    "years",
    "publications",
    "wave",
    "ranking",
    "units",
    "unit",
    "sub_indices",
    "sub_index",
    "indicators",
    "indicator",
    "compare",
    "weights",
    "stability",
    "sensitivity",
    "map",
    "method",
    "questionnaire",
    "downloads",
    "principles",
    "about",
    "accessibility",
    "licence",
}


def _is_new_kind(address: str, counts: dict[tuple[str, str, str], int]) -> bool:
    """Whether fewer than ``EACH`` pages of this kind were read in this publication; files are not pages."""
    path, _, query = address.partition("?")
    found = resolve(path)
    if found.url_name in ("file", "figure_file", "feed"):
        return False
    key = (found.url_name or "", str(found.kwargs.get("wave")), re.sub("=[^&]*", "", query))
    counts[key] = counts.get(key, 0) + 1
    return counts[key] <= EACH


def _named_by_the_data(publications: dict[str, Snapshot]) -> Iterator[str]:
    """Names and sources that the data give in Vietnamese only, and reasons that people wrote."""
    yield settings.SITE_NAME
    waves = {snapshot.wave for snapshot in publications.values()}
    for published in [item for wave in waves for item in snapshots_of(wave)]:
        yield from _of_result(published)
        programme, wave = published.programme, published.wave
        yield from (programme.en or programme.vi, programme.source, wave.en or wave.vi, published.snapshot.reason)


def _of_result(published: Published) -> Iterator[str]:
    result = published.result
    framework, questionnaire = result.framework, result.framework.questionnaire
    names = [unit.name for unit in result.units]
    yield from names
    for group in framework.unit_groups:
        yield from short_labels([result.units[row].name for row in result.rows_of_group(group.code)])
    yield from (result.source or "", framework.source or "", result.vi or "")
    named = [framework, *framework.unit_groups, *framework.bands, *result.nodes]
    if questionnaire is not None:
        named += [*questionnaire.pages, *questionnaire.questions]
        for question in questionnaire.questions:
            named += [*questionnaire.options_of(question), *question.items]
            yield from (question.recall or "", question.hint_en or question.hint_vi or "")
    yield from (item.en or item.vi for item in named)
    yield from (text for item in framework.indicators for text in (item.source or "", item.where or ""))
    yield from (text for item in framework.sub_indices for text in (item.definition or "", item.lead or ""))
    yield from (value for warning in result.warnings for _, value in warning.details)
