"""The sections of the scorecard about the whole wave: tiers, ranking, stability, checks, change, heat maps.

In:  a Result and a Gallery. Out: Markup of each section that the Result has figures for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from ddci.report import headlines, terms
from ddci.report.figure import Table, figure_markup, table_markup
from ddci.report.gallery import Gallery
from ddci.report.markup import Child, Markup, tag
from ddci.report.numbers import format_count, format_interval, format_share, format_signed
from ddci.report.scorecard_checks import checks_section
from ddci.report.scorecard_parts import conclusion, like_for_like_figure, section, unit_link
from ddci.report.standing import (
    columns_of_group,
    group_name,
    groups_with_units,
    has_n,
    has_sampling_error,
    is_from_answers,
    is_scorecard_level,
    ranking,
    tiers_of,
)
from ddci.report.wave_charts import (
    has_slope,
    has_stability,
    indicator_figure,
    ranking_figure,
    ranking_table,
    slope_figure,
    stability_figure,
    sub_index_figure,
)
from ddci.result import Result


def page_lead(result: Result) -> Markup:
    """Two sentences under the heading: how many units, how many answers, how certain."""
    groups = groups_with_units(result)
    counted = ", ".join(_count(result, group) for group in groups)
    rows = list(range(len(result.units)))
    if has_n(result, rows):
        n = [float(value) for value in result.scores.n[:, 0] if not math.isnan(value)]
        answers = f"Mỗi đơn vị có {format_interval(min(n), max(n), 0).replace('–', ' đến ')} phiếu."
    else:
        answers = f"Cỡ mẫu n: {terms.NOT_PUBLISHED}."
    if has_sampling_error(result):
        rule = (
            "Hai đơn vị chỉ được coi là hơn kém nhau khi chênh lệch vượt quá sai số lấy mẫu; vì thế trang này xếp nhóm "
            "trước, điểm sau, và ghi những hạng mà dữ liệu chưa loại trừ được."
        )
    else:
        rule = (
            f"Khoảng tin cậy: {terms.NOT_PUBLISHED}, nên trang này không xếp nhóm và không khẳng định đơn vị nào hơn."
        )
    if len(result.units) == 1:
        interval = "" if has_sampling_error(result) else f" Khoảng tin cậy: {terms.NOT_PUBLISHED}."
        return tag("p", f"{answers}{interval} {_lead_of_change(result)}".strip(), class_="lead")
    scope = f"{counted}. "
    return tag("p", f"{scope[:1].upper()}{scope[1:]}{answers} {rule}", class_="lead")


def _count(result: Result, group: str) -> str:
    """How many units a group has: "63 tỉnh, thành phố", "11 đơn vị thuộc khối địa phương"."""
    name = group_name(result, group).lower()
    return f"{len(result.rows_of_group(group))} {'đơn vị thuộc ' if name.startswith('khối') else ''}{name}"


def _lead_of_change(result: Result) -> str:
    """For a page of one unit: its like-for-like change in a sentence."""
    change = result.change
    if change is None or math.isnan(change.like_for_like[0]):
        return ""
    return f"Trên cùng tiêu chí với năm {change.year}, điểm thay đổi {like_for_like_figure(result, 0)}."


def wave_sections(result: Result, gallery: Gallery) -> list[Markup]:
    """All sections about the wave, in reading order; none of the comparisons for a single unit."""
    sections: list[Markup | None] = []
    if len(result.units) > 1:
        sections += [_tiers(result), _ranking(result, gallery), _stability(result, gallery)]
    sections += [checks_section(result)]
    if len(result.units) > 1:
        sections += [_change(result, gallery), _heatmaps(result, gallery)]
    return [item for item in sections if item is not None]


def _tiers(result: Result) -> Markup | None:
    groups = [group for group in groups_with_units(result) if tiers_of(result, group)]
    if not groups:
        return None
    level = format_share(result.framework.confidence, 0)
    notes: list[Child] = [
        f"Trong một nhóm, chưa đơn vị nào được coi là kém đơn vị đầu nhóm. So sánh đồng thời mọi cặp, mức {level}.",
        tag("a", "Cách tính", href="#phuong-phap"),
    ]
    body = []
    for group in groups:
        if len(groups) > 1:
            body.append(tag("h3", f"{group_name(result, group)}: {headlines.group_heading(result, group)}"))
        body.append(tag("div", *_tier_cards(result, group), class_="cards"))
    return section("nhom", "Nhóm không phân biệt được", notes, *body)


def _tier_cards(result: Result, group: str) -> Iterator[Markup]:
    scores = result.scores
    for tier in tiers_of(result, group):
        rows = [result.unit_row[code] for code in tier.units]
        points = format_interval(min(scores.score[rows, 0]), max(scores.score[rows, 0]))
        names = tag("ul", *(tag("li", unit_link(result, row)) for row in rows), class_="names")
        yield tag(
            "article",
            tag("p", f"Nhóm {tier.number} · {points} điểm", class_="meta"),
            tag("p", tag("b", headlines.tier_heading(result, group, tier.number))),
            names,
            class_="card",
        )


def _ranking(result: Result, gallery: Gallery) -> Markup:
    groups = groups_with_units(result)
    sampled = has_sampling_error(result)
    notes: list[Child] = []
    if sampled:
        notes.append(
            "Hai khoảng chồng nhau chưa hẳn là bằng nhau: nhóm và hạng có thể được tính từ hiệu số của từng cặp."
        )
    else:
        notes.append(f"Khoảng tin cậy, tập hạng và n: {terms.NOT_PUBLISHED}.")
    body: list[Child] = []
    for group in groups:
        if len(groups) > 1:
            body.append(tag("h3", group_name(result, group)))
        body.append(figure_markup(ranking_figure(result, group), gallery))
        body.append(table_markup(ranking_table(result, group), class_="table table--sticky"))
    return section("xep-hang", "Điểm và thứ hạng", notes, *body)


def _stability(result: Result, gallery: Gallery) -> Markup | None:
    groups = [group for group in groups_with_units(result) if has_stability(result, group)]
    if not groups:
        return None
    runs = format_count(result.provenance.replicates)
    drawn = (
        "rút lại mẫu phiếu" if is_from_answers(result) else "rút lại giá trị các chỉ tiêu theo sai số chuẩn đã công bố"
    )
    notes: list[Child] = [
        f"Máy {drawn} {runs} lần và xếp hạng lại mỗi lần.",
        "Đây là độ ổn định trước may rủi của mẫu, không phải xác suất đơn vị thật sự đứng hạng ấy.",
    ]
    figures = [figure_markup(stability_figure(result, group), gallery) for group in groups]
    return section("on-dinh", "Thứ hạng có vững không", notes, *figures)


def _change(result: Result, gallery: Gallery) -> Markup | None:
    change = result.change
    if change is None:
        return None
    notes: list[Child] = [
        f"Thay đổi cùng tiêu chí chỉ tính những phần đo như nhau ở hai năm, trên cùng cận chuẩn hóa với năm {change.year}.",
    ]
    body: list[Child] = [tag("h3", headlines.change_heading(result))]
    for group in groups_with_units(result):
        if has_slope(result, group):
            body.append(figure_markup(slope_figure(result, group), gallery))
        body.append(table_markup(change_table(result, group), class_="table table--sticky"))
    return section("thay-doi", f"So với năm {change.year}", notes, *body)


def change_table(result: Result, group: str) -> Table:
    """Published change, like-for-like change, its interval, and what may be concluded."""
    change = result.change
    assert change is not None
    rows: list[list[Child]] = []
    for row in ranking(result, group):
        like = float(change.like_for_like[row])
        rows.append(
            [
                unit_link(result, row),
                format_signed(change.published[row]),
                tag("b", format_signed(like)),
                format_interval(change.like_for_like_low[row], change.like_for_like_high[row], signed=True),
                conclusion(result, row),
            ]
        )
    level = format_share(result.framework.confidence, 0)
    head = ("Đơn vị", "Thay đổi công bố", "Cùng tiêu chí", f"Khoảng {level}", "Kết luận")
    return Table(f"{group_name(result, group)}: thay đổi điểm so với {change.year}", head, rows, frozenset({1, 2, 3}))


def _heatmaps(result: Result, gallery: Gallery) -> Markup:
    body: list[Child] = []
    for group in groups_with_units(result):
        if len(groups_with_units(result)) > 1:
            body.append(tag("h3", group_name(result, group)))
        body.append(figure_markup(sub_index_figure(result, group), gallery))
        columns = columns_of_group(result, group, "indicator")
        if columns and not is_scorecard_level(result, group):
            body.append(_indicator_map(result, group, gallery))
    notes: list[Child] = ["Màu theo năm bậc của thang điểm, nhạt là thấp, đậm là cao. Ô trống: không có số liệu."]
    return section("chi-so", "Chỉ số thành phần", notes, *body)


def _indicator_map(result: Result, group: str, gallery: Gallery) -> Markup:
    figure = replace(indicator_figure(result, group), embed=False)
    picture = tag(
        "div", figure_markup(figure, gallery), class_="scroll", tabindex=0, role="region", aria_label=figure.title
    )
    return tag("details", tag("summary", "Xem bản đồ nhiệt của mọi chỉ tiêu"), picture, class_="fold")
