"""The scorecard in a real browser: no sideways scroll on a phone, no request, nothing on the console, prints on A4."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.factories import make_result

from ddci.report.scorecard import scorecard_html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
OPEN_ALL = "document.querySelectorAll('details').forEach(element => element.open = true)"
OVERFLOW = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest('.scroll, .vh'))
  .map(e => e.tagName + '.' + e.getAttribute('class')).slice(0, 5)"""


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM or None, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def page_file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("scorecard") / "scorecard.html"
    result = make_result(groups={"dia-phuong": 3, "so-nganh": 14}, simulated=True, per_sub_index=3)
    path.write_text(scorecard_html(result), encoding="utf-8")
    return path


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
def test_it_opens_offline_without_overflow_request_or_message(browser: Browser, page_file: Path, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    requests: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))

    page.goto(page_file.as_uri())
    page.evaluate(OPEN_ALL)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERFLOW) == []
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert messages == []
    context.close()


def test_it_works_without_javascript(browser: Browser, page_file: Path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(page_file.as_uri())
    page.locator("details.unit > summary").first.click()

    assert page.locator("details.unit").first.locator(".unit__body").is_visible()
    context.close()


def test_a_phone_sees_the_narrow_drawing_and_a_desk_the_wide_one(browser: Browser, page_file: Path):
    shown = {}
    for width in (320, 1280):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(page_file.as_uri())
        shown[width] = page.locator("#xep-hang svg.wide").first.is_visible()
        page.close()

    assert shown == {320: False, 1280: True}


def test_printing_opens_every_unit(browser: Browser, page_file: Path):
    page = browser.new_page()
    page.goto(page_file.as_uri())
    page.emulate_media(media="print")

    assert page.locator("details.unit .unit__body").last.is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()
