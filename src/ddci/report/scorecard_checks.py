"""The scorecard's section on published figures: each beside the recomputed one, with a plain verdict.

In:  a Result with checks. Out: Markup; the figures that do not agree are all shown, those that agree are counted.
"""

from __future__ import annotations

from ddci.messages import Language
from ddci.report import headlines
from ddci.report.figure import Table, table_markup
from ddci.report.language import either
from ddci.report.markup import Child, Markup, tag
from ddci.report.numbers import exact_digits, format_number
from ddci.report.standing import name_of_node, published_figure
from ddci.result import INDEX_CODE, Check, Result

SHOWN_AT_ONCE = 40


def checks_section(result: Result) -> Markup | None:
    """All mismatches, then the agreeing figures folded away; nothing where nothing was published."""
    if not result.checks:
        return None
    wrong = [check for check in result.checks if not check.matches]
    sound = [check for check in result.checks if check.matches]
    body: list[Child] = [tag("h3", headlines.checks_heading(result))]
    if wrong:
        body.append(_table(result, wrong[:SHOWN_AT_ONCE], "Số không khớp"))
    if len(wrong) > SHOWN_AT_ONCE:
        rest = _table(result, wrong[SHOWN_AT_ONCE:], "Các số không khớp còn lại")
        body.append(
            tag(
                "details",
                tag("summary", f"Xem {len(wrong) - SHOWN_AT_ONCE} số không khớp còn lại"),
                rest,
                class_="fold",
            )
        )
    if sound:
        folded = _table(result, sound, "Số khớp")
        body.append(tag("details", tag("summary", f"Xem {len(sound)} số khớp"), folded, class_="fold"))
    note = "Số công bố được giữ nguyên. “Khớp” nghĩa là làm tròn đủ để giải thích chỗ chênh, nếu có."
    aside = tag("div", tag("h2", "Đối chiếu số đã công bố", id="h-doi-chieu"), tag("p", note, class_="section__note"))
    inner = tag("div", *body, class_="section__body")
    return tag("section", aside, inner, class_="section", id="doi-chieu", aria_labelledby="h-doi-chieu")


def verdict(check: Check, language: Language = "vi") -> str:
    """The verdict in words, with its figures where it is a mismatch."""
    if check.matches:
        return either(language, vi="khớp", en="agrees")
    if check.what == "rank":
        published, computed = (format_number(rank, 0, language) for rank in (check.published, check.computed))
        return either(
            language,
            vi=f"không khớp: công bố hạng {published}, tính lại hạng {computed}",
            en=f"does not agree: published rank {published}, recomputed rank {computed}",
        )
    difference, explained = (format_number(part, 2, language) for part in (abs(check.difference), check.explained))
    return either(
        language,
        vi=f"không khớp, chênh {difference}, làm tròn chỉ giải thích được ±{explained}",
        en=f"does not agree: {difference} apart, of which rounding explains only ±{explained}",
    )


def verdict_tag(check: Check) -> Markup:
    """The verdict with its mark: a word in a frame, never a colour alone."""
    words, _, figures = verdict(check).partition(",")
    if check.matches:
        return tag("span", words, class_="state state--ok")
    return Markup(
        tag("span", "không khớp", class_="tag tag--mismatch")
        + tag("span", figures or verdict(check)[10:], class_="sub")
    )


def _table(result: Result, checks: list[Check], caption: str) -> Markup:
    rows: list[list[Child]] = []
    for check in checks:
        figure = published_figure(result, check.unit, check.code)
        digits = exact_digits(figure.half_unit if figure is not None else None) if check.what == "score" else 0
        name = "Tổng hợp" if check.code == INDEX_CODE else name_of_node(result, check.code)
        rows.append(
            [
                result.units[result.unit_row[check.unit]].name,
                f"{name}{' (hạng)' if check.what == 'rank' else ''}",
                format_number(check.published, digits),
                format_number(check.computed, digits + 1 if digits else 0, strip=not check.matches),
                verdict_tag(check),
            ]
        )
    head = ("Đơn vị", "Chỉ số", "Công bố", "Tính lại", "Kết luận")
    return table_markup(Table(caption, head, rows, frozenset({2, 3})))
