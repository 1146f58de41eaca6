from dataclasses import replace

import numpy as np
import pytest
from django.test import Client

from ddci.report.numbers import format_interval, format_number, format_signed, format_value
from ddci.report.suppression import suppress
from ddci.result import Result
from ddci.result_json import load_result
from ddci.wave.model import Target
from ddci_web.portal.pages.unit import unit_page
from ddci_web.results import published
from ddci_web.results.models import Snapshot
from ddci_web.results.paths import publication_folder
from tests.web.portal.reading import read

pytestmark = pytest.mark.django_db
UNIT = "/ket-qua/{}/don-vi/{}/"


def result_of(publications: dict[str, Snapshot], name: str) -> Result:
    return load_result(publication_folder(publications[name]) / "result.json")


@pytest.mark.parametrize("asked", ["lang son", "LẠNG SƠN", "lang-son", "sơn lạng"])
def test_units_are_found_with_and_without_accents(
    client: Client, publications: dict[str, Snapshot], asked: str
) -> None:
    page = read(client, f"/ket-qua/pci-2016/don-vi/?tim={asked}")

    assert page.h1 == f"1 trong 7 đơn vị khớp với “{asked}”"
    assert "/ket-qua/pci-2016/don-vi/lang-son/" in page.links


def test_a_search_without_a_hit_says_what_to_do(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, "/ket-qua/pci-2016/don-vi/?tim=<b>khong</b>")

    assert page.status == 200
    assert "Không tìm thấy đơn vị nào." in page.text
    assert "“<b>khong</b>”" in page.h1  # as typed, not as markup


def test_units_stand_by_group_in_vietnamese_order(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, "/ket-qua/pci-2016/don-vi/")

    names = [row[0] for row in page.rows[1:]]
    assert names == ["An Giang", "Cao Bằng", "Đà Nẵng", "Hà Nội", "Lạng Sơn", "Quảng Ninh", "TP. Hồ Chí Minh"]


@pytest.mark.parametrize("name", ["pci-2016/2", "lang-son-2024/1", "lang-son-2025/1"])
def test_every_unit_has_a_profile_headed_by_its_score(
    client: Client, publications: dict[str, Snapshot], name: str
) -> None:
    result = result_of(publications, name)

    for row, unit in enumerate(result.units):
        page = read(client, UNIT.format(name.partition("/")[0], unit.code))
        assert page.status == 200
        assert page.h1.startswith(f"{unit.name}: {format_number(result.scores.score[row, 0])} điểm")


def test_sub_indices_stand_with_interval_n_median_and_best(client: Client, publications: dict[str, Snapshot]) -> None:
    result = result_of(publications, "lang-son-2024/1")
    row, scores = result.unit_row["chi-lang"], result.scores

    page = read(client, UNIT.format("lang-son-2024", "chi-lang"))

    for column in result.columns("sub_index"):
        name = result.nodes[column].vi
        cells = next((line for line in page.rows if line and line[0] == name and len(line) == 7), [])
        if np.isnan(scores.score[row, column]):
            continue
        assert cells[2] == (
            f"{format_number(scores.score[row, column])} "
            f"{format_interval(scores.low[row, column], scores.high[row, column])} n = {scores.n[row, column]:.0f}"
        )
        assert cells[4:6] == [format_number(scores.median[row, column]), format_number(scores.best[row, column])]


def test_every_indicator_is_there_with_value_n_and_median(client: Client, publications: dict[str, Snapshot]) -> None:
    result = result_of(publications, "lang-son-2024/1")
    row, scores = result.unit_row["so-y-te"], result.scores

    page = read(client, UNIT.format("lang-son-2024", "so-y-te"))

    codes = {item.code for item in result.framework.indicators_of_group("so-nganh")}
    shown = {link.split("/")[-2] for link in page.links if "/chi-tieu/" in link and not link.endswith("/chi-tieu/")}
    assert shown == codes
    for code in codes:
        column = result.node_column[code]
        node = result.nodes[column]
        cells = next(line for line in page.rows if line and line[0].startswith(node.vi) and len(line) == 8)
        assert cells[1] == format_value(float(scores.value[row, column]), node.unit)
        assert cells[4] == format_value(float(scores.median[row, column]), node.unit)


def test_a_change_within_noise_is_called_so(client: Client, publications: dict[str, Snapshot]) -> None:
    result = result_of(publications, "lang-son-2024/1")
    change = result.change
    assert change is not None

    for row in result.rows_of_group("dia-phuong"):
        page = read(client, UNIT.format("lang-son-2024", result.units[row].code))
        within = bool(change.like_for_like_low[row] <= 0 <= change.like_for_like_high[row])
        assert ("chưa đủ căn cứ để kết luận tăng hay giảm" in page.text) is within
        assert format_signed(change.like_for_like[row]) in page.text


def test_without_sampling_error_a_change_is_not_judged(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, UNIT.format("pci-2016", "lang-son"))

    assert "chưa xét sai số vì nguồn không công bố" in page.text
    assert "n: nguồn không công bố" in page.text


def test_a_published_figure_that_does_not_agree_stands_beside_the_recomputed_one(
    client: Client, publications: dict[str, Snapshot]
) -> None:
    page = read(client, UNIT.format("pci-2016@1", "ha-noi"))

    row = next(row for row in page.rows if row and row[0] == "Tổng hợp" and row[-1] == "không khớp")
    assert row[1] == "50,74"
    assert row[2].startswith("60,7")


def test_history_holds_all_public_waves(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, UNIT.format("pci-2016", "lang-son"))

    years = [row[0] for row in page.rows if row and row[0] in ("2014", "2015", "2016")]
    assert years[-2:] == ["2015", "2016"]


def test_a_commune_names_the_district_it_came_from_and_back(client: Client, publications: dict[str, Snapshot]) -> None:
    commune = read(client, UNIT.format("lang-son-2025", "xa-nhan-ly"))
    district = read(client, UNIT.format("lang-son-2024", "chi-lang"))

    assert "/ket-qua/lang-son-2024/don-vi/chi-lang/" in commune.links
    assert "Đơn vị tiền thân" in commune.text
    assert "2 đơn vị kế thừa" in district.text
    assert {"/ket-qua/lang-son-2025/don-vi/xa-nhan-ly/", "/ket-qua/lang-son-2025/don-vi/xa-chi-lang/"} <= set(
        district.links
    )


def test_neighbours_in_the_ranking_are_linked(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, UNIT.format("pci-2016", "quang-ninh"))

    assert page.links["/ket-qua/pci-2016/don-vi/da-nang/"] == "Đà Nẵng"
    assert "/ket-qua/pci-2016/so-sanh/?don-vi=quang-ninh&don-vi=da-nang" in page.links


def test_targets_are_shown_beside_what_was_reached(
    client: Client, publications: dict[str, Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = result_of(publications, "pci-2016/2")
    score = float(result.scores.score[result.unit_row["lang-son"], 0])
    targets = (Target("lang-son", "index", score - 1), Target("lang-son", "TG", 10.0))
    monkeypatch.setattr(published, "_load", lambda path: replace(result, targets=targets))

    page = read(client, UNIT.format("pci-2016", "lang-son"))

    assert "Đạt 1 trong 2 mục tiêu năm 2016" in page.headings["h3"]


def test_a_suppressed_cell_prints_words_and_no_number(
    client: Client, publications: dict[str, Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = result_of(publications, "lang-son-2025/1")
    row = result.unit_row["xa-nhan-ly"]
    minimum = int(result.scores.n[row, 0]) + 1
    hidden = suppress(result, minimum=minimum)
    monkeypatch.setattr(published, "_load", lambda path: hidden)
    gone = format_number(result.scores.score[row, 0])

    pages = [
        read(client, UNIT.format("lang-son-2025", "xa-nhan-ly")),
        read(client, "/ket-qua/lang-son-2025/xep-hang/"),
        read(client, "/ket-qua/lang-son-2025/don-vi/"),
        read(client, "/ket-qua/lang-son-2025/chi-so/TG/"),
    ]

    assert pages[0].h1 == "Xã Nhân Lý: ít phiếu, không công bố"
    assert all("ít phiếu, không công bố" in page.text for page in pages)
    assert gone not in pages[0].text
    assert not any(gone in cell for page in pages[1:3] for cell in page.row("Xã Nhân Lý"))


def test_the_profile_asks_the_database_little(
    client: Client, publications: dict[str, Snapshot], django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        client.get(UNIT.format("lang-son-2024", "chi-lang"))


def test_a_profile_of_the_presenter_holds_no_markup(publications: dict[str, Snapshot]) -> None:
    profile = unit_page(published.open_snapshot("lang-son-2024"), 0)

    assert "<" not in profile.heading + profile.like_for_like_span
