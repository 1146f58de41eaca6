"""No small cell is published, none can be worked out from what is published, and nothing else is lost."""

from __future__ import annotations

import re
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import make_result
from tests.waves import small_framework, table_wave

from ddci.compute import compute
from ddci.report import gallery
from ddci.report.figures import all_figures
from ddci.report.outputs import TABLES
from ddci.report.parquet import scores_parquet
from ddci.report.scorecard import scorecard_html
from ddci.report.suppression import FLAG, WITHHELD, suppress
from ddci.report.tables import scores_csv
from ddci.report.workbook import workbook_bytes
from ddci.result import Finding, HistoryPoint, Published, Result, Scores, Target
from ddci.result_json import result_text

MINIMUM = 5
TOP = 10.0
FIXED = {"bounds": "fixed"}


def computed(values, n, *, n_sub_indices=1, weights=None, previous=None, **changes) -> Result:
    """A Result of shares with given n, scored on the 1–10 scale."""
    values = np.asarray(values, dtype=float)
    framework = small_framework(n_sub_indices, values.shape[1] // n_sub_indices, kind="hard", **changes)
    if framework.bounds == "fixed":
        framework = with_indicators(framework, bounds=(0.0, 1.0))
    if weights is not None:
        indicators = zip(framework.indicators, weights, strict=True)
        framework = replace(framework, indicators=tuple(replace(i, index_weight=float(w)) for i, w in indicators))
    return compute(table_wave(values, n=np.asarray(n, dtype=float), framework=framework, previous=previous))


def with_indicators(framework, **changes):
    return replace(framework, indicators=tuple(replace(item, **changes) for item in framework.indicators))


def children(result: Result, column: int) -> list[int]:
    return [c for c, node in enumerate(result.nodes) if node.parent == result.nodes[column].code]


class Attack:
    """What a reader with pencil and paper can work out: every mean with one unknown, again and again, then the bounds."""

    def __init__(self, published: Result, *, guess_extremes: bool = True) -> None:
        self.result = published
        self.hidden = published.flags.get(FLAG, np.zeros(published.scores.score.shape, dtype=bool))
        self.score = published.scores.score.copy()
        if guess_extremes and published.framework.bounds == "in_year":
            self._guess_extremes()
        while self._solve_means():
            pass

    def values(self) -> np.ndarray:
        """(U, K) values worked out from scores, by the line through two published cells of the column."""
        found = self.result.scores.value.copy()
        for column in self.result.columns("indicator"):
            value, score = self.result.scores.value[:, column], self.result.scores.score[:, column]
            known = np.flatnonzero(np.isfinite(value) & np.isfinite(score))
            if self.result.framework.bounds == "fixed":
                found[:, column] = (self.score[:, column] - 1.0) / 9.0
            elif len(known) > 1 and np.ptp(score[known]) > 0:
                low, high = known[np.argmin(score[known])], known[np.argmax(score[known])]
                slope = (value[high] - value[low]) / (score[high] - score[low])
                found[:, column] = value[low] + slope * (self.score[:, column] - score[low])
            for bounds in (self.result.scores.bounds_low, self.result.scores.bounds_high):
                ends = (
                    np.isnan(found[:, column])
                    & np.isfinite(bounds[:, column])
                    & np.isin(self.score[:, column], (1, 10))
                )
                found[ends, column] = bounds[ends, column]
        return found

    def _guess_extremes(self) -> None:
        """Somebody has the best score and somebody the worst: when no published unit does, the one missing has."""
        for column in self.result.columns("indicator"):
            missing = np.flatnonzero(self.hidden[:, column])
            for end in (1.0, TOP):
                if len(missing) == 1 and not np.isclose(self.result.scores.score[:, column], end).any():
                    self.score[missing, column] = end

    def _solve_means(self) -> bool:
        found = False
        for column in (*self.result.columns("sub_index"), 0):
            parts = children(self.result, column)
            weight = self.weights(parts)
            for row in range(len(self.score)):
                scale = 10.0 if column == 0 else 1.0
                cells = [*(self.score[row, parts] * weight), self.score[row, column] / scale]
                unknown = np.flatnonzero(np.isnan(cells) & (np.append(weight, 1.0) > 0))
                if len(unknown) == 1 and self.hidden[row, [*parts, column][unknown[0]]]:
                    place = unknown[0]
                    if place == len(parts):
                        self.score[row, column] = scale * np.nansum(cells[:-1])
                    else:
                        self.score[row, parts[place]] = (cells[-1] - np.nansum(cells[:-1])) / weight[place]
                    found = True
        return found

    def weights(self, parts: list[int]) -> np.ndarray:
        known = {
            item.code: item.index_weight
            for item in (*self.result.framework.sub_indices, *self.result.framework.indicators)
        }
        weight = np.array([known[self.result.nodes[c].code] for c in parts])
        return weight / weight.sum()


worlds = st.tuples(
    st.integers(0, 2**32 - 1),
    st.integers(3, 8),
    st.integers(1, 4),
    st.integers(1, 4),
    st.sampled_from(["in_year", "fixed"]),
)


def world(seed, n_units, n_sub_indices, n_indicators, bounds) -> Result:
    """Values with many ties, n around the minimum, some weights 0."""
    rng = np.random.default_rng(seed)
    shape = (n_units, n_sub_indices * n_indicators)
    values = rng.choice([0.1, 0.25, 0.5, 0.6, 0.75, 0.9], shape)
    n = rng.choice([2, 4, 5, 9, 30, 80], shape, p=[0.05, 0.05, 0.1, 0.2, 0.3, 0.3])
    weights = rng.choice([0.0, 1.0, 2.0], shape[1], p=[0.1, 0.6, 0.3])
    weights[::n_indicators] = 1.0
    return computed(values, n, n_sub_indices=n_sub_indices, weights=weights, bounds=bounds)


def small(result: Result) -> np.ndarray:
    is_indicator = np.array([node.level == "indicator" for node in result.nodes])
    return (result.scores.n > 0) & (result.scores.n < MINIMUM) & is_indicator


@settings(max_examples=300, deadline=None)
@given(worlds)
def test_no_small_cell_can_be_worked_out_from_the_means_and_the_bounds(parameters):
    result = world(*parameters)

    published = suppress(result, minimum=MINIMUM)

    attack = Attack(published)
    counted = small(result) & (weights_of_nodes(result) > 0)
    told = np.isclose(attack.values(), result.scores.value, rtol=1e-9, atol=1e-9) & small(result)
    assert not told.any()
    sure = Attack(published, guess_extremes=False)
    assert not (np.isclose(sure.score, result.scores.score, rtol=1e-9) & counted).any()


def weights_of_nodes(result: Result) -> np.ndarray:
    known = {item.code: item.index_weight for item in result.framework.indicators}
    return np.array([known.get(node.code, 0.0) for node in result.nodes])


def test_the_attack_succeeds_where_only_the_small_cells_are_left_out():
    result = computed([[0.2, 0.4], [0.5, 0.7], [0.9, 0.1], [0.3, 0.8]], [[3, 50]] + [[50, 50]] * 3, bounds="fixed")
    hidden = small(result)
    naive = replace(
        result,
        scores=replace(
            result.scores,
            value=np.where(hidden, np.nan, result.scores.value),
            score=np.where(hidden, np.nan, result.scores.score),
        ),
        flags={**result.flags, FLAG: hidden},
    )

    assert Attack(naive).values()[0, 2] == pytest.approx(0.2)


@settings(max_examples=100, deadline=None)
@given(worlds)
def test_suppressing_twice_changes_nothing_more(parameters):
    once = suppress(world(*parameters), minimum=MINIMUM)

    assert suppress(once, minimum=MINIMUM) is once


@settings(max_examples=100, deadline=None)
@given(worlds)
def test_no_published_figure_differs_from_the_computed_one(parameters):
    result = world(*parameters)

    published = suppress(result, minimum=MINIMUM)

    for item in fields(Scores):
        now, then = getattr(published.scores, item.name), getattr(result.scores, item.name)
        assert ((now == then) | np.isnan(now)).all(), item.name


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_a_minimum_of_nothing_changes_nothing(parameters):
    result = world(*parameters)

    assert suppress(result, minimum=0) is result
    assert suppress(result, minimum=1) is result


VALUES = [[0.1, 0.6, 0.3], [0.5, 0.7, 0.9], [0.9, 0.2, 0.4], [0.3, 0.8, 0.5], [0.4, 0.3, 0.6], [0.7, 0.5, 0.8]]


def ones_n(value: float = 50.0) -> np.ndarray:
    return np.full((6, 3), value)


def test_a_small_cell_has_no_figure_of_its_own_and_says_why():
    n = ones_n()
    n[3, 0] = 4

    published = suppress(computed(VALUES, n, bounds="fixed"), minimum=MINIMUM)

    cell = (3, published.node_column["S1I1"])
    own = ("value", "score", "se", "low", "high", "n", "n_effective", "rank", "rank_low", "gain", "below_median")
    assert all(np.isnan(getattr(published.scores, name)[cell]) for name in own)
    assert published.flags[FLAG][cell]
    assert "suppressed" in next(
        line for line in scores_csv(published).splitlines() if line.startswith("u03") and "S1I1" in line
    )


def test_with_one_small_cell_the_indicator_with_the_fewest_answers_beside_it_goes_too():
    n = ones_n()
    n[3] = 4, 50, 20

    published = suppress(computed(VALUES, n, bounds="fixed"), minimum=MINIMUM)

    gone = [published.nodes[column].code for column in np.flatnonzero(published.flags[FLAG][3])]
    assert gone == ["S1I1", "S1I3"]
    assert np.flatnonzero(published.flags[FLAG].any(axis=1)).tolist() == [3]


def test_two_small_cells_of_a_sub_index_protect_each_other():
    n = ones_n()
    n[3] = 4, 50, 3

    published = suppress(computed(VALUES, n, bounds="fixed"), minimum=MINIMUM)

    assert published.flags[FLAG].sum() == 2


def test_an_indicator_alone_takes_its_sub_index_and_a_second_one_along():
    n = ones_n()
    n[3] = 50, 4, 20
    result = computed(VALUES, n, n_sub_indices=3, bounds="fixed")
    result = replace(
        result, scores=replace(result.scores, n=np.where(small(result), 4.0, np.fmax(result.scores.n, 20.0)))
    )

    published = suppress(result, minimum=MINIMUM)

    gone = {published.nodes[column].code for column in np.flatnonzero(published.flags[FLAG][3])}
    assert gone == {"S2", "S2I1", "S3", "S3I1"}


def test_a_unit_whose_sub_index_is_small_is_left_out_as_a_whole():
    n = ones_n()
    n[3, 1] = 4

    published = suppress(computed(VALUES, n, n_sub_indices=3, bounds="fixed"), minimum=MINIMUM)

    assert published.flags[FLAG][3].all()
    assert np.isnan(published.scores.score[3]).all()
    assert published.band[3] == -1


def test_the_best_and_its_gains_go_with_the_cell_that_alone_has_it():
    n = ones_n()
    n[2, 0] = 4

    published = suppress(computed(VALUES, n, bounds="fixed"), minimum=MINIMUM)

    column = published.node_column["S1I1"]
    assert np.isnan(published.scores.best[:, column]).all()
    assert np.isnan(published.scores.gain[:, column]).all()
    assert not any(item.code == "S1I1" for item in published.findings)


def test_the_best_stays_where_a_published_unit_has_it_too():
    values = np.array(VALUES)
    values[5, 0] = 0.9
    n = ones_n()
    n[2, 0] = 4

    published = suppress(computed(values, n, bounds="fixed"), minimum=MINIMUM)

    assert published.scores.best[0, published.node_column["S1I1"]] == 0.9


def test_the_median_goes_where_a_suppressed_cell_is_the_middle_one():
    n = ones_n()[:5]
    n[4, 0] = 4

    published = suppress(computed(VALUES[:5], n, bounds="fixed"), minimum=MINIMUM)

    assert np.isnan(published.scores.median[:, published.node_column["S1I1"]]).all()
    assert np.isfinite(published.scores.median[:, published.node_column["S1I2"]]).any()


def test_median_and_best_go_where_two_cells_stay():
    values, n = np.array(VALUES)[:4], ones_n()[:4]
    n[:2, 0] = 4

    published = suppress(computed(values, n, bounds="fixed"), minimum=MINIMUM)

    column = published.node_column["S1I1"]
    assert np.isnan(published.scores.median[:, column]).all()
    assert np.isnan(published.scores.best[:, column]).all()


def test_values_are_withheld_where_a_suppressed_cell_holds_a_bound_of_the_year():
    n = ones_n()
    n[2, 0] = 4

    published = suppress(computed(VALUES, n), minimum=MINIMUM)

    column = published.node_column["S1I1"]
    assert np.isnan(published.scores.value[:, column]).all()
    assert np.isnan(published.scores.bounds_high[:, column]).all()
    assert np.isfinite(published.scores.score[[0, 1, 3, 4, 5], column]).all()
    assert published.flags[WITHHELD][:, column].tolist() == [True, True, False, True, True, True]


def test_ranks_of_other_units_stay_but_not_beside_a_tie():
    values = np.array(VALUES)
    n = ones_n()
    n[3, 0] = 4
    apart = suppress(computed(values, n, bounds="fixed"), minimum=MINIMUM)
    values[4, 0] = values[3, 0]
    tied = suppress(computed(values, n, bounds="fixed"), minimum=MINIMUM)

    column = apart.node_column["S1I1"]
    assert np.isfinite(apart.scores.rank[[0, 1, 2, 4, 5], column]).all()
    assert np.isnan(tied.scores.rank[:, column]).all()
    assert not tied.flags["tied"][:, column].any()


def test_what_is_public_already_stays():
    n = ones_n()
    n[3, 0] = 4
    known = (
        Published("u03", "S1", 5.5, None, 0.05),
        Target("u03", "S1I1", 7.0),
        HistoryPoint(2020, "u03", "S1I1", 3.0, None),
    )
    result = replace(computed(VALUES, n), published=known[:1], targets=known[1:2], history=known[2:])

    published = suppress(result, minimum=MINIMUM)

    assert (*published.published, *published.targets, *published.history) == known


def test_findings_about_a_suppressed_cell_are_dropped():
    n = ones_n()
    n[3, 0] = 4
    result = computed(VALUES, n, bounds="fixed")
    quoted = Finding("u03", "weakness", "S1I1", -1.0, -2.0, 0.5, None)
    kept = Finding("u00", "weakness", "S1I3", -1.0, -2.0, 0.5, None)

    published = suppress(replace(result, findings=(quoted, kept)), minimum=MINIMUM)

    assert published.findings == (kept,)


def two_waves(n, *, bounds: str, n_then=None) -> tuple[Result, Result]:
    then = computed(np.array(VALUES)[::-1], ones_n() if n_then is None else n_then, bounds=bounds)
    then = replace(then, wave="then", year=2023)
    return then, computed(VALUES, n, bounds=bounds, previous=then)


def test_the_like_for_like_change_goes_where_it_is_a_further_equation_only():
    n = ones_n()
    n[3] = 4, 50, 3
    fixed = suppress(two_waves(n, bounds="fixed")[1], minimum=MINIMUM)
    in_year = suppress(two_waves(n, bounds="in_year")[1], minimum=MINIMUM)

    assert fixed.change is not None
    assert in_year.change is not None
    assert np.isfinite(fixed.change.like_for_like).all()
    assert np.flatnonzero(np.isnan(in_year.change.like_for_like)).tolist() == [3]
    assert not any(item.unit == "u03" for item in in_year.change.contributions)


def test_a_change_since_a_suppressed_cell_is_left_out():
    n = ones_n()
    n[3] = 4, 50, 3
    then, now = two_waves(ones_n(), bounds="fixed", n_then=n)

    published = suppress(now, minimum=MINIMUM, previous=suppress(then, minimum=MINIMUM))

    assert published.change is not None
    columns = [published.node_column[code] for code in ("S1I1", "S1I3")]
    assert np.isnan(published.change.score[3, columns]).all()
    assert np.isfinite(published.change.score[2, columns]).all()
    assert np.isfinite(published.scores.score).all()


def test_change_keeps_its_other_figures():
    n = ones_n()
    n[3] = 4, 50, 3
    result = two_waves(n, bounds="fixed")[1]

    published = suppress(result, minimum=MINIMUM)

    assert published.change is not None
    assert result.change is not None
    for name in ("published", "published_then", "rank_then", "comparable"):
        np.testing.assert_array_equal(getattr(published.change, name), getattr(result.change, name))


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_pages_can_be_made_of_what_is_left(parameters):
    published = suppress(world(*parameters), minimum=MINIMUM)

    page = scorecard_html(published).partition("<main")[2]

    text = re.sub(r'<svg.*?</svg>|base64,[^"]*', "", page, flags=re.DOTALL)
    assert not re.search(r"\b(nan|inf)\b", text)
    assert result_text(published)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1), share=st.sampled_from([0.02, 0.2, 0.6]), units_gone=st.integers(0, 4))
def test_every_view_of_a_sampled_result_with_gaps_can_be_made(monkeypatch, seed, share, units_gone):
    monkeypatch.setattr(gallery, "draw_svg", lambda spec: f"<svg>{len(spec)}</svg>")
    rng = np.random.default_rng(seed)
    result = make_result(groups={"dia-phuong": 6, "so-nganh": 3}, n_sub_indices=3, per_sub_index=3, seed=seed % 1000)
    n = np.where(rng.random(result.scores.n.shape) < share, 3.0, result.scores.n)
    n[:, :4] = 60.0
    n[rng.permutation(9)[:units_gone], 0] = 3.0
    published = suppress(replace(result, scores=replace(result.scores, n=n)), minimum=MINIMUM)

    scorecard_html(published)

    assert workbook_bytes(published)
    assert scores_parquet(published)
    assert all(table(published) for table in TABLES.values())
    for figure in all_figures(published).values():
        assert all(figure.draw(width) for width in figure.widths), figure.name
