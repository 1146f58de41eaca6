"""The last section of the scorecard: method, source, files and warnings.

In:  a Result. Out: Markup.
"""

from __future__ import annotations

from ddci.messages import fill
from ddci.report.figure import Table, table_markup
from ddci.report.markup import Child, Markup, join, tag
from ddci.report.method import method_facts
from ddci.report.numbers import format_count, format_share
from ddci.result import Result


def method_section(result: Result) -> Markup:
    """Everything needed to understand and to repeat the computation."""
    facts = tag("dl", *(_pair(name, text) for name, text in method_facts(result)), class_="facts")
    body: list[Child] = [facts, _sub_indices(result)]
    if result.provenance.files:
        files = Table("Tệp đầu vào", ("Tệp", "SHA-256"), [[n, tag("code", h)] for n, h in result.provenance.files])
        body.append(tag("details", tag("summary", "Xem các tệp đầu vào"), table_markup(files), class_="fold"))
    if result.warnings:
        items = [tag("li", fill(warning, "message", "vi")) for warning in result.warnings]
        title = tag("h3", f"{format_count(len(items))} điều cần lưu ý khi đọc kết quả", class_="alert__title")
        body.append(tag("div", title, tag("ul", *items), class_="alert alert--risk"))
    note = "Đủ để hiểu từng con số và tính lại đúng như vậy."
    aside = tag("div", tag("h2", "Phương pháp và nguồn", id="h-phuong-phap"), tag("p", note, class_="section__note"))
    inner = tag("div", *body, class_="section__body")
    return tag("section", aside, inner, class_="section", id="phuong-phap", aria_labelledby="h-phuong-phap")


def _pair(name: str, text: str) -> Markup:
    return tag("div", tag("dt", name), tag("dd", text))


def _sub_indices(result: Result) -> Markup:
    framework = result.framework
    total = sum(item.index_weight for item in framework.sub_indices) or 1.0
    groups = {group.code: group.vi for group in framework.unit_groups}
    rows: list[list[Child]] = []
    for item in framework.sub_indices:
        own = sum(indicator.parent == item.code for indicator in framework.indicators)
        applies = ", ".join(groups.get(code, code) for code in item.applies_to) or "mọi nhóm"
        rows.append([join(item.vi), item.code, str(own), format_share(item.index_weight / total), applies])
    head: tuple[str, ...] = ("Chỉ số thành phần", "Mã", "Số chỉ tiêu", "Trọng số", "Áp dụng cho")
    if len(groups) == 1:
        head, rows = head[:4], [row[:4] for row in rows]
    return table_markup(Table("Các chỉ số thành phần", head, rows, frozenset({2, 3})))
