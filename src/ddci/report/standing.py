"""Questions that every view asks of a Result: who stands where, what was published, what has no sampling error.

In:  a Result. Out: rows, figures and words' ingredients. Nothing here estimates anything; it selects, sorts and compares
figures that the Result already holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ddci.messages import Language
from ddci.report.language import named
from ddci.result import INDEX_CODE, Check, Contribution, Finding, Result, Tier
from ddci.wave.model import Published, Target


@dataclass(frozen=True, slots=True)
class Headline:
    """The figure by which people know a unit: computed where its whole group was, else the published rank."""

    score: float
    rank: float
    n_units: int
    rank_is_published: bool


@dataclass(frozen=True, slots=True)
class Year:
    """One point of a unit's history. ``comparable`` is False where the framework differs from the year before."""

    year: int
    score: float
    rank: float
    n_units: int | None
    comparable: bool


@dataclass(frozen=True, slots=True)
class Met:
    """A target beside what was reached; ``reached`` NaN where it cannot be told."""

    target: Target
    reached: float
    met: bool | None


def groups_with_units(result: Result) -> list[str]:
    """Codes of the unit groups that have units, in the framework's order."""
    return [group.code for group in result.framework.unit_groups if result.rows_of_group(group.code)]


def group_name(result: Result, group: str, language: Language = "vi") -> str:
    return next((named(item, language) for item in result.framework.unit_groups if item.code == group), group)


def ranking(result: Result, group: str, column: int = 0) -> list[int]:
    """Rows of a group, best first: ranked units, then unranked ones by score, then those without a score."""
    rank, score = result.scores.rank[:, column], result.scores.score[:, column]

    def key(row: int) -> tuple[bool, float, bool, float, int]:
        unranked, unscored = math.isnan(rank[row]), math.isnan(score[row])
        return unranked, 0.0 if unranked else rank[row], unscored, 0.0 if unscored else -score[row], row

    return sorted(result.rows_of_group(group), key=key)


def lowest_rank(result: Result, group: str) -> int:
    """How many ranks a picture of the group needs: also those of units whose own rank is not published."""
    ranks = result.scores.rank[result.rows_of_group(group), 0]
    known = ranks[np.isfinite(ranks)]
    return max(len(known), int(known.max(initial=0)))


def has_sampling_error(result: Result, rows: list[int] | None = None, column: int = 0) -> bool:
    """True when at least one of the rows carries an interval of the node."""
    low = result.scores.low[:, column] if rows is None else result.scores.low[rows, column]
    return bool(np.isfinite(low).any())


def is_from_answers(result: Result) -> bool:
    """True when some indicator comes from respondents' answers; else standard errors were given with the values."""
    return any(indicator.method != "value" for indicator in result.framework.indicators)


def has_n(result: Result, rows: list[int], column: int = 0) -> bool:
    return bool(np.isfinite(result.scores.n[rows, column]).any())


def tiers_of(result: Result, group: str) -> list[Tier]:
    """The tiers of a group; none where there is no sampling error to tell units apart with."""
    return [tier for tier in result.tiers if tier.unit_group == group]


def columns_of_group(result: Result, group: str, level: str) -> list[int]:
    """Columns of the sub-indices or indicators that apply to the group."""
    if level == "sub_index":
        codes = {item.code for item in result.framework.sub_indices_of_group(group)}
    else:
        codes = {item.code for item in result.framework.indicators_of_group(group)}
    return [column for column, node in enumerate(result.nodes) if node.level == level and node.code in codes]


def indicators_of(result: Result, group: str, sub_index: str) -> list[int]:
    return [c for c in columns_of_group(result, group, "indicator") if result.nodes[c].parent == sub_index]


def is_scorecard_level(result: Result, group: str) -> bool:
    """True when every sub-index has one indicator that only repeats it: the data are published sub-index scores."""
    parents = [result.nodes[column].parent for column in columns_of_group(result, group, "indicator")]
    return len(parents) == len(set(parents)) and result.framework.normalisation == "none"


def published_figure(result: Result, unit: str, code: str = INDEX_CODE) -> Published | None:
    return next((item for item in result.published if item.unit == unit and item.code == code), None)


def headline(result: Result, row: int) -> Headline:
    """Score and rank as shown at the head of a unit; a unit computed alone keeps its published rank."""
    unit = result.units[row]
    alone = len(result.rows_of_group(unit.group)) == 1
    figure = published_figure(result, unit.code)
    score, rank = float(result.scores.score[row, 0]), float(result.scores.rank[row, 0])
    n_units = sum(not math.isnan(result.scores.rank[other, 0]) for other in result.rows_of_group(unit.group))
    if alone and figure is not None and figure.rank is not None:
        return Headline(score, figure.rank, figure.n_units or 0, True)
    return Headline(score, math.nan if alone else rank, n_units, False)


def checks_of(result: Result, unit: str | None = None) -> list[Check]:
    return [check for check in result.checks if unit is None or check.unit == unit]


def findings_of(result: Result, unit: str, kind: str) -> list[Finding]:
    return [item for item in result.findings if item.unit == unit and item.kind == kind]


def contributions_of(result: Result, unit: str) -> list[Contribution]:
    return [] if result.change is None else [item for item in result.change.contributions if item.unit == unit]


def name_of_node(result: Result, code: str, language: Language = "vi") -> str:
    """The name of a sub-index or indicator; its code where this framework no longer knows it."""
    column = result.node_column.get(code)
    return code if column is None else named(result.nodes[column], language)


def reasons_unranked(result: Result, row: int) -> list[str]:
    """Names of the flags that explain why a unit has no rank of the index."""
    names = ("suppressed", "small_n", "no_answers", "refused")
    return [name for name in names if name in result.flags and bool(result.flags[name][row, 0])]


def history_of(result: Result, row: int) -> list[Year]:
    """Published years of one unit, oldest first, this wave last; each year once.

    This wave stands with its published score where there is one, since the earlier years are published figures too.
    """
    unit = result.units[row]
    points = {
        item.year: Year(item.year, _number(item.score), _number(item.rank), item.n_units, item.comparable)
        for item in result.history
        if item.unit == unit.code and item.code == INDEX_CODE
    }
    change = result.change
    if change is not None and change.year not in points:
        then = float(change.published_then[row])
        if math.isnan(then):
            then = float(result.scores.score[row, 0] - change.score[row, 0])
        if not math.isnan(then):
            points[change.year] = Year(change.year, then, float(change.rank_then[row]), None, True)
    now, figure = headline(result, row), published_figure(result, unit.code)
    score = figure.score if figure is not None and figure.score is not None else now.score
    if points and not math.isnan(score):
        points[result.year] = Year(result.year, score, now.rank, now.n_units or None, not is_break(result, unit.group))
    return [points[year] for year in sorted(points)]


def is_break(result: Result, group: str) -> bool:
    """True when the earlier wave measured the index by other sub-indices: one entered, left or is measured otherwise."""
    change = result.change
    if change is None:
        return False
    columns = [0, *columns_of_group(result, group, "sub_index")]
    members = {result.units[row].code for row in result.rows_of_group(group)}
    moved = any(item.part in ("entering", "leaving") and item.unit in members for item in change.contributions)
    return moved or not bool(change.comparable[columns].all())


def targets_of(result: Result, unit: str) -> list[Met]:
    """Each target of a unit beside what was reached: a score at least as high, or a rank at least as good."""
    found = []
    row = result.unit_row[unit]
    for target in result.targets:
        column = result.node_column.get(target.code)
        if target.unit != unit or column is None:
            continue
        reached = _reached(result, row, column, target)
        met: bool | None = None
        if not math.isnan(reached):
            met = reached >= target.score if target.score is not None else reached <= float(target.rank_to or math.inf)
        found.append(Met(target, reached, met))
    return found


def _reached(result: Result, row: int, column: int, target: Target) -> float:
    figure = published_figure(result, target.unit, target.code)
    if target.score is None:
        alone = len(result.rows_of_group(result.units[row].group)) == 1
        if figure is not None and figure.rank is not None and alone:
            return figure.rank
        return math.nan if alone else float(result.scores.rank[row, column])
    return float(result.scores.score[row, column])


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
