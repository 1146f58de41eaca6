"""The charts about a whole wave with their titles, readings, tables and sources: one Figure for each.

In:  a Result and a unit group. Out: Figures; nothing is drawn before somebody asks a Gallery for a picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ddci.report import headlines, terms
from ddci.report.charts.change import rank_slope
from ddci.report.charts.heatmap import indicator_heatmap, sub_index_heatmap
from ddci.report.charts.ranking import ranking_dot_plot, stability_strip
from ddci.report.charts.theme import WIDE
from ddci.report.figure import Figure, Table
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
from ddci.report.tables import band_of
from ddci.result import Result


def ranking_figure(result: Result, group: str) -> Figure:
    """Every unit of a group by score, with intervals where there are any."""
    sampled = has_sampling_error(result, result.rows_of_group(group))
    level = format_share(result.framework.confidence, 0)
    marks = f"Chấm: điểm. Vạch: khoảng tin cậy {level}. " if sampled else "Chấm: điểm. "
    return Figure(
        name=f"ranking-{group_stems(result)[group]}",
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


def has_stability(result: Result, group: str) -> bool:
    """Whether the ranks of a group were drawn anew, so that there is something to show."""
    rows = [row for row in result.rows_of_group(group) if not math.isnan(result.scores.rank[row, 0])]
    return bool(np.isfinite(result.stability[rows]).any()) and len(rows) > 1


def stability_figure(result: Result, group: str) -> Figure:
    """How often each unit of a group had each rank."""
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.rank[row, 0])]
    n_ranks = lowest_rank(result, group)
    rows: list[list[Child]] = []
    for row in order:
        shares = result.stability[row, :n_ranks]
        common = sorted(range(n_ranks), key=lambda rank: -shares[rank])[:3]
        listed = "; ".join(f"hạng {rank + 1}: {format_share(shares[rank], 0)}" for rank in common if shares[rank] > 0)
        rank = int(result.scores.rank[row, 0])
        rows.append([result.units[row].name, str(rank), format_share(shares[rank - 1], 0), listed])
    head = ("Đơn vị", "Hạng", "Giữ đúng hạng", "Ba hạng hay gặp nhất")
    return Figure(
        name=f"stability-{group_stems(result)[group]}",
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


def has_slope(result: Result, group: str) -> bool:
    """Whether at least two units of a group have a rank in both waves."""
    change, rows = result.change, result.rows_of_group(group)
    if change is None:
        return False
    return int(np.isfinite(change.rank_then[rows] - result.scores.rank[rows, 0]).sum()) > 1


def slope_figure(result: Result, group: str) -> Figure:
    """The ranks of a group in the earlier wave and in this one."""
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
        name=f"slope-{group_stems(result)[group]}",
        title=title if best[1] > 0 else "Không đơn vị nào lên bậc",
        reading=f"Trái: hạng năm {change.year}; phải: hạng năm {result.year}. Nét đậm: đổi nhiều bậc.{broken}{caution}",
        draw=lambda width: rank_slope(result, group, width=width),
        label=f"{group_name(result, group)}: hạng hai năm; bảng số ở phần “Xem bảng số”.",
        table=Table(f"Hạng năm {change.year} và {result.year}", head, rows, frozenset({1, 2, 3})),
        foot=source_line(result, result.rows_of_group(group)),
    )


def sub_index_figure(result: Result, group: str) -> Figure:
    """Scores of the sub-indices of every unit of a group."""
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
        name=f"heatmap-{group_stems(result)[group]}",
        title=title,
        reading=codes,
        draw=lambda width: sub_index_heatmap(result, group, width=width),
        label=f"{group_name(result, group)}: điểm các chỉ số thành phần; bảng số ở phần “Xem bảng số”.",
        table=Table("Điểm chỉ số thành phần", head, rows, frozenset(range(1, len(head)))),
        foot=source_line(result, order),
        halo=False,
    )


def indicator_figure(result: Result, group: str) -> Figure:
    """Scores of all indicators, one narrow column each; one picture for all screens."""
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
    return Figure(
        name=f"indicators-{group_stems(result)[group]}",
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
    )
