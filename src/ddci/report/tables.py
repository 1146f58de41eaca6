"""The tables that other programs read: scores, groups, stability and changes as CSV.

In:  a Result. Out: text of each table. Numbers keep full double precision (the shortest digits that give the same
double back) with a decimal point; an empty cell is a missing number. Text that a spreadsheet would take for a formula is
neutralised by an apostrophe; a negative number stays a number.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence

import numpy as np

from ddci.report.standing import columns_of_group, ranking
from ddci.result import Result

Cell = str | float | int | None

SCORE_COLUMNS = (
    "unit",
    "name",
    "group",
    "level",
    "code",
    "value",
    "score",
    "se",
    "low",
    "high",
    "n",
    "n_effective",
    "rank",
    "rank_low",
    "rank_high",
    "band",
    "median",
    "below_median",
    "change",
    "change_low",
    "change_high",
    "flags",
    "rank_low_single",
    "rank_high_single",
)
GROUP_COLUMNS = ("group", "tier", "unit", "name", "score", "low", "high", "rank", "rank_low", "rank_high")
STABILITY_COLUMNS = ("unit", "rank", "share", "name", "group")
SMALL_AREA_COLUMNS = ("unit", "name", "group", "score", "estimate", "se", "low", "high", "own_share")
CHANGE_COLUMNS = ("unit", "part", "code", "points", "name")

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutralise(text: str) -> str:
    """Text as a spreadsheet may safely show it.

    >>> neutralise("=1+1"), neutralise("Chi Lăng")
    ("'=1+1", 'Chi Lăng')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def exact(value: float | None) -> str:
    """The shortest text that reads back as the same double; whole numbers without ".0"; empty where missing.

    >>> exact(0.1 + 0.2), exact(3.0), exact(float("nan")), exact(-0.0)
    ('0.30000000000000004', '3', '', '0')
    """
    if value is None or math.isnan(value):
        return ""
    text = repr(float(value) + 0.0)
    return text.removesuffix(".0")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A CSV with neutralised text and exact numbers; lines end in a line feed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([neutralise(cell) if isinstance(cell, str) else exact(cell) for cell in row])
    return out.getvalue()


def scores_csv(result: Result) -> str:
    """One row per unit × (index, sub-index, indicator) that applies to the unit's group."""
    return csv_text(SCORE_COLUMNS, score_rows(result))


def score_rows(result: Result) -> list[list[Cell]]:
    """The rows of scores.csv, in the order of ``SCORE_COLUMNS``."""
    columns = {unit.group: applying_columns(result, unit.group) for unit in result.units}
    return [_score_row(result, row, column) for row, unit in enumerate(result.units) for column in columns[unit.group]]


def applying_columns(result: Result, group: str) -> list[int]:
    """The index, then the sub-indices and indicators of a unit group."""
    return [0, *columns_of_group(result, group, "sub_index"), *columns_of_group(result, group, "indicator")]


def flags_of(result: Result, row: int, column: int) -> list[str]:
    """Names of the flags raised on one cell, in alphabetical order."""
    return sorted(name for name, raised in result.flags.items() if bool(raised[row, column]))


def band_of(result: Result, row: int) -> str:
    """The name of the unit's band; empty where it has none."""
    place = result.band[row]
    return result.framework.bands[place].vi if place >= 0 else ""


def groups_csv(result: Result) -> str:
    """Units by tier: those of one tier cannot be told apart from its best one. Best first within a tier."""
    scores = result.scores
    rows: list[list[Cell]] = []
    for tier in result.tiers:
        for code in tier.units:
            row = result.unit_row[code]
            figures = (scores.score, scores.low, scores.high, scores.rank, scores.rank_low, scores.rank_high)
            head: list[Cell] = [tier.unit_group, tier.number, code, result.units[row].name]
            rows.append([*head, *(float(figure[row, 0]) for figure in figures)])
    return csv_text(GROUP_COLUMNS, rows)


def small_area_csv(result: Result) -> str:
    """Steadier estimates of the index beside the direct ones; empty without sampling error."""
    rows: list[list[Cell]] = []
    for item in result.small_area:
        unit = result.units[result.unit_row[item.unit]]
        figures = (item.direct, item.estimate, item.se, item.low, item.high, item.own_share)
        rows.append([unit.code, unit.name, unit.group, *figures])
    return csv_text(SMALL_AREA_COLUMNS, rows)


def stability_csv(result: Result) -> str:
    """Share of the replicates in which a unit took each rank of its group; empty without sampling error."""
    rows: list[list[Cell]] = []
    for group in result.framework.unit_groups:
        members = ranking(result, group.code)
        for row in members:
            unit = result.units[row]
            shares = result.stability[row, : len(members)]
            rows += [
                [unit.code, rank, float(share), unit.name, unit.group]
                for rank, share in enumerate(shares, start=1)
                if np.isfinite(share)
            ]
    return csv_text(STABILITY_COLUMNS, rows)


def changes_csv(result: Result) -> str:
    """Points that each part adds to a unit's change of the index; a unit's rows add up to its change."""
    contributions = result.change.contributions if result.change is not None else ()
    rows: list[list[Cell]] = [
        [item.unit, item.part, item.code, item.points, result.units[result.unit_row[item.unit]].name]
        for item in contributions
    ]
    return csv_text(CHANGE_COLUMNS, rows)


def _score_row(result: Result, row: int, column: int) -> list[Cell]:
    unit, node, scores, change = result.units[row], result.nodes[column], result.scores, result.change
    return [
        unit.code,
        unit.name,
        unit.group,
        node.level,
        node.code,
        float(scores.value[row, column]) if node.level == "indicator" else None,
        *(float(figure[row, column]) for figure in (scores.score, scores.se, scores.low, scores.high)),
        *(float(figure[row, column]) for figure in (scores.n, scores.n_effective)),
        *(float(figure[row, column]) for figure in (scores.rank, scores.rank_low, scores.rank_high)),
        band_of(result, row) if column == 0 else "",
        float(scores.median[row, column]),
        float(scores.below_median[row, column]),
        *(
            (math.nan,) * 3
            if change is None
            else (float(f[row, column]) for f in (change.score, change.low, change.high))
        ),
        " ".join(flags_of(result, row, column)),
        float(scores.rank_low_single[row, column]),
        float(scores.rank_high_single[row, column]),
    ]
