"""Colours: the two dark lists say the same, every pair that meets on a page has enough contrast."""

import pytest

from ddci.report.charts.theme import palette
from tests.web.ui.styles import CHOSEN_DARK, LIGHT, PRINT, SYSTEM_DARK, contrast, tokens

GROUNDS = ("--paper", "--surface", "--sunken")
TEXTS = ("--ink", "--ink-2", "--ink-3", "--indigo", "--peach", "--leaf", "--amber", "--brick")
ON_TINTS = (
    ("--ink", "--indigo-tint"),
    ("--ink", "--peach-tint"),
    ("--ink", "--amber-tint"),
    ("--ink", "--leaf-tint"),
    ("--ink", "--brick-tint"),
    ("--indigo", "--indigo-tint"),
    ("--indigo", "--brick-tint"),
    ("--indigo", "--peach-tint"),
    ("--indigo", "--amber-tint"),
    ("--brick", "--brick-tint"),
    ("--ink-2", "--amber-tint"),
    ("--on-indigo", "--indigo"),
    ("--on-indigo", "--indigo-deep"),
    ("--paper", "--ink"),
    ("--ink", "--ramp-1"),
    ("--ink", "--ramp-2"),
    ("--ink", "--ramp-3"),
    ("--on-indigo", "--ramp-4"),
    ("--on-indigo", "--ramp-5"),
    ("--paper", "--ramp-4"),
    ("--paper", "--ramp-5"),
)
MARKS = (
    "--field",
    "--data-0",
    "--data-1",
    "--data-2",
    "--data-3",
    "--data-4",
    "--amber-mark",
    "--leaf",
    "--brick",
    "--peach",
)
SCHEMES = {"light": LIGHT, "dark": SYSTEM_DARK}


def test_the_reader_s_dark_equals_the_system_s_dark():
    assert tokens(CHOSEN_DARK) == tokens(SYSTEM_DARK)


def test_dark_and_light_name_the_same_tokens():
    assert set(tokens(SYSTEM_DARK)) == set(tokens(LIGHT))


def test_print_takes_its_colours_from_light_paper_even_for_readers_of_dark():
    printed = tokens(PRINT)

    assert printed["color-scheme"] == "light"
    assert printed["--paper"] == "#ffffff"
    assert contrast(printed["--ink-3"], printed["--paper"]) >= 7


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_has_enough_contrast_on_every_ground(scheme):
    found = tokens(SCHEMES[scheme])
    weak = {
        (text, ground): round(contrast(found[text], found[ground]), 2)
        for text in TEXTS
        for ground in GROUNDS
        if contrast(found[text], found[ground]) < 4.5
    }

    assert weak == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_has_enough_contrast_on_tints_and_cells(scheme):
    found = tokens(SCHEMES[scheme])
    weak = {
        (text, ground): round(contrast(found[text], found[ground]), 2)
        for text, ground in ON_TINTS
        if contrast(found[text], found[ground]) < 4.5
    }

    assert weak == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_marks_and_borders_of_inputs_stand_out_from_the_page(scheme):
    found = tokens(SCHEMES[scheme])
    weak = {
        mark: round(contrast(found[mark], found["--paper"]), 2)
        for mark in MARKS
        if contrast(found[mark], found["--paper"]) < 3
    }

    assert weak == {}


def test_charts_in_files_have_the_colours_of_the_page():
    light = tokens(LIGHT)

    assert {name: light.get(f"--{name}") for name in palette()} == palette()
