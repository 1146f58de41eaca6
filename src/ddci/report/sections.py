"""Draw the scorecard's sections, in other processes where the caller offers them.

In:  a Result. Out: the markup of the wave's sections and of each unit, with the drawings made on the way.
Drawing is by far the longest part of writing a result, and vl-convert holds the interpreter while it draws, so threads do
not help. Workers are started from a clean server process: a drawing engine does not survive a fork. The outcome is the
same to the byte, whoever draws.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from ddci.messages import Language
from ddci.report.charts.draw import start_engine
from ddci.report.charts.reword import reworded
from ddci.report.figures import WIDTHS, drawn_of_units, drawn_of_wave
from ddci.report.gallery import Gallery
from ddci.report.markup import Markup
from ddci.report.scorecard_unit import unit_markup
from ddci.report.scorecard_wave import wave_sections
from ddci.result import Result

LANGUAGES: tuple[Language, Language] = ("vi", "en")
MANY_UNITS = 12  # from here on the downloads of a unit's charts are files beside the page, to keep it light
SHARES = 4  # pieces of work for each worker: a late one then costs little


@dataclass(frozen=True)
class Sections:
    """``units`` by row of the Result; ``files`` are the stand-alone drawings by file name.

    ``pictures`` are the catalogue's by file name, the English ones as ``en/…``.
    """

    wave: list[Markup]
    units: dict[int, Markup]
    files: dict[str, str]
    pictures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Workers:
    """Processes that draw."""

    pool: Executor
    count: int


@contextmanager
def drawing_workers(count: int) -> Iterator[Workers | None]:
    """Start ``count`` workers and warm them up in the background; None for fewer than two."""
    if count < 2 or "forkserver" not in multiprocessing.get_all_start_methods():
        yield None
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ddci.report.sections"])
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_follow_parent)
    try:
        for _ in range(count):
            pool.submit(start_engine)
        yield Workers(pool, count)
    finally:
        pool.shutdown(cancel_futures=True)


def _follow_parent() -> None:
    """Let a worker leave an interruption to its parent, and end with it, also when that was killed and cannot say so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_after_parent, daemon=True).start()


def _end_after_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def begin_sections(result: Result, workers: Workers | None, *, pictures: bool = False) -> Callable[[], Sections]:
    """Begin to draw; call the outcome when it is needed, so that other work can be done meanwhile.

    pictures  also draw every figure of the catalogue at each of its widths, ``figures.WIDTHS``
    """
    rows = list(range(len(result.units)))
    if workers is None or len(rows) <= MANY_UNITS:
        return lambda: _draw(result, rows, with_wave=True, pictures=pictures)
    n_shares = workers.count * SHARES
    tasks = [workers.pool.submit(_draw, result, [], with_wave=True, pictures=pictures)]
    tasks += [
        workers.pool.submit(_draw, result, rows[start::n_shares], with_wave=False, pictures=pictures)
        for start in range(n_shares)
    ]
    return lambda: _merge([task.result() for task in tasks])


def draw_sections(result: Result) -> Sections:
    """All sections of the scorecard, drawn here."""
    return begin_sections(result, None)()


def _draw(result: Result, rows: list[int], *, with_wave: bool, pictures: bool = False) -> Sections:
    gallery = Gallery()
    wave = wave_sections(result, gallery) if with_wave else []
    embed = len(result.units) <= MANY_UNITS
    units = {row: unit_markup(result, row, gallery, embed=embed) for row in rows}
    files = gallery.files()
    return Sections(wave, units, files, _pictures(result, rows, gallery, with_wave=with_wave) if pictures else {})


def _pictures(result: Result, rows: list[int], gallery: Gallery, *, with_wave: bool) -> dict[str, str]:
    """File name → SVG of the catalogue's figures; what the sections have drawn already is taken from the gallery.

    The English picture stands beside the Vietnamese one, under ``en/``, where it has other words or numbers.
    """
    found: dict[str, str] = {}
    vi, en = (
        [*(drawn_of_wave(result, language) if with_wave else ()), *drawn_of_units(result, rows, language)]
        for language in LANGUAGES
    )
    for (name, figure), (_, twin) in zip(vi, en, strict=True):
        for width in WIDTHS:
            svg = gallery.svg(figure.name, figure.draw, width=width)
            english = reworded(svg, figure.draw(width), twin.draw(width))
            if english is None:
                english = gallery.svg(f"en/{twin.name}", twin.draw, width=width)
            found[f"{name}-{width}.svg"] = svg
            if english != svg:
                found[f"en/{name}-{width}.svg"] = english
    return found


def _merge(parts: list[Sections]) -> Sections:
    units = {row: markup for part in parts for row, markup in part.units.items()}
    files = {name: svg for part in parts for name, svg in part.files.items()}
    pictures = {name: svg for part in parts for name, svg in part.pictures.items()}
    wave = [section for part in parts for section in part.wave]
    return Sections(wave, units, dict(sorted(files.items())), dict(sorted(pictures.items())))
