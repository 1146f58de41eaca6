"""A published figure beside the computed one: does it match, and what can rounding explain?

The inputs of a scorecard are printed with one or two decimals. Moving every input by half of its last printed decimal
bounds what rounding can do to the total; a difference beyond that is a real one and is shown as such.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from ddci.result import Check
from ddci.wave.model import Published

FLOATING_NOISE = 1e-9


def check_published(
    published: Iterable[Published],
    *,
    scores: Mapping[tuple[str, str], float],
    ranks: Mapping[tuple[str, str], float],
    explained: Mapping[tuple[str, str], float],
    n_ranked: Mapping[tuple[str, str], int],
) -> tuple[Check, ...]:
    """Check each published figure whose unit and code were computed.

    scores, ranks, explained, n_ranked   by (unit, code); explained = what rounding of the inputs accounts for
    returns   one Check per figure. A rank is checked only among as many units as it was published for.
    """
    checks = []
    for figure in published:
        key = (figure.unit, figure.code)
        computed = scores.get(key, math.nan)
        if figure.score is not None and math.isfinite(computed):
            checks.append(_check_score(figure, figure.score, computed, explained.get(key, 0.0)))
        rank = ranks.get(key, math.nan)
        comparable = figure.n_units is None or figure.n_units == n_ranked.get(key)
        if figure.rank is not None and math.isfinite(rank) and comparable:
            difference = rank - figure.rank
            checks.append(Check(figure.unit, figure.code, "rank", figure.rank, rank, difference, 0.0, difference == 0))
    return tuple(checks)


def _check_score(figure: Published, score: float, computed: float, explained: float) -> Check:
    difference = computed - score
    allowed = explained + (figure.half_unit or 0.0) + FLOATING_NOISE
    return Check(figure.unit, figure.code, "score", score, computed, difference, explained, abs(difference) <= allowed)
