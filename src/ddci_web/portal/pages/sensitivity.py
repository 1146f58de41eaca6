"""How much ranks hang on choices of method: what the study that goes with a publication found, in plain words.

In:  a Published with ``sensitivity.json`` (see ``ddci.compute.study``) and a unit group. Out: a Sensitivity page. Units
whose figures are suppressed are left out.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ddci.result import Node, Result
from ddci.wave.model import Unit
from ddci_web.portal.pages import headings, words
from ddci_web.portal.pages.cells import is_suppressed
from ddci_web.portal.pages.choices import Choice
from ddci_web.portal.pages.groups import group_choices
from ddci_web.results.published import Published, UnknownWaveError

FILE = "sensitivity.json"
FACTORS = ("normalisation", "mean", "weights", "left_out")
MOST_LEFT_OUT = 15  # shown at once
FIRM = 2.0  # a range of so many places is called firm
Number = float


@dataclass(frozen=True, slots=True)
class Range:
    """Ranks of a unit over the methods that were tried: from the 5th to the 95th percentile."""

    unit: Unit
    rank: Number
    median: Number
    low: Number
    high: Number

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Share:
    """A choice of method and its share of what moves ranks: alone, and with its interactions."""

    name: str
    words: str
    first: Number
    total: Number

    @property
    def width_total(self) -> str:
        """Of a bar 100 wide."""
        return _width(self.total)

    @property
    def width_first(self) -> str:
        return _width(self.first)


@dataclass(frozen=True, slots=True)
class Without:
    """What leaving one indicator out does."""

    node: Node
    parent: Node | None
    n_changed: int
    largest: int


@dataclass(frozen=True, slots=True)
class Sensitivity:
    heading: str
    group: str
    name: str
    groups: tuple[Choice, ...]
    runs: int
    mean_shift: Number
    ranges: tuple[Range, ...]
    shares: tuple[Share, ...]  # the largest first
    left_out: tuple[Without, ...]
    left_out_rest: tuple[Without, ...]
    n_firm: int
    widest: Range | None
    is_studied: bool


def sensitivity_page(published: Published, group: str) -> Sensitivity:
    """The study of one group; without a study the page says so."""
    result = published.result
    study = next((item for item in _studies(published) if item["unit_group"] == group), None)
    ranges = _ranges(result, study) if study else ()
    widest = max(ranges, key=lambda item: item.width, default=None)
    n_firm = sum(item.width <= FIRM for item in ranges)
    left_out = _left_out(result, study) if study else ()
    runs = int(study["runs"]) if study else 0
    shift = _number(study["mean_shift"]) if study else math.nan
    return Sensitivity(
        heading=_heading(runs, n_firm, len(ranges), shift),
        group=group,
        name=headings.group_name(result, group),
        groups=group_choices(result, group),
        runs=runs,
        mean_shift=shift,
        ranges=ranges,
        shares=_shares(study) if study else (),
        left_out=left_out[:MOST_LEFT_OUT],
        left_out_rest=left_out[MOST_LEFT_OUT:],
        n_firm=n_firm,
        widest=widest,
        is_studied=study is not None,
    )


def _studies(published: Published) -> list[dict[str, Any]]:
    try:
        return _read(published.path(FILE))
    except (UnknownWaveError, FileNotFoundError):
        return []


@lru_cache(maxsize=32)
def _read(path: Path) -> list[dict[str, Any]]:
    """A file of a publication never changes."""
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _ranges(result: Result, study: dict[str, Any]) -> tuple[Range, ...]:
    found = []
    for item in study["units"]:
        row = result.unit_row.get(item["unit"])
        if row is None or is_suppressed(result, row, 0):
            continue
        figures = [_number(item[name]) for name in ("rank", "median", "low", "high")]
        if not any(math.isnan(figure) for figure in figures):
            found.append(Range(result.units[row], *figures))
    return tuple(found)


def _shares(study: dict[str, Any]) -> tuple[Share, ...]:
    names = {
        "normalisation": _("cách đưa số liệu về cùng thang điểm"),
        "mean": _("kiểu trung bình khi gộp điểm"),
        "weights": _("trọng số"),
        "left_out": _("bỏ ra một chỉ tiêu"),
    }
    found = [
        Share(item["name"], names.get(item["name"], item["name"]), _number(item["first"]), _number(item["total"]))
        for item in study["factors"]
    ]
    known = [item for item in found if not math.isnan(item.total)]
    return tuple(sorted(known, key=lambda item: -item.total))


def _left_out(result: Result, study: dict[str, Any]) -> tuple[Without, ...]:
    found = []
    for item in study["left_out"]:
        column = result.node_column.get(item["indicator"])
        if column is not None:
            node = result.nodes[column]
            parent = result.nodes[result.node_column[node.parent]] if node.parent else None
            found.append(Without(node, parent, int(item["n_changed"]), int(item["largest"])))
    return tuple(found)


def _width(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.1f}"


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _heading(runs: int, n_firm: int, n: int, shift: float) -> str:
    if not runs:
        return _("Bản công bố này không kèm phép thử phương pháp")
    said = {
        "runs": words.count(runs),
        "firm": words.count(n_firm),
        "n": words.count(n),
        "shift": words.number(shift, 1),
    }
    return (
        _(
            "Qua %(runs)s cách tính khác, hạng dịch trung bình %(shift)s bậc; %(firm)s trong %(n)s đơn vị gần như đứng yên"
        )
        % said
    )
