"""Headings written from the data: what was found, in one Vietnamese sentence with its numbers.

In:  a Result. Out: sentences. They claim no more than the Result supports: without sampling error nobody is said to be
better, and "dẫn đầu rõ rệt" needs a first tier of one unit.
"""

from __future__ import annotations

import math

from ddci.report import terms
from ddci.report.numbers import format_count, format_interval, format_number, format_share, format_signed
from ddci.report.standing import (
    columns_of_group,
    group_name,
    groups_with_units,
    has_sampling_error,
    headline,
    published_figure,
    ranking,
    tiers_of,
)
from ddci.result import Result


def page_heading(result: Result) -> str:
    """The finding of the whole wave: who leads, and how many can really be told apart."""
    if len(result.units) == 1:
        return unit_heading(result, 0)
    groups = groups_with_units(result)
    if len(groups) == 1:
        return group_heading(result, groups[0])
    leaders = [(result.units[ranking(result, group)[0]].name, group_name(result, group)) for group in groups]
    return "; ".join(f"{name} đứng đầu {_lower(title)}" for name, title in leaders)


def group_heading(result: Result, group: str) -> str:
    """Who leads a group, and into how many parts the data divide it."""
    order = ranking(result, group)
    leader, p = result.units[order[0]].name, len(order)
    if not has_sampling_error(result, order):
        score = format_number(result.scores.score[order[0], 0])
        return f"{leader} có điểm cao nhất, {score}; chưa có sai số để nói đơn vị nào thật sự hơn"
    tiers = tiers_of(result, group)
    if len(tiers) <= 1:
        return f"{leader} có điểm cao nhất, nhưng dữ liệu chưa phân biệt được {p} đơn vị với nhau"
    if len(tiers[0].units) == 1:
        return f"{leader} dẫn đầu rõ rệt; {p} đơn vị chia được thành {len(tiers)} nhóm, không phải {p} bậc"
    return f"{len(tiers[0].units)} đơn vị cùng ở nhóm đầu; dữ liệu chia được {len(tiers)} nhóm, không phải {p} bậc"


def tier_heading(result: Result, group: str, number: int) -> str:
    """What a tier is: how many units, and what separates it."""
    tier = next(tier for tier in tiers_of(result, group) if tier.number == number)
    n = len(tier.units)
    if n == 1:
        return "Dẫn đầu rõ rệt: 1 đơn vị" if number == 1 else "Đứng riêng: 1 đơn vị"
    return f"{n} đơn vị, chưa đơn vị nào kém hẳn đơn vị đầu nhóm"


def ranking_heading(result: Result, group: str) -> str:
    """How sure the ranks are."""
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.rank[row, 0])]
    scores = result.scores
    if len(order) < 2:
        return f"Điểm của {len(order)} đơn vị được xếp hạng"
    spread = format_interval(scores.score[order[-1], 0], scores.score[order[0], 0])
    if not has_sampling_error(result, order):
        return (
            f"Điểm trải từ {spread.replace('–', ' đến ')}; {terms.NOT_PUBLISHED} sai số nên chỉ có thứ tự, chưa có nhóm"
        )
    sure = sum(bool(scores.rank_low[row, 0] == scores.rank_high[row, 0]) for row in order)
    if sure == len(order):
        return f"Cả {sure} đơn vị đều có hạng chắc chắn"
    if sure:
        return f"Chỉ {sure} trong {len(order)} đơn vị có hạng chắc chắn; các hạng khác có thể đổi chỗ"
    return f"Chưa đơn vị nào trong {len(order)} đơn vị có hạng chắc chắn"


def stability_heading(result: Result, group: str) -> str:
    """How often the first and the last kept their places when the sample was drawn again."""
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.rank[row, 0])]
    kept = [(row, float(result.stability[row, int(result.scores.rank[row, 0]) - 1])) for row in order]
    first = kept[0]
    weakest = min(kept, key=lambda item: item[1])
    return (
        f"Trong {format_count(result.provenance.replicates)} lần lấy mẫu lại, {result.units[first[0]].name} giữ hạng "
        f"{format_number(result.scores.rank[first[0], 0], 0)} ở {format_share(first[1], 0)} số lần; "
        f"{result.units[weakest[0]].name} chỉ giữ được hạng ở {format_share(weakest[1], 0)}"
    )


def checks_heading(result: Result) -> str:
    """How many published figures the computation reproduces."""
    n, same = len(result.checks), sum(check.matches for check in result.checks)
    if same == n:
        return f"Cả {format_count(n)} số đã công bố đều khớp với số tính lại"
    return f"{format_count(same)} trong {format_count(n)} số đã công bố khớp; {format_count(n - same)} số không khớp"


def change_heading(result: Result) -> str:
    """In how many units the change goes beyond the sampling error."""
    change = result.change
    assert change is not None
    measured = [row for row in range(len(result.units)) if not math.isnan(change.like_for_like[row])]
    if not measured:
        return f"Chưa so được với năm {change.year}: hai đợt không có phần chung"
    tested = [row for row in measured if not math.isnan(change.like_for_like_low[row])]
    if not tested:
        up = sum(bool(change.like_for_like[row] > 0) for row in measured)
        if len(measured) == 1:
            return (
                f"So với năm {change.year}, trên cùng tiêu chí, điểm thay đổi "
                f"{format_signed(change.like_for_like[measured[0]])}"
            )
        return f"So với năm {change.year}: {up} đơn vị tăng, {len(measured) - up} đơn vị không tăng; chưa xét sai số"
    clear = [row for row in tested if not is_inconclusive(result, row)]
    if not clear:
        return f"So với năm {change.year}, {terms.INCONCLUSIVE} ở cả {len(tested)} đơn vị"
    up = sum(bool(change.like_for_like[row] > 0) for row in clear)
    return (
        f"So với năm {change.year}, trên cùng tiêu chí: {up} đơn vị tăng rõ, {len(clear) - up} đơn vị giảm rõ, "
        f"{len(tested) - len(clear)} đơn vị {terms.INCONCLUSIVE}"
    )


def is_inconclusive(result: Result, row: int) -> bool:
    """True where the interval of the like-for-like change contains 0."""
    change = result.change
    if change is None or math.isnan(change.like_for_like_low[row]):
        return False
    return bool(change.like_for_like_low[row] <= 0 <= change.like_for_like_high[row])


def unit_heading(result: Result, row: int) -> str:
    """A unit's score and rank with what stands out among its sub-indices."""
    unit, now = result.units[row], headline(result, row)
    if math.isnan(now.score):
        return f"{unit.name}: chưa đủ số liệu để chấm điểm"
    figure = published_figure(result, unit.code)
    score = figure.score if now.rank_is_published and figure is not None and figure.score is not None else now.score
    rank = "không xếp hạng"
    if not math.isnan(now.rank):
        rank = f"hạng\u00a0{format_number(now.rank, 0)}" + (f"/{now.n_units}" if now.n_units else "")
    return f"{unit.name}: {format_number(score)}\u00a0điểm, {rank}{_extremes(result, row)}"


def sub_index_heading(result: Result, row: int) -> str:
    """How many sub-indices are below the median, and the largest distance to it."""
    columns = columns_of_group(result, result.units[row].group, "sub_index")
    known = [column for column in columns if not math.isnan(result.scores.score[row, column])]
    if len(result.rows_of_group(result.units[row].group)) < 2 or not known:
        ordered = sorted(known, key=lambda column: -result.scores.score[row, column])
        if not ordered:
            return "Chưa có chỉ số thành phần nào chấm được điểm"
        best, worst = (result.nodes[column] for column in (ordered[0], ordered[-1]))
        return f"Cao nhất: {best.vi}; thấp nhất: {worst.vi}"
    below = [column for column in known if result.scores.below_median[row, column] == 1]
    if not below:
        return f"Không chỉ số nào trong {len(known)} chỉ số thành phần dưới trung vị"
    gap = {column: float(result.scores.score[row, column] - result.scores.median[row, column]) for column in below}
    worst_column = min(gap, key=lambda column: gap[column])
    return (
        f"{len(below)} trong {len(known)} chỉ số thành phần dưới trung vị; xa nhất là "
        f"{result.nodes[worst_column].vi}, {format_signed(gap[worst_column])} điểm"
    )


def _extremes(result: Result, row: int) -> str:
    """How many sub-indices are first and last in the group, from computed or published ranks."""
    unit = result.units[row]
    columns = columns_of_group(result, unit.group, "sub_index")
    alone = len(result.rows_of_group(unit.group)) == 1
    firsts = lasts = 0
    for column in columns:
        if alone:
            figure = published_figure(result, unit.code, result.nodes[column].code)
            rank = figure.rank if figure is not None else None
            last = float(figure.n_units) if figure is not None and figure.n_units else math.nan
        else:
            rank = float(result.scores.rank[row, column])
            last = float(sum(not math.isnan(result.scores.rank[o, column]) for o in result.rows_of_group(unit.group)))
        if rank is not None and last > 1:
            firsts += rank == 1
            lasts += rank == last
    parts = [f"{n}\u00a0chỉ số đứng\u00a0{place}" for n, place in ((firsts, "đầu"), (lasts, "cuối")) if n]
    return f"; {' và '.join(parts)}" if parts else ""


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
