"""The sections of the scorecard about the whole wave: tiers, ranking, stability, checks, change, heat maps.

In:  a Result and a Gallery. Out: Markup of each section that the Result has figures for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from ddci.report import headlines, terms
from ddci.report.charts.change import rank_slope
from ddci.report.charts.heatmap import indicator_heatmap, sub_index_heatmap
from ddci.report.charts.ranking import ranking_dot_plot, stability_strip
from ddci.report.charts.theme import WIDE
from ddci.report.figure import Figure, Table, figure_markup, table_markup
from ddci.report.gallery import Gallery, file_stem
from ddci.report.markup import Child, Markup, tag
from ddci.report.numbers import MISSING, format_count, format_interval, format_number, format_share, format_signed
from ddci.report.scorecard_checks import checks_section
from ddci.report.scorecard_parts import conclusion, like_for_like_figure, section, source_line, unit_link
from ddci.report.standing import (
    columns_of_group,
    group_name,
    groups_with_units,
    has_n,
    has_sampling_error,
    is_break,
    is_from_answers,
    is_scorecard_level,
    ranking,
    tiers_of,
)
from ddci.report.tables import band_of
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
        body.append(figure_markup(_ranking_figure(result, group), gallery))
        body.append(table_markup(ranking_table(result, group), class_="table table--sticky"))
    return section("xep-hang", "Điểm và thứ hạng", notes, *body)


def _ranking_figure(result: Result, group: str) -> Figure:
    sampled = has_sampling_error(result, result.rows_of_group(group))
    level = format_share(result.framework.confidence, 0)
    marks = f"Chấm: điểm. Vạch: khoảng tin cậy {level}. " if sampled else "Chấm: điểm. "
    return Figure(
        name=f"ranking-{file_stem(group)}",
        title=headlines.ranking_heading(result, group),
        reading=f"{marks}Đường đứt: trung vị. Thang điểm tối đa {result.framework.total:g}; trục không bắt đầu từ 0.",
        draw=lambda width: ranking_dot_plot(result, group, width=width),
        label=f"{group_name(result, group)}: điểm từng đơn vị; bảng số ở ngay dưới.",
        table=ranking_table(result, group),
        foot=source_line(result, result.rows_of_group(group)),
    )


def ranking_table(result: Result, group: str) -> Table:
    """Every unit of a group: score, interval, rank, possible ranks, n, band, change; columns without a figure are left out."""
    scores, change = result.scores, result.change
    members = result.rows_of_group(group)
    sampled, counted, banded = has_sampling_error(result, members), has_n(result, members), bool(result.framework.bands)
    level = format_share(result.framework.confidence, 0)
    columns: list[tuple[str, bool, Callable[[int], Child]]] = [
        ("Đơn vị", True, lambda row: unit_link(result, row)),
        ("Điểm", True, lambda row: tag("b", format_number(scores.score[row, 0]))),
        (f"Khoảng {level}", sampled, lambda row: format_interval(scores.low[row, 0], scores.high[row, 0])),
        ("Hạng", True, lambda row: _rank(result, row)),
        ("Hạng có thể", sampled, lambda row: format_interval(scores.rank_low[row, 0], scores.rank_high[row, 0], 0)),
        ("n", counted, lambda row: format_count(scores.n[row, 0])),
        (f"So với {change.year if change else ''}", change is not None, lambda row: _difference(result, row)),
        ("Xếp loại", banded, lambda row: band_of(result, row) or MISSING),
    ]
    shown = [(title, cell) for title, is_shown, cell in columns if is_shown]
    rows = [[cell(row) for _, cell in shown] for row in ranking(result, group)]
    unknown = " và ".join(name for name, known in (("n", counted), ("khoảng tin cậy", sampled)) if not known)
    caption = f"{group_name(result, group)}: điểm và thứ hạng năm {result.year}"
    caption += f" ({unknown}: {terms.NOT_PUBLISHED})" if unknown else ""
    numeric = frozenset(place for place, (title, _) in enumerate(shown) if title not in ("Đơn vị", "Xếp loại"))
    return Table(caption, tuple(title for title, _ in shown), rows, numeric)


def _rank(result: Result, row: int) -> str:
    """The rank, or that there is none; the unit's own section says why."""
    rank = float(result.scores.rank[row, 0])
    return "không xếp hạng" if math.isnan(rank) else format_number(rank, 0)


def _difference(result: Result, row: int) -> str:
    """The change of the index as computed, marked where its interval contains 0."""
    change = result.change
    if change is None:
        return MISSING
    within_noise = change.low[row, 0] <= 0 <= change.high[row, 0]
    return format_signed(change.score[row, 0]) + (" (chưa rõ)" if within_noise else "")


def _stability(result: Result, gallery: Gallery) -> Markup | None:
    groups = [
        group
        for group in groups_with_units(result)
        if bool(np.isfinite(result.stability[result.rows_of_group(group)]).any())
        and len(result.rows_of_group(group)) > 1
    ]
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
    figures = [figure_markup(_stability_figure(result, group), gallery) for group in groups]
    return section("on-dinh", "Thứ hạng có vững không", notes, *figures)


def _stability_figure(result: Result, group: str) -> Figure:
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.rank[row, 0])]
    rows: list[list[Child]] = []
    for row in order:
        shares = result.stability[row, : len(order)]
        common = sorted(range(len(order)), key=lambda rank: -shares[rank])[:3]
        listed = "; ".join(f"hạng {rank + 1}: {format_share(shares[rank], 0)}" for rank in common if shares[rank] > 0)
        rank = int(result.scores.rank[row, 0])
        rows.append([result.units[row].name, str(rank), format_share(shares[rank - 1], 0), listed])
    head = ("Đơn vị", "Hạng", "Giữ đúng hạng", "Ba hạng hay gặp nhất")
    return Figure(
        name=f"stability-{file_stem(group)}",
        title=headlines.stability_heading(result, group),
        reading=(
            "Mỗi hàng một đơn vị, mỗi cột một hạng; ô càng đậm thì càng nhiều lần đứng hạng ấy, số trong ô là phần trăm số "
            "lần. Gạch dưới: hạng tính từ mẫu gốc."
        ),
        draw=lambda width: stability_strip(result, group, width=width),
        label=f"{group_name(result, group)}: tỷ lệ số lần đứng từng hạng; bảng số ở phần “Xem bảng số”.",
        table=Table("Độ ổn định của thứ hạng", head, rows, frozenset({1, 2})),
        foot=f"{format_count(result.provenance.replicates)} lần lấy mẫu lại · {source_line(result, order)}",
        halo=False,
    )


def _change(result: Result, gallery: Gallery) -> Markup | None:
    change = result.change
    if change is None:
        return None
    notes: list[Child] = [
        f"Thay đổi cùng tiêu chí chỉ tính những phần đo như nhau ở hai năm, trên cùng cận chuẩn hóa với năm {change.year}.",
    ]
    body: list[Child] = [tag("h3", headlines.change_heading(result))]
    for group in groups_with_units(result):
        compared = [row for row in result.rows_of_group(group) if not math.isnan(change.rank_then[row])]
        if len(compared) > 1:
            body.append(figure_markup(_slope_figure(result, group), gallery))
        body.append(table_markup(change_table(result, group), class_="table table--sticky"))
    return section("thay-doi", f"So với năm {change.year}", notes, *body)


def _slope_figure(result: Result, group: str) -> Figure:
    change = result.change
    assert change is not None
    moved = [(row, float(change.rank_then[row] - result.scores.rank[row, 0])) for row in result.rows_of_group(group)]
    known = [(row, places) for row, places in moved if not math.isnan(places)]
    best = max(known, key=lambda item: item[1])
    title = f"{result.units[best[0]].name} lên nhiều bậc nhất: {format_number(best[1], 0)} bậc"
    broken = " Đường đứt: hai năm không cùng bộ chỉ số." if is_break(result, group) else ""
    caution = (
        ""
        if has_sampling_error(result)
        else f" Sai số: {terms.NOT_PUBLISHED}, nên lên hay xuống vài bậc chưa nói lên gì."
    )
    rows: list[list[Child]] = [
        [
            result.units[row].name,
            format_number(change.rank_then[row], 0),
            format_number(result.scores.rank[row, 0], 0),
            format_number(change.rank_then[row] - result.scores.rank[row, 0], 0, signed=True),
        ]
        for row in ranking(result, group)
    ]
    head = ("Đơn vị", f"Hạng {change.year}", f"Hạng {result.year}", "Số bậc lên (+), xuống (−)")
    return Figure(
        name=f"slope-{file_stem(group)}",
        title=title if best[1] > 0 else "Không đơn vị nào lên bậc",
        reading=f"Trái: hạng năm {change.year}; phải: hạng năm {result.year}. Nét đậm: đổi nhiều bậc.{broken}{caution}",
        draw=lambda width: rank_slope(result, group, width=width),
        label=f"{group_name(result, group)}: hạng hai năm; bảng số ở phần “Xem bảng số”.",
        table=Table(f"Hạng năm {change.year} và {result.year}", head, rows, frozenset({1, 2, 3})),
        foot=source_line(result, result.rows_of_group(group)),
    )


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
        body.append(figure_markup(_sub_index_figure(result, group), gallery))
        columns = columns_of_group(result, group, "indicator")
        if columns and not is_scorecard_level(result, group):
            body.append(_indicator_map(result, group, gallery))
    notes: list[Child] = ["Màu theo năm bậc của thang điểm, nhạt là thấp, đậm là cao. Ô trống: không có số liệu."]
    return section("chi-so", "Chỉ số thành phần", notes, *body)


def _sub_index_figure(result: Result, group: str) -> Figure:
    columns = columns_of_group(result, group, "sub_index")
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.score[row, 0])]
    medians = {c: float(result.scores.median[order[0], c]) for c in columns} if order else {}
    known = {column: value for column, value in medians.items() if not math.isnan(value)}
    title = "Điểm các chỉ số thành phần của từng đơn vị"
    if known:
        low, high = min(known, key=lambda c: known[c]), max(known, key=lambda c: known[c])
        title = (
            f"Điểm yếu chung là {result.nodes[low].vi} (trung vị {format_number(known[low])}), điểm mạnh chung là "
            f"{result.nodes[high].vi} ({format_number(known[high])})"
        )
    rows: list[list[Child]] = [
        [result.units[row].name, *(format_number(result.scores.score[row, column]) for column in columns)]
        for row in order
    ]
    codes = "; ".join(f"{result.nodes[column].code}: {result.nodes[column].vi}" for column in columns)
    head = ("Đơn vị", *(result.nodes[column].code for column in columns))
    return Figure(
        name=f"heatmap-{file_stem(group)}",
        title=title,
        reading=codes,
        draw=lambda width: sub_index_heatmap(result, group, width=width),
        label=f"{group_name(result, group)}: điểm các chỉ số thành phần; bảng số ở phần “Xem bảng số”.",
        table=Table("Điểm chỉ số thành phần", head, rows, frozenset(range(1, len(head)))),
        foot=source_line(result, order),
        halo=False,
    )


def _indicator_map(result: Result, group: str, gallery: Gallery) -> Markup:
    columns = columns_of_group(result, group, "indicator")
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.score[row, 0])]
    parents = columns_of_group(result, group, "sub_index")
    rows: list[list[Child]] = []
    for parent in parents:
        own = [column for column in columns if result.nodes[column].parent == result.nodes[parent].code]
        rows.append(
            [
                result.nodes[parent].vi,
                result.nodes[parent].code,
                str(len(own)),
                ", ".join(result.nodes[c].code for c in own),
            ]
        )
    figure = Figure(
        name=f"indicators-{file_stem(group)}",
        title=f"{len(columns)} chỉ tiêu của {len(order)} đơn vị trong một hình",
        reading="Mỗi hàng một đơn vị, mỗi cột một chỉ tiêu theo thứ tự của bộ chỉ số; tên đầy đủ và số ở phần từng đơn vị.",
        draw=lambda width: indicator_heatmap(result, group, width=width),
        label=f"{group_name(result, group)}: điểm {len(columns)} chỉ tiêu; số của từng đơn vị ở phần dưới.",
        table=Table(
            "Các cột của hình", ("Chỉ số thành phần", "Mã", "Số chỉ tiêu", "Theo thứ tự"), rows, frozenset({2})
        ),
        foot=source_line(result, order),
        widths=(WIDE,),
        halo=False,
        embed=False,
    )
    picture = tag(
        "div", figure_markup(figure, gallery), class_="scroll", tabindex=0, role="region", aria_label=figure.title
    )
    return tag("details", tag("summary", "Xem bản đồ nhiệt của mọi chỉ tiêu"), picture, class_="fold")
