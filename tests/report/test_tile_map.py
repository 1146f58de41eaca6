"""Tiles: one place for each unit, the shape of the land kept, always the same; labels that nobody mistakes."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ddci.report.tile_map import MOST_COLUMNS, shades, short_labels, tile_layout

UNITS = Path(__file__).parents[2] / "examples/pci-2016/units.csv"
PROVINCES = list(csv.DictReader(UNITS.read_text(encoding="utf-8").splitlines()))
LAT = [float(row["lat"]) for row in PROVINCES]
LON = [float(row["lon"]) for row in PROVINCES]
PLACES = st.lists(st.tuples(st.floats(8, 24), st.floats(102, 110)), min_size=1, max_size=40)


def tile_of(code):
    return tile_layout(LAT, LON)[[row["code"] for row in PROVINCES].index(code)]


@settings(max_examples=60, deadline=None)
@given(PLACES)
def test_no_two_units_share_a_tile_and_no_row_or_column_is_empty(places):
    tiles = tile_layout([lat for lat, _ in places], [lon for _, lon in places])

    rows, columns = {row for row, _ in tiles}, {column for _, column in tiles}
    assert len(set(tiles)) == len(places)
    assert rows == set(range(len(rows)))
    assert columns == set(range(len(columns)))


def test_the_same_coordinates_give_the_same_tiles_in_any_order():
    order = np.random.default_rng(1).permutation(len(LAT))

    shuffled = tile_layout([LAT[place] for place in order], [LON[place] for place in order])

    assert sorted(shuffled) == sorted(tile_layout(LAT, LON))


def test_the_provinces_keep_the_shape_of_the_country():
    (north, _), (south, _) = tile_of("ha-giang"), tile_of("ca-mau")
    (_, west), (_, east) = tile_of("dien-bien"), tile_of("quang-ninh")
    tiles = np.array(tile_layout(LAT, LON))

    assert north == 0
    assert south == tiles[:, 0].max()
    assert west < east
    assert tiles[:, 1].max() < MOST_COLUMNS
    assert np.corrcoef(tiles[:, 0], LAT)[0, 1] < -0.97
    assert np.corrcoef(tiles[:, 1], LON)[0, 1] > 0.9


@pytest.mark.parametrize(("places", "tiles"), [([], ()), ([(21.0, 105.8)], ((0, 0),))])
def test_a_map_of_nothing_or_of_one_unit_is_a_map(places, tiles):
    assert tile_layout([lat for lat, _ in places], [lon for _, lon in places]) == tiles


def test_units_at_one_place_stand_beside_each_other():
    tiles = tile_layout([21.0, 21.0, 21.0], [105.8, 105.8, 105.8])

    assert len(set(tiles)) == 3


def test_no_two_provinces_have_the_same_label():
    labels = short_labels([row["name"] for row in PROVINCES])

    assert len(set(labels)) == 63
    assert max(len(label) for label in labels) <= 4


def test_names_that_cannot_be_told_apart_get_numbers():
    assert short_labels(["Xã Tân", "Xã Tân", "—"]) == ("XT", "XT2", "?")


def test_shades_are_equal_steps_and_a_missing_figure_has_none():
    limits, steps = shades([1.0, np.nan, 3.0, 2.0, 2.6], n=4)

    assert limits == pytest.approx((1.0, 1.5, 2.0, 2.5, 3.0))
    assert steps == (1, 0, 4, 3, 4)


def test_figures_that_are_all_alike_have_the_middle_shade():
    assert shades([2.0, 2.0, np.nan]) == ((), (3, 3, 0))
