"""Outlines become light paths that keep the borders which neighbours share."""

from __future__ import annotations

import math
import re
import time

import numpy as np
import pytest

from ddci.report.outline import draw_outlines

STEP = re.compile(r"([hv])(-?\d+)|l(-?\d+),?(-?\d+)")


def points_of(path):
    """The points of each ring of a path that this package wrote."""
    rings = []
    for ring in re.findall(r"M(-?\d+),(-?\d+)((?:[hvl][-\d,]+)*)z", path):
        x, y = int(ring[0]), int(ring[1])
        points = [(x, y)]
        for kind, straight, dx, dy in STEP.findall(ring[2]):
            x += int(straight) if kind == "h" else int(dx or 0)
            y += int(straight) if kind == "v" else int(dy or 0)
            points.append((x, y))
        rings.append(points)
    return rings


def square(x, y, size=1.0):
    return [[(x, y), (x, y + size), (x + size, y + size), (x + size, y), (x, y)]]


def wavy_neighbours(n=400, seed=1):
    """Two units with a ragged common border, and a third one above both."""
    rng = np.random.default_rng(seed)
    border = [(105.5 + 0.005 * rng.standard_normal(), y) for y in np.linspace(20.0, 21.0, n)]
    border[0], border[-1] = (105.5, 20.0), (105.5, 21.0)
    west = [*border, (105.0, 21.0), (105.0, 20.0), border[0]]
    east = [*border[::-1], (106.0, 20.0), (106.0, 21.0), border[-1]]
    above = [(105.0, 21.0), (105.5, 21.0), (106.0, 21.0), (106.0, 21.5), (105.0, 21.5), (105.0, 21.0)]
    return {"west": [[west]], "east": [[east]], "above": [[above]]}


def test_the_picture_has_the_proportions_of_the_land():
    drawn = draw_outlines({"a": [square(105.0, 20.0), square(107.0, 21.0)]})

    squeeze = math.cos(math.radians(21.0))
    assert drawn.width / drawn.height == pytest.approx(3 * squeeze / 2, rel=1e-3)
    assert drawn.width == 7200


def test_north_is_up():
    drawn = draw_outlines({"north": [square(105.0, 21.0)], "south": [square(105.0, 20.0)]})

    assert max(y for _, y in points_of(drawn.paths["north"])[0]) <= min(
        y for _, y in points_of(drawn.paths["south"])[0]
    )


def test_neighbours_keep_a_common_border_when_it_is_simplified():
    drawn = draw_outlines(wavy_neighbours(), most_bytes=900)
    west, east = points_of(drawn.paths["west"])[0], points_of(drawn.paths["east"])[0]
    left, right = {(0, y) for y in range(9001)}, {(drawn.width, y) for y in range(9001)}

    common = set(west) & set(east)
    assert set(west) - left == common
    assert set(east) - right == common
    assert 2 <= len(common) < 200


def test_paths_fit_in_the_bytes_that_are_given():
    rich, poor = (draw_outlines(wavy_neighbours(), most_bytes=most) for most in (100_000, 600))

    assert sum(map(len, poor.paths.values())) <= 900
    assert sum(map(len, rich.paths.values())) > 2000


def test_an_islet_goes_but_never_the_whole_of_a_unit():
    shapes = {"land": [square(105.0, 20.0, 5.0), square(111.0, 20.0, 0.001)], "islet": [square(112.0, 20.0, 0.002)]}

    drawn = draw_outlines(shapes, most_bytes=10)

    assert len(points_of(drawn.paths["land"])) == 1
    assert drawn.paths["islet"]


def test_a_hole_is_drawn_as_the_island_that_fills_it():
    hole = [(105.4, 20.4), (105.6, 20.4), (105.6, 20.6), (105.4, 20.6), (105.4, 20.4)]
    drawn = draw_outlines({"round": [[square(105.0, 20.0)[0], hole]], "inside": [[hole[::-1]]]})

    assert set(points_of(drawn.paths["round"])[1]) == set(points_of(drawn.paths["inside"])[0])


@pytest.mark.parametrize("shapes", [{}, {"a": []}])
def test_no_shapes_make_an_empty_picture(shapes):
    assert not any(draw_outlines(shapes).paths.values())


def test_a_ring_that_is_one_point_draws_nothing():
    assert draw_outlines({"a": [[[(105.0, 20.0)] * 4]]}).paths == {"a": ""}


def test_a_large_file_is_drawn_in_seconds():
    shapes = wavy_neighbours(60_000)

    start = time.perf_counter()
    drawn = draw_outlines(shapes)

    assert sum(map(len, drawn.paths.values())) <= 40_000
    assert time.perf_counter() - start < 10
