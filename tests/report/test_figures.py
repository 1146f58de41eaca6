"""The catalogue of charts: stable ids, nothing drawn before it is asked for, plain tables, the history of earlier waves."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from tests.factories import make_framework, make_result

from ddci.report import gallery as gallery_module
from ddci.report.charts.draw import draw_svg, png_of
from ddci.report.figure import BOM
from ddci.report.figures import WIDTHS, all_figures, table_csv, unit_figures_of, wave_figures, with_history
from ddci.report.sections import begin_sections
from ddci.report.standing import history_of
from ddci.report.stems import distinct_stems
from ddci.result import Result
from ddci.wave.model import HistoryPoint

SMALL = {"groups": {"dia-phuong": 4}, "n_sub_indices": 3, "per_sub_index": 3}
PNG = b"\x89PNG\r\n\x1a\n"


def small_result(**changes) -> Result:
    return replace(make_result(**SMALL), **changes)


def earlier(year: int, *, unit: str = "di-01", score: float = 60.0, changed: bool = False) -> Result:
    result = small_result(wave=f"w-{year}", year=year, change=None, history=(), published=())
    scores = result.scores.score.copy()
    scores[result.unit_row[unit], 0] = score
    framework = replace(make_framework(4, 3), code="khac") if changed else result.framework
    return replace(result, scores=replace(result.scores, score=scores), framework=framework)


def test_ids_hold_the_codes_of_groups_and_units():
    result = small_result()

    assert list(wave_figures(result)) == [
        f"{kind}-dia-phuong" for kind in ("ranking", "stability", "slope", "heatmap", "indicators")
    ]
    assert list(unit_figures_of(result, 0)) == [
        f"unit-di-01-{kind}" for kind in ("sub-indices", "change", "history", "importance", "radar")
    ]


def test_a_figure_goes_by_its_id():
    assert all(name == figure.name for name, figure in all_figures(small_result()).items())


def test_an_id_does_not_hang_on_the_place_of_the_unit():
    result = small_result()
    turned = replace(result, units=result.units[::-1])

    assert set(unit_figures_of(turned, 3)) <= set(all_figures(result))


def test_only_charts_with_figures_are_in_the_catalogue():
    result = replace(make_result(sampled=False, with_change=False, **SMALL), history=())

    names = set(all_figures(result))

    assert not {
        name for name in names if "stability" in name or "slope" in name or "-change" in name or "history" in name
    }
    assert "ranking-dia-phuong" in names


def test_a_group_of_one_unit_has_no_comparisons():
    assert wave_figures(make_result(groups={"dia-phuong": 1}, n_sub_indices=3)) == {}


def test_making_figures_draws_nothing(monkeypatch):
    monkeypatch.setattr(gallery_module, "draw_svg", pytest.fail)

    assert all_figures(small_result())


def test_codes_that_look_alike_as_file_names_stay_apart():
    assert distinct_stems(["a/b", "a-b", "A b", "a-b-2"]) == ["a-b", "a-b-3", "A-b-4", "a-b-2"]


def test_tables_of_the_catalogue_have_no_markup():
    text = table_csv(wave_figures(small_result())["ranking-dia-phuong"])

    assert text.startswith(BOM)
    rows = list(csv.reader(io.StringIO(text.removeprefix(BOM))))
    assert rows[0][0] == "Đơn vị"
    assert {row[0] for row in rows[1:]} == {unit.name for unit in small_result().units}
    assert "<" not in text


def test_every_chart_can_be_drawn_at_both_widths():
    for figure in all_figures(small_result()).values():
        assert figure.widths == WIDTHS
        for width in figure.widths:
            assert draw_svg(figure.draw(width)).startswith("<svg"), figure.name


def test_pictures_and_scorecard_draw_nothing_twice(monkeypatch):
    drawn = []
    monkeypatch.setattr(gallery_module, "draw_svg", lambda spec: drawn.append(str(spec)) or f"<svg>{len(drawn)}</svg>")

    sections = begin_sections(small_result(), None, pictures=True)()

    assert len(sections.pictures) == len(drawn)
    assert len(set(drawn)) == len(drawn)


def test_a_drawing_becomes_a_png():
    svg = draw_svg(wave_figures(small_result())["ranking-dia-phuong"].draw(320))

    small, large = png_of(svg, 1), png_of(svg)

    assert small.startswith(PNG)
    assert len(large) > len(small)


def test_earlier_results_become_the_history_of_their_units():
    result = small_result(history=())

    got = with_history(result, [earlier(2022, score=55.0), earlier(2021, score=50.0)])

    points = [point for point in got.history if point.unit == "di-01"]
    assert [(point.year, point.score) for point in points] == [(2021, 50.0), (2022, 55.0)]
    assert all(point.n_units == 4 and point.comparable for point in points)


def test_a_point_that_is_known_already_stays():
    known = HistoryPoint(2021, "di-01", "index", 51.5, 2.0, 11)
    result = small_result(history=(known,))

    got = with_history(result, [earlier(2021, score=50.0)])

    assert [point for point in got.history if point.unit == "di-01"] == [known]


def test_results_of_this_year_and_units_of_other_codes_are_passed_over():
    result = small_result(history=())
    strange = earlier(2022)
    strange = replace(strange, units=tuple(replace(unit, code=f"x-{unit.code}") for unit in strange.units))

    assert with_history(result, [earlier(2024), strange]) is result


def test_a_year_under_another_framework_is_marked_as_a_break():
    result = small_result(history=(), change=None)

    got = with_history(result, [earlier(2021), earlier(2022, changed=True), earlier(2023, changed=True)])

    years = {item.year: item.comparable for item in history_of(got, 0)}
    assert years == {2021: True, 2022: False, 2023: True, 2024: True}


def test_a_break_in_the_middle_is_dashed_and_shaded():
    result = small_result(history=(), change=None)
    same = with_history(result, [earlier(2021), earlier(2022)])
    broken = with_history(result, [earlier(2021), earlier(2022, changed=True)])

    def drawn(of: Result) -> str:
        return draw_svg(unit_figures_of(of, 0)["unit-di-01-history"].draw(680))

    assert "stroke-dasharray" not in drawn(same)
    assert "stroke-dasharray" in drawn(broken)


def test_a_published_figure_stands_in_the_history_before_the_computed_one():
    before = replace(earlier(2022, score=55.0), published=make_result(**SMALL).published)

    got = with_history(small_result(history=()), [before])

    assert got.history[0].score == before.published[0].score
    assert not np.isnan(got.history[0].rank or np.nan)
