"""The charts in a unit's section of the scorecard.

In:  a Result, a row, a Gallery. Out: Markup of each chart that the unit has figures for.
"""

from __future__ import annotations

import math

from ddci.report import headlines
from ddci.report.charts.change import change_waterfall, ordered_parts, rank_text, unit_history
from ddci.report.charts.sub_indices import importance_performance, radar, sub_index_bars, sub_indices_by_score
from ddci.report.charts.theme import NARROW, WIDE
from ddci.report.figure import Figure, Table, figure_markup
from ddci.report.gallery import Gallery, file_stem
from ddci.report.markup import Child, Markup, tag
from ddci.report.numbers import MISSING, format_number, format_signed
from ddci.report.scorecard_parts import source_line
from ddci.report.standing import (
    columns_of_group,
    contributions_of,
    history_of,
    is_break,
    is_scorecard_level,
    published_figure,
)
from ddci.result import Result

FEW_UNITS = 40  # the matrix of importance is left to the folder's tables in larger waves, to keep the page light


def unit_figures(result: Result, row: int, gallery: Gallery, *, embed: bool) -> list[Markup]:
    """Sub-indices, parts of the change, history, importance and, folded away, the radar.

    Where there are many units (``embed`` is False) each chart is drawn once, for a phone, and the page sets them side by
    side: half the weight and half the time.
    """
    figures: list[Figure] = []
    if any(not math.isnan(result.scores.score[row, column]) for column in sub_indices_by_score(result, row)):
        figures.append(sub_indices_figure(result, row, embed=embed))
    if contributions_of(result, result.units[row].code):
        figures.append(waterfall_figure(result, row, embed=embed))
    if len([item for item in history_of(result, row) if not math.isnan(item.score)]) > 2:
        figures.append(history_figure(result, row, embed=embed))
    if len(result.units) <= FEW_UNITS and has_importance(result, row):
        figures.append(matrix_figure(result, row, embed=embed))
    drawn = [figure_markup(figure, gallery) for figure in figures]
    if embed and figures:
        picture = figure_markup(radar_figure(result, row), gallery)
        drawn.append(tag("details", tag("summary", "Xem dạng mạng nhện (tùy chọn)"), picture, class_="fold"))
    return drawn if embed else [tag("div", *drawn, class_="charts")]


def sub_indices_figure(result: Result, row: int, *, embed: bool) -> Figure:
    unit, scores = result.units[row], result.scores
    alone = len(result.rows_of_group(unit.group)) == 1
    rows: list[list[Child]] = []
    for column in sub_indices_by_score(result, row):
        figure = published_figure(result, unit.code, result.nodes[column].code)
        rank = figure.rank if alone and figure is not None else float(scores.rank[row, column])
        cells: list[Child] = [result.nodes[column].vi, format_number(scores.score[row, column]), format_number(rank, 0)]
        if not alone:
            cells += [format_number(scores.median[row, column]), format_number(scores.best[row, column])]
        rows.append(cells)
    head = (
        "Chỉ số thành phần",
        "Điểm",
        "Hạng công bố" if alone else "Hạng",
        *(() if alone else ("Trung vị", "Tốt nhất")),
    )
    marks = "" if alone else " Vạch đứng: trung vị của nhóm; hình thoi: đơn vị tốt nhất."
    low, high = (format_number(end, 2, strip=True) for end in result.framework.scale)
    return Figure(
        name=_name(result, row, "sub-indices"),
        title=headlines.sub_index_heading(result, row),
        reading=f"Thang điểm {low}–{high}; thanh nhạt là cả thang, trục bắt đầu từ 0.{marks}",
        draw=lambda width: sub_index_bars(result, unit.code, width=width),
        label="; ".join(f"{line[0]} {line[1]}" for line in rows),
        table=Table(f"{unit.name}: chỉ số thành phần", head, rows, frozenset(range(1, len(head)))),
        foot=source_line(result, [row]),
        halo=False,
        embed=embed,
        widths=(WIDE, NARROW) if embed else (NARROW,),
    )


def waterfall_figure(result: Result, row: int, *, embed: bool) -> Figure:
    unit, change = result.units[row], result.change
    assert change is not None
    parts = ordered_parts(result, unit.code)
    total = float(change.score[row, 0])
    lowest, highest = min(parts, key=lambda part: part[1]), max(parts, key=lambda part: part[1])
    ends = []
    if lowest[1] < 0:
        ends.append(f"giảm nhiều nhất: {lowest[0]} ({format_signed(lowest[1])})")
    if highest[1] > 0:
        ends.append(f"tăng nhiều nhất: {highest[0]} ({format_signed(highest[1])})")
    said = "; ".join(ends) or "không phần nào đổi"
    rows: list[list[Child]] = [[name, format_signed(points)] for name, points in parts]
    rows.append(["Tổng thay đổi của điểm tính lại", format_signed(total)])
    return Figure(
        name=_name(result, row, "change"),
        title=f"Điểm tính lại thay đổi {format_signed(total)} so với năm {change.year}; {said}",
        reading=(
            f"Từ điểm tính lại năm {change.year} đến năm {result.year}; mỗi thanh là một phần, cộng lại đúng bằng thay đổi. "
            "Xanh lá: tăng; nghệ: giảm. Trục không bắt đầu từ 0."
        ),
        draw=lambda width: change_waterfall(result, unit.code, width=width),
        label="; ".join(f"{name} {format_signed(points)}" for name, points in parts),
        table=Table(f"{unit.name}: các phần của thay đổi", ("Phần", "Điểm"), rows, frozenset({1})),
        foot=source_line(result, [row]),
        embed=embed,
        widths=(WIDE, NARROW) if embed else (NARROW,),
    )


def history_figure(result: Result, row: int, *, embed: bool) -> Figure:
    unit = result.units[row]
    years = [item for item in history_of(result, row) if not math.isnan(item.score)]
    highest, last = max(years, key=lambda item: item.score), years[-1]
    title = f"Năm {last.year} là năm cao điểm nhất, {format_number(last.score)}"
    if highest is not last:
        title = (
            f"Điểm cao nhất là {format_number(highest.score)} (năm {highest.year}); năm {last.year} "
            f"còn {format_number(last.score)}"
        )
    broken = is_break(result, unit.group)
    note = ""
    if broken:
        note = " Nền sẫm và đường đứt: năm này không cùng bộ chỉ số với năm trước. Vòng rỗng: chỉ tính các phần chung."
    elif not all(item.comparable for item in years[1:]):
        note = " Nền sẫm và đường đứt: năm ấy không cùng bộ chỉ số với năm trước."
    rows: list[list[Child]] = [[str(i.year), format_number(i.score), rank_text(i, long=False)] for i in years]
    if broken and result.change is not None and not math.isnan(result.change.like_for_like_now[row]):
        rows.append([f"{last.year}, chỉ phần chung", format_number(result.change.like_for_like_now[row]), MISSING])
    return Figure(
        name=_name(result, row, "history"),
        title=title,
        reading=f"Điểm trên thang {result.framework.total:g}, hạng ghi dưới năm. Trục không bắt đầu từ 0.{note}",
        draw=lambda width: unit_history(result, unit.code, width=width),
        label="; ".join(f"{line[0]}: {line[1]} điểm, hạng {line[2]}" for line in rows),
        table=Table(f"{unit.name}: điểm và hạng qua các năm", ("Năm", "Điểm", "Hạng"), rows, frozenset({1, 2})),
        foot=f"Nguồn: {result.source or 'không ghi nguồn'}",
        embed=embed,
        widths=(WIDE, NARROW) if embed else (NARROW,),
    )


def matrix_figure(result: Result, row: int, *, embed: bool) -> Figure:
    unit, scores = result.units[row], result.scores
    columns = [
        c for c in columns_of_group(result, unit.group, "indicator") if not math.isnan(scores.importance[row, c])
    ]
    ordered = sorted(columns, key=lambda column: -float(scores.importance[row, column]))
    rows: list[list[Child]] = [
        [
            result.nodes[c].vi,
            result.nodes[c].code,
            format_number(scores.score[row, c]),
            format_number(scores.importance[row, c], 4),
        ]
        for c in ordered[:20]
    ]
    return Figure(
        name=_name(result, row, "importance"),
        title="Chỉ tiêu quan trọng mà điểm còn thấp nằm ở góc trên bên trái",
        reading=(
            "Ngang: điểm chỉ tiêu; dọc: mức gắn với chỉ số tổng hợp (trọng số × tương quan giữa các đơn vị). Đường đứt: "
            "trung bình. Chấm hồng: quan trọng mà dưới trung bình."
        ),
        draw=lambda width: importance_performance(result, unit.code, width=width),
        label=f"{unit.name}: {len(columns)} chỉ tiêu theo điểm và tầm quan trọng.",
        table=Table(
            "Hai mươi chỉ tiêu quan trọng nhất", ("Chỉ tiêu", "Mã", "Điểm", "Tầm quan trọng"), rows, frozenset({2, 3})
        ),
        foot=source_line(result, [row]),
        widths=(NARROW,),
        embed=embed,
    )


def radar_figure(result: Result, row: int) -> Figure:
    unit, scores = result.units[row], result.scores
    columns = columns_of_group(result, unit.group, "sub_index")
    rows: list[list[Child]] = [
        [
            result.nodes[c].vi,
            result.nodes[c].code,
            format_number(scores.score[row, c]),
            format_number(scores.median[row, c]),
        ]
        for c in columns
    ]
    return Figure(
        name=_name(result, row, "radar"),
        title="Các chỉ số thành phần dạng mạng nhện",
        reading="Nét liền: đơn vị; đường đứt: trung vị. Diện tích dễ gây hiểu lầm: hãy đọc kèm biểu đồ thanh.",
        draw=lambda width: radar(result, unit.code, width=width),
        label="; ".join(f"{line[0]} {line[2]}" for line in rows),
        table=Table(f"{unit.name}: chỉ số thành phần", ("Chỉ số", "Mã", "Điểm", "Trung vị"), rows, frozenset({2, 3})),
        foot=source_line(result, [row]),
        widths=(NARROW,),
    )


def has_importance(result: Result, row: int) -> bool:
    """Whether enough indicators of the unit have an importance to make a picture of them."""
    group = result.units[row].group
    columns = columns_of_group(result, group, "indicator")
    known = [c for c in columns if not math.isnan(result.scores.importance[row, c])]
    return len(known) >= 4 and not is_scorecard_level(result, group)


def _name(result: Result, row: int, kind: str) -> str:
    return f"unit-{row + 1}-{file_stem(result.units[row].code)}-{kind}"
