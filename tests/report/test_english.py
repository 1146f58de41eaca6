"""English beside Vietnamese: the same names, facts and figures, no Vietnamese word left, numbers in the English way."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from tests.factories import make_result

from ddci.report import headlines, terms, terms_en
from ddci.report.charts.draw import draw_svg
from ddci.report.charts.reword import reworded
from ddci.report.charts.theme import texts
from ddci.report.figure import Figure
from ddci.report.figures import all_figures, table_csv
from ddci.report.method import method_facts
from ddci.report.scorecard_checks import verdict
from ddci.report.scorecard_parts import source_line
from ddci.result import Check, Result

SMALL = {"groups": {"dia-phuong": 4}, "n_sub_indices": 3, "per_sub_index": 3}
VIETNAMESE = re.compile(r"[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
COMMA = re.compile(r"\d,\d(?!\d\d)")  # a comma that does not part thousands
ON_GROUPS = ("group_heading", "ranking_heading", "stability_heading")
ON_UNITS = ("unit_heading", "sub_index_heading")


def translated(**arguments) -> Result:
    """A Result whose units, groups and nodes have English names only in ASCII letters."""
    result = make_result(**{**SMALL, **arguments})
    framework = result.framework
    groups = tuple(replace(group, en=f"Group {group.code}") for group in framework.unit_groups)
    sub_indices = tuple(replace(item, en=f"Sub-index {item.code}") for item in framework.sub_indices)
    bands = tuple(replace(band, en="Band " + "ABCDEFGH"[place]) for place, band in enumerate(framework.bands))
    return replace(
        result,
        framework=replace(
            framework, unit_groups=groups, sub_indices=sub_indices, bands=bands, en="Framework", source="A source"
        ),
        nodes=tuple(replace(node, en=f"Name of {node.code}") for node in result.nodes),
        units=tuple(replace(unit, name=f"Unit {place}") for place, unit in enumerate(result.units)),
        source="A source",
        vi="A wave",
    )


def without_error() -> Result:
    return replace(translated(sampled=False), published=(), checks=())


def without_rank() -> Result:
    return translated(unranked=2)


def unchanged() -> Result:
    """A wave in which nobody moved beyond the sampling error."""
    result = translated()
    assert result.change is not None
    wide = np.full(len(result.units), 50.0)
    return replace(result, change=replace(result.change, like_for_like_low=-wide, like_for_like_high=wide))


def alone() -> Result:
    return translated(groups={"dia-phuong": 1})


RESULTS = (translated, without_error, without_rank, unchanged, alone)


def words_of(figure: Figure) -> list[str]:
    drawn = [text for width in figure.widths for text in texts(figure.draw(width))]
    described = [figure.draw(width)["description"] for width in figure.widths]
    return [
        figure.title,
        figure.reading,
        figure.label,
        figure.foot,
        figure.table.caption,
        table_csv(figure),
        *drawn,
        *described,
    ]


def names_of(module: ModuleType) -> set[str]:
    return {name for name in vars(module) if name.isupper()}


def test_both_languages_have_the_same_terms():
    assert names_of(terms) == names_of(terms_en)
    for name in names_of(terms):
        vi, en = getattr(terms, name), getattr(terms_en, name)
        assert isinstance(vi, str) or list(vi) == list(en), name


def test_english_terms_are_english():
    said = " ".join(str(getattr(terms_en, name)) for name in names_of(terms_en))

    assert not VIETNAMESE.search(said)


def test_every_heading_takes_the_language():
    public = {name: item for name, item in vars(headlines).items() if name.endswith("_heading") and callable(item)}

    assert len(public) > 6
    assert all("language" in inspect.signature(item).parameters for item in public.values())


@pytest.mark.parametrize("make", RESULTS)
def test_english_figures_have_no_vietnamese_letter_and_no_decimal_comma(make):
    figures = all_figures(make(), language="en")

    for name, figure in figures.items():
        for text in words_of(figure):
            assert not VIETNAMESE.search(text), (name, text)
    said = [text for figure in figures.values() for text in (figure.title, figure.reading, *texts(figure.draw(680)))]
    assert not [text for text in said if COMMA.search(text)]


@pytest.mark.parametrize("make", RESULTS)
def test_english_headings_have_no_vietnamese_letter(make):
    result = make()
    said = [headlines.page_heading(result, "en")]
    if len(result.units) > 1:
        groups = [name for name in ON_GROUPS if name != "stability_heading" or np.isfinite(result.stability).any()]
        said += [getattr(headlines, name)(result, "dia-phuong", "en") for name in groups]
    said += [getattr(headlines, name)(result, 0, "en") for name in ON_UNITS]
    said += [headlines.tier_heading(result, "dia-phuong", tier.number, "en") for tier in result.tiers]
    said += [headlines.checks_heading(result, "en")] if result.checks else []
    said += [headlines.change_heading(result, "en")] if result.change else []

    assert not [text for text in said if VIETNAMESE.search(text)]
    assert not [
        text for text in said if re.search(r"\b1 (units|sub-indices|figures)\b|\b[02-9] (unit|sub-index)\b", text)
    ]


@pytest.mark.parametrize("make", RESULTS)
def test_both_languages_state_the_same_facts_of_the_method(make):
    result = make()

    vi, en = method_facts(result), method_facts(result, "en")

    assert len(vi) == len(en)
    assert not [pair for pair in en if VIETNAMESE.search("".join(pair))]
    for (_, one), (_, other) in zip(vi, en, strict=True):
        assert _digits(one) == _digits(other)


def _digits(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d)", "", text)))


@pytest.mark.parametrize("make", RESULTS)
def test_figures_have_the_same_ids_widths_and_tables_in_both_languages(make):
    result = make()

    vi, en = all_figures(result), all_figures(result, language="en")

    assert list(vi) == list(en)
    for name, figure in vi.items():
        twin = en[name]
        assert (figure.widths, figure.halo, figure.table.numeric) == (twin.widths, twin.halo, twin.table.numeric)
        assert [len(row) for row in figure.table.rows] == [len(row) for row in twin.table.rows]
        assert len(figure.table.head) == len(twin.table.head)


def test_the_verdict_and_the_source_are_said_in_english():
    off = Check("a", "index", "score", 60.0, 61.25, 1.25, 0.05, matches=False)

    assert verdict(replace(off, matches=True), "en") == "agrees"
    assert verdict(off, "en") == "does not agree: 1.25 apart, of which rounding explains only ±0.05"
    assert verdict(replace(off, what="rank"), "en") == "does not agree: published rank 60, recomputed rank 61"
    assert source_line(replace(without_error(), source=None), [0], "en").endswith("Source: not stated")


def test_a_name_without_english_stays_vietnamese():
    result = make_result(**SMALL)

    figure = all_figures(result, language="en")["unit-di-01-radar"]

    assert result.nodes[1].vi in figure.label


@pytest.mark.parametrize("make", [make_result, translated])
def test_a_reworded_picture_is_the_one_that_would_be_drawn(make):
    result = make(**SMALL)
    vi, en = all_figures(result), all_figures(result, language="en")

    outcomes = []
    for name, figure in vi.items():
        for width in figure.widths:
            one, other = figure.draw(width), en[name].draw(width)
            outcome = reworded(draw_svg(one), one, other)
            outcomes.append(outcome)
            assert outcome in (None, draw_svg(other)), (name, width)
    assert any(outcome is not None for outcome in outcomes)


def test_a_picture_whose_names_move_things_is_drawn_anew():
    result = translated()
    one = all_figures(result)["unit-di-01-sub-indices"].draw(680)
    other = all_figures(result, language="en")["unit-di-01-sub-indices"].draw(680)

    assert reworded(draw_svg(one), one, other) is None


def test_numbers_in_texts_are_not_rounded_like_coordinates():
    result = translated()

    svg = draw_svg(all_figures(result, language="en")["ranking-dia-phuong"].draw(680))

    scores = [f"{score:.2f}" for score in result.scores.score[:, 0]]
    assert all(f">{score}</text>" in svg for score in scores)
