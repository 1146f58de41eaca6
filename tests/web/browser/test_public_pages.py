"""Every kind of public page in a real browser: light, narrow, dark, accessible, alone, and within the policy."""

from __future__ import annotations

import pytest

from tests.web.browser.pages import PAGES
from tests.web.browser_tools import BUDGET, axe_faults, policy_violations, sideways, visit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light_and_asks_nobody_else(chromium, site, name):
    with visit(chromium, site + PAGES[name], width=320) as seen:
        assert seen.weight < BUDGET
        assert seen.foreign == []
        assert policy_violations(seen) == []
        assert sideways(seen) == []
        assert seen.page.locator("script").count() == 0
        assert seen.page.locator("[style]").count() == 0


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible(chromium, site, name):
    for width, scheme in ((1280, "light"), (320, "dark")):
        with visit(chromium, site + PAGES[name], width=width, scheme=scheme) as seen:
            assert axe_faults(seen) == [], (name, width, scheme)


@pytest.mark.parametrize("name", ["home", "ranking", "unit", "compare", "weights", "method"])
def test_double_text_on_a_small_phone_needs_no_sideways_scrolling(chromium, site, name):
    with visit(chromium, site + PAGES[name], width=360, text_scale=2.0) as seen:
        assert sideways(seen) == []


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("not-found", "search", "api")])
def test_every_page_has_one_heading_and_a_description(chromium, site, name):
    with visit(chromium, site + PAGES[name], javascript=False) as seen:
        assert seen.page.locator("h1").count() == 1
        assert seen.page.title()
        assert seen.page.locator("main").count() == 1


@pytest.mark.parametrize("name", ["wave", "ranking", "unit", "sub-index", "indicator", "compare", "weights", "method"])
def test_a_simulated_wave_says_so_on_every_page(chromium, site, name):
    with visit(chromium, site + PAGES[name]) as seen:
        assert "mô phỏng" in seen.page.inner_text("body").lower()
