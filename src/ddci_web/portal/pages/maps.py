"""The map of a wave: one equal tile for each unit, shaded by the index; and official outlines where they were handed in.

In:  a Published and a unit group. Out: a TileMap. Where tiles lie comes from ``ddci.report.tile_map``, the outlines from
``results.boundaries``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ddci.report import standing
from ddci.report.tile_map import shades, short_labels, tile_layout
from ddci_web.portal.pages import headings, words
from ddci_web.portal.pages.cells import Cell, cells_of_column
from ddci_web.portal.pages.choices import Choice
from ddci_web.portal.pages.groups import group_choices
from ddci_web.results.boundaries import Boundary, boundary_for, outlines_of
from ddci_web.results.published import Published

N_SHADES = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """A unit on the map. ``shade`` from 1, the lowest scores, to 5; 0 without a score."""

    cell: Cell
    short: str
    shade: int


@dataclass(frozen=True, slots=True)
class Shade:
    number: int
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Area:
    """A unit's outline as the path of an SVG."""

    tile: Tile
    path: str


@dataclass(frozen=True, slots=True)
class OutlineMap:
    boundary: Boundary
    width: int
    height: int
    areas: tuple[Area, ...]
    missing: tuple[Tile, ...]  # units that the file does not draw


@dataclass(frozen=True, slots=True)
class TileMap:
    heading: str
    group: str
    name: str
    groups: tuple[Choice, ...]
    grid: tuple[tuple[Tile | None, ...], ...]  # rows of tiles, None = no unit there
    n_columns: int
    unplaced: tuple[Tile, ...]  # units without coordinates, in order of the score
    tiles: tuple[Tile, ...]  # all, in order of the score
    legend: tuple[Shade, ...]
    outline: OutlineMap | None
    is_sampled: bool
    is_counted: bool
    confidence: float


def map_page(published: Published, group: str) -> TileMap:
    result = published.result
    rows = standing.ranking(result, group)
    cells = cells_of_column(result, rows, 0)
    limits, steps = shades([cell.score for cell in cells], n=N_SHADES)
    labels = short_labels([cell.unit.name for cell in cells])
    tiles = tuple(Tile(*parts) for parts in zip(cells, labels, steps, strict=True))
    placed = [tile for tile in tiles if tile.cell.unit.lat is not None and tile.cell.unit.lon is not None]
    grid = _grid(placed)
    return TileMap(
        heading=_heading(tiles, limits),
        group=group,
        name=headings.group_name(result, group),
        groups=group_choices(result, group),
        grid=grid,
        n_columns=len(grid[0]) if grid else 0,
        unplaced=tuple(tile for tile in tiles if tile not in placed),
        tiles=tiles,
        legend=_legend(limits, steps),
        outline=_outline(published, tiles),
        is_sampled=standing.has_sampling_error(result, rows),
        is_counted=standing.has_n(result, rows),
        confidence=result.framework.confidence,
    )


def _grid(placed: Sequence[Tile]) -> tuple[tuple[Tile | None, ...], ...]:
    """Tiles by row and column, in an order of their own so that a rank moves no tile."""
    by_code = sorted(placed, key=lambda tile: tile.cell.unit.code)
    units = [tile.cell.unit for tile in by_code]
    places = tile_layout([float(unit.lat or 0) for unit in units], [float(unit.lon or 0) for unit in units])
    if not places:
        return ()
    n_rows, n_columns = max(row for row, _ in places) + 1, max(column for _, column in places) + 1
    at = dict(zip(places, by_code, strict=True))
    return tuple(tuple(at.get((row, column)) for column in range(n_columns)) for row in range(n_rows))


def _legend(limits: Sequence[float], steps: Sequence[int]) -> tuple[Shade, ...]:
    return tuple(
        Shade(number, limits[number - 1], limits[number], steps.count(number)) for number in range(1, len(limits))
    )


def _outline(published: Published, tiles: Sequence[Tile]) -> OutlineMap | None:
    boundary = boundary_for(published.programme, published.wave.year)
    if boundary is None:
        return None
    try:
        drawn = outlines_of(boundary)
    except OSError:  # its file is gone: the tiles say the same
        return None
    areas = tuple(
        Area(tile, drawn.paths[tile.cell.unit.code]) for tile in tiles if drawn.paths.get(tile.cell.unit.code)
    )
    if not areas:
        return None
    missing = tuple(tile for tile in tiles if not drawn.paths.get(tile.cell.unit.code))
    return OutlineMap(boundary, drawn.width, drawn.height, areas, missing)


def _heading(tiles: Sequence[Tile], limits: Sequence[float]) -> str:
    known = [tile.cell for tile in tiles if tile.cell.has_score]
    if not known:
        return _("Chưa có đơn vị nào đủ số liệu để vẽ bản đồ")
    least, most = min(cell.score for cell in known), max(cell.score for cell in known)
    said = {
        "n": words.count(len(known)),
        "low": words.number(least),
        "high": words.number(most),
        "top": words.count(sum(tile.shade == N_SHADES for tile in tiles)),
        "from": words.number(limits[-2]) if limits else "",
    }
    if not limits or math.isclose(least, most):
        return _("%(n)s đơn vị cùng %(high)s điểm") % said
    return _("Điểm của %(n)s đơn vị trải từ %(low)s đến %(high)s; %(top)s đơn vị từ %(from)s trở lên") % said
