"""A journalist finds who rose beyond noise and takes the data along, with and without JavaScript."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from ddci_web.results.published import open_snapshot
from tests.web.browser_tools import visit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_first_page_to_who_really_rose_and_the_data(chromium, site, javascript):
    result = open_snapshot("lang-son-2025").result
    change = result.change
    rows = result.rows_of_group("so-nganh")
    rose = {result.units[row].name for row in rows if change.like_for_like_low[row] > 0}
    fell = {result.units[row].name for row in rows if change.like_for_like_high[row] < 0}

    with visit(chromium, site + "/", javascript=javascript) as seen:
        page = seen.page
        for address in ("/chuong-trinh/lang-son/", "/ket-qua/lang-son-2025/", "/ket-qua/lang-son-2025/xep-hang/"):
            page.locator(f'a[href="{address}"]:visible').first.click()
        page.get_by_role("link", name="Khối sở, ban, ngành").first.click()
        shown = {}
        for choice in ("Tăng ngoài sai số", "Giảm ngoài sai số"):
            page.get_by_role("link", name=choice).first.click()
            body = page.inner_text("main")
            shown[choice] = {result.units[row].name for row in rows if result.units[row].name in body}
        assert rose <= shown["Tăng ngoài sai số"]
        assert fell <= shown["Giảm ngoài sai số"]

        with page.expect_download() as waiting:
            page.get_by_role("link", name="Tải mọi điểm (CSV)").click()
        text = waiting.value.path().read_text(encoding="utf-8")

    found = [row for row in csv.DictReader(io.StringIO(text)) if row["level"] == "index"]
    assert len(found) == len(result.units)
    for row in found:
        score = result.scores.score[result.unit_row[row["unit"]], 0]
        assert row["score"] == "" if np.isnan(score) else float(row["score"]) == score
