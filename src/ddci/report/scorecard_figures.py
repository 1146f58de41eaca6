"""The charts in a unit's section of the scorecard.

In:  a Result, a row, a Gallery. Out: Markup of each chart that the unit has figures for. The catalogue of charts takes the
same Figures from here, in Vietnamese or English.
"""

from __future__ import annotations

import math

from ddci.messages import Language
from ddci.report import headlines
from ddci.report.charts.change import change_waterfall, ordered_parts, rank_text, unit_history
from ddci.report.charts.sub_indices import importance_performance, radar, sub_index_bars, sub_indices_by_score
from ddci.report.charts.theme import NARROW, WIDE
from ddci.report.figure import Figure, Table, figure_markup
from ddci.report.gallery import Gallery, file_stem
from ddci.report.language import counted, either, named
from ddci.report.markup import Child, Markup, tag
from ddci.report.numbers import MISSING, format_number, format_signed
from ddci.report.scorecard_parts import source_line, source_of
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


def sub_indices_figure(result: Result, row: int, *, embed: bool, language: Language = "vi") -> Figure:
    """Score of each sub-index beside the median and the best."""
    unit, scores = result.units[row], result.scores
    alone = len(result.rows_of_group(unit.group)) == 1
    rows: list[list[Child]] = []
    for column in sub_indices_by_score(result, row):
        figure = published_figure(result, unit.code, result.nodes[column].code)
        rank = figure.rank if alone and figure is not None else float(scores.rank[row, column])
        name, score = named(result.nodes[column], language), format_number(scores.score[row, column], 2, language)
        cells: list[Child] = [name, score, format_number(rank, 0, language)]
        if not alone:
            cells += [format_number(part[row, column], 2, language) for part in (scores.median, scores.best)]
        rows.append(cells)
    marks = either(
        language,
        vi=" Vạch đứng: trung vị của nhóm; hình thoi: đơn vị tốt nhất.",
        en=" Upright stroke: median of the group; diamond: best unit.",
    )
    low, high = (format_number(end, 2, language, strip=True) for end in result.framework.scale)
    head = _head_of_sub_indices(language, alone=alone)
    return Figure(
        name=_name(result, row, "sub-indices"),
        title=headlines.sub_index_heading(result, row, language),
        reading=either(
            language,
            vi=f"Thang điểm {low}–{high}; thanh nhạt là cả thang, trục bắt đầu từ 0.",
            en=f"Scale {low}–{high}; the pale bar is the whole scale, the axis starts at 0.",
        )
        + ("" if alone else marks),
        draw=lambda width: sub_index_bars(result, unit.code, width=width, language=language),
        label="; ".join(f"{line[0]} {line[1]}" for line in rows),
        table=Table(_sub_indices_of(unit.name, language), head, rows, frozenset(range(1, len(head)))),
        foot=source_line(result, [row], language),
        halo=False,
        embed=embed,
        widths=(WIDE, NARROW) if embed else (NARROW,),
    )


def _sub_indices_of(unit: str, language: Language) -> str:
    return either(language, vi=f"{unit}: chỉ số thành phần", en=f"{unit}: sub-indices")


def _head_of_sub_indices(language: Language, *, alone: bool) -> tuple[str, ...]:
    if language == "en":
        return ("Sub-index", "Score", "Published rank") if alone else ("Sub-index", "Score", "Rank", "Median", "Best")
    first = ("Chỉ số thành phần", "Điểm", "Hạng công bố" if alone else "Hạng")
    return first if alone else (*first, "Trung vị", "Tốt nhất")


def waterfall_figure(result: Result, row: int, *, embed: bool, language: Language = "vi") -> Figure:
    """What the change of the index is made of."""
    unit, change = result.units[row], result.change
    assert change is not None
    parts = ordered_parts(result, unit.code, language)
    total = format_signed(float(change.score[row, 0]), 2, language)
    said = _largest_parts(parts, language)
    rows: list[list[Child]] = [[name, format_signed(points, 2, language)] for name, points in parts]
    rows.append(
        [either(language, vi="Tổng thay đổi của điểm tính lại", en="Whole change of the recomputed score"), total]
    )
    return Figure(
        name=_name(result, row, "change"),
        title=either(
            language,
            vi=f"Điểm tính lại thay đổi {total} so với năm {change.year}; {said}",
            en=f"The recomputed score changed by {total} since {change.year}; {said}",
        ),
        reading=either(
            language,
            vi=(
                f"Từ điểm tính lại năm {change.year} đến năm {result.year}; mỗi thanh là một phần, cộng lại đúng bằng "
                "thay đổi. Xanh lá: tăng; nghệ: giảm. Trục không bắt đầu từ 0."
            ),
            en=(
                f"From the recomputed score of {change.year} to that of {result.year}; each bar is one part, together they "
                "make exactly the change. Green: up; amber: down. The axis does not start at 0."
            ),
        ),
        draw=lambda width: change_waterfall(result, unit.code, width=width, language=language),
        label="; ".join(f"{name} {format_signed(points, 2, language)}" for name, points in parts),
        table=Table(
            either(language, vi=f"{unit.name}: các phần của thay đổi", en=f"{unit.name}: parts of the change"),
            ("Phần", "Điểm") if language == "vi" else ("Part", "Points"),
            rows,
            frozenset({1}),
        ),
        foot=source_line(result, [row], language),
        embed=embed,
        widths=(WIDE, NARROW) if embed else (NARROW,),
    )


def _largest_parts(parts: list[tuple[str, float]], language: Language) -> str:
    """The parts that fell and rose most."""
    (low, fall), (high, rise) = min(parts, key=lambda part: part[1]), max(parts, key=lambda part: part[1])
    down, up = (format_signed(points, 2, language) for points in (fall, rise))
    ends = []
    if fall < 0:
        ends.append(either(language, vi=f"giảm nhiều nhất: {low} ({down})", en=f"largest fall: {low} ({down})"))
    if rise > 0:
        ends.append(either(language, vi=f"tăng nhiều nhất: {high} ({up})", en=f"largest rise: {high} ({up})"))
    return "; ".join(ends) or either(language, vi="không phần nào đổi", en="no part changed")


def history_figure(result: Result, row: int, *, embed: bool, language: Language = "vi") -> Figure:
    """The index and the rank of a unit over the years."""
    unit = result.units[row]
    years = [item for item in history_of(result, row) if not math.isnan(item.score)]
    highest, last = max(years, key=lambda item: item.score), years[-1]
    most, final = (format_number(item.score, 2, language) for item in (highest, last))
    title = either(
        language,
        vi=f"Điểm cao nhất là {most} (năm {highest.year}); năm {last.year} còn {final}",
        en=f"The highest score was {most} ({highest.year}); in {last.year} it is {final}",
    )
    if highest is last:
        title = either(
            language,
            vi=f"Năm {last.year} là năm cao điểm nhất, {final}",
            en=f"{last.year} has the highest score of all years, {final}",
        )
    broken = is_break(result, unit.group)
    note = "" if all(item.comparable for item in years[1:]) else _break_note(language, this_year=False)
    note = _break_note(language, this_year=True) if broken else note
    rows: list[list[Child]] = [
        [str(item.year), format_number(item.score, 2, language), rank_text(item, language, long=False)]
        for item in years
    ]
    if broken and result.change is not None and not math.isnan(result.change.like_for_like_now[row]):
        common = either(language, vi=f"{last.year}, chỉ phần chung", en=f"{last.year}, common parts only")
        rows.append([common, format_number(result.change.like_for_like_now[row], 2, language), MISSING])
    head = ("Năm", "Điểm", "Hạng") if language == "vi" else ("Year", "Score", "Rank")
    total = f"{result.framework.total:g}"
    return Figure(
        name=_name(result, row, "history"),
        title=title,
        reading=either(
            language,
            vi=f"Điểm trên thang {total}, hạng ghi dưới năm. Trục không bắt đầu từ 0.",
            en=f"Score out of {total}, the rank stands below the year. The axis does not start at 0.",
        )
        + note,
        draw=lambda width: unit_history(result, unit.code, width=width, language=language),
        label="; ".join(
            either(
                language,
                vi=f"{year}: {score} điểm, hạng {rank}",
                en=f"{year}: {score} points, rank {rank}",
            )
            for year, score, rank in rows
        ),
        table=Table(
            either(language, vi=f"{unit.name}: điểm và hạng qua các năm", en=f"{unit.name}: scores and ranks by year"),
            head,
            rows,
            frozenset({1, 2}),
        ),
        foot=source_of(result, language),
        embed=embed,
        widths=(WIDE, NARROW) if embed else (NARROW,),
    )


def _break_note(language: Language, *, this_year: bool) -> str:
    """What the shade behind a year means."""
    if this_year:
        return either(
            language,
            vi=" Nền sẫm và đường đứt: năm này không cùng bộ chỉ số với năm trước. Vòng rỗng: chỉ tính các phần chung.",
            en=(
                " Shaded, with a dashed line: this year does not have the framework of the year before. Hollow circle: the "
                "common parts only."
            ),
        )
    return either(
        language,
        vi=" Nền sẫm và đường đứt: năm ấy không cùng bộ chỉ số với năm trước.",
        en=" Shaded, with a dashed line: that year does not have the framework of the year before.",
    )


def matrix_figure(result: Result, row: int, *, embed: bool, language: Language = "vi") -> Figure:
    """The indicators by score and by how much the index hangs on them."""
    unit, scores = result.units[row], result.scores
    columns = [
        c for c in columns_of_group(result, unit.group, "indicator") if not math.isnan(scores.importance[row, c])
    ]
    ordered = sorted(columns, key=lambda column: -float(scores.importance[row, column]))
    rows: list[list[Child]] = [
        [
            named(result.nodes[c], language),
            result.nodes[c].code,
            format_number(scores.score[row, c], 2, language),
            format_number(scores.importance[row, c], 4, language),
        ]
        for c in ordered[:20]
    ]
    head = ("Chỉ tiêu", "Mã", "Điểm", "Tầm quan trọng")
    if language == "en":
        head = ("Indicator", "Code", "Score", "Importance")
    return Figure(
        name=_name(result, row, "importance"),
        title=either(
            language,
            vi="Chỉ tiêu quan trọng mà điểm còn thấp nằm ở góc trên bên trái",
            en="Important indicators that still score low are in the upper left corner",
        ),
        reading=either(
            language,
            vi=(
                "Ngang: điểm chỉ tiêu; dọc: mức gắn với chỉ số tổng hợp (trọng số × tương quan giữa các đơn vị). Đường đứt: "
                "trung bình. Chấm hồng: quan trọng mà dưới trung bình."
            ),
            en=(
                "Across: score of the indicator; up: how much the overall index goes with it (weight × correlation between "
                "units). Dashed: averages. Pink dots: important, yet below average."
            ),
        ),
        draw=lambda width: importance_performance(result, unit.code, width=width, language=language),
        label=either(
            language,
            vi=f"{unit.name}: {len(columns)} chỉ tiêu theo điểm và tầm quan trọng.",
            en=f"{unit.name}: {counted(len(columns), 'indicator')} by score and importance.",
        ),
        table=Table(
            either(language, vi="Hai mươi chỉ tiêu quan trọng nhất", en="The twenty most important indicators"),
            head,
            rows,
            frozenset({2, 3}),
        ),
        foot=source_line(result, [row], language),
        widths=(NARROW,),
        embed=embed,
    )


def radar_figure(result: Result, row: int, language: Language = "vi") -> Figure:
    """The sub-indices once more, in a form that some readers ask for."""
    unit, scores = result.units[row], result.scores
    columns = columns_of_group(result, unit.group, "sub_index")
    rows: list[list[Child]] = [
        [
            named(result.nodes[c], language),
            result.nodes[c].code,
            format_number(scores.score[row, c], 2, language),
            format_number(scores.median[row, c], 2, language),
        ]
        for c in columns
    ]
    head = ("Chỉ số", "Mã", "Điểm", "Trung vị")
    if language == "en":
        head = ("Sub-index", "Code", "Score", "Median")
    return Figure(
        name=_name(result, row, "radar"),
        title=either(language, vi="Các chỉ số thành phần dạng mạng nhện", en="The sub-indices as a radar chart"),
        reading=either(
            language,
            vi="Nét liền: đơn vị; đường đứt: trung vị. Diện tích dễ gây hiểu lầm: hãy đọc kèm biểu đồ thanh.",
            en="Solid: the unit; dashed: the median. Areas mislead easily: read it together with the bar chart.",
        ),
        draw=lambda width: radar(result, unit.code, width=width, language=language),
        label="; ".join(f"{line[0]} {line[2]}" for line in rows),
        table=Table(_sub_indices_of(unit.name, language), head, rows, frozenset({2, 3})),
        foot=source_line(result, [row], language),
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
