"""Charts say what the Result says, in type that can be read, and come out the same every time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from tests.factories import make_result

from ddci.report.charts import change, heatmap, ranking, sub_indices, theme
from ddci.report.charts.draw import draw_png, draw_svg, inline_svg
from ddci.report.numbers import format_interval, format_number, format_signed
from ddci.result import Contribution

GROUP_CHARTS = [
    ranking.ranking_dot_plot,
    ranking.stability_strip,
    change.rank_slope,
    heatmap.sub_index_heatmap,
    heatmap.indicator_heatmap,
]
UNIT_CHARTS = [
    sub_indices.sub_index_bars,
    sub_indices.importance_performance,
    sub_indices.radar,
    change.change_waterfall,
    change.unit_history,
]


def specifications(result, width):
    unit = result.units[0]
    yield from (chart(result, unit.group, width=width) for chart in GROUP_CHARTS)
    yield from (chart(result, unit.code, width=width) for chart in UNIT_CHARTS)


def text_sizes(svg: str) -> list[float]:
    return [float(size) for size in re.findall(r'font-size="([\d.]+)px"', svg)]


@pytest.mark.parametrize("width", [320, 680])
def test_every_chart_is_a_well_formed_svg_of_its_width_with_readable_text(width):
    for specification in specifications(make_result(), width):
        svg = draw_svg(specification)

        assert float(ET.fromstring(svg).get("width")) == width
        assert min(text_sizes(svg)) >= 11
        assert "NaN" not in svg


def test_the_ranking_prints_scores_and_rank_sets_of_the_result():
    result = make_result()

    printed = theme.texts(ranking.ranking_dot_plot(result, "dia-phuong"))

    for row in range(len(result.units)):
        assert format_number(result.scores.score[row, 0]) in printed
        assert format_interval(result.scores.rank_low[row, 0], result.scores.rank_high[row, 0], 0) in printed


def test_the_highlighted_unit_alone_is_drawn_in_peach():
    svg = draw_svg(ranking.ranking_dot_plot(make_result(), "dia-phuong", highlight="di-04"))

    assert svg.count(f'fill="{theme.colour("data-2")}"') == 1


def test_without_sampling_error_no_interval_is_drawn():
    result = make_result(sampled=False)

    svg = draw_svg(ranking.ranking_dot_plot(result, "dia-phuong"))

    assert theme.colour("ramp-3") not in svg


def test_the_waterfall_ends_at_this_waves_index_and_prints_every_part():
    result = make_result()
    parts = dict(change.ordered_parts(result, "di-01"))

    printed = theme.texts(change.change_waterfall(result, "di-01"))

    assert {format_signed(points) for points in parts.values()} <= set(printed)
    assert sum(parts.values()) == pytest.approx(result.change.score[0, 0])
    assert printed[-1] == format_number(result.scores.score[0, 0])


def test_dozens_of_new_indicators_are_one_step_and_the_sum_is_kept():
    result = make_result()
    indicators = [node.code for node in result.nodes if node.level == "indicator"][:30]
    entered = tuple(Contribution("di-01", "entering", code, 0.1) for code in indicators)
    kept = tuple(item for item in result.change.contributions if item.unit == "di-01" and item.part == "sub_index")
    revised = replace(result, change=replace(result.change, contributions=kept + entered))

    parts = change.ordered_parts(revised, "di-01")

    assert len(parts) == len(kept) + 1
    assert parts[-1] == ("30 chỉ tiêu mới", pytest.approx(3.0))
    assert sum(points for _, points in parts) == pytest.approx(3.0 + sum(item.points for item in kept))


def test_a_break_of_framework_is_shaded_and_dashed():
    svg = draw_svg(change.unit_history(make_result(), "di-01"))

    assert theme.colour("sunken") in svg
    assert 'stroke-dasharray="5,4"' in svg


def test_missing_scores_leave_their_cells_empty():
    result = make_result()
    holed = result.scores.score.copy()
    holed[0, 1] = np.nan
    empty = replace(result, scores=replace(result.scores, score=holed))

    full, less = (len(theme.texts(heatmap.sub_index_heatmap(r, "dia-phuong"))) for r in (result, empty))

    assert less == full - 1


def test_the_page_version_has_classes_for_colours_and_no_style_attribute():
    for specification in specifications(make_result(), 320):
        inline = inline_svg(draw_svg(specification), label='a "quoted" <label>', class_="vega")

        assert not re.search(r'(fill|stroke)="#', inline)
        assert "style=" not in inline
        assert 'aria-label="a &quot;quoted&quot; &lt;label&gt;"' in inline


def test_names_are_escaped_in_drawings():
    svg = draw_svg(ranking.ranking_dot_plot(make_result(names=("<script>x</script>",)), "dia-phuong"))

    assert "<script" not in svg


def test_drawing_twice_gives_the_same_text():
    first, second = (draw_svg(change.change_waterfall(make_result(), "di-01")) for _ in range(2))

    assert first == second


def test_charts_that_share_a_compiled_layout_keep_their_own_range_and_rows():
    result = make_result()

    alone = draw_svg(change.change_waterfall(result, "di-02"))
    draw_svg(change.change_waterfall(result, "di-03"))

    assert draw_svg(change.change_waterfall(result, "di-02")) == alone


def test_a_png_for_documents_is_a_png():
    assert draw_png(sub_indices.sub_index_bars(make_result(), "di-01"), scale=1).startswith(b"\x89PNG")
