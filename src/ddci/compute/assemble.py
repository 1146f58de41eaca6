"""Score and rank each unit group and lay the figures into the arrays of the Result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ddci.compute.cautions import warn_of_group
from ddci.compute.coherence import coherence_of_group
from ddci.compute.data_weights import weigh_by_data
from ddci.compute.provenance import provenance_of
from ddci.compute.values import Values, pooled_extremes
from ddci.errors import Faults, Place
from ddci.framework.model import Framework
from ddci.index.diagnose import below_median, diagnose, group_gaps
from ddci.index.framework_weights import FROM_DATA, stated_weights
from ddci.index.rank import rank_scores, stability
from ddci.index.rank_sets import rank_sets, rank_sets_of_nodes, tiers
from ddci.index.score import (
    IndexScores,
    ScoringRule,
    score_values,
    score_with_held_bounds,
    scoring_rule,
    shares_of_index,
)
from ddci.index.small_area import fay_herriot
from ddci.index.uncertainty import share_interval, t_interval
from ddci.result import INDEX_CODE, Coherence, Finding, Node, Result, Scores, SmallAreaScore, Tier
from ddci.wave.model import Wave

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
FLAGS = ("small_n", "no_answers", "bounds_equal", "reweighted", "refused", "not_ranked", "tied")
FLOATING_NOISE = 1e-12  # of a threshold: ten sub-indices of 8.0 may add up to 79.99999999999999
FEWEST_AREAS = 5  # with fewer units the spread between them cannot be told


@dataclass(frozen=True)
class GroupScores:
    """One unit group as it was scored. ``rows`` are the wave's units; values and scores carry the replicates.

    ``scored`` takes in-year bounds anew in every replicate, ``held`` keeps those of the estimate (see ``index.score``).
    """

    code: str
    rows: list[int]
    values: FloatArray  # (R, U, I) of the group's units and indicators
    rule: ScoringRule
    scored: IndexScores
    held: IndexScores


def assemble(wave: Wave, values: Values, *, engine: str, judge: bool = True) -> Assembly:
    """Score and rank every unit group of a wave.

    judge  also say what is proven about ranks and what stands out; an earlier wave is only compared with, score by score
    """
    assembly = Assembly(wave, values, engine)
    for group in wave.framework.unit_groups:
        rows = [row for row, unit in enumerate(wave.units) if unit.group == group.code]
        if rows:
            scored = assembly.add_group(group.code, rows)
            if judge:
                assembly.judge_group(scored)
    return assembly


class Assembly:
    """A wave's figures while they are being laid into the arrays of a Result, with the replicates still at hand."""

    def __init__(self, wave: Wave, values: Values, engine: str) -> None:
        self.wave, self.framework, self.values, self.engine = wave, wave.framework, values, engine
        self.nodes = _nodes(wave.framework)
        shape = (len(wave.units), len(self.nodes))
        self.figures = {name: np.full(shape, np.nan) for name in Scores.__dataclass_fields__}
        self.flags = {name: np.zeros(shape, dtype=bool) for name in FLAGS}
        self.column = {(node.level, node.code): position for position, node in enumerate(self.nodes)}
        self.tiers: list[Tier] = []
        self.stability: dict[int, FloatArray] = {}
        self.covariance: dict[str, FloatArray] = {}
        self.coherence: list[Coherence] = []
        self.findings: list[Finding] = []
        self.small_area: list[SmallAreaScore] = []
        self.groups: dict[str, GroupScores] = {}
        self.faults = Faults([*values.warnings, *wave.warnings])

    def columns_of_indicators(self, group: str) -> list[int]:
        """The places of a group's indicators among all indicators of the framework."""
        place = {item.code: position for position, item in enumerate(self.framework.indicators)}
        return [place[item.code] for item in self.framework.indicators_of_group(group)]

    def add_group(self, group: str, rows: list[int]) -> GroupScores:
        """Score and rank one group."""
        chosen = self.columns_of_indicators(group)
        values = self.values.value[:, rows][:, :, chosen]
        rule, scored = self._score(group, values, chosen)
        held = score_with_held_bounds(values, rule, scored)
        self.groups[group] = scored_group = GroupScores(group, rows, values, rule, scored, held)
        columns = self._columns(group)
        self._lay_indicators(rows, chosen, columns["indicator"], scored, rule)
        self._lay_scores(rows, columns, held, rule)
        self._rank_group(scored_group, columns)
        return scored_group

    def judge_group(self, group: GroupScores) -> None:
        """What is proven about the ranks of a group that was added, what stands out, and what to beware of."""
        columns = self._columns(group.code)
        if self._has_sampling_error(group.held.index) or self._has_sampling_error(group.held.scores):
            self._rank_sets(group, columns)
            self._rank_index(group)
        self._median_and_best(group.rows, columns, group.rule)
        self._diagnose(group, columns)
        self.coherence.append(coherence_of_group(self.framework, group.code, group.scored, group.rule))
        self.small_area += self._small_area(group.code, group.rows)
        cells = np.ix_(group.rows, columns["indicator"])
        estimate, n = self.figures["value"][cells], self.figures["n"][cells]
        warn_of_group(
            self.faults, self.framework, group.code, values=estimate, n=n, rule=group.rule, scored=group.scored
        )

    def _columns(self, group: str) -> dict[str, list[int]]:
        framework = self.framework
        return {
            "index": [self.column["index", INDEX_CODE]],
            "sub_index": [self.column["sub_index", item.code] for item in framework.sub_indices_of_group(group)],
            "indicator": [self.column["indicator", item.code] for item in framework.indicators_of_group(group)],
        }

    def _score(self, group: str, values: FloatArray, chosen: list[int]) -> tuple[ScoringRule, IndexScores]:
        framework = self.framework
        floor, ceiling = pooled_extremes(self.wave, group)
        rule = scoring_rule(framework, group, floor=floor, ceiling=ceiling, weights=stated_weights(framework, group))
        if framework.weighting in FROM_DATA or framework.weighting_top in FROM_DATA:
            rule = self._weigh_by_data(rule, values[:1])
        return rule, score_values(values, rule)

    def _weigh_by_data(self, rule: ScoringRule, estimate: FloatArray) -> ScoringRule:
        """Weights taken from the estimate and held in every replicate, which a warning says."""
        framework = self.framework
        self.faults.warn("WEIGHTS_HELD", Place(), found=f"{framework.weighting}, {framework.weighting_top}")
        return weigh_by_data(framework, rule, estimate)

    def _lay_indicators(
        self, rows: list[int], chosen: list[int], columns: list[int], scored: IndexScores, rule: ScoringRule
    ) -> None:
        cells, source = np.ix_(rows, columns), np.ix_(rows, chosen)
        value, se, n = self.values.value[0][source], self.values.se[source], self.values.n[source]
        low, high = self._value_interval(value, se, self.values.n_effective[source], chosen)
        for name, array in (("value", value), ("se", se), ("low", low), ("high", high), ("n", n)):
            self.figures[name][cells] = array
        self.figures["n_effective"][cells] = self.values.n_effective[source]
        self.figures["score"][cells] = scored.scores[0]
        self.figures["bounds_low"][cells] = np.broadcast_to(scored.low[0], value.shape)
        self.figures["bounds_high"][cells] = np.broadcast_to(scored.high[0], value.shape)
        self.flags["bounds_equal"][cells] = scored.equal_bounds
        self.flags["no_answers"][cells] = np.isnan(value)
        self.figures["effective_weight"][cells] = shares_of_index(scored, rule)[0]

    def _value_interval(
        self, value: FloatArray, se: FloatArray, n_effective: FloatArray, chosen: list[int]
    ) -> tuple[FloatArray, FloatArray]:
        """Shares on the logit scale, so that an interval stays within 0–1; everything else by Student's t."""
        indicators = [self.framework.indicators[place] for place in chosen]
        shares = np.array([item.unit == "share" and item.method in ("share", "value") for item in indicators])
        confidence = self.framework.confidence
        low, high = t_interval(value, se, n_effective, confidence=confidence)
        within = shares & (value >= 0) & (value <= 1)
        share_low, share_high = share_interval(np.where(within, value, 0.5), se, n_effective, confidence=confidence)
        return np.where(within, share_low, low), np.where(within, share_high, high)

    def _lay_scores(
        self, rows: list[int], columns: dict[str, list[int]], scored: IndexScores, rule: ScoringRule
    ) -> None:
        """Sub-indices and the index: estimate, standard error, interval, n and weight."""
        of_sub_index = shares_of_index(scored, rule)[1]
        indicator_n = self.figures["n"][np.ix_(rows, columns["indicator"])]
        indicator_effective = self.figures["n_effective"][np.ix_(rows, columns["indicator"])]
        for place, column in enumerate(columns["sub_index"]):
            inside = rule.parent == place
            self.figures["n"][rows, column] = _largest(indicator_n[:, inside])
            self.figures["n_effective"][rows, column] = _largest(indicator_effective[:, inside])
            self._lay_node(rows, column, scored.sub_indices[..., place])
            self.figures["effective_weight"][rows, column] = of_sub_index[:, place]
            missing = np.isnan(scored.scores[0][:, inside])
            self.flags["reweighted"][rows, column] = missing.any(axis=1) & np.isfinite(scored.sub_indices[0][:, place])
        index = columns["index"][0]
        self.figures["n"][rows, index] = _largest(indicator_n)
        self.figures["n_effective"][rows, index] = _largest(indicator_effective)
        self._lay_node(rows, index, scored.index)
        self.figures["effective_weight"][rows, index] = np.where(np.isfinite(scored.index[0]), 1.0, np.nan)
        missing = np.isnan(scored.sub_indices[0]).any(axis=1)
        self.flags["reweighted"][rows, index] = missing & np.isfinite(scored.index[0])
        for column in (*columns["sub_index"], index):
            empty = np.isnan(self.figures["score"][rows, column])
            self.flags["refused"][rows, column] = empty
            self.flags["no_answers"][rows, column] = empty & np.isnan(scored.scores[0]).all(axis=1)

    def _lay_node(self, rows: list[int], column: int, replicated: FloatArray) -> None:
        estimate = replicated[0]
        self.figures["score"][rows, column] = estimate
        if self._has_sampling_error(replicated):
            se = replicated[1:].std(axis=0, ddof=1)
            n_effective = self.figures["n_effective"][rows, column]
            low, high = t_interval(estimate, se, n_effective, confidence=self.framework.confidence)
            for name, array in (("se", se), ("low", low), ("high", high)):
                self.figures[name][rows, column] = array

    @staticmethod
    def _has_sampling_error(replicated: FloatArray) -> bool:
        return replicated.shape[0] > 2 and bool(
            (replicated[1:] != replicated[:1]).any(where=np.isfinite(replicated[:1]))
        )

    def _rank_group(self, group: GroupScores, columns: dict[str, list[int]]) -> None:
        framework, rows, scored = self.framework, group.rows, group.held
        order = columns["index"] + columns["sub_index"] + columns["indicator"]
        estimate = np.concatenate([scored.index[0][:, None], scored.sub_indices[0], scored.scores[0]], axis=1)  # (U, K)
        n = self.figures["n"][np.ix_(rows, order)]
        small = np.isfinite(n) & (n < framework.min_n)
        ranked = np.isfinite(estimate) & ~small
        cells = np.ix_(rows, order)
        self.flags["small_n"][cells] = small
        self.flags["not_ranked"][cells] = ~ranked
        ranks = rank_scores(np.where(ranked, estimate, np.nan).T, ties=framework.ties)  # (K, U)
        self.figures["rank"][cells] = ranks.T
        self.flags["tied"][cells] = _tied(ranks).T

    def _ranked_scores(self, rows: list[int], columns: list[int]) -> FloatArray:
        """(U, K) scores, NaN where a unit has no rank."""
        cells = np.ix_(rows, columns)
        return np.where(self.flags["not_ranked"][cells], np.nan, self.figures["score"][cells])

    def _rank_sets(self, group: GroupScores, columns: dict[str, list[int]]) -> None:
        order, held = columns["index"] + columns["sub_index"] + columns["indicator"], group.held
        nodes = (held.index[..., None], held.sub_indices, held.scores)
        replicates = np.concatenate([np.moveaxis(node[1:], -1, 0) for node in nodes])  # (K, R, U), a node's together
        estimates = self._ranked_scores(group.rows, order).T
        sets = rank_sets_of_nodes(estimates, replicates, confidence=self.framework.confidence, seed=self.wave.seed)
        cells = np.ix_(group.rows, order)
        for name in ("rank_low", "rank_high", "rank_low_single", "rank_high_single"):
            self.figures[name][cells] = getattr(sets, name.removeprefix("rank_")).T

    def _rank_index(self, group: GroupScores) -> None:
        """Proven differences of the index, the tiers they make, and how often each rank came up."""
        rows, index = group.rows, self.column["index", INDEX_CODE]
        estimate = self._ranked_scores(rows, [index])[:, 0]
        covariance = np.cov(group.held.index[1:], rowvar=False).reshape(len(rows), len(rows))
        self.covariance[group.code] = covariance
        sets = rank_sets(estimate, covariance, confidence=self.framework.confidence, seed=self.wave.seed)
        self.figures["rank_low"][rows, index], self.figures["rank_high"][rows, index] = sets.low, sets.high
        self.figures["rank_low_single"][rows, index] = sets.low_single
        self.figures["rank_high_single"][rows, index] = sets.high_single
        for number, members in enumerate(tiers(estimate, sets.proven_better), start=1):
            codes = tuple(self.wave.units[rows[member]].code for member in members)
            self.tiers.append(Tier(group.code, number, codes))
        replicated = np.where(np.isfinite(estimate), group.scored.index[1:], np.nan)
        replicate_ranks = rank_scores(replicated, ties=self.framework.ties)
        for row, shares in zip(rows, stability(replicate_ranks, len(rows)), strict=True):
            self.stability[row] = shares

    def _median_and_best(self, rows: list[int], columns: dict[str, list[int]], rule: ScoringRule) -> None:
        """The group's median and best: of values on indicators, of scores elsewhere; and who is below the median."""
        for level, places in columns.items():
            cells = np.ix_(rows, places)
            figures = self.figures["value" if level == "indicator" else "score"][cells]
            direction = rule.direction if level == "indicator" else np.ones(len(places))
            gaps = group_gaps(figures, direction=direction)
            self.figures["median"][cells] = np.broadcast_to(gaps.median, figures.shape)
            self.figures["best"][cells] = np.broadcast_to(gaps.best, figures.shape)
            self.figures["below_median"][cells] = below_median(
                figures, direction=direction, median_rule=self.framework.median_rule
            )

    def _diagnose(self, group: GroupScores, columns: dict[str, list[int]]) -> None:
        """Importance, gains and findings of the group's units."""
        framework = self.framework
        diagnosis = diagnose(
            group.values, group.held, group.rule, median_rule=framework.median_rule, confidence=framework.confidence
        )
        cells = np.ix_(group.rows, columns["indicator"])
        self.figures["importance"][cells] = np.broadcast_to(diagnosis.importance, diagnosis.gain_to_best.shape)
        self.figures["gain"][cells] = diagnosis.gain_to_best
        self.figures["gain"][np.ix_(group.rows, columns["sub_index"])] = diagnosis.gain_of_sub_index
        indicators = framework.indicators_of_group(group.code)
        for found in diagnosis.findings:
            self.findings.append(
                Finding(
                    unit=self.wave.units[group.rows[found.unit]].code,
                    kind=found.kind,
                    code=indicators[found.indicator].code,
                    gap_to_median=found.gap_to_median,
                    gap_to_best=found.gap_to_best,
                    gain=found.gain,
                    beyond_noise=found.beyond_noise,
                )
            )

    def _small_area(self, group: str, rows: list[int]) -> list[SmallAreaScore]:
        """Fay–Herriot estimates of the index towards the group's mean, where the units have sampling errors."""
        covariance = self.covariance.get(group)
        direct = self.figures["score"][rows, 0]
        if covariance is None:
            return []
        variance = np.where(np.isfinite(direct), np.diag(covariance), np.nan)
        if (variance > 0).sum() < FEWEST_AREAS or (variance == 0).any():
            return []
        found = fay_herriot(direct, variance, np.ones((len(rows), 1)), confidence=self.framework.confidence)
        return [
            SmallAreaScore(
                unit=self.wave.units[row].code,
                direct=float(direct[place]),
                estimate=float(found.estimate[place]),
                se=float(np.sqrt(found.mse[place])),
                low=float(found.low[place]),
                high=float(found.high[place]),
                own_share=float(found.own_share[place]),
            )
            for place, row in enumerate(rows)
        ]

    def result(self) -> Result:
        wave, framework = self.wave, self.framework
        widest = max((len(shares) for shares in self.stability.values()), default=0)
        stable = np.full((len(wave.units), widest), np.nan)
        for row, shares in self.stability.items():
            stable[row, : len(shares)] = shares
        index = self.column["index", INDEX_CODE]
        return Result(
            framework=framework,
            wave=wave.code,
            year=wave.year,
            simulated=wave.simulated,
            units=wave.units,
            nodes=self.nodes,
            scores=Scores(**self.figures),
            band=tuple(_band(framework, score) for score in self.figures["score"][:, index]),
            flags=self.flags,
            tiers=tuple(self.tiers),
            stability=stable,
            index_covariance=self.covariance,
            findings=tuple(self.findings),
            coherence=tuple(self.coherence),
            small_area=tuple(self.small_area),
            provenance=provenance_of(wave, engine=self.engine),
            vi=wave.vi,
            source=wave.source,
            published=wave.published,
            targets=wave.targets,
            history=wave.history,
            warnings=self.faults.warnings,
        )


def _nodes(framework: Framework) -> tuple[Node, ...]:
    """The columns of the Result: the index, the sub-indices, the indicators."""
    top = Node("index", INDEX_CODE, None, framework.vi, framework.en, "points", 1)
    middle = [Node("sub_index", item.code, INDEX_CODE, item.vi, item.en, "points", 1) for item in framework.sub_indices]
    bottom = [
        Node("indicator", item.code, item.parent, item.vi, item.en, item.unit, item.direction)
        for item in framework.indicators
    ]
    return (top, *middle, *bottom)


def _largest(n: FloatArray) -> FloatArray:
    """(U,) the largest n over the indicators (U, I): how many answers stand behind a part; NaN where no n is known."""
    return np.where(np.isfinite(n).any(axis=1), np.fmax.reduce(n, axis=1, initial=-np.inf), np.nan)


def _tied(ranks: FloatArray) -> BoolArray:
    """(K, U) whether another unit has the same rank."""
    same = ranks[:, :, None] == ranks[:, None, :]
    return np.asarray(same.sum(axis=2) > 1)


def _band(framework: Framework, score: float) -> int:
    """The place of the highest band whose threshold the unrounded index reaches but for rounding noise; −1 = none."""
    reached = [place for place, band in enumerate(framework.bands) if score >= band.min * (1 - FLOATING_NOISE)]
    return reached[0] if reached else -1
