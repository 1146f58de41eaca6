"""Other weights: the library's ranking, a message at each faulty field, and the last good picture kept."""

from __future__ import annotations

import re

import pytest
from django.http import QueryDict

from ddci.compute.reweigh import reweighted
from ddci_web.portal.pages.weights import on_scale, what_if
from ddci_web.results.published import open_snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("publications")]
ADDRESS = "/ket-qua/pci-2016/trong-so/"


def picture(wave="pci-2016", group="tinh", **query):
    return what_if(open_snapshot(wave), group, query)


def order(shown):
    return [shift.unit.code for shift in shown.shifts]


def test_an_untouched_form_is_the_result():
    shown = picture()

    assert shown.is_as_published
    assert shown.n_changed == 0
    assert all(shift.score == pytest.approx(shift.score_now, abs=1e-9) for shift in shown.shifts)


def test_weights_of_the_address_give_the_librarys_ranking():
    published = open_snapshot("pci-2016")
    given = {item.code: float(place % 5) for place, item in enumerate(published.result.framework.sub_indices)}

    shown = what_if(published, "tinh", {code: str(weight) for code, weight in given.items()})

    wanted = reweighted(published.result, "tinh", given)
    for shift in shown.shifts:
        row = published.result.unit_row[shift.unit.code]
        assert (shift.score, shift.rank) == (wanted.scores[row], wanted.ranks[row])
        assert shift.places == round(shift.rank_now - shift.rank)
    assert [shift.rank for shift in shown.shifts] == sorted(wanted.ranks)


def test_weights_not_named_stay_as_they_are():
    assert picture(MB="4").is_as_published  # transparency weighs four times as much as the least in PCI 2016


@pytest.mark.parametrize("typed", ["2.5", "2,5", " 2,50 "])
def test_a_number_may_have_a_point_or_a_comma(typed):
    shown = picture(MB=typed)

    assert not shown.has_error
    assert order(shown) == order(picture(MB="2.5"))


@pytest.mark.parametrize(
    "typed", ["-1", "\u22121", "abc", "1e3", "inf", "nan", "6", "1-2", "--1", "5" * 40, "٣", "1.2.3"]
)
def test_a_faulty_number_is_said_at_its_field_and_kept(client, typed):
    body = client.get(ADDRESS, {"MB": typed}).content.decode()

    assert 'id="w-MB-loi"' in body
    assert f'value="{typed}"' in body
    assert body.count("field__error") == 1


def test_all_zero_is_said_once():
    published = open_snapshot("pci-2016")
    nothing = {item.code: "0" for item in published.result.framework.sub_indices}

    shown = what_if(published, "tinh", nothing)

    assert shown.error
    assert shown.is_as_published


def test_faulty_input_keeps_the_last_good_picture():
    good = picture(MB="0", GN="5")

    faulty = picture(MB="0", GN="x", truoc=good.last)

    assert faulty.has_error
    assert order(faulty) == order(good)
    assert [shift.score for shift in faulty.shifts] == pytest.approx([shift.score for shift in good.shifts])


@pytest.mark.parametrize("remembered", ["", "MB=x", "%%%", "MB=0", "a" * 5000])
def test_a_forged_memory_falls_back_to_the_result(remembered):
    assert picture(GN="x", truoc=remembered).is_as_published


def test_ready_made_weights_lead_to_what_they_say(client):
    equal = next(choice for choice in picture().presets if choice.label == "Bằng nhau")

    shown = picture(**QueryDict(equal.query[1:]).dict())

    assert {round(box.share, 9) for box in shown.boxes} == {0.1}
    assert client.get(ADDRESS + equal.query).status_code == 200


def test_doubling_keeps_the_others_in_proportion():
    before = {box.node.code: box.share for box in picture().boxes}
    doubled = next(choice for choice in picture().doubled if choice.label == "Tính minh bạch")

    after = {box.node.code: box.share for box in picture(**QueryDict(doubled.query[1:]).dict()).boxes}

    ratio = after["MB"] / after["GN"] / (before["MB"] / before["GN"])
    assert ratio == pytest.approx(2, rel=0.002)  # weights are written with three decimals
    assert after["HT"] / after["GN"] == pytest.approx(before["HT"] / before["GN"], rel=0.002)


def test_the_page_says_that_it_is_not_the_result(client):
    said = re.sub(r"<[^>]+>", "", client.get(ADDRESS).content.decode())

    assert "Đây là phép thử, không phải kết quả" in said
    assert "nguồn không công bố" in said


@pytest.mark.parametrize("group", ["dia-phuong", "so-nganh"])
def test_each_group_has_its_own_form(client, group):
    response = client.get("/ket-qua/lang-son-2025/trong-so/", {"nhom": group})

    assert response.status_code == 200
    assert f'name="nhom" value="{group}"' in response.content.decode()


def test_weights_are_shown_between_0_and_5():
    assert on_scale({"a": 0.05, "b": 0.2}) == {"a": 1.0, "b": 4.0}
    assert on_scale({"a": 0.01, "b": 0.99, "c": 0.0}) == {"a": pytest.approx(5 / 99), "b": 5.0, "c": 0.0}
