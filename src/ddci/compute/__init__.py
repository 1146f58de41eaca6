"""The one pipeline: a wave in, its Result out.

responses and tables → values (replicate, unit, indicator) → scores → sub-indices → index → ranks, group by group, with
replicate 0 the estimate and the others its uncertainty. This package only puts the steps in order and lays their results
into the arrays of a Result; every formula lives in ``ddci.index``, ``ddci.survey`` and ``ddci.engine``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ddci.compute.assemble import Assembly
from ddci.compute.comparisons import Earlier, add_comparisons
from ddci.compute.values import wave_values
from ddci.result import Result
from ddci.wave.model import Wave

__all__ = ["compute"]

Progress = Callable[[str], None]
STEPS = ("values", "scores", "previous", "comparisons")


def compute(wave: Wave, *, engine: str = "local", threads: int = 2, progress: Progress | None = None) -> Result:
    """Compute everything about one wave.

    wave      read and checked; its ``previous`` and ``pooled`` waves are computed or taken from their Results
    engine    which engine runs the microdata kernel (only ``local`` today)
    progress  called with the name of each step, for a person who waits
    Raises    MethodError where the framework asks for a method outside its domain.
    """
    tell = progress or (lambda step: None)
    tell("values")
    values = wave_values(wave, engine=engine, threads=threads)
    tell("scores")
    builder = _Builder(wave, values)
    for group in wave.framework.unit_groups:
        rows = [row for row, unit in enumerate(wave.units) if unit.group == group.code]
        if rows:
            builder.add_group(group.code, rows)
    tell("ranks")
    result = builder.result(engine)
    tell("analysis")
    return analysis.add_comparisons(
        result, wave, values, builder.rules, compute_previous=lambda: _previous(wave, engine=engine, threads=threads)
    )


def _previous(wave: Wave, *, engine: str, threads: int) -> tuple[Wave, Values, Result] | Result | None:
    """The earlier wave with its replicates, or the Result that stands for it."""
    earlier = wave.previous
    if not isinstance(earlier, Wave):
        return earlier
    shared = replace(earlier, seed=wave.seed, replicate_method="poisson") if wave.panel else earlier
    shared = replace(shared, previous=None, replicates=wave.replicates)
    return shared, wave_values(shared, engine=engine, threads=threads), compute(shared, engine=engine, threads=threads)
