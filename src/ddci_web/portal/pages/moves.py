"""What changed against the earlier wave, and whether it is more than noise.

In:  a Result. Out: a Move for each unit: the like-for-like change of the index, or the change of a sub-index, with its
interval and what the interval allows to say. Without sampling error nothing is concluded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ddci.result import Result
from ddci.wave.model import Unit

Verdict = Literal["up", "down", "unclear", "untested", "rescaled", "none"]
ROUNDING = 1e-9  # points: less is a matter of floats
VERDICTS: tuple[Verdict, ...] = ("up", "down", "unclear", "untested", "rescaled", "none")


@dataclass(frozen=True, slots=True)
class Move:
    """``untested``: changed, but without sampling error; ``rescaled``: the bounds of normalisation moved between the waves,
    so that a score's change says nothing by itself; ``none``: nothing to compare with."""

    unit: Unit
    points: float
    low: float
    high: float
    published: float  # difference of the published totals
    verdict: Verdict
    n: float
    score: float


@dataclass(frozen=True, slots=True)
class Movers:
    """The units of one group by what may be said of them, the largest change first."""

    group: str
    name: str
    year: int  # of the earlier wave
    up: tuple[Move, ...]
    down: tuple[Move, ...]
    unclear: tuple[Move, ...]
    untested: tuple[Move, ...]
    rescaled: tuple[Move, ...]
    none: tuple[Move, ...]

    @property
    def n_tested(self) -> int:
        return len(self.up) + len(self.down) + len(self.unclear)

    @property
    def n_compared(self) -> int:
        return self.n_tested + len(self.untested) + len(self.rescaled)


def moves_of(result: Result, rows: Sequence[int], column: int = 0) -> list[Move]:
    """The like-for-like change of the index; of another node the change of its score where it is measured alike."""
    is_rescaled = column != 0 and has_moved_bounds(result)
    return [_move(result, row, column, is_rescaled=is_rescaled) for row in rows]


def has_moved_bounds(result: Result) -> bool:
    """Whether part of the change of the index comes from other bounds of normalisation than in the earlier wave."""
    change = result.change
    return change is not None and any(
        item.part == "bounds" and abs(item.points) > ROUNDING for item in change.contributions
    )


def _move(result: Result, row: int, column: int, *, is_rescaled: bool) -> Move:
    change, nan = result.change, math.nan
    points = low = high = published = nan
    if change is not None and column == 0:
        points, low, high = (
            float(part[row]) for part in (change.like_for_like, change.like_for_like_low, change.like_for_like_high)
        )
        published = float(change.published[row])
    elif change is not None and change.comparable[column]:
        points, low, high = (float(part[row, column]) for part in (change.score, change.low, change.high))
    n, score = float(result.scores.n[row, column]), float(result.scores.score[row, column])
    verdict = _verdict(points, low, high)
    if is_rescaled and verdict != "none":
        verdict = "rescaled"
    return Move(result.units[row], points, low, high, published, verdict, n, score)


def movers_of(result: Result, group: str, name: str, rows: Sequence[int], column: int = 0) -> Movers | None:
    """None where there is no earlier wave."""
    if result.change is None:
        return None
    moves = sorted(moves_of(result, rows, column), key=_largest_first)
    kinds = {verdict: tuple(move for move in moves if move.verdict == verdict) for verdict in VERDICTS}
    down = tuple(reversed(kinds.pop("down")))
    return Movers(group, name, result.change.year, down=down, **kinds)


def _verdict(points: float, low: float, high: float) -> Verdict:
    if math.isnan(points):
        return "none"
    if math.isnan(low) or math.isnan(high):
        return "untested"
    if low <= 0 <= high:
        return "unclear"
    return "up" if points > 0 else "down"


def _largest_first(move: Move) -> float:
    return math.inf if math.isnan(move.points) else -move.points
