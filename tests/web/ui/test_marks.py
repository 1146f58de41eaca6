"""Pictures in the cells of tables: in the right place, said in words, without style attributes."""

import re

import pytest

from ddci_web.ui.marks import interval_mark, rank_strip

NAN = float("nan")


def place(svg: str, kind: str, attribute: str) -> str:
    found = re.search(rf'class="{kind}"[^>]* {attribute}="([^"]+)"', svg)
    assert found, (kind, svg)
    return found.group(1)


def test_a_score_stands_where_its_share_of_the_axis_is():
    svg = interval_mark(5.0, 6.0, 7.0, 8.0, (4.0, 8.0))

    assert place(svg, "d1", "cx") == "50.0%"
    assert (place(svg, "ci", "x1"), place(svg, "ci", "x2")) == ("25.0%", "75.0%")
    assert place(svg, "bl", "x1") == "100.0%"


def test_an_interval_beyond_the_axis_ends_at_its_edge():
    svg = interval_mark(1.0, 6.0, 20.0, NAN, (4.0, 8.0))

    assert (place(svg, "ci", "x1"), place(svg, "ci", "x2")) == ("0.0%", "100.0%")


def test_the_words_of_a_mark_carry_its_figures_in_the_page_s_language():
    assert 'aria-label="6,00; khoảng 95% 5,00–7,00; trung vị 8,00"' in interval_mark(5, 6, 7, 8, (4, 8))
    assert 'aria-label="rank 3 of 11; rank set 2–5"' in rank_strip(3, 2, 5, 11, "en")


def test_a_score_without_interval_draws_and_says_none():
    svg = interval_mark(None, 6.0, NAN, None, (4.0, 8.0))

    assert 'class="ci"' not in svg
    assert 'aria-label="6,00"' in svg


def test_first_and_last_place_stand_at_the_ends_of_the_strip():
    assert place(rank_strip(1, 1, 1, 11), "d2", "cx") == "5.0"
    assert place(rank_strip(11, 11, 11, 11), "d2", "cx") == "91.0"


@pytest.mark.parametrize(("n", "dots"), [(1, 0), (11, 11), (24, 24), (63, 0)])
def test_places_are_dotted_one_by_one_only_where_they_are_few(n, dots):
    assert rank_strip(1, 1, 1, n).count('class="d0l"') == dots


@pytest.mark.parametrize("svg", [interval_mark(NAN, NAN, NAN, NAN, (1, 10)), rank_strip(NAN, NAN, NAN, 11)])
def test_without_a_figure_there_is_a_word_instead_of_a_picture(svg):
    assert "<svg" not in svg
    assert "không có số" in svg


def test_a_mark_has_no_style_attribute():
    assert "style=" not in interval_mark(5, 6, 7, 8, (4, 8)) + rank_strip(3, 2, 5, 11)
