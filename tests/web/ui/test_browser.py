"""The page of components in a real browser: read by everybody, at every width, in both schemes, with and without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from ddci_web.ui.showcase import ANSWER_STATES
from tests.web.browser_tools import (
    Visit,
    axe_faults,
    browser,
    policy_violations,
    sideways,
    small_targets,
    visit,
)
from tests.web.portal.conftest import publication_files, publications  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (1280, 320)
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def page(live_server, publications):  # noqa: F811
    """The address of the page of components, with charts of a publication."""
    return live_server.url + reverse("ui:components")


def ground(seen: Visit) -> str:
    return seen.page.evaluate("getComputedStyle(document.body).backgroundColor")


LIGHT_GROUND, DARK_GROUND = "rgb(251, 250, 246)", "rgb(19, 24, 41)"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_every_control_is_44_px(chromium, page, width, scheme):
    with visit(chromium, page, width=width, scheme=scheme) as seen:
        assert axe_faults(seen) == []
        assert small_targets(seen) == []
        assert sideways(seen) == []


def test_letters_of_twice_the_size_at_360_px_make_nothing_scroll_sideways(chromium, page):
    with visit(chromium, page, width=360, text_scale=2.0) as seen:
        assert seen.page.evaluate("getComputedStyle(document.body).fontSize") == "34px"
        assert sideways(seen) == []


def test_the_page_asks_nobody_else_and_the_content_policy_refuses_nothing(chromium, page):
    with visit(chromium, page) as seen:
        policy = seen.page.request.get(page).headers["content-security-policy"]

        assert seen.foreign == []
        assert policy_violations(seen) == []
        assert "unsafe" not in policy


def test_a_policy_violation_would_be_seen(chromium, page):
    with visit(chromium, page) as seen:
        seen.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")

        assert policy_violations(seen) != []


@pytest.mark.parametrize("state", ANSWER_STATES)
def test_each_state_of_an_answer_is_read_by_everybody_on_a_phone(chromium, live_server, state):
    address = live_server.url + reverse("ui:answer_state", args=[state])

    with visit(chromium, address, width=320) as seen:
        assert axe_faults(seen) == []
        assert small_targets(seen) == []
        assert sideways(seen) == []


def test_dark_follows_the_system_until_the_reader_chooses_also_without_javascript(chromium, page):
    with visit(chromium, page, scheme="dark") as seen:
        assert ground(seen) == DARK_GROUND

    with visit(chromium, page, scheme="dark", javascript=False) as seen:
        seen.page.get_by_role("button", name="Sáng").click()
        assert seen.page.url == page
        cookies = seen.page.context.cookies()

    with visit(chromium, page, scheme="dark", cookies=cookies) as seen:
        assert ground(seen) == LIGHT_GROUND

    with visit(chromium, page, scheme="light", cookies=[{**cookies[0], "value": "dark"}]) as seen:
        assert ground(seen) == DARK_GROUND


def test_a_chart_shows_one_of_its_two_widths(chromium, page):
    shown = """[...document.querySelectorAll('.vega')]
      .filter(svg => svg.getClientRects().length).map(svg => svg.className.baseVal)"""
    for width, kind in ((1280, "wide"), (320, "narrow-b")):
        with visit(chromium, page, width=width) as seen:
            found = seen.page.evaluate(shown)

            assert found
            assert [name for name in found if kind not in name] == []


def test_every_part_of_a_chart_takes_its_colour_from_a_class(chromium, page):
    bare = """[...document.querySelectorAll('.vega :is(path, line, circle, rect, text)')]
      .filter(mark => [...mark.classList].some(name => /^[fs]-/.test(name)))
      .filter(mark => [...mark.classList].every(name => {
        const paint = getComputedStyle(mark);
        return name.startsWith('f-') ? paint.fill === 'rgb(0, 0, 0)' :
          name.startsWith('s-') ? paint.stroke === 'none' : true;
      })).map(mark => mark.outerHTML.slice(0, 120))"""

    with visit(chromium, page) as seen:
        assert seen.page.evaluate(bare) == []


def test_focus_is_seen_on_every_kind_of_control(chromium, page):
    outline = (
        "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth"
    )
    with visit(chromium, page) as seen:
        for selector in ("#nut .btn", "#mau_phone", ".theme button", "#loc .tabs a", ".scroll", ".fold > summary"):
            seen.page.focus(selector)
            seen.page.keyboard.press("Shift+Tab")
            seen.page.keyboard.press("Tab")

            assert seen.page.evaluate(outline) == "solid3px", selector


def test_the_first_stop_of_the_keyboard_leads_to_the_content(chromium, page):
    with visit(chromium, page) as seen:
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.press("Enter")

        assert seen.page.evaluate("document.activeElement.id") == "noi-dung"


def test_a_printed_page_is_light_and_leaves_out_what_paper_cannot_do(chromium, page):
    with visit(chromium, page, scheme="dark") as seen:
        seen.page.emulate_media(media="print", color_scheme="dark")

        assert seen.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')") == "#ffffff"
        for selector in (".masthead__search", ".theme", ".downloads", ".btn"):
            assert not seen.page.locator(selector).first.is_visible(), selector
        assert seen.page.pdf(prefer_css_page_size=True)[:4] == b"%PDF"
