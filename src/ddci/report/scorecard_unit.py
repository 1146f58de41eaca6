"""The scorecard's section of each unit: where it stands, what is strong and weak, what changed, targets, all indicators.

In:  a Result, a Gallery and whether downloads stand in the page. Out: one folded section per unit, best first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from ddci.report import headlines, terms
from ddci.report.figure import Table, table_markup
from ddci.report.gallery import Gallery
from ddci.report.markup import Child, Markup, tag
from ddci.report.numbers import (
    MISSING,
    format_count,
    format_interval,
    format_number,
    format_share,
    format_signed,
    format_value,
    unit_word,
)
from ddci.report.scorecard_checks import verdict
from ddci.report.scorecard_figures import unit_figures
from ddci.report.scorecard_parts import conclusion, like_for_like_figure, like_for_like_span, section, unit_anchor
from ddci.report.standing import (
    Met,
    checks_of,
    columns_of_group,
    findings_of,
    group_name,
    groups_with_units,
    headline,
    indicators_of,
    is_scorecard_level,
    name_of_node,
    published_figure,
    ranking,
    reasons_unranked,
    targets_of,
)
from ddci.report.tables import band_of, flags_of
from ddci.result import INDEX_CODE, Finding, Result

FINDINGS = {"strength": "Mạnh", "weakness": "Yếu", "quick_win": "Cải thiện nhanh"}
SHOWN = 4
SAID_OF_INDICATORS = frozenset({"small_n", "no_answers", "bounds_equal", "capped", "suppressed", "withheld"})


def unit_sections(result: Result, units: Mapping[int, Markup]) -> list[Markup]:
    """One section that holds every unit (markup by row), by group and rank; a single unit stands open."""
    alone = len(result.units) == 1
    body: list[Child] = []
    for group in groups_with_units(result):
        if len(groups_with_units(result)) > 1:
            body.append(tag("h3", group_name(result, group)))
        body += [units[row] for row in ranking(result, group)]
    if alone:
        return [section("don-vi", "Điểm, thay đổi và mục tiêu", [], *body, wide=True)]
    intro = tag("p", "Bấm vào tên để mở. Khi in, mỗi đơn vị bắt đầu ở một trang mới.", class_="screen-only")
    return [section("don-vi", "Từng đơn vị", [], intro, *body, wide=True)]


def unit_markup(result: Result, row: int, gallery: Gallery, *, embed: bool) -> Markup:
    """Everything about one unit. ``embed`` = downloads of its charts stand in the page."""
    is_open = len(result.units) == 1
    level = 2 if is_open else 3 if len(groups_with_units(result)) == 1 else 4
    now = headline(result, row)
    rank = "không xếp hạng" if math.isnan(now.rank) else f"hạng {format_number(now.rank, 0)}"
    summary = tag(
        "summary",
        tag("span", result.units[row].name, class_="unit__name"),
        tag("span", f"{format_number(now.score)} điểm · {rank}", class_="unit__score"),
    )
    content = tag(
        "div",
        None if is_open else tag(f"h{level}", headlines.unit_heading(result, row), class_="unit__head"),
        _figures(result, row),
        _notices(result, row),
        _findings(result, row, level=level + 1),
        _change(result, row),
        *unit_figures(result, row, gallery, embed=embed),
        _targets(result, row),
        _indicators(result, row),
        class_="unit__body",
    )
    if is_open:
        return tag("div", content, id=unit_anchor(result, row))
    return tag("details", summary, content, class_="unit", id=unit_anchor(result, row))


def _figures(result: Result, row: int) -> Markup:
    """The numbers of a unit with n, interval and rank within the same eye span."""
    scores, now = result.scores, headline(result, row)
    figure = published_figure(result, result.units[row].code)
    level = format_share(result.framework.confidence, 0)
    interval = format_interval(scores.low[row, 0], scores.high[row, 0])
    ranks = format_interval(scores.rank_low[row, 0], scores.rank_high[row, 0], 0)
    rank = "không xếp hạng" if math.isnan(now.rank) else format_number(now.rank, 0)
    if now.n_units and not math.isnan(now.rank):
        rank += f"/{now.n_units}"
    total = format_number(result.framework.total, 2, strip=True)
    pairs = [(f"Điểm trên {total}, tính lại" if figure else f"Điểm trên {total}", format_number(now.score))]
    if figure is not None and figure.score is not None:
        pairs.append(("Điểm công bố", format_number(figure.score)))
    pairs += [
        (f"Khoảng {level}", interval if interval != MISSING else terms.NOT_PUBLISHED),
        ("Hạng công bố" if now.rank_is_published else "Hạng", rank),
        ("Hạng có thể", ranks if ranks != MISSING else terms.NOT_PUBLISHED),
        ("n (phiếu)", format_count(scores.n[row, 0]) if not math.isnan(scores.n[row, 0]) else terms.NOT_PUBLISHED),
    ]
    if band_of(result, row):
        pairs.append(("Xếp loại", band_of(result, row)))
    return tag(
        "dl",
        *(
            tag("div", tag("dt", name), tag("dd", text, class_=None if text[0].isdigit() else "is-text"))
            for name, text in pairs
        ),
        class_="figures",
    )


def _notices(result: Result, row: int) -> Markup | None:
    """Why a unit has no rank, and where its published total cannot be reproduced."""
    items: list[Markup] = []
    if math.isnan(headline(result, row).rank):
        reason = terms.words_for(reasons_unranked(result, row), terms.FLAGS) or "chỉ có một đơn vị trong nhóm"
        items.append(tag("p", tag("b", "Không xếp hạng: "), f"{reason}."))
    for check in checks_of(result, result.units[row].code):
        if check.matches or check.code != INDEX_CODE:
            continue
        text = (
            f" Điểm tính lại {format_number(check.computed)}, công bố {format_number(check.published)}. "
            if check.what == "score"
            else " "
        )
        said = verdict(check)
        items.append(tag("p", tag("b", "Số công bố:"), f"{text}{said[:1].upper()}{said[1:]}."))
    return tag("div", *items, class_="alert alert--late") if items else None


def _findings(result: Result, row: int, *, level: int) -> Markup | None:
    """Strengths, weaknesses and quick wins as three short lists."""
    unit = result.units[row]
    cards = []
    for kind, title in FINDINGS.items():
        found = findings_of(result, unit.code, kind)[:SHOWN]
        if found:
            items = [tag("li", *_finding(result, row, item)) for item in found]
            cards.append(tag("div", tag(f"h{level}", title), tag("ul", *items), class_="card"))
    return tag("div", *cards, class_="cards cards--3") if cards else None


def _finding(result: Result, row: int, item: Finding) -> list[Child]:
    column = result.node_column[item.code]
    node, scores = result.nodes[column], result.scores
    if is_scorecard_level(result, result.units[row].group):
        value = f"{format_number(scores.score[row, column])} điểm"
        median = format_number(scores.median[row, column])
    else:
        word = unit_word(node.unit)
        gap = "" if word == "%" else " "
        value = f"{format_value(float(scores.value[row, column]), node.unit)}{gap}{word}"
        median = format_value(float(scores.median[row, column]), node.unit)
    text = f"{value}, trung vị {median}"
    if not math.isnan(scores.rank[row, column]):
        text += f", hạng {format_number(scores.rank[row, column], 0)}"
    if item.kind == "quick_win":
        text += f"; bằng đơn vị tốt nhất thì thêm {format_number(item.gain)} điểm tổng hợp"
    noise = "" if item.beyond_noise is not False else " Chênh lệch còn trong sai số lấy mẫu."
    return [node.vi, tag("span", f"{text}.{noise}", class_="sub")]


def _change(result: Result, row: int) -> Markup | None:
    """Published change beside the like-for-like one and what may be concluded."""
    change = result.change
    if change is None or math.isnan(change.score[row, 0]):
        return None
    interval = format_interval(change.like_for_like_low[row], change.like_for_like_high[row], signed=True)
    published = float(change.published[row])
    boxes = [
        (
            format_signed(published),
            f"Thay đổi công bố so với năm {change.year}."
            if not math.isnan(published)
            else f"Thay đổi công bố: {terms.NOT_PUBLISHED}.",
        ),
        (
            like_for_like_figure(result, row),
            f"Thay đổi cùng tiêu chí: chỉ các phần đo như nhau ở hai năm, {like_for_like_span(result, row)}.",
        ),
        (
            interval,
            f"Khoảng {format_share(result.framework.confidence, 0)} của thay đổi cùng tiêu chí: {conclusion(result, row)}.",
        ),
    ]
    return tag(
        "div",
        *(
            tag("div", tag("b", number), tag("p", text), class_="pair__main" if place == 1 else None)
            for place, (number, text) in enumerate(boxes)
        ),
        class_="pair",
    )


def _targets(result: Result, row: int) -> Markup | None:
    """Each target beside what was reached, headed by how many were met."""
    found = targets_of(result, result.units[row].code)
    if not found:
        return None
    scored = [item for item in found if item.target.code != INDEX_CODE and item.met is not None]
    caption = f"Mục tiêu năm {result.year}"
    if scored:
        met = sum(bool(item.met) for item in scored)
        caption = f"Đạt {met} trong {len(scored)} mục tiêu chỉ số thành phần năm {result.year}"
    rows: list[list[Child]] = [
        [
            "Tổng hợp" if item.target.code == INDEX_CODE else name_of_node(result, item.target.code),
            _wanted(item),
            format_number(item.reached, 2 if item.target.score is not None else 0),
            _met(item),
        ]
        for item in found
    ]
    return table_markup(Table(caption, ("Chỉ số", "Mục tiêu", "Kết quả", "Đánh giá"), rows, frozenset({1, 2})))


def _wanted(item: Met) -> str:
    target = item.target
    if target.score is not None:
        return format_number(target.score)
    return f"hạng {format_interval(float(target.rank_from or 1), float(target.rank_to or target.rank_from or 1), 0)}"


def _met(item: Met) -> Markup:
    if item.met is None:
        return tag("span", "chưa đánh giá được", class_="state state--future")
    return tag("span", "đạt" if item.met else "chưa đạt", class_=f"state state--{'ok' if item.met else 'risk'}")


def _indicators(result: Result, row: int) -> Markup | None:
    """All indicators of a unit with value, n, interval, rank and median, sub-index by sub-index, folded away."""
    group = result.units[row].group
    columns = columns_of_group(result, group, "indicator")
    if not columns or is_scorecard_level(result, group):
        return None
    level = format_share(result.framework.confidence, 0)
    head = ("Chỉ tiêu", "Đơn vị tính", "Giá trị", f"Khoảng {level}", "n", "Điểm", "Hạng", "Trung vị")
    tables = []
    for parent in columns_of_group(result, group, "sub_index"):
        own = indicators_of(result, group, result.nodes[parent].code)
        if own:
            node = result.nodes[parent]
            caption = f"{node.vi}: {format_number(result.scores.score[row, parent])} điểm"
            table = Table(caption, head, [_indicator_row(result, row, column) for column in own])
            label = f"{result.units[row].name}, {node.vi}: các chỉ tiêu"
            tables.append(table_markup(table, class_="table table--fine", label=label))
    return tag("details", tag("summary", f"Xem cả {len(columns)} chỉ tiêu"), *tables, class_="fold fold--print")


def _indicator_row(result: Result, row: int, column: int) -> list[Child]:
    node, scores = result.nodes[column], result.scores
    value, low, high = (format_value(float(f[row, column]), node.unit) for f in (scores.value, scores.low, scores.high))
    interval = MISSING if MISSING in (low, high) else f"{low}–{high}" if "−" not in low + high else f"{low} đến {high}"
    flags = [name for name in flags_of(result, row, column) if name in SAID_OF_INDICATORS]
    name: Child = node.vi
    if flags:
        name = Markup(tag("span", node.vi) + tag("span", terms.words_for(flags, terms.FLAGS), class_="sub"))
    return [
        name,
        f"{unit_word(node.unit)}, {terms.DIRECTIONS.get(node.direction, '')}",
        value,
        interval,
        format_count(scores.n[row, column]),
        format_number(scores.score[row, column]),
        format_number(scores.rank[row, column], 0),
        format_value(float(scores.median[row, column]), node.unit),
    ]
