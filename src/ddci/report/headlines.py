"""Headings written from the data: what was found, in one sentence with its numbers, in Vietnamese or English.

In:  a Result. Out: sentences. They claim no more than the Result supports: without sampling error nobody is said to be
better, and "dẫn đầu rõ rệt" needs a first tier of one unit.
"""

from __future__ import annotations

import math

from ddci.messages import Language
from ddci.report.language import counted, either, named
from ddci.report.numbers import EN_DASH, format_count, format_interval, format_number, format_share, format_signed
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
from ddci.report.terms import terms_in
from ddci.result import Result


def page_heading(result: Result, language: Language = "vi") -> str:
    """The finding of the whole wave: who leads, and how many can really be told apart."""
    if len(result.units) == 1:
        return unit_heading(result, 0, language)
    groups = groups_with_units(result)
    if len(groups) == 1:
        return group_heading(result, groups[0], language)
    leaders = [(result.units[ranking(result, group)[0]].name, group_name(result, group, language)) for group in groups]
    verb = either(language, vi="đứng đầu", en="leads")
    return "; ".join(f"{name} {verb} {_lower(title)}" for name, title in leaders)


def group_heading(result: Result, group: str, language: Language = "vi") -> str:
    """Who leads a group, and into how many parts the data divide it."""
    order = ranking(result, group)
    leader, p = result.units[order[0]].name, len(order)
    if not has_sampling_error(result, order):
        score = format_number(result.scores.score[order[0], 0], 2, language)
        return either(
            language,
            vi=f"{leader} có điểm cao nhất, {score}; chưa có sai số để nói đơn vị nào thật sự hơn",
            en=f"{leader} has the highest score, {score}; without sampling errors nobody can be said to be better",
        )
    tiers = tiers_of(result, group)
    n_first = len(tiers[0].units) if tiers else 0
    if len(tiers) <= 1:
        return either(
            language,
            vi=f"{leader} có điểm cao nhất, nhưng dữ liệu chưa phân biệt được {p} đơn vị với nhau",
            en=f"{leader} has the highest score, but the data cannot tell the {p} units apart",
        )
    if n_first == 1:
        return either(
            language,
            vi=f"{leader} dẫn đầu rõ rệt; {p} đơn vị chia được thành {len(tiers)} nhóm, không phải {p} bậc",
            en=f"{leader} is clearly ahead; the {p} units fall into {len(tiers)} tiers, not {p} places",
        )
    return either(
        language,
        vi=f"{n_first} đơn vị cùng ở nhóm đầu; dữ liệu chia được {len(tiers)} nhóm, không phải {p} bậc",
        en=f"{n_first} units share the first tier; the data make {len(tiers)} tiers, not {p} places",
    )


def tier_heading(result: Result, group: str, number: int, language: Language = "vi") -> str:
    """What a tier is: how many units, and what separates it."""
    tier = next(tier for tier in tiers_of(result, group) if tier.number == number)
    n = len(tier.units)
    if n == 1 and number == 1:
        return either(language, vi="Dẫn đầu rõ rệt: 1 đơn vị", en="Clearly ahead: 1 unit")
    if n == 1:
        return either(language, vi="Đứng riêng: 1 đơn vị", en="On its own: 1 unit")
    return either(
        language,
        vi=f"{n} đơn vị, chưa đơn vị nào kém hẳn đơn vị đầu nhóm",
        en=f"{n} units, none of them clearly behind the first of the tier",
    )


def ranking_heading(result: Result, group: str, language: Language = "vi") -> str:
    """How sure the ranks are."""
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.rank[row, 0])]
    scores = result.scores
    if len(order) < 2:
        return either(
            language,
            vi=f"Điểm của {len(order)} đơn vị được xếp hạng",
            en=f"Scores of {counted(len(order), 'ranked unit')}",
        )
    spread = format_interval(scores.score[order[-1], 0], scores.score[order[0], 0], 2, language)
    if not has_sampling_error(result, order):
        not_published = terms_in(language).NOT_PUBLISHED
        return either(
            language,
            vi=f"Điểm trải từ {spread.replace(EN_DASH, ' đến ')}; {not_published} sai số nên chỉ có thứ tự, chưa có nhóm",
            en=(
                f"Scores run from {spread.replace(EN_DASH, ' to ')}; errors are {not_published}, so there is an order "
                "but there are no tiers"
            ),
        )
    sure, n = sum(bool(scores.rank_low[row, 0] == scores.rank_high[row, 0]) for row in order), len(order)
    if sure == n:
        return either(
            language, vi=f"Cả {sure} đơn vị đều có hạng chắc chắn", en=f"The ranks of all {n} units are certain"
        )
    if sure:
        return either(
            language,
            vi=f"Chỉ {sure} trong {n} đơn vị có hạng chắc chắn; các hạng khác có thể đổi chỗ",
            en=f"The rank of only {sure} of {n} units is certain; the others may trade places",
        )
    return either(
        language,
        vi=f"Chưa đơn vị nào trong {n} đơn vị có hạng chắc chắn",
        en=f"None of the {n} units has a certain rank",
    )


def stability_heading(result: Result, group: str, language: Language = "vi") -> str:
    """How often the first and the last kept their places when the sample was drawn again."""
    order = [row for row in ranking(result, group) if not math.isnan(result.scores.rank[row, 0])]
    kept = [(row, float(result.stability[row, int(result.scores.rank[row, 0]) - 1])) for row in order]
    first = kept[0]
    weakest = min(kept, key=lambda item: item[1])
    runs = format_count(result.provenance.replicates, language)
    first_name, weakest_name = result.units[first[0]].name, result.units[weakest[0]].name
    rank = format_number(result.scores.rank[first[0], 0], 0, language)
    first_share, weakest_share = format_share(first[1], 0, language), format_share(weakest[1], 0, language)
    return either(
        language,
        vi=(
            f"Trong {runs} lần lấy mẫu lại, {first_name} giữ hạng {rank} ở {first_share} số lần; "
            f"{weakest_name} chỉ giữ được hạng ở {weakest_share}"
        ),
        en=(
            f"In {runs} samples drawn anew, {first_name} kept rank {rank} in {first_share} of them; "
            f"{weakest_name} kept its rank in only {weakest_share}"
        ),
    )


def checks_heading(result: Result, language: Language = "vi") -> str:
    """How many published figures the computation reproduces."""
    n, same = len(result.checks), sum(check.matches for check in result.checks)
    every, matching, wrong = (format_count(count, language) for count in (n, same, n - same))
    if same == n:
        return either(
            language,
            vi=f"Cả {every} số đã công bố đều khớp với số tính lại",
            en="The published figure agrees with the recomputed one"
            if n == 1
            else f"All {every} published figures agree with the recomputed ones",
        )
    return either(
        language,
        vi=f"{matching} trong {every} số đã công bố khớp; {wrong} số không khớp",
        en=f"{matching} of {counted(n, 'published figure')} agree; {wrong} {'does' if n - same == 1 else 'do'} not",
    )


def change_heading(result: Result, language: Language = "vi") -> str:
    """In how many units the change goes beyond the sampling error."""
    change = result.change
    assert change is not None
    measured = [row for row in range(len(result.units)) if not math.isnan(change.like_for_like[row])]
    if not measured:
        return either(
            language,
            vi=f"Chưa so được với năm {change.year}: hai đợt không có phần chung",
            en=f"No comparison with {change.year}: the two waves have no part in common",
        )
    tested = [row for row in measured if not math.isnan(change.like_for_like_low[row])]
    if not tested:
        up = sum(bool(change.like_for_like[row] > 0) for row in measured)
        if len(measured) == 1:
            points = format_signed(change.like_for_like[measured[0]], 2, language)
            return either(
                language,
                vi=f"So với năm {change.year}, trên cùng tiêu chí, điểm thay đổi {points}",
                en=f"Like for like, the score changed by {points} since {change.year}",
            )
        return either(
            language,
            vi=f"So với năm {change.year}: {up} đơn vị tăng, {len(measured) - up} đơn vị không tăng; chưa xét sai số",
            en=(
                f"Since {change.year}, {counted(up, 'unit')} rose and {len(measured) - up} did not; "
                "sampling errors are not considered"
            ),
        )
    clear = [row for row in tested if not is_inconclusive(result, row)]
    inconclusive = terms_in(language).INCONCLUSIVE
    if not clear:
        return either(
            language,
            vi=f"So với năm {change.year}, {inconclusive} ở cả {len(tested)} đơn vị",
            en=f"Since {change.year}, {inconclusive} in any of {counted(len(tested), 'unit')}",
        )
    up = sum(bool(change.like_for_like[row] > 0) for row in clear)
    down, open_ = len(clear) - up, len(tested) - len(clear)
    return either(
        language,
        vi=(
            f"So với năm {change.year}, trên cùng tiêu chí: {up} đơn vị tăng rõ, {down} đơn vị giảm rõ, "
            f"{open_} đơn vị {inconclusive}"
        ),
        en=(
            f"Since {change.year}, like for like: {counted(up, 'unit')} clearly up, {down} clearly down, "
            f"{open_} with {inconclusive}"
        ),
    )


def is_inconclusive(result: Result, row: int) -> bool:
    """True where the interval of the like-for-like change contains 0."""
    change = result.change
    if change is None or math.isnan(change.like_for_like_low[row]):
        return False
    return bool(change.like_for_like_low[row] <= 0 <= change.like_for_like_high[row])


def unit_heading(result: Result, row: int, language: Language = "vi") -> str:
    """A unit's score and rank with what stands out among its sub-indices."""
    unit, now = result.units[row], headline(result, row)
    if math.isnan(now.score):
        return either(
            language,
            vi=f"{unit.name}: chưa đủ số liệu để chấm điểm",
            en=f"{unit.name}: not enough data for a score",
        )
    figure = published_figure(result, unit.code)
    score = figure.score if now.rank_is_published and figure is not None and figure.score is not None else now.score
    rank = either(language, vi="không xếp hạng", en="not ranked")
    if not math.isnan(now.rank):
        place = format_number(now.rank, 0, language) + (f"/{now.n_units}" if now.n_units else "")
        rank = either(language, vi=f"hạng\u00a0{place}", en=f"rank\u00a0{place}")
    points = format_number(score, 2, language)
    shown = either(language, vi=f"{points}\u00a0điểm", en=f"{points}\u00a0points")
    return f"{unit.name}: {shown}, {rank}{_extremes(result, row, language)}"


def sub_index_heading(result: Result, row: int, language: Language = "vi") -> str:
    """How many sub-indices are below the median, and the largest distance to it."""
    columns = columns_of_group(result, result.units[row].group, "sub_index")
    known = [column for column in columns if not math.isnan(result.scores.score[row, column])]
    if len(result.rows_of_group(result.units[row].group)) < 2 or not known:
        ordered = sorted(known, key=lambda column: -result.scores.score[row, column])
        if not ordered:
            return either(
                language, vi="Chưa có chỉ số thành phần nào chấm được điểm", en="No sub-index could be given a score"
            )
        best, worst = (named(result.nodes[column], language) for column in (ordered[0], ordered[-1]))
        return either(language, vi=f"Cao nhất: {best}; thấp nhất: {worst}", en=f"Highest: {best}; lowest: {worst}")
    below = [column for column in known if result.scores.below_median[row, column] == 1]
    if not below:
        return either(
            language,
            vi=f"Không chỉ số nào trong {len(known)} chỉ số thành phần dưới trung vị",
            en=f"None of {counted(len(known), 'sub-index', 'sub-indices')} is below the median",
        )
    gap = {column: float(result.scores.score[row, column] - result.scores.median[row, column]) for column in below}
    worst_column = min(gap, key=lambda column: gap[column])
    name, points = named(result.nodes[worst_column], language), format_signed(gap[worst_column], 2, language)
    return either(
        language,
        vi=f"{len(below)} trong {len(known)} chỉ số thành phần dưới trung vị; xa nhất là {name}, {points} điểm",
        en=(
            f"{len(below)} of {counted(len(known), 'sub-index', 'sub-indices')} {'is' if len(below) == 1 else 'are'} "
            f"below the median; furthest: {name}, {points} points"
        ),
    )


def _extremes(result: Result, row: int, language: Language) -> str:
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
    if language == "en":
        parts = [f"{place}\u00a0in\u00a0{n}" for n, place in ((firsts, "first"), (lasts, "last")) if n]
        noun = "sub-index" if (lasts or firsts) == 1 else "sub-indices"
        return f"; {' and '.join(parts)} {noun}" if parts else ""
    parts = [f"{n}\u00a0chỉ số đứng\u00a0{place}" for n, place in ((firsts, "đầu"), (lasts, "cuối")) if n]
    return f"; {' và '.join(parts)}" if parts else ""


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
