"""The scorecard shows the Result's figures, asks for nothing from outside and lets no name become markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from tests.factories import make_result

from ddci.report.charts.theme import palette
from ddci.report.numbers import format_interval, format_number
from ddci.report.outputs import write_outputs
from ddci.report.scorecard import scorecard_html

SMALL = {"groups": {"dia-phuong": 3}, "n_sub_indices": 4}
VOID = {"meta", "br", "hr", "link", "img", "input", "wbr", "col"}


class Reader(HTMLParser):
    """Collects tags, attributes, headings and texts; notes tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.broken: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)

    def handle_data(self, data):
        self.texts.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.fixture(scope="module")
def page() -> str:
    return scorecard_html(make_result())


CASES = {
    "one group": {},
    "two groups": {"groups": {"dia-phuong": 11, "so-nganh": 24}, "unranked": 1},
    "no sampling error": {"groups": {"dia-phuong": 20}, "sampled": False, "per_sub_index": 1},
    "one unit": {"groups": {"dia-phuong": 1}, "sampled": False},
    "five units": {"groups": {"dia-phuong": 5}, "with_change": False},
}


@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_wave_makes_a_sound_page(name):
    reader = read(scorecard_html(make_result(**CASES[name])))

    assert not reader.broken
    assert not reader.open
    assert reader.headings[0] == 1
    assert reader.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(reader.headings, reader.headings[1:], strict=False))
    ids = [value for _, key, value in reader.attributes if key == "id"]
    assert len(ids) == len(set(ids))


def test_links_inside_the_page_have_their_targets(page):
    attributes = read(page).attributes
    ids = {value for _, key, value in attributes if key == "id"}

    targets = {value[1:] for tag, key, value in attributes if tag == "a" and key == "href" and value.startswith("#")}

    assert targets <= ids


def test_scores_intervals_and_rank_sets_are_those_of_the_result(page):
    result = make_result()
    texts = read(page).texts

    for row in range(len(result.units)):
        assert format_number(result.scores.score[row, 0]) in texts
        assert format_interval(result.scores.low[row, 0], result.scores.high[row, 0]) in texts
        assert format_interval(result.scores.rank_low[row, 0], result.scores.rank_high[row, 0], 0) in texts


def test_nothing_is_asked_from_outside_and_no_script_or_style_attribute_is_there(page):
    attributes = read(page).attributes
    addresses = [value for _, key, value in attributes if key in ("href", "src")]

    assert all(address.startswith(("#", "data:")) for address in addresses)
    assert not re.findall(r"url\((?!data:)", page)
    assert "<script" not in page
    assert not [name for _, name, _ in attributes if name == "style" or name.startswith("on")]
    assert not re.findall(r"https?://(?!www\.w3\.org)", page)


def test_hostile_names_are_only_text():
    page = scorecard_html(make_result(**SMALL, names=("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>')))

    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_simulated_wave_is_marked_on_screen_and_on_paper():
    page = scorecard_html(make_result(**SMALL, simulated=True))

    assert '<p class="simulated">MÔ PHỎNG' in page
    assert ".simulated { position: fixed" in page
    assert "MÔ PHỎNG" not in scorecard_html(make_result(**SMALL))


def test_what_the_source_does_not_publish_is_said():
    page = scorecard_html(make_result(**SMALL, sampled=False))

    assert "Khoảng tin cậy: nguồn không công bố" in page
    assert "dẫn đầu rõ rệt" not in page


def test_a_unit_without_rank_is_named_with_its_reason():
    page = scorecard_html(make_result(groups={"dia-phuong": 4}, unranked=1))

    assert "<b>Không xếp hạng: </b>số phiếu dưới mức tối thiểu" in page


def test_a_mismatch_is_explained_with_its_figures(page):
    assert "chênh 0,28, làm tròn chỉ giải thích được ±0,14" in page


def test_a_change_whose_interval_contains_zero_is_not_called_a_change():
    result = make_result()
    change = result.change
    uncertain = int(((change.like_for_like_low <= 0) & (change.like_for_like_high >= 0)).sum())

    assert uncertain > 0
    assert scorecard_html(result).count("<td>chưa đủ căn cứ để kết luận tăng hay giảm</td>") == uncertain


def test_targets_are_counted(page):
    assert "Đạt 1 trong 2 mục tiêu chỉ số thành phần năm 2024" in page


def test_every_table_has_a_caption_and_every_picture_a_label(page):
    reader = read(page)

    assert page.count("<table") == page.count("<caption>")
    assert [v for t, k, v in reader.attributes if t == "svg" and k == "role"].count("img") == len(
        [v for t, k, v in reader.attributes if t == "svg" and k == "aria-label" and v]
    )


def test_a_page_of_35_units_and_120_indicators_stays_below_three_megabytes():
    result = make_result(groups={"dia-phuong": 11, "so-nganh": 24}, n_sub_indices=10, per_sub_index=12)

    assert len(scorecard_html(result).encode()) < 3_000_000


def test_the_same_result_writes_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_outputs(make_result(**SMALL), tmp_path / name)

    first = {
        path.relative_to(tmp_path / "a"): path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()
    }
    second = {
        path.relative_to(tmp_path / "b"): path.read_bytes() for path in (tmp_path / "b").rglob("*") if path.is_file()
    }
    assert first == second
    names = {str(name) for name in first}
    assert {
        "scores.csv",
        "groups.csv",
        "stability.csv",
        "changes.csv",
        "small_area.csv",
        "workbook.xlsx",
        "scorecard.html",
    } <= names
    assert "charts/ranking-dia-phuong.svg" in names


def luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def dark_palette(page: str) -> dict[str, str]:
    block = page[page.index("prefers-color-scheme: dark") :]
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", block[: block.index("--shadow")]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_marks_have_enough_contrast(page, scheme):
    colours = palette() if scheme == "light" else dark_palette(page)

    for ground in ("paper", "surface", "sunken"):
        for ink in ("ink", "ink-2", "ink-3", "indigo", "peach", "leaf", "amber", "brick"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for mark in ("data-1", "data-2", "data-3", "data-4", "data-0"):
        assert contrast(colours[mark], colours["paper"]) >= 3.0, mark
    for step, ink in (
        ("ramp-1", "ink"),
        ("ramp-2", "ink"),
        ("ramp-3", "ink"),
        ("ramp-4", "paper"),
        ("ramp-5", "paper"),
    ):
        assert contrast(colours[ink], colours[step]) >= 4.5, step
