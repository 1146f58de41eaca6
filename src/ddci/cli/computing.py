"""``ddci compute``: a wave folder in, a result folder out, written as a whole or not at all."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from ddci.cli.paths import folder_of
from ddci.cli.reading import read_wave
from ddci.cli.screen import Steps, show_faults, show_table
from ddci.compute import STEPS, compute
from ddci.errors import InputError
from ddci.messages import Language
from ddci.messages.phrases import phrase
from ddci.report.numbers import format_interval, format_number
from ddci.report.outputs import OUTPUTS, write_outputs
from ddci.report.publication import PUBLISHED, load_manifest, verify_publication, write_publication
from ddci.report.publication import STEPS as PUBLICATION_STEPS
from ddci.report.sections import Workers, drawing_workers
from ddci.result import Result
from ddci.result_json import load_result, write_result
from ddci.wave.folder import refuse_foreign, write_folder
from ddci.wave.model import Wave

DONE = 0


def compute_wave(options: Namespace) -> int:
    wave = read_wave(options)
    if options.replicates is not None:
        wave = replace(wave, replicates=options.replicates)
    folder = options.out or Path("out") / wave.code
    refuse_foreign(folder, own=PUBLISHED if options.publish else OUTPUTS)  # before a long computation, not after it
    writing = PUBLICATION_STEPS if options.publish else ("writing",)
    with drawing_workers(options.threads) as workers, Steps([*STEPS, *writing], options.language) as steps:
        result = compute(wave, engine=options.engine, threads=options.threads, progress=steps)
        if options.publish:
            _publish(result, wave, folder, options, workers=workers, steps=steps)
        else:
            steps("writing")
            write_result_folder(result, folder, workers=workers)
    show_ranking(result, options.language)
    show_faults(result.warnings, options.language, limit=10)
    print(phrase("written", options.language, path=folder))
    print(phrase("scorecard", options.language, path=folder / "scorecard.html"))
    return DONE


def verify(options: Namespace) -> int:
    """Compare a publication folder with its manifest; every difference is a fault."""
    differences = verify_publication(options.publication)
    if differences:
        raise InputError(differences)
    count = len(load_manifest(options.publication).files)
    print(phrase("verified", options.language, path=options.publication, count=count))
    return DONE


def _publish(
    result: Result, wave: Wave, folder: Path, options: Namespace, *, workers: Workers | None, steps: Steps
) -> None:
    write_publication(
        result,
        folder,
        minimum=wave.publication_minimum if options.minimum is None else options.minimum,
        inputs=folder_of(options.wave),
        earlier=[load_result(path) for path in options.earlier or ()],
        workers=workers,
        progress=steps,
    )


def write_result_folder(result: Result, folder: Path, *, workers: Workers | None = None) -> None:
    """Every output of a Result, moved into place together."""

    def write(target: Path) -> None:
        write_result(result, target / "result.json")
        write_outputs(result, target, workers=workers)

    write_folder(folder, write, own=OUTPUTS)


def show_ranking(result: Result, language: Language, *, most: int | None = None) -> None:
    """The ranking of each unit group: score, interval, rank, possible ranks."""
    if result.simulated:
        print(phrase("simulated", language))
    for group in result.framework.unit_groups:
        rows = ranking_order(result, group.code)
        if not rows:
            continue
        print(f"\n{group.vi if language == 'vi' else group.en or group.vi}")
        level = format_number(100 * result.framework.confidence, 1, language, strip=True)
        headers = [phrase(key, language, level=level) for key in ("unit", "score", "interval", "rank", "rank_set")]
        show_table(headers, [_ranking_row(result, row, language) for row in rows[:most]])


def ranking_order(result: Result, group: str) -> list[int]:
    """Rows of a group, best first; units without a rank last."""
    rank, score = result.scores.rank[:, 0], result.scores.score[:, 0]

    def key(row: int) -> tuple[bool, float, bool, float]:
        return bool(rank[row] != rank[row]), rank[row], bool(score[row] != score[row]), -score[row]

    return sorted(result.rows_of_group(group), key=key)


def _ranking_row(result: Result, row: int, language: Language) -> list[str]:
    scores = result.scores
    rank = scores.rank[row, 0]
    return [
        result.units[row].name,
        format_number(scores.score[row, 0], 2, language),
        format_interval(scores.low[row, 0], scores.high[row, 0], 2, language),
        format_number(rank, 0, language) if rank == rank else phrase("not_ranked", language),
        format_interval(scores.rank_low[row, 0], scores.rank_high[row, 0], 0, language),
    ]
