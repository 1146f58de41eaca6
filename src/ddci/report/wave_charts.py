"""The charts about a whole wave with their titles, readings, tables and sources: one Figure for each.

In:  a Result, a unit group and the language. Out: Figures; nothing is drawn before somebody asks a Gallery for a picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ddci.messages import Language
from ddci.report import headlines
from ddci.report.charts.change import rank_slope
from ddci.report.charts.heatmap import indicator_heatmap, sub_index_heatmap
from ddci.report.charts.ranking import ranking_dot_plot, stability_strip
from ddci.report.charts.theme import WIDE
from ddci.report.figure import Figure, Table
from ddci.report.language import counted, either, named
from ddci.report.markup import Child, tag
from ddci.report.numbers import MISSING, format_count, format_interval, format_number, format_share, format_signed
from ddci.report.scorecard_parts import source_line, unit_link
from ddci.report.standing import (
    columns_of_group,
    group_name,
    has_n,
    has_sampling_error,
    is_break,
    lowest_rank,
    ranking,
)
from ddci.report.stems import group_stems
from ddci.report.terms import terms_in
from ddci.result import Result


def ranking_figure(result: Result, group: str, language: Language = "vi") -> Figure:
    """Every unit of a group by score, with intervals where there are any."""
    sampled = has_sampling_error(result, result.rows_of_group(group))
    level = format_share(result.framework.confidence, 0, language)
    marks = either(language, vi="Chấm: điểm. ", en="Dot: score. ")
    if sampled:
        marks += either(language, vi=f"Vạch: khoảng tin cậy {level}. ", en=f"Line: {level} confidence interval. ")
    total, name = f"{result.framework.total:g}", group_name(result, group, language)
    return Figure(
        name=f"ranking-{group_stems(result)[group]}",
        title=headlines.ranking_heading(result, group, language),
        reading=either(
            language,
            vi=f"{marks}Đường đứt: trung vị. Thang điểm tối đa {total}; trục không bắt đầu từ 0.",
            en=f"{marks}Dashed: median. The scale ends at {total}; the axis does not start at 0.",
        ),
        draw=lambda width: ranking_dot_plot(result, group, width=width, language=language),
        label=either(
            language,
            vi=f"{name}: điểm từng đơn vị; bảng số ở ngay dưới.",
            en=f"{name}: score of each unit; the figures are in the table below.",
        ),
        table=ranking_table(result, group, language),
        foot=source_line(result, result.rows_of_group(group), language),
    )


def ranking_table(result: Result, group: str, language: Language = "vi") -> Table:
    """Every unit of a group: score, interval, rank, possible ranks, n, band, change; columns without a figure are left out."""
    scores, change = result.scores, result.change
    members = result.rows_of_group(group)
    sampled, has_size, banded = (
        has_sampling_error(result, members),
        has_n(result, members),
        bool(result.framework.bands),
    )
    level = format_share(result.framework.confidence, 0, language)
    then = change.year if change else ""

    def interval(low: float, high: float, decimals: int = 2) -> str:
        return format_interval(low, high, decimals, language)

    columns: list[tuple[str, str, bool, Callable[[int], Child]]] = [
        ("Đơn vị", "Unit", True, lambda row: unit_link(result, row)),
        ("Điểm", "Score", True, lambda row: tag("b", format_number(scores.score[row, 0], 2, language))),
        (
            f"Khoảng {level}",
            f"{level} interval",
            sampled,
            lambda row: interval(scores.low[row, 0], scores.high[row, 0]),
        ),
        ("Hạng", "Rank", True, lambda row: _rank(result, row, language)),
        (
            "Hạng có thể",
            "Possible ranks",
            sampled,
            lambda row: interval(scores.rank_low[row, 0], scores.rank_high[row, 0], 0),
        ),
        ("n", "n", has_size, lambda row: format_count(scores.n[row, 0], language)),
        (f"So với {then}", f"Since {then}", change is not None, lambda row: _difference(result, row, language)),
        ("Xếp loại", "Band", banded, lambda row: _band(result, row, language)),
    ]
    shown = [(either(language, vi=vi, en=en), cell) for vi, en, is_shown, cell in columns if is_shown]
    rows = [[cell(row) for _, cell in shown] for row in ranking(result, group)]
    words = frozenset((0, len(shown) - 1) if banded else (0,))
    caption = _ranking_caption(result, group, language, has_size=has_size, sampled=sampled)
    return Table(caption, tuple(title for title, _ in shown), rows, frozenset(range(len(shown))) - words)


def _ranking_caption(result: Result, group: str, language: Language, *, has_size: bool, sampled: bool) -> str:
    name = group_name(result, group, language)
    caption = either(
        language, vi=f"{name}: điểm và thứ hạng năm {result.year}", en=f"{name}: scores and ranks, {result.year}"
    )
    interval = either(language, vi="khoảng tin cậy", en="confidence intervals")
    unknown = [name for name, known in (("n", has_size), (interval, sampled)) if not known]
    joined = either(language, vi=" và ", en=" and ").join(unknown)
    return f"{caption} ({joined}: {terms_in(language).NOT_PUBLISHED})" if unknown else caption


def _rank(result: Result, row: int, language: Language) -> str:
    """The rank, or that there is none; the unit's own section says why."""
    rank = float(result.scores.rank[row, 0])
    if math.isnan(rank):
        return either(language, vi="không xếp hạng", en="not ranked")
    return format_number(rank, 0, language)


def _difference(result: Result, row: int, language: Language) -> str:
    """The change of the index as computed, marked where its interval contains 0."""
    change = result.change
    if change is None:
        return MISSING
    within_noise = change.low[row, 0] <= 0 <= change.high[row, 0]
    mark = either(language, vi=" (chưa rõ)", en=" (not clear)")
    return format_signed(change.score[row, 0], 2, language) + (mark if within_noise else "")


def _band(result: Result, row: int, language: Language) -> str:
    place = result.band[row]
    return named(result.framework.bands[place], language) if place >= 0 else MISSING


def has_stability(result: Result, group: str) -> bool:
    """Whether the ranks of a group were drawn anew, so that there is something to show."""
    rows = [row for row in result.rows_of_group(group) if not math.isnan(result.scores.rank[row, 0])]
    return bool(np.isfinite(result.stability[rows]).any()) and len(rows) > 1


def stability_figure(result: Result, group: str, language: Language = "vi") -> Figure:
    """How often each unit of a group had each rank."""
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.rank[row, 0])]
    n_ranks = lowest_rank(result, group)
    rows: list[list[Child]] = []
    for row in order:
        shares = result.stability[row, :n_ranks]
        common = sorted(range(n_ranks), key=lambda rank: -shares[rank])[:3]
        word = either(language, vi="hạng", en="rank")
        listed = "; ".join(
            f"{word} {rank + 1}: {format_share(shares[rank], 0, language)}" for rank in common if shares[rank] > 0
        )
        rank = int(result.scores.rank[row, 0])
        rows.append([result.units[row].name, str(rank), format_share(shares[rank - 1], 0, language), listed])
    head = ("Đơn vị", "Hạng", "Giữ đúng hạng", "Ba hạng hay gặp nhất")
    if language == "en":
        head = ("Unit", "Rank", "Kept its rank", "Three most frequent ranks")
    name, runs = group_name(result, group, language), format_count(result.provenance.replicates, language)
    return Figure(
        name=f"stability-{group_stems(result)[group]}",
        title=headlines.stability_heading(result, group, language),
        reading=either(
            language,
            vi=(
                "Mỗi hàng một đơn vị, mỗi cột một hạng; ô càng đậm thì càng nhiều lần đứng hạng ấy, số trong ô là phần trăm số "
                "lần. Gạch dưới: hạng tính từ mẫu gốc."
            ),
            en=(
                "One row for each unit, one column for each rank; the darker the cell, the more often the unit had that rank; "
                "the number is the percentage of samples. Underlined: the rank in the original sample."
            ),
        ),
        draw=lambda width: stability_strip(result, group, width=width, language=language),
        label=either(
            language,
            vi=f"{name}: tỷ lệ số lần đứng từng hạng; bảng số ở phần “Xem bảng số”.",
            en=f"{name}: how often each unit had each rank; the figures are in the table of this chart.",
        ),
        table=Table(
            either(language, vi="Độ ổn định của thứ hạng", en="Stability of ranks"), head, rows, frozenset({1, 2})
        ),
        foot=either(language, vi=f"{runs} lần lấy mẫu lại · ", en=f"{runs} samples drawn anew · ")
        + source_line(result, order, language),
        halo=False,
    )


def has_slope(result: Result, group: str) -> bool:
    """Whether at least two units of a group have a rank in both waves."""
    change, rows = result.change, result.rows_of_group(group)
    if change is None:
        return False
    return int(np.isfinite(change.rank_then[rows] - result.scores.rank[rows, 0]).sum()) > 1


def slope_figure(result: Result, group: str, language: Language = "vi") -> Figure:
    """The ranks of a group in the earlier wave and in this one."""
    change = result.change
    assert change is not None
    moved = [(row, float(change.rank_then[row] - result.scores.rank[row, 0])) for row in result.rows_of_group(group)]
    known = [(row, places) for row, places in moved if not math.isnan(places)]
    best = max(known, key=lambda item: item[1])
    rows: list[list[Child]] = [
        [
            result.units[row].name,
            format_number(change.rank_then[row], 0, language),
            format_number(result.scores.rank[row, 0], 0, language),
            format_number(change.rank_then[row] - result.scores.rank[row, 0], 0, language, signed=True),
        ]
        for row in ranking(result, group)
    ]
    then, now, name = change.year, result.year, group_name(result, group, language)
    head = ("Đơn vị", f"Hạng {then}", f"Hạng {now}", "Số bậc lên (+), xuống (−)")
    if language == "en":
        head = ("Unit", f"Rank in {then}", f"Rank in {now}", "Places up (+) or down (−)")
    return Figure(
        name=f"slope-{group_stems(result)[group]}",
        title=_slope_title(result.units[best[0]].name, best[1], language),
        reading=either(
            language,
            vi=f"Trái: hạng năm {then}; phải: hạng năm {now}. Nét đậm: đổi nhiều bậc.",
            en=f"Left: rank in {then}; right: rank in {now}. Dark line: moved by many places.",
        )
        + _slope_cautions(result, group, language),
        draw=lambda width: rank_slope(result, group, width=width, language=language),
        label=either(
            language,
            vi=f"{name}: hạng hai năm; bảng số ở phần “Xem bảng số”.",
            en=f"{name}: ranks in the two years; the figures are in the table of this chart.",
        ),
        table=Table(
            either(language, vi=f"Hạng năm {then} và {now}", en=f"Ranks in {then} and {now}"),
            head,
            rows,
            frozenset({1, 2, 3}),
        ),
        foot=source_line(result, result.rows_of_group(group), language),
    )


def _slope_title(unit: str, places: float, language: Language) -> str:
    if places <= 0:
        return either(language, vi="Không đơn vị nào lên bậc", en="No unit went up")
    count = format_number(places, 0, language)
    return either(
        language,
        vi=f"{unit} lên nhiều bậc nhất: {count} bậc",
        en=f"{unit} climbed most: {count} {'place' if count == '1' else 'places'}",
    )


def _slope_cautions(result: Result, group: str, language: Language) -> str:
    """What a change of rank does not say: between frameworks, and without sampling errors."""
    broken = either(
        language,
        vi=" Đường đứt: hai năm không cùng bộ chỉ số.",
        en=" Dashed: the two years do not have the same framework.",
    )
    not_published = terms_in(language).NOT_PUBLISHED
    caution = either(
        language,
        vi=f" Sai số: {not_published}, nên lên hay xuống vài bậc chưa nói lên gì.",
        en=f" Sampling errors are {not_published}, so a few places up or down do not mean anything yet.",
    )
    return (broken if is_break(result, group) else "") + ("" if has_sampling_error(result) else caution)


def sub_index_figure(result: Result, group: str, language: Language = "vi") -> Figure:
    """Scores of the sub-indices of every unit of a group."""
    columns = columns_of_group(result, group, "sub_index")
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.score[row, 0])]
    rows: list[list[Child]] = [
        [result.units[row].name, *(format_number(result.scores.score[row, column], 2, language) for column in columns)]
        for row in order
    ]
    codes = "; ".join(f"{result.nodes[column].code}: {named(result.nodes[column], language)}" for column in columns)
    head = (either(language, vi="Đơn vị", en="Unit"), *(result.nodes[column].code for column in columns))
    name = group_name(result, group, language)
    return Figure(
        name=f"heatmap-{group_stems(result)[group]}",
        title=_weakest_and_strongest(result, order, columns, language),
        reading=codes,
        draw=lambda width: sub_index_heatmap(result, group, width=width, language=language),
        label=either(
            language,
            vi=f"{name}: điểm các chỉ số thành phần; bảng số ở phần “Xem bảng số”.",
            en=f"{name}: sub-index scores; the figures are in the table of this chart.",
        ),
        table=Table(
            either(language, vi="Điểm chỉ số thành phần", en="Sub-index scores"),
            head,
            rows,
            frozenset(range(1, len(head))),
        ),
        foot=source_line(result, order, language),
        halo=False,
    )


def _weakest_and_strongest(result: Result, order: list[int], columns: list[int], language: Language) -> str:
    """The sub-indices with the lowest and the highest median of the group."""
    medians = {c: float(result.scores.median[order[0], c]) for c in columns} if order else {}
    known = {column: value for column, value in medians.items() if not math.isnan(value)}
    if not known:
        return either(language, vi="Điểm các chỉ số thành phần của từng đơn vị", en="Sub-index scores of each unit")
    ends = (min(known, key=lambda c: known[c]), max(known, key=lambda c: known[c]))
    low, high = (named(result.nodes[column], language) for column in ends)
    least, most = (format_number(known[column], 2, language) for column in ends)
    return either(
        language,
        vi=f"Điểm yếu chung là {low} (trung vị {least}), điểm mạnh chung là {high} ({most})",
        en=f"Weakest for all is {low} (median {least}), strongest is {high} ({most})",
    )


def indicator_figure(result: Result, group: str, language: Language = "vi") -> Figure:
    """Scores of all indicators, one narrow column each; one picture for all screens."""
    columns = columns_of_group(result, group, "indicator")
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.score[row, 0])]
    parents = columns_of_group(result, group, "sub_index")
    rows: list[list[Child]] = []
    for parent in parents:
        own = [column for column in columns if result.nodes[column].parent == result.nodes[parent].code]
        rows.append(
            [
                named(result.nodes[parent], language),
                result.nodes[parent].code,
                str(len(own)),
                ", ".join(result.nodes[c].code for c in own),
            ]
        )
    head = ("Chỉ số thành phần", "Mã", "Số chỉ tiêu", "Theo thứ tự")
    if language == "en":
        head = ("Sub-index", "Code", "Indicators", "In order")
    name, n_columns = group_name(result, group, language), counted(len(columns), "indicator")
    return Figure(
        name=f"indicators-{group_stems(result)[group]}",
        title=either(
            language,
            vi=f"{len(columns)} chỉ tiêu của {len(order)} đơn vị trong một hình",
            en=f"{n_columns} of {counted(len(order), 'unit')} in one picture",
        ),
        reading=either(
            language,
            vi="Mỗi hàng một đơn vị, mỗi cột một chỉ tiêu theo thứ tự của bộ chỉ số; tên đầy đủ và số ở phần từng đơn vị.",
            en=(
                "One row for each unit, one column for each indicator in the order of the framework; full names and "
                "figures stand with each unit."
            ),
        ),
        draw=lambda width: indicator_heatmap(result, group, width=width, language=language),
        label=either(
            language,
            vi=f"{name}: điểm {len(columns)} chỉ tiêu; số của từng đơn vị ở phần dưới.",
            en=f"{name}: scores of {n_columns}; the figures stand with each unit.",
        ),
        table=Table(either(language, vi="Các cột của hình", en="Columns of the picture"), head, rows, frozenset({2})),
        foot=source_line(result, order, language),
        widths=(WIDE,),
        halo=False,
    )
