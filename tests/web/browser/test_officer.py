"""An officer finds the three indicators that cost most and confirms a finding, with and without JavaScript."""

from __future__ import annotations

import os
import re

import pytest

from ddci_web.improvement.models import Finding
from tests.web.browser_tools import axe_faults, browser, sideways, visit
from tests.web.improvement.rooms import UNIT, WAVE, enter_units, officer_of, unit_of
from tests.web.people import PASSWORD, logged_in
from tests.web.portal.conftest import _empty_shelf, publication_files, publications

__all__ = ["_empty_shelf", "publication_files", "publications"]
pytestmark = pytest.mark.django_db(transaction=True)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the thread of the test


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_officer_finds_the_three_that_cost_most_and_confirms_a_finding(publications, live_server, javascript):
    enter_units(publications[f"{WAVE}/1"])
    officer = officer_of(unit_of())

    with browser() as chromium, visit(chromium, f"{live_server.url}/don-vi/", width=360, javascript=javascript) as seen:
        page = seen.page
        page.get_by_label("Thư điện tử").fill(officer.email)
        page.get_by_label("Mật khẩu").first.fill(PASSWORD)
        page.locator("main button[type=submit], main form button").first.click()
        page.get_by_role("link", name="DDCI Lạng Sơn 2025").click()

        assert page.locator("#ba-chi-tieu tbody tr").count() == 3
        assert sideways(seen) == []

        page.get_by_role("link", name="Mở danh sách").first.click()
        page.get_by_role("button", name="Lập danh sách hạn chế").click()
        page.get_by_role("link", name="Sửa hoặc bỏ").first.click()
        page.get_by_role("textbox", name="Câu của đơn vị").fill(
            "Còn một phần ba cơ sở kinh doanh chưa tìm được thông tin."
        )
        page.get_by_label("Giữ", exact=True).check()
        page.get_by_role("button", name="Lưu").click()

        assert "Đã lưu hạn chế" in page.locator("body").inner_text()
        assert "Còn một phần ba cơ sở kinh doanh" in page.locator("#da-giu").inner_text()
        if javascript:
            assert axe_faults(seen) == []
        assert seen.complaints == []
    kept = Finding.objects.get(state="kept")
    assert kept.edited_by == officer
    assert (kept.snapshot.wave.code, kept.organisation.code) == (WAVE, f"lang-son:{UNIT}")


def test_leaders_page_prints_on_one_sheet_of_paper(publications, live_server):
    enter_units(publications[f"{WAVE}/1"])
    session = logged_in(officer_of(unit_of())).cookies["sessionid"].value
    cookie = {"name": "sessionid", "value": session, "url": live_server.url}

    with (
        browser() as chromium,
        visit(chromium, f"{live_server.url}/don-vi/{WAVE}/{UNIT}/lanh-dao/", cookies=[cookie]) as seen,
    ):
        printed = seen.page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
