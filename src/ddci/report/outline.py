"""Draw the outlines of units from official geography as light SVG paths that still share their borders.

In:  for each unit its polygons, rings of (longitude, latitude) in degrees.
Out: for each unit one SVG path, in a picture of tenths of a pixel, within a budget of bytes.
Positions are projected equirectangularly about the middle latitude and snapped to the grid. Rings are cut where borders of
three units meet; each stretch between two such points is simplified once, so that neighbours keep a common border.
Source: Douglas and Peucker (1973), Cartographica 10, 112–122.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Position = tuple[float, float]
Ring = Sequence[Position]
Polygon = Sequence[Ring]
Point = tuple[int, int]
Arc = tuple[Point, ...]
IntArray = npt.NDArray[np.int64]

TENTHS = 10  # units of the grid in one pixel
WIDEST, TALLEST = 720, 900  # pixels
TOLERANCES = (2, 4, 7, 10, 15, 20, 30, 45, 70, 100, 150)  # tenths of a pixel, tried one after the other


@dataclass(frozen=True, slots=True)
class Outlines:
    """A picture ``width`` × ``height`` tenths of a pixel; ``paths`` are the ``d`` of an SVG path by unit code."""

    width: int
    height: int
    paths: Mapping[str, str]


def draw_outlines(shapes: Mapping[str, Sequence[Polygon]], *, most_bytes: int = 40_000) -> Outlines:
    """Project, simplify and write the shapes; the finest simplification whose paths together fit in ``most_bytes``.

    A ring that becomes smaller than the simplification (an islet) goes, but never the largest ring of a unit. Where even
    the coarsest simplification does not fit, that one is returned.

    >>> square = [[(105.0, 0.0), (105.0, 1.0), (106.0, 1.0), (106.0, 0.0), (105.0, 0.0)]]
    >>> draw_outlines({"a": [square]}).paths["a"]
    'M0,0h7200v7200h-7200z'
    """
    rings, width, height = _snapped(shapes)
    if not rings:
        return Outlines(0, 0, {})
    arcs = {code: [_arcs(ring, nodes) for ring in own] for nodes in [_nodes(rings)] for code, own in rings.items()}
    paths: dict[str, str] = {}
    for tolerance in TOLERANCES:
        simple: dict[Arc, Arc] = {}
        paths = {code: _path(own, tolerance, simple) for code, own in arcs.items()}
        if sum(map(len, paths.values())) <= most_bytes:
            break
    return Outlines(width, height, paths)


def _snapped(shapes: Mapping[str, Sequence[Polygon]]) -> tuple[dict[str, list[Arc]], int, int]:
    """Rings on the grid, y downwards, without repeated points and without rings that are no area; size of the picture."""
    every = [np.asarray(ring, dtype=np.float64)[:, :2] for own in shapes.values() for part in own for ring in part]
    if not every:
        return {}, 0, 0
    joined = np.concatenate(every)
    west, south = joined.min(axis=0)
    east, north = joined.max(axis=0)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = TENTHS * min(WIDEST / max((east - west) * squeeze, 1e-9), TALLEST / max(north - south, 1e-9))
    rings: dict[str, list[Arc]] = {}
    for code, own in shapes.items():
        placed = []
        for ring in (np.asarray(ring, dtype=np.float64) for part in own for ring in part):
            x, y = (ring[:, 0] - west) * squeeze * scale, (north - ring[:, 1]) * scale
            points = _without_repeats(np.stack([np.rint(x), np.rint(y)], axis=1).astype(np.int64))
            if len(points) > 2:
                placed.append(points)
        rings[code] = placed
    return rings, round((east - west) * squeeze * scale), round((north - south) * scale)


def _without_repeats(points: IntArray) -> Arc:
    """An open ring: the point that closes it is left out."""
    moved = np.any(points != np.roll(points, 1, axis=0), axis=1)
    return tuple((int(x), int(y)) for x, y in points[moved])


def _nodes(rings: Mapping[str, Sequence[Arc]]) -> set[Point]:
    """Points in which borders meet or end: those with other than two neighbours."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for own in rings.values():
        for ring in own:
            for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
                neighbours[here].add(there)
                neighbours[there].add(here)
    return {point for point, beside in neighbours.items() if len(beside) != 2}


def _arcs(ring: Arc, nodes: set[Point]) -> list[Arc]:
    """The ring cut at the nodes; each arc ends where the next begins. A ring without a node is one closed arc."""
    cuts = [place for place, point in enumerate(ring) if point in nodes]
    if not cuts:
        start = ring.index(min(ring))  # the same for a hole and for the island that fills it
        turned = ring[start:] + ring[:start]
        return [(*turned, turned[0])]
    turned = ring[cuts[0] :] + ring[: cuts[0] + 1]
    places = [cut - cuts[0] for cut in cuts] + [len(ring)]
    return [turned[first : last + 1] for first, last in pairwise(places)]


def _path(rings: Sequence[list[Arc]], tolerance: int, simple: dict[Arc, Arc]) -> str:
    """The path of one unit; ``simple`` keeps what became of each arc, in the direction in which it is the smaller one."""
    drawn = [_joined(_simplified(arc, tolerance, simple) for arc in ring) for ring in rings]
    largest = max(drawn, key=_area, default=())
    if not _area(largest):  # so small that nothing was left: as it came
        return _written(max((_joined(ring) for ring in rings), key=_area, default=()))
    return "".join(_written(ring) for ring in drawn if ring is largest or _area(ring) >= tolerance**2)


def _joined(arcs: Iterable[Arc]) -> Arc:
    return tuple(point for arc in arcs for point in arc[:-1])


def _simplified(arc: Arc, tolerance: int, simple: dict[Arc, Arc]) -> Arc:
    backwards = arc[::-1]
    key = min(arc, backwards)
    if key not in simple:
        simple[key] = _douglas_peucker(key, tolerance)
    return simple[key] if key == arc else simple[key][::-1]


def _douglas_peucker(arc: Arc, tolerance: int) -> Arc:
    """The arc without the points that lie within the tolerance of what remains; its ends stay."""
    points = np.array(arc, dtype=np.float64)
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        away = _distances(points[first + 1 : last], points[first], points[last])
        farthest = int(np.argmax(away))
        if away[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            waiting += [(first, middle), (middle, last)]
    return tuple(point for point, stays in zip(arc, keep.tolist(), strict=True) if stays)


def _distances(
    points: npt.NDArray[np.float64], start: npt.NDArray[np.float64], end: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Of points from the line through start and end; from the start itself where a ring closes."""
    along = end - start
    length = math.hypot(*along)
    offset = points - start
    if length == 0:
        return np.asarray(np.hypot(offset[:, 0], offset[:, 1]))
    return np.asarray(np.abs(along[0] * offset[:, 1] - along[1] * offset[:, 0]) / length)


def _area(ring: Arc) -> float:
    following = ring[1:] + ring[:1]
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(ring, following, strict=True))) / 2


def _written(ring: Arc) -> str:
    """Relative moves, horizontal and vertical ones in short; nothing for no ring."""
    if not ring:
        return ""
    (x, y), steps = ring[0], []
    for u, v in ring[1:]:
        dx, dy = u - x, v - y
        steps.append(f"h{dx}" if dy == 0 else f"v{dy}" if dx == 0 else f"l{dx}{'' if dy < 0 else ','}{dy}")
        x, y = u, v
    return f"M{ring[0][0]},{ring[0][1]}{''.join(steps)}z"
