"""The scorecard: one self-contained page of a whole wave, which opens offline and prints on A4.

In:  a Result. Out: the text of an HTML page in Vietnamese with its fonts, styles and pictures inside; no script, no
request, no style attribute. It shows figures of the Result and computes none.
"""

from __future__ import annotations

import base64
from importlib import resources

from ddci.report.charts.theme import palette
from ddci.report.headlines import page_heading
from ddci.report.markup import Markup, join, raw, tag
from ddci.report.scorecard_method import method_section
from ddci.report.scorecard_unit import unit_sections
from ddci.report.scorecard_wave import page_lead
from ddci.report.sections import Sections, draw_sections
from ddci.result import Result

STYLES = ("tokens.css", "base.css", "scorecard.css", "print.css")
FONTS = {400: "be-vietnam-pro-400.woff2", 600: "be-vietnam-pro-600.woff2"}
SIMULATED = "MÔ PHỎNG: mọi câu trả lời trong đợt này do máy tạo ra, không phải kết quả khảo sát thật."
LOGO = (
    '<svg class="brand__mark" viewBox="0 0 34 34" aria-hidden="true"><path class="a" d="M17 0 34 17 17 34 0 17z"/>'
    '<path class="b" d="M17 6 28 17 17 28 6 17z"/><path class="a" d="M17 9.5 24.5 17 17 24.5 9.5 17z"/>'
    '<path class="c" d="M17 13 21 17 17 21 13 17z"/></svg>'
)


def scorecard_html(result: Result, *, sections: Sections | None = None) -> str:
    """The page. ``sections`` where the caller has them drawn already, because it writes the drawings as files too."""
    sections = sections or draw_sections(result)
    title = result.vi or result.framework.vi
    main = tag(
        "main",
        tag(
            "div",
            _head(result),
            *sections.wave,
            *unit_sections(result, sections.units),
            method_section(result),
            class_="wrap",
        ),
        id="noi-dung",
    )
    body = tag(
        "body",
        tag("a", "Đến nội dung", class_="skip", href="#noi-dung"),
        _masthead(result, title),
        tag("p", SIMULATED, class_="simulated") if result.simulated else None,
        main,
        _footer(result),
        class_="is-simulated" if result.simulated else None,
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{'MÔ PHỎNG – ' if result.simulated else ''}{title}"),
        tag("style", raw(style_sheet())),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='vi')}\n"


def style_sheet() -> str:
    """All styles with the fonts inside, and one class per colour for fills and strokes of the pictures."""
    assets = resources.files("ddci.report").joinpath("assets")
    text = "\n".join(assets.joinpath(name).read_text(encoding="utf-8") for name in STYLES)
    for weight, name in FONTS.items():
        data = base64.b64encode(assets.joinpath("fonts", name).read_bytes()).decode("ascii")
        text = text.replace(f"url(fonts/{weight})", f"url(data:font/woff2;base64,{data})")
    paints = "".join(f".f-{name}{{fill:var(--{name})}}.s-{name}{{stroke:var(--{name})}}" for name in palette())
    return f"{text}\n{paints}"


def _masthead(result: Result, title: str) -> Markup:
    links = [("#nhom", "Nhóm"), ("#xep-hang", "Xếp hạng"), ("#don-vi", "Từng đơn vị"), ("#phuong-phap", "Phương pháp")]
    if len(result.units) == 1:
        links = links[2:]
    row = tag(
        "div",
        raw(LOGO),
        tag(
            "span",
            tag("span", "Chỉ số năng lực cạnh tranh", class_="brand__name"),
            tag("span", title, class_="brand__sub"),
        ),
        class_="wrap masthead__row",
    )
    nav = tag("nav", *(tag("a", text, href=target) for target, text in links), class_="nav wrap", aria_label="Chính")
    return tag("header", tag("div", class_="motif", aria_hidden="true"), row, nav, class_="masthead")


def _head(result: Result) -> Markup:
    kicker = f"{result.vi or result.framework.vi} · kết quả năm {result.year}"
    return tag(
        "div",
        tag("p", kicker, class_="kicker"),
        tag("h1", page_heading(result)),
        page_lead(result),
        class_="head",
    )


def _footer(result: Result) -> Markup:
    made = result.provenance
    stamp = join(
        "Bản kết quả ",
        tag("b", result.wave),
        f" · bộ chỉ số {made.framework_hash[:8]} · dữ liệu {made.data_hash[:8]} · chương trình {made.version} · "
        f"hạt giống {made.seed}",
    )
    inner = tag("div", tag("p", f"Nguồn: {result.source or 'không ghi nguồn'}"), tag("p", stamp), class_="wrap")
    return tag("footer", inner, class_="footer")
