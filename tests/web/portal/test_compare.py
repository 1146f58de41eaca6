"""Units side by side and over the years: what is proven is said, what is not is not."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from ddci.compute.differences import difference_interval
from ddci_web.portal.pages import compare as compare_page
from ddci_web.portal.pages.compare import comparison
from ddci_web.portal.pages.years import years_page
from ddci_web.results.models import Programme
from ddci_web.results.published import open_snapshot, public_waves

pytestmark = pytest.mark.django_db
COMPARE = "/ket-qua/lang-son-2025/so-sanh/"
YEARS = "/chuong-trinh/pci/qua-cac-nam/"


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def years_of(programme, unit="", code="index"):
    waves = list(reversed(public_waves(Programme.objects.get(code=programme))))
    return years_page(waves, unit, code)


@pytest.mark.usefixtures("publications")
class TestComparison:
    def test_the_form_is_there_before_anything_is_chosen(self, client):
        response = client.get(COMPARE)

        assert response.status_code == 200
        assert response.content.decode().count('name="don-vi"') == 2
        assert "<script" not in response.content.decode()

    def test_two_units_by_name_without_accents(self, client):
        response = client.get(COMPARE, {"don-vi": ["so y te", "so cong thuong"]})

        assert response.status_code == 200
        assert "Sở Y tế" in text_of(response)
        assert "nguồn không công bố" not in text_of(response)

    def test_the_difference_shown_is_the_librarys(self):
        published = open_snapshot("lang-son-2025")
        wanted = difference_interval(published.result, "so-y-te", "so-cong-thuong")

        (pair,) = comparison(published, ["so-y-te", "so-cong-thuong"]).pairs

        assert pair.points == pytest.approx(abs(wanted.points))
        assert sorted(map(abs, (pair.low, pair.high))) == pytest.approx(sorted(map(abs, (wanted.low, wanted.high))))
        assert pair.verdict == ("proven" if wanted.is_proven else "unclear")

    def test_the_one_named_better_has_the_better_figure_on_every_line(self):
        shown = comparison(open_snapshot("lang-son-2025"), ["so-y-te", "so-cong-thuong", "so-tu-phap"])

        assert len(shown.pairs) == 3
        for line in (*shown.sub_indices, *shown.indicators):
            figure = {cell.unit.code: cell.figure * line.node.direction for cell in line.cells}
            assert figure[line.better.code] >= figure[line.worse.code]
            assert line.points == pytest.approx(
                (figure[line.better.code] - figure[line.worse.code]) * line.node.direction
            )
            assert line.low <= line.points <= line.high
            assert (line.low > 0 or line.high < 0) == (line.verdict == "proven")

    def test_without_sampling_error_nobody_is_said_to_be_really_ahead(self, client):
        said = text_of(client.get("/ket-qua/pci-2016/so-sanh/", {"don-vi": ["da-nang", "quang-ninh"]}))

        assert "chưa có sai số để nói là hơn thật" in said
        assert "hơn rõ" not in said
        assert "nguồn không công bố" in said

    def test_units_of_two_groups_are_refused_at_the_field(self, client):
        said = text_of(client.get(COMPARE, {"don-vi": ["so-y-te", "xa-nhan-ly"]}))

        assert "thuộc khối khác" in said

    def test_what_cannot_be_found_is_kept_in_its_box(self, client):
        body = client.get(COMPARE, {"don-vi": ["so-y-te", "<b>zzz"]}).content.decode()

        assert 'value="&lt;b&gt;zzz"' in body
        assert 'aria-invalid="true"' in body
        assert "<b>zzz" not in body

    def test_a_suppressed_figure_is_not_shown_and_not_compared(self, monkeypatch):
        published = open_snapshot("lang-son-2025")
        result = published.result
        hidden = np.zeros((len(result.units), len(result.nodes)), dtype=bool)
        row = result.unit_row["so-y-te"]
        hidden[row] = True
        scores = {name: getattr(result.scores, name).copy() for name in ("score", "value", "low", "high", "n")}
        for array in scores.values():
            array[row] = np.nan
        flags = {**result.flags, "suppressed": hidden}
        cut = replace(result, scores=replace(result.scores, **scores), flags=flags)
        monkeypatch.setattr(type(published), "result", cut)

        shown = compare_page.comparison(published, ["so-y-te", "so-cong-thuong"])

        assert shown.pairs[0].verdict == "none"
        assert shown.cells[0].is_suppressed
        assert {line.verdict for line in shown.sub_indices} == {"none"}

    def test_nine_units_are_cut_to_four(self, client):
        response = client.get(
            "/ket-qua/pci-2016/so-sanh/", {"don-vi": ["da-nang", "quang-ninh", "lang-son", "cao-bang", "ha-noi"]}
        )

        assert response.content.decode().count('name="don-vi"') == 4


@pytest.mark.usefixtures("publications")
class TestYears:
    def test_every_unit_stands_with_its_score_of_every_wave(self):
        shown = years_of("pci")

        (group,) = shown.groups
        for line in group.lines:
            for point in line.points:
                result = point.wave.published.result
                assert point.score == result.scores.score[result.unit_row[line.unit.code], 0]

    def test_the_like_for_like_change_stands_beside_the_published_one(self):
        shown = years_of("pci")
        change = shown.newest.result.change

        move = shown.groups[0].lines[0].last.move

        row = shown.newest.result.unit_row[shown.groups[0].lines[0].unit.code]
        assert move.points == change.like_for_like[row]
        assert move.published == pytest.approx(change.published[row], nan_ok=True)

    def test_a_change_of_framework_is_marked_as_a_break(self):
        shown = years_of("lang-son")

        assert [wave.is_break for wave in shown.waves] == [False, True]
        assert all(not line.strokes for group in shown.groups for line in group.lines)  # no line across it

    def test_units_that_are_no_more_stay_with_their_years(self):
        shown = years_of("lang-son")

        line = next(line for group in shown.groups for line in group.lines if line.unit.code == "chi-lang")
        assert line.points[0].is_known
        assert not line.points[1].is_known

    def test_one_unit_by_name_without_accents(self, client):
        response = client.get(YEARS, {"don-vi": "lang son"})

        assert response.status_code == 200
        assert "<h1>Lạng Sơn:" in response.content.decode()

    def test_a_sub_index_is_followed_through_the_frameworks(self):
        shown = years_of("pci", code="MB")

        assert {wave.published.result.nodes[wave.column].vi for wave in shown.waves} == {"Tính minh bạch"}

    @pytest.mark.parametrize(
        "address", [f"{YEARS}?chi-so=khong-co", "/chuong-trinh/khong-co/qua-cac-nam/", f"{YEARS}?chi-so=MB01"]
    )
    def test_what_is_unknown_is_not_found(self, client, address):
        assert client.get(address).status_code == 404

    def test_an_unknown_unit_is_said_at_the_box(self, client):
        response = client.get(YEARS, {"don-vi": "zzz"})

        assert response.status_code == 200
        assert "Không có đơn vị nào tên" in text_of(response)

    def test_the_number_of_queries_does_not_grow_with_the_waves(self, client, django_assert_max_num_queries):
        client.get(YEARS)

        with django_assert_max_num_queries(12):
            client.get(f"{YEARS}?don-vi=")
