"""How firmly ranks stand on the answers of this wave: intervals, rank sets, tiers, and how often each rank came up.

In:  a Published and a unit group. Out: a Stability page. Everything is in the Result; how many more answers would tell
neighbours apart comes from ``ddci.compute.differences``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext as _

from ddci.compute.differences import times_answers
from ddci.report import standing
from ddci.report.figure import Figure
from ddci.report.figures import WIDTHS
from ddci.report.stems import group_stems
from ddci.report.wave_charts import has_stability, stability_figure
from ddci.result import Result
from ddci.wave.model import Unit
from ddci_web.portal.pages import headings, words
from ddci_web.portal.pages.cells import Cell, cells_of_column
from ddci_web.portal.pages.choices import Choice
from ddci_web.portal.pages.groups import group_choices
from ddci_web.results.published import Published

SELDOM = 0.05  # shares below this are put together
HOPELESS = 100.0  # times as many answers


@dataclass(frozen=True, slots=True)
class Often:
    """A rank and the share of the draws in which it came up."""

    rank: int
    share: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's rank and how firm it is. ``times``: answers that would tell it from the next one, in times of today's."""

    cell: Cell
    kept: float
    often: tuple[Often, ...]
    rest: float
    rank_low_single: float
    rank_high_single: float
    next_unit: Unit | None
    times: float

    @property
    def is_hopeless(self) -> bool:
        return self.times > HOPELESS

    @property
    def n_needed(self) -> float:
        return self.cell.n * self.times


@dataclass(frozen=True, slots=True)
class Stability:
    heading: str
    group: str
    name: str
    groups: tuple[Choice, ...]
    standings: tuple[Standing, ...]
    figure: Figure | None
    is_sampled: bool
    is_from_answers: bool
    n_tiers: int
    n_sure: int  # units whose rank set is one rank
    n_ranked: int
    widest: Standing | None  # the unit with the widest rank set
    confidence: float
    replicates: int


def stability_page(published: Published, group: str) -> Stability:
    result = published.result
    rows = standing.ranking(result, group)
    is_sampled = standing.has_sampling_error(result, rows)
    found = _standings(result, rows) if is_sampled else ()
    ranked = [item for item in found if item.cell.has_rank]
    sets = [item for item in ranked if not math.isnan(item.cell.rank_low)]
    n_sure = sum(item.cell.rank_low == item.cell.rank_high for item in sets)
    widest = max(sets, key=lambda item: item.cell.rank_high - item.cell.rank_low, default=None)
    n_tiers = len(standing.tiers_of(result, group))
    return Stability(
        heading=_heading(
            is_sampled=is_sampled, n_sure=n_sure, n_ranked=len(ranked), n_tiers=n_tiers, n_units=len(rows)
        ),
        group=group,
        name=headings.group_name(result, group),
        groups=group_choices(result, group),
        standings=found,
        figure=_figure(result, group),
        is_sampled=is_sampled,
        is_from_answers=standing.is_from_answers(result),
        n_tiers=n_tiers,
        n_sure=n_sure,
        n_ranked=len(ranked),
        widest=widest,
        confidence=result.framework.confidence,
        replicates=result.provenance.replicates,
    )


def _standings(result: Result, rows: list[int]) -> tuple[Standing, ...]:
    cells = cells_of_column(result, rows, 0)
    scores = result.scores
    found = []
    for place, (row, cell) in enumerate(zip(rows, cells, strict=True)):
        shares = result.stability[row]
        kept = float(shares[int(cell.rank) - 1]) if cell.has_rank else math.nan
        often = _often(shares)
        behind = (
            cells[place + 1].unit if cell.has_rank and place + 1 < len(cells) and cells[place + 1].has_rank else None
        )
        times = times_answers(result, cell.unit.code, behind.code) if behind is not None else math.nan
        rest = float(np.nansum(shares)) - sum(item.share for item in often)
        single = float(scores.rank_low_single[row, 0]), float(scores.rank_high_single[row, 0])
        found.append(Standing(cell, kept, often, max(rest, 0.0), *single, behind, times))
    return tuple(found)


def _often(shares: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[Often, ...]:
    """Ranks that came up more than seldom, in their order."""
    return tuple(Often(int(place) + 1, float(shares[place])) for place in np.flatnonzero(shares >= SELDOM))


def _figure(result: Result, group: str) -> Figure | None:
    if not has_stability(result, group):
        return None
    name = f"stability-{group_stems(result)[group]}"
    return replace(stability_figure(result, group, words.language()), name=name, widths=WIDTHS)


def _heading(*, is_sampled: bool, n_sure: int, n_ranked: int, n_tiers: int, n_units: int) -> str:
    said = {
        "sure": words.count(n_sure),
        "n": words.count(n_ranked),
        "tiers": words.count(n_tiers),
        "units": words.count(n_units),
    }
    if not is_sampled:
        return _("Chưa nói được hạng nào chắc trong %(units)s đơn vị: nguồn không công bố cỡ mẫu và sai số") % said
    if n_sure == n_ranked:
        return _("Cả %(n)s đơn vị đều có hạng chắc chắn") % said
    if n_sure:
        return _("%(sure)s trong %(n)s đơn vị có hạng chắc chắn; các đơn vị chia được thành %(tiers)s nhóm") % said
    return _("Chưa đơn vị nào trong %(n)s đơn vị có hạng chắc chắn; các đơn vị chia được thành %(tiers)s nhóm") % said
