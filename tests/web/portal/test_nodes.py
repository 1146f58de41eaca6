import numpy as np
import pytest
from django.test import Client

from ddci.report.numbers import format_number, format_value
from ddci.result import Result
from ddci.result_json import load_result
from ddci_web.results.models import Snapshot
from ddci_web.results.paths import publication_folder
from tests.web.portal.reading import read

pytestmark = pytest.mark.django_db


def result_of(publications: dict[str, Snapshot], name: str) -> Result:
    return load_result(publication_folder(publications[name]) / "result.json")


@pytest.mark.parametrize("wave", ["pci-2016", "lang-son-2024", "lang-son-2025"])
def test_the_list_of_sub_indices_names_all_with_their_medians(
    client: Client, publications: dict[str, Snapshot], wave: str
) -> None:
    result = result_of(publications, f"{wave}/{2 if wave == 'pci-2016' else 1}")

    page = read(client, f"/ket-qua/{wave}/chi-so/")

    for column in result.columns("sub_index"):
        node = result.nodes[column]
        assert f"/ket-qua/{wave}/chi-so/{node.code}/" in page.links
        median = result.scores.median[:, column]
        known = median[np.isfinite(median)]
        assert any(format_number(known[0]) in row for row in page.rows if row and row[0] == node.vi)


@pytest.mark.parametrize("wave", ["pci-2016", "lang-son-2024"])
def test_the_list_of_indicators_names_all(client: Client, publications: dict[str, Snapshot], wave: str) -> None:
    result = result_of(publications, f"{wave}/{2 if wave == 'pci-2016' else 1}")
    used = {
        item.code
        for group in {unit.group for unit in result.units}
        for item in result.framework.indicators_of_group(group)
    }

    page = read(client, f"/ket-qua/{wave}/chi-tieu/")

    start = f"/ket-qua/{wave}/chi-tieu/"
    assert {link.removeprefix(start).strip("/") for link in page.links if link.startswith(start)} - {""} == used


def test_a_sub_index_shows_all_units_with_their_scores(client: Client, publications: dict[str, Snapshot]) -> None:
    result = result_of(publications, "pci-2016/2")
    column = result.node_column["TG"]

    page = read(client, "/ket-qua/pci-2016/chi-so/TG/")

    assert page.h1.startswith("Chi phí thời gian: từ ")
    for row, unit in enumerate(result.units):
        lines = [line for line in page.rows if line and line[0] == unit.name]
        assert lines[-1][1] == format_number(result.scores.score[row, column])


def test_a_sub_index_lists_its_indicators(client: Client, publications: dict[str, Snapshot]) -> None:
    result = result_of(publications, "lang-son-2025/1")
    own = [item.code for item in result.framework.indicators_of_group("dia-phuong") if item.parent == "TG"]

    page = read(client, "/ket-qua/lang-son-2025/chi-so/TG/")

    assert all(f"/ket-qua/lang-son-2025/chi-tieu/{code}/" in page.links for code in own)


def test_an_indicator_shows_the_question_as_it_was_asked(client: Client, publications: dict[str, Snapshot]) -> None:
    result = result_of(publications, "lang-son-2024/1")
    indicator = next(item for item in result.framework.indicators if item.questions and item.positive)
    questionnaire = result.framework.questionnaire
    assert questionnaire is not None
    question = questionnaire.question_by_code[indicator.questions[0]]

    page = read(client, f"/ket-qua/lang-son-2024/chi-tieu/{indicator.code}/")

    assert " ".join(question.vi.split()) in page.text
    assert "được đếm" in page.text
    assert "Mẫu số" in page.text
    assert "Cận đang dùng" in page.text


def test_an_indicator_shows_every_value_with_its_n(client: Client, publications: dict[str, Snapshot]) -> None:
    result = result_of(publications, "lang-son-2024/1")
    column = result.node_column["MB01"]

    page = read(client, "/ket-qua/lang-son-2024/chi-tieu/MB01/")

    for row, unit in enumerate(result.units):
        value = result.scores.value[row, column]
        if np.isfinite(value):
            cells = [line for line in page.rows if line and line[0].startswith(unit.name)][-1]
            assert cells[1] == format_value(float(value), result.nodes[column].unit)
            assert format_number(result.scores.n[row, column], 0) in cells


def test_an_indicator_is_followed_over_the_waves(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, "/ket-qua/lang-son-2025/chi-tieu/MB01/")

    assert "Qua các đợt" in page.headings["h2"]
    assert any("/ket-qua/lang-son-2024/chi-tieu/" in link for link in page.links)


def test_medians_of_other_kinds_of_units_are_not_set_side_by_side(
    client: Client, publications: dict[str, Snapshot]
) -> None:
    pci = read(client, "/ket-qua/pci-2016/chi-so/")
    communes = read(client, "/ket-qua/lang-son-2025/chi-so/")

    assert pci.row("Chi phí thời gian")[3] != "–"
    assert communes.row("Chi phí thời gian")[4] == "–"


def test_lists_ask_the_database_little(
    client: Client, publications: dict[str, Snapshot], django_assert_max_num_queries: object
) -> None:
    for path in ("chi-so/", "chi-tieu/", "chi-so/TG/", "chi-tieu/MB01/"):
        with django_assert_max_num_queries(6):  # type: ignore[operator]
            client.get(f"/ket-qua/lang-son-2024/{path}")
