"""What flagged answers do to the result: index and ranks with them and without them, unit by unit.

In:  a wave. Out: a ``FlaggedStudy``, or None where nothing is flagged, and its plain form for a JSON file. Both sides are
estimates of the same pipeline; nothing is deleted, and which side is published is for people to decide and to say.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from ddci.compute import assemble_wave
from ddci.compute.assemble import Assembly
from ddci.survey.flagged import leave_out_flagged, reasons
from ddci.wave.model import Wave


@dataclass(frozen=True, slots=True)
class UnitWithout:
    """One unit; None where a figure is not known. ``n`` counts the rows of the most answered indicator."""

    unit: str
    n: float | None
    n_without: float | None
    index: float | None
    index_without: float | None
    rank: float | None
    rank_without: float | None


@dataclass(frozen=True, slots=True)
class FlaggedStudy:
    n_respondents: int  # flagged
    reasons: tuple[tuple[str, int], ...]  # the commonest first
    units: tuple[UnitWithout, ...]  # in the wave's order
    largest_change: float  # of the index, in points
    n_rank_changed: int
    n_lost: int  # units that have no index without the flagged answers


def study_flagged(wave: Wave, *, engine: str = "local", threads: int = 2) -> FlaggedStudy | None:
    """Compute the wave with and without its flagged answers."""
    if not wave.flagged:
        return None
    full = replace(wave, replicates=0)
    kept = assemble_wave(full, engine=engine, threads=threads)
    without = assemble_wave(leave_out_flagged(full), engine=engine, threads=threads)
    units = tuple(_unit(row, kept, without) for row in range(len(wave.units)))
    changes = [abs(u.index_without - u.index) for u in units if u.index is not None and u.index_without is not None]
    return FlaggedStudy(
        n_respondents=len(wave.flagged),
        reasons=reasons(wave),
        units=units,
        largest_change=max(changes, default=0.0),
        n_rank_changed=sum(u.rank != u.rank_without for u in units),
        n_lost=sum(u.index is not None and u.index_without is None for u in units),
    )


def flagged_as_json(study: FlaggedStudy | None) -> dict[str, Any] | None:
    return None if study is None else asdict(study)


def _unit(row: int, kept: Assembly, without: Assembly) -> UnitWithout:
    pairs = [_known(side.figures[name][row, 0]) for name in ("n", "score", "rank") for side in (kept, without)]
    return UnitWithout(kept.wave.units[row].code, *pairs)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
