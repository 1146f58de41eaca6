"""The one pipeline: a wave in, its Result out.

responses and tables → values (replicate, unit, indicator) → scores → sub-indices → index → ranks, group by group, with
replicate 0 the estimate and the others its uncertainty. This package only puts the steps in order and lays their results
into the arrays of a Result; every formula lives in ``ddci.index``, ``ddci.survey`` and ``ddci.engine``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ddci.compute.assemble import Assembly, assemble
from ddci.compute.comparisons import Earlier, add_comparisons, earlier_from_assembly, earlier_from_result
from ddci.compute.values import wave_values
from ddci.result import Result
from ddci.wave.model import ReplicateMethod, Wave

__all__ = ["STEPS", "assemble_wave", "compute"]

Progress = Callable[[str], None]
PANEL_METHOD: ReplicateMethod = "poisson"
STEPS = ("values", "scores", "previous", "comparisons")


def compute(wave: Wave, *, engine: str = "local", threads: int = 2, progress: Progress | None = None) -> Result:
    """Compute everything about one wave.

    wave      read and checked; its ``previous`` and ``pooled`` waves are computed or taken from their Results
    engine    which engine runs the microdata kernel (only ``local`` today)
    progress  called with the name of each of ``STEPS``, for a person who waits
    Raises    MethodError where the framework asks for a method outside its domain.
    """
    tell = progress or (lambda step: None)
    if wave.panel and isinstance(wave.previous, Wave):
        wave = replace(wave, replicate_method=PANEL_METHOD)
    assembly = assemble_wave(wave, engine=engine, threads=threads, progress=tell)
    tell("previous")
    earlier = _earlier(wave, engine=engine, threads=threads)
    tell("comparisons")
    return add_comparisons(assembly, earlier)


def assemble_wave(wave: Wave, *, engine: str = "local", threads: int = 2, progress: Progress | None = None) -> Assembly:
    """Values, scores, sub-indices, index and ranks of one wave, with all replicates still at hand."""
    tell = progress or (lambda step: None)
    tell("values")
    values = wave_values(wave, engine=engine, threads=threads)
    tell("scores")
    return assemble(wave, values, engine=engine)


def _earlier(wave: Wave, *, engine: str, threads: int) -> Earlier | None:
    """The earlier wave with its replicates, or what its Result still knows.

    Firms that answered in both waves (``panel``) must move together in a replicate: both waves then share the seed and
    a method whose counts hang on the respondent alone.
    """
    if wave.previous is None:
        return None
    if isinstance(wave.previous, Result):
        return earlier_from_result(wave.previous)
    before = replace(wave.previous, replicates=wave.replicates)
    if wave.panel:
        before = replace(before, seed=wave.seed, replicate_method=PANEL_METHOD)
    values = wave_values(before, engine=engine, threads=threads)
    return earlier_from_assembly(assemble(before, values, engine=engine, judge=False))
