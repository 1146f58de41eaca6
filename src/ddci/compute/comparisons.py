"""Set an assembled wave beside other figures: an earlier wave, what was published, and its own group.

In:  an Assembly (scores with their replicates) and, where there is one, the earlier wave.
Out: the Result with its change, its checks against published figures and its findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ddci.compute.assemble import Assembly, GroupScores
from ddci.compute.data_weights import weigh_by_data
from ddci.compute.reconcile import check_published
from ddci.framework.compare import comparable_codes
from ddci.framework.model import Framework
from ddci.index.change import estimate_change, like_for_like, match_units
from ddci.index.decomposition import Part, decompose_change, scored_wave
from ddci.index.framework_weights import stated_weights
from ddci.index.score import IndexScores, ScoringRule, score_values, scoring_rule
from ddci.result import INDEX_CODE, Change, Check, Contribution, Result
from ddci.wave.model import Published, Unit

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Earlier:
    """An earlier wave, as far as a comparison needs it. ``groups`` by unit group code."""

    wave: str
    year: int
    framework: Framework
    units: tuple[Unit, ...]
    groups: Mapping[str, GroupScores]
    ranks: FloatArray  # (U,)
    published: tuple[Published, ...]


def earlier_from_assembly(assembly: Assembly) -> Earlier:
    """An earlier wave that was computed with all its replicates."""
    wave = assembly.wave
    ranks = assembly.figures["rank"][:, 0]
    return Earlier(wave.code, wave.year, wave.framework, wave.units, assembly.groups, ranks, wave.published)


def earlier_from_result(result: Result) -> Earlier:
    """An earlier wave of which only the Result is left: its estimates and bounds, without replicates."""
    groups = {}
    for group in result.framework.unit_groups:
        rows = result.rows_of_group(group.code)
        if rows:
            groups[group.code] = _group_from_result(result, group.code, rows)
    ranks = result.scores.rank[:, 0]
    return Earlier(result.wave, result.year, result.framework, result.units, groups, ranks, result.published)


def _group_from_result(result: Result, group: str, rows: list[int]) -> GroupScores:
    framework = result.framework
    columns = [result.node_column[item.code] for item in framework.indicators_of_group(group)]
    cells = np.ix_(rows, columns)
    nothing = np.full(len(columns), np.nan)
    rule = scoring_rule(framework, group, floor=nothing, ceiling=nothing, weights=stated_weights(framework, group))
    low, high = (
        np.nanmax(bounds[cells], axis=0)[None, :] for bounds in (result.scores.bounds_low, result.scores.bounds_high)
    )
    values = result.scores.value[cells][None]
    bounds = (low[None], high[None])
    rule = weigh_by_data(framework, rule, values, bounds=bounds)
    scored = score_values(values, rule, bounds=bounds)
    return GroupScores(group, rows, values, rule, scored, scored)


def add_comparisons(assembly: Assembly, earlier: Earlier | None) -> Result:
    """The Result of an assembled wave, with everything that compares it."""
    result = assembly.result()
    return replace(
        result,
        change=_change(assembly, result, earlier) if earlier else None,
        checks=_checks(assembly, result),
    )


# Change against the earlier wave


def _change(assembly: Assembly, result: Result, earlier: Earlier) -> Change:
    wave = assembly.wave
    codes = comparable_codes(earlier.framework, wave.framework)
    heirs = match_units(
        [u.code for u in wave.units], [u.succeeds for u in wave.units], earlier=[u.code for u in earlier.units]
    )
    shape = result.scores.score.shape
    nodes = {name: np.full(shape, np.nan) for name in ("score", "low", "high")}
    of_units = {
        name: np.full(shape[0], np.nan)
        for name in (
            "like_for_like",
            "like_for_like_low",
            "like_for_like_high",
            "like_for_like_now",
            "like_for_like_then",
        )
    }
    contributions: list[Contribution] = []
    for group in assembly.groups.values():
        then = earlier.groups.get(group.code)
        if then is not None:
            comparison = _GroupComparison(assembly, group, earlier, then, heirs, codes)
            comparison.lay_nodes(nodes, result.node_column)
            comparison.lay_like_for_like(of_units)
            contributions += comparison.contributions()
    published_now = _published_totals(wave.published, [unit.code for unit in wave.units])
    published_all = _published_totals(earlier.published, [unit.code for unit in earlier.units])
    published_then = np.where(heirs >= 0, published_all[heirs], np.nan)
    return Change(
        wave=earlier.wave,
        year=earlier.year,
        comparable=np.array([node.code == INDEX_CODE or node.code in codes for node in result.nodes]),
        published=published_now - published_then,
        published_then=published_then,
        rank_then=np.where(heirs >= 0, earlier.ranks[heirs], np.nan),
        contributions=tuple(contributions),
        **nodes,
        **of_units,
    )


class _GroupComparison:
    """One unit group in both waves, with rows for every unit of either wave (NaN where a unit did not exist)."""

    def __init__(
        self,
        assembly: Assembly,
        group: GroupScores,
        earlier: Earlier,
        then: GroupScores,
        heirs: IntArray,
        codes: Mapping[str, str],
    ) -> None:
        self.assembly, self.group, self.earlier, self.then, self.codes = assembly, group, earlier, then, codes
        place_then = {row: place for place, row in enumerate(then.rows)}
        matched = [place_then.get(int(heirs[row]), -1) for row in group.rows]
        gone = sorted(set(range(len(then.rows))) - set(matched))
        self.rows_now = np.array([*range(len(group.rows)), *[-1] * len(gone)], dtype=np.int64)
        self.rows_then = np.array([*matched, *gone], dtype=np.int64)
        self.indicators = assembly.wave.framework.indicators_of_group(group.code)
        self.indicators_then = earlier.framework.indicators_of_group(then.code)
        place_of_code = {item.code: place for place, item in enumerate(self.indicators_then)}
        self.matches = np.array(
            [place_of_code.get(codes.get(item.code, ""), -1) for item in self.indicators], dtype=np.int64
        )

    def lay_nodes(self, nodes: dict[str, FloatArray], column: Mapping[str, int]) -> None:
        """Change of every comparable figure with its interval."""
        framework, framework_then = self.assembly.wave.framework, self.earlier.framework
        now, then = self.group.held, self.then.held
        pairs = [(INDEX_CODE, now.index[..., None], then.index[..., None], 0, 0)]
        places = {item.code: place for place, item in enumerate(framework_then.sub_indices_of_group(self.then.code))}
        for place, item in enumerate(framework.sub_indices_of_group(self.group.code)):
            before = places.get(self.codes.get(item.code, ""))
            if before is not None:
                pairs.append((item.code, now.sub_indices, then.sub_indices, place, before))
        for place, indicator in enumerate(self.indicators):
            if self.matches[place] >= 0:
                pairs.append((indicator.code, now.scores, then.scores, place, int(self.matches[place])))
        for code, replicated_now, replicated_then, place, before in pairs:
            aligned = _take(replicated_then[..., before], self.rows_then[: len(self.group.rows)])
            estimate = estimate_change(
                replicated_now[..., place], aligned, panel=self.assembly.wave.panel, confidence=framework.confidence
            )
            for name, array in (("score", estimate.change), ("low", estimate.low), ("high", estimate.high)):
                nodes[name][self.group.rows, column[code]] = array

    def lay_like_for_like(self, of_units: dict[str, FloatArray]) -> None:
        now = _take_rows(self.group.values, self.rows_now)
        then_values = _take_rows(self.then.values, self.rows_then)
        then = np.where(self.matches >= 0, then_values[..., self.matches], np.nan)
        outcome = like_for_like(
            now,
            then,
            rule=_for_rows(self.group.rule, self.rows_now),
            comparable=self.matches >= 0,
            panel=self.assembly.wave.panel,
            confidence=self.assembly.wave.framework.confidence,
        )
        estimate = outcome.index
        n_units = len(self.group.rows)
        for name, array in (
            ("like_for_like", estimate.change),
            ("like_for_like_low", estimate.low),
            ("like_for_like_high", estimate.high),
            ("like_for_like_now", np.where(np.isfinite(estimate.change), outcome.now, np.nan)),
            ("like_for_like_then", np.where(np.isfinite(estimate.change), outcome.then, np.nan)),
        ):
            of_units[name][self.group.rows] = array[:n_units]

    def contributions(self) -> list[Contribution]:
        now, then = self.group, self.then
        first = scored_wave(
            _take_rows(now.values, self.rows_now)[0], _for_rows(now.rule, self.rows_now), bounds=_bounds(now.scored)
        )
        second = scored_wave(
            _take_rows(then.values, self.rows_then)[0],
            _for_rows(then.rule, self.rows_then),
            bounds=_bounds(then.scored),
        )
        taken_apart = decompose_change(first, second, matches=self.matches)
        found = []
        for place, row in enumerate(now.rows):
            for part, points in zip(taken_apart.parts, taken_apart.points[place], strict=True):
                if np.isfinite(points) and points != 0:
                    code = self._code_of(part)
                    found.append(Contribution(self.assembly.wave.units[row].code, part.kind, code, float(points)))
        return found

    def _code_of(self, part: Part) -> str:
        earlier = part.kind == "leaving"
        if part.level == "indicator":
            return (self.indicators_then if earlier else self.indicators)[part.place].code
        if part.level == "sub_index":
            framework = self.earlier.framework if earlier else self.assembly.wave.framework
            return framework.sub_indices_of_group(self.group.code)[part.place].code
        return ""


def _take(replicated: FloatArray, rows: IntArray) -> FloatArray:
    """(R, rows) of (R, U); NaN where the row is −1."""
    return np.where(rows >= 0, replicated[:, rows], np.nan)


def _take_rows(values: FloatArray, rows: IntArray) -> FloatArray:
    """(R, rows, I) of (R, U, I); NaN where the row is −1."""
    return np.where((rows >= 0)[None, :, None], values[:, rows], np.nan)


def _for_rows(rule: ScoringRule, rows: IntArray) -> ScoringRule:
    """The rule with weights per unit, if there are such, in the order of ``rows``."""
    weights = {
        name: given[rows]
        for name in ("indicator_weights", "sub_index_weights")
        if (given := getattr(rule, name)).ndim == 2
    }
    return replace(rule, **weights) if weights else rule


def _bounds(scored: IndexScores) -> tuple[FloatArray, FloatArray]:
    """The bounds (1, I) that were in force for the estimate."""
    return scored.low.reshape(-1, *scored.low.shape[-2:])[0], scored.high.reshape(-1, *scored.high.shape[-2:])[0]


def _published_totals(published: tuple[Published, ...], units: list[str]) -> FloatArray:
    totals = {item.unit: item.score for item in published if item.code == INDEX_CODE and item.score is not None}
    return np.array([totals.get(unit, np.nan) for unit in units], dtype=np.float64)


# Published figures


def _checks(assembly: Assembly, result: Result) -> tuple[Check, ...]:
    if not result.published:
        return ()
    explained = _explained_by_rounding(assembly, result)
    scores, ranks, allowed, n_ranked = {}, {}, {}, {}
    for figure in result.published:
        row, column = result.unit_row.get(figure.unit), result.node_column.get(figure.code)
        if row is None or column is None:
            continue
        key = (figure.unit, figure.code)
        scores[key], ranks[key] = float(result.scores.score[row, column]), float(result.scores.rank[row, column])
        allowed[key] = float(explained[row, column])
        same_group = result.rows_of_group(result.units[row].group)
        n_ranked[key] = int(np.isfinite(result.scores.rank[same_group, column]).sum())
    return check_published(result.published, scores=scores, ranks=ranks, explained=allowed, n_ranked=n_ranked)


def _explained_by_rounding(assembly: Assembly, result: Result) -> FloatArray:
    """(U, K) how far each score moves when every input moves half its last printed decimal towards better."""
    explained = np.zeros(result.scores.score.shape)
    for group in assembly.groups.values():
        half_unit = np.nan_to_num(
            assembly.values.half_unit[np.ix_(group.rows, assembly.columns_of_indicators(group.code))]
        )
        if not half_unit.any():
            continue
        estimate = group.values[0]
        moved = score_values(estimate + half_unit * group.rule.direction, group.rule, bounds=_bounds(group.scored))
        held = score_values(estimate, group.rule, bounds=_bounds(group.scored))
        for place, item in enumerate(result.framework.sub_indices_of_group(group.code)):
            explained[group.rows, result.node_column[item.code]] = (moved.sub_indices - held.sub_indices)[:, place]
        for place, indicator in enumerate(result.framework.indicators_of_group(group.code)):
            explained[group.rows, result.node_column[indicator.code]] = (moved.scores - held.scores)[:, place]
        explained[group.rows, 0] = moved.index - held.index
    return np.abs(np.nan_to_num(explained))
