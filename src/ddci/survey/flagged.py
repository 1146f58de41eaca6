"""Answers that somebody doubts: a duplicate, a straight line, an interviewer's own hand.

In:  a wave whose ``flagged`` names respondents with reasons. Out: the same wave without their answers, to be computed
beside the full one. By default flagged answers count: leaving out is a decision that must show what it does to every
unit (``ddci.compute.flagged``), never a silent cleaning.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ddci.wave.model import Wave


def leave_out_flagged(wave: Wave) -> Wave:
    """The wave without the answers of flagged respondents; the wave itself where none is flagged.

    Population totals stay, so that weights are calibrated anew to the same population.
    """
    if not wave.flagged or wave.responses is None:
        return wave
    codes = [item.respondent for item in wave.flagged]
    kept = wave.responses.filter(~wave.responses["respondent"].is_in(codes))
    return replace(wave, responses=kept, flagged=())


def reasons(wave: Wave) -> tuple[tuple[str, int], ...]:
    """How many respondents were flagged for each reason, the commonest first."""
    counted = Counter(item.reason for item in wave.flagged)
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
