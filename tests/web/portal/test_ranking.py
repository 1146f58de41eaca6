import numpy as np
import pytest
from django.test import Client

from ddci.report.numbers import format_interval, format_number
from ddci.result import Result
from ddci.result_json import load_result
from ddci_web.results.models import Snapshot
from ddci_web.results.paths import publication_folder
from tests.web.portal.reading import Page, read

pytestmark = pytest.mark.django_db
RANKED = "/ket-qua/{}/xep-hang/"


def result_of(publications: dict[str, Snapshot], name: str) -> Result:
    return load_result(publication_folder(publications[name]) / "result.json")


def table_rows(page: Page, result: Result) -> dict[str, list[str]]:
    """The rows of the page's last table by unit, in the page's order; the chart's own table comes before it."""
    names = {unit.name for unit in result.units}
    found: dict[str, list[str]] = {}
    for row in page.rows:
        if row and row[0] in names and len(row) > 2:
            found.pop(row[0], None)
            found[row[0]] = row
    return found


@pytest.mark.parametrize("code", ["", *["GN", "DD", "MB", "TG", "KCT", "CT", "ND", "HT", "LD", "PL"]])
def test_every_score_and_rank_on_the_page_is_the_snapshots(
    client: Client, publications: dict[str, Snapshot], code: str
) -> None:
    result = result_of(publications, "pci-2016/2")
    column = result.node_column[code] if code else 0

    page = read(client, RANKED.format("pci-2016") + (f"?chi-so={code}" if code else ""))

    rows = table_rows(page, result)
    assert len(rows) == len(result.units)
    for place, unit in enumerate(result.units):
        score, rank = result.scores.score[place, column], result.scores.rank[place, column]
        assert rows[unit.name][1].split()[0] == format_number(score)
        assert rows[unit.name][2] == format_number(rank, 0)


def test_intervals_and_rank_sets_are_the_snapshots(client: Client, publications: dict[str, Snapshot]) -> None:
    result = result_of(publications, "lang-son-2024/1")
    scores = result.scores

    rows = table_rows(read(client, RANKED.format("lang-son-2024") + "?nhom=dia-phuong"), result)

    for place in result.rows_of_group("dia-phuong"):
        row = rows[result.units[place].name]
        assert row[2] == format_interval(scores.low[place, 0], scores.high[place, 0])
        assert row[3] == format_interval(scores.rank_low[place, 0], scores.rank_high[place, 0], 0)
        assert row[5] == format_number(scores.n[place, 0], 0)


def test_tiers_stand_before_scores(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, RANKED.format("lang-son-2024"))

    assert (
        page.text.index("Nhóm không khác biệt") < page.text.index("Điểm và khoảng 95%") < page.text.index("Hạng có thể")
    )


def test_a_wave_without_sampling_error_shows_no_tiers_and_says_why(
    client: Client, publications: dict[str, Snapshot]
) -> None:
    page = read(client, RANKED.format("pci-2016"))

    assert "Nhóm không khác biệt" not in page.text
    assert "Nguồn không công bố sai số lấy mẫu" in page.text
    assert "n: nguồn không công bố" in page.text


@pytest.mark.parametrize(("word", "sign"), [("tang", 1), ("giam", -1)])
def test_the_filter_lists_exactly_those_whose_interval_leaves_zero_out(
    client: Client, publications: dict[str, Snapshot], word: str, sign: int
) -> None:
    result = result_of(publications, "lang-son-2025/1")
    change = result.change
    assert change is not None
    proven = change.like_for_like_low > 0 if sign > 0 else change.like_for_like_high < 0
    expected = {result.units[row].name for row in np.flatnonzero(proven)}

    page = read(client, RANKED.format("lang-son-2025") + f"?thay-doi={word}")

    assert set(table_rows(page, result)) == expected
    assert "ngoài sai số" in page.h1


def test_without_intervals_nobody_is_said_to_have_risen(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, RANKED.format("pci-2016") + "?thay-doi=tang")

    assert page.h1 == "Chưa nói được ai thật sự tăng so với năm 2015: nguồn không công bố sai số của 7 đơn vị"
    assert "Không có đơn vị nào." in page.text


def test_scores_on_other_bounds_are_not_said_to_have_risen(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, RANKED.format("lang-son-2025") + "?nhom=so-nganh&chi-so=TG")

    assert "cận đã đổi, không kết luận" in page.text or "Cận chuẩn hóa đã đổi" in page.text
    assert "tăng rõ" not in page.text


def test_a_group_is_chosen_by_its_code(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, RANKED.format("lang-son-2024") + "?nhom=so-nganh")

    assert "Sở Y tế" in [row[0] for row in page.rows if row]
    assert "Huyện Chi Lăng" not in [row[0] for row in page.rows if row]


def test_names_are_sorted_in_vietnamese_order(client: Client, publications: dict[str, Snapshot]) -> None:
    result = result_of(publications, "pci-2016/2")

    rows = table_rows(read(client, RANKED.format("pci-2016") + "?sap-xep=ten"), result)

    assert list(rows)[:3] == ["An Giang", "Cao Bằng", "Đà Nẵng"]


def test_an_unknown_order_is_the_usual_order(client: Client, publications: dict[str, Snapshot]) -> None:
    result = result_of(publications, "pci-2016/2")

    rows = table_rows(read(client, RANKED.format("pci-2016") + "?sap-xep=xyz&thay-doi=xyz"), result)

    assert next(iter(rows)) == "Đà Nẵng"


def test_choices_keep_each_other(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, RANKED.format("lang-son-2025") + "?nhom=so-nganh&sap-xep=ten")

    assert "?nhom=so-nganh&sap-xep=ten&chi-so=TG" in page.links


def test_a_published_total_that_does_not_agree_is_shown_as_broken(
    client: Client, publications: dict[str, Snapshot]
) -> None:
    before = read(client, RANKED.format("pci-2016@1"))
    after = read(client, RANKED.format("pci-2016"))

    assert "không khớp công bố 50,74" in before.text
    assert "không khớp" not in after.text


def test_data_can_be_taken_away(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, RANKED.format("lang-son-2024"))

    assert {"/ket-qua/lang-son-2024/tep/scores.csv", "/ket-qua/lang-son-2024/tep/changes.csv"} <= page.links.keys()


def test_the_page_is_made_with_few_queries(
    client: Client, publications: dict[str, Snapshot], django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        client.get(RANKED.format("lang-son-2024"))
