"""Rows of a published Result as the API gives them. Nothing is computed; missing numbers become null."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ddci.report.tables import applying_columns, band_of, flags_of
from ddci.result import Result
from ddci_web.api.schemas import ContributionOut, FileOut, Level, NodeOut, ScoreOut, SnapshotOut, UnitOut, WaveOut
from ddci_web.results.published import Published

FIGURES = (
    *("value", "score", "se", "low", "high", "n", "n_effective"),
    *("rank", "rank_low", "rank_high", "rank_low_single", "rank_high_single", "median"),
)


def wave_out(published: Published) -> WaveOut:
    wave, snapshot = published.wave, published.snapshot
    return WaveOut(
        code=wave.code,
        programme=wave.programme.code,
        year=wave.year,
        vi=wave.vi,
        en=wave.en,
        simulated=wave.is_simulated,
        snapshot=snapshot.number,
        public_from=snapshot.public_from,
        manifest_hash=snapshot.manifest_hash,
    )


def snapshot_out(published: Published, numbers: dict[int, int]) -> SnapshotOut:
    """``numbers``: primary key → number of the wave's snapshots."""
    snapshot = published.snapshot
    return SnapshotOut(
        number=snapshot.number,
        public_from=snapshot.public_from,
        manifest_hash=snapshot.manifest_hash,
        corrects=numbers.get(snapshot.corrects_id) if snapshot.corrects_id else None,
        reason=snapshot.reason,
        latest=published.is_latest,
    )


def file_out(name: str, sha256: str, size: int, url: str) -> FileOut:
    return FileOut(name=name, sha256=sha256, size=size, url=url)


def units_out(result: Result) -> list[UnitOut]:
    return [
        UnitOut(
            code=unit.code,
            name=unit.name,
            group=unit.group,
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
            succeeds=list(unit.succeeds),
        )
        for unit in result.units
    ]


def nodes_out(result: Result) -> list[NodeOut]:
    return [
        NodeOut(
            code=node.code,
            level=node.level,
            parent=node.parent,
            vi=node.vi,
            en=node.en,
            unit=node.unit,
            direction=node.direction,
        )
        for node in result.nodes
    ]


def cells(result: Result, *, level: Level | None, unit: str | None, code: str | None) -> list[tuple[int, int]]:
    """Rows and columns that apply and match, unit by unit."""
    columns = [
        column
        for column, node in enumerate(result.nodes)
        if (level is None or node.level == level) and (code is None or node.code == code)
    ]
    rows = [row for row, item in enumerate(result.units) if unit is None or item.code == unit]
    applies = {group.code: set(applying_columns(result, group.code)) for group in result.framework.unit_groups}
    return [(row, column) for row in rows for column in columns if column in applies[result.units[row].group]]


def score_out(result: Result, row: int, column: int) -> ScoreOut:
    node, change = result.nodes[column], result.change
    figures = {name: _known(getattr(result.scores, name)[row, column]) for name in FIGURES}
    for name, field in (("change", "score"), ("change_low", "low"), ("change_high", "high")):
        figures[name] = None if change is None else _known(getattr(change, field)[row, column])
    return ScoreOut(
        unit=result.units[row].code,
        level=node.level,
        code=node.code,
        band=(band_of(result, row) or None) if column == 0 else None,
        flags=flags_of(result, row, column),
        **figures,
    )


def contributions_out(result: Result, unit: str | None) -> Iterator[ContributionOut]:
    for item in result.change.contributions if result.change else ():
        if unit is None or item.unit == unit:
            yield ContributionOut(unit=item.unit, part=item.part, code=item.code, points=item.points)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
