"""The pipeline as a whole, on small waves whose outcome can be said beforehand."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tests.waves import answer_wave, small_framework, table_wave, units

from ddci.compute import compute
from ddci.framework.model import Band, Judgement, UnitGroup
from ddci.result import INDEX_CODE, Result
from ddci.result_json import load_result, write_result
from ddci.wave.model import Published, Wave


def index_of(result: Result) -> np.ndarray:
    return result.scores.score[:, 0]


def reordered(wave: Wave, order: list[int]) -> Wave:
    table = wave.values
    assert table is not None
    moved = replace(table, **{item.name: getattr(table, item.name)[order] for item in fields(table)})
    return replace(wave, units=tuple(wave.units[place] for place in order), values=moved)


def test_index_is_the_weighted_mean_of_scores_between_the_extremes_of_the_year():
    wave = table_wave([[0.2, 0.5], [0.4, 0.9], [0.6, 0.7]])

    result = compute(wave)

    # z = 1 + 9 (x − lo)/(hi − lo): 1, 5.5, 10 and 1, 10, 5.5; total = 10 × their mean
    assert index_of(result) == pytest.approx([10.0, 77.5, 77.5])
    assert result.scores.rank[:, 0].tolist() == [3.0, 1.0, 1.0]
    assert result.flags["tied"][:, 0].tolist() == [False, True, True]


def test_equal_values_everywhere_give_the_middle_of_the_scale_and_a_warning():
    result = compute(table_wave([[0.3, 0.1], [0.3, 0.9]]))

    column = result.node_column["S1I1"]
    assert result.scores.score[:, column].tolist() == [5.5, 5.5]
    assert "BOUNDS_EQUAL" in [warning.code for warning in result.warnings]
    assert result.flags["bounds_equal"][:, column].all()


def test_a_unit_without_any_answer_has_no_score_and_no_rank_and_leaves_the_others_alone():
    with_empty = compute(table_wave([[0.2, 0.5], [np.nan, np.nan], [0.6, 0.7]]))
    without = compute(table_wave([[0.2, 0.5], [0.6, 0.7]]))

    assert np.isnan(index_of(with_empty)[1])
    assert np.isnan(with_empty.scores.rank[1, 0])
    assert with_empty.flags["no_answers"][1].all()
    assert index_of(with_empty)[[0, 2]] == pytest.approx(index_of(without))


def test_a_group_of_one_unit_is_scored_in_the_middle_and_ranked_first():
    result = compute(table_wave([[0.2, 0.5]]))

    assert index_of(result).tolist() == [55.0]
    assert result.scores.rank[0, 0] == 1.0


def test_an_indicator_nobody_measured_shares_its_weight_among_the_others():
    result = compute(table_wave([[0.2, np.nan], [0.6, np.nan]]))

    assert index_of(result).tolist() == [10.0, 100.0]
    assert result.flags["reweighted"][:, result.node_column["S1"]].all()
    assert np.isnan(result.scores.score[:, result.node_column["S1I2"]]).all()


def test_a_sub_index_with_too_little_weight_present_is_refused():
    framework = small_framework(1, 3, kind="hard", min_weight_share=0.5)

    result = compute(table_wave([[0.2, np.nan, np.nan], [0.6, 0.5, 0.5], [0.4, 0.2, 0.9]], framework=framework))

    assert np.isnan(index_of(result)[0])
    assert result.flags["refused"][0, 0]


def test_zero_weight_keeps_an_indicator_visible_but_out_of_the_index():
    framework = small_framework(1, 2, kind="hard")
    silent = replace(framework.indicators[1], index_weight=0.0)
    framework = replace(framework, indicators=(framework.indicators[0], silent))

    result = compute(table_wave([[0.2, 0.9], [0.6, 0.1]], framework=framework))

    assert index_of(result).tolist() == [10.0, 100.0]
    assert result.scores.score[0, result.node_column["S1I2"]] == 10.0
    assert result.scores.effective_weight[0, result.node_column["S1I2"]] == 0.0


def test_a_unit_below_the_minimum_n_is_scored_but_not_ranked():
    framework = small_framework(1, 2, kind="hard", min_n=30)

    result = compute(
        table_wave([[0.2, 0.5], [0.4, 0.9], [0.6, 0.7]], n=[[40, 40], [12, 12], [31, 31]], framework=framework)
    )

    assert result.scores.rank[:, 0].tolist()[0::2] == [2.0, 1.0]
    assert np.isnan(result.scores.rank[1, 0])
    assert index_of(result)[1] == pytest.approx(77.5)
    assert result.flags["small_n"][:, 0].tolist() == [False, True, False]


def test_units_are_ranked_within_their_group_only():
    framework = replace(
        small_framework(1, 1, kind="hard"), unit_groups=(UnitGroup("nhom", "Nhóm"), UnitGroup("khac", "Khác"))
    )
    wave = table_wave([[0.1], [0.2], [0.8], [0.9]], framework=framework)
    wave = replace(wave, units=units(2) + units(4, "khac")[2:])

    result = compute(wave)

    assert result.scores.rank[:, 0].tolist() == [2.0, 1.0, 2.0, 1.0]
    assert index_of(result).tolist() == [10.0, 100.0, 10.0, 100.0]


def test_bands_are_given_by_the_unrounded_index():
    framework = small_framework(1, 1, kind="hard", bands=(Band(77.5, "Tốt"), Band(50.0, "Khá")), bounds="fixed")
    indicator = replace(framework.indicators[0], bounds=(0.0, 1.0))
    framework = replace(framework, indicators=(indicator,))

    result = compute(table_wave([[0.75], [0.7499999], [0.1]], framework=framework))

    assert result.band == (0, 1, -1)


def test_without_replicates_nothing_claims_a_sampling_error():
    result = compute(table_wave([[0.2, 0.5], [0.4, 0.9]]))

    for name in ("se", "low", "high", "rank_low", "rank_high"):
        assert np.isnan(getattr(result.scores, name)[:, 0]).all()
    assert result.tiers == ()


def test_units_far_apart_make_tiers_and_equal_ones_share_one():
    wave = table_wave([[0.9], [0.89], [0.2], [0.21]], se=0.02, replicates=400)

    result = compute(wave)

    assert [tier.units for tier in result.tiers] == [("u00", "u01"), ("u03", "u02")]
    assert result.scores.rank_low[:, 0].tolist() == [1.0, 1.0, 3.0, 3.0]
    assert result.stability.sum(axis=1) == pytest.approx([1.0] * 4)


def test_published_rounding_is_told_apart_from_a_real_difference():
    wave = table_wave([[6.3, 3.2]], framework=small_framework(1, 2, kind="hard", normalisation="none"))
    assert wave.values is not None
    wave = replace(
        wave,
        values=replace(wave.values, half_unit=np.array([[0.05, 0.05]])),
        published=(
            Published("u00", INDEX_CODE, 47.9, None, 0.05),
            Published("u00", "S1", 4.95, None, 0.005),
        ),
    )

    checks = {check.code: check for check in compute(wave).checks}

    assert checks[INDEX_CODE].explained == pytest.approx(0.5)  # 10 × mean(0.05, 0.05)
    assert checks[INDEX_CODE].matches
    assert not checks["S1"].matches  # 4.75 against 4.95, rounding explains 0.05
    assert checks["S1"].difference == pytest.approx(-0.2)


def test_answers_and_hard_values_may_be_mixed():
    framework = small_framework(1, 2)
    hard = replace(framework.indicators[1], kind="hard", method="value", questions=(), positive=())
    framework = replace(framework, indicators=(framework.indicators[0], hard))
    wave = answer_wave([[0.2, 0.5], [0.7, 0.5]], framework=framework)
    table = table_wave([[np.nan, 0.4], [np.nan, 0.8]]).values

    result = compute(replace(wave, values=table))

    assert np.isfinite(result.scores.value[:, result.columns("indicator")]).all()
    assert result.scores.value[:, result.node_column["S1I2"]].tolist() == [0.4, 0.8]


@pytest.mark.parametrize("weighting", ["equal", "entropy", "pca", "benefit_of_the_doubt"])
def test_every_weighting_from_data_gives_a_full_ranking(weighting):
    framework = small_framework(2, 3, kind="hard", weighting=weighting, weighting_top=weighting)
    values = np.random.default_rng(3).random((6, 6))

    result = compute(table_wave(values, framework=framework, se=0.01, replicates=20))

    assert np.isfinite(index_of(result)).all()
    said = "WEIGHTS_HELD" in [warning.code for warning in result.warnings]
    assert said == (weighting != "equal")


@pytest.mark.parametrize(
    "aggregation", ["arithmetic", "geometric", "harmonic", "power", "mazziotta_pareto", "copeland"]
)
@pytest.mark.parametrize(
    "normalisation", ["min_max", "z_score", "rank", "percentile", "distance_to_best", "share_scale"]
)
def test_every_method_gives_an_index_for_every_unit(aggregation, normalisation):
    framework = small_framework(2, 2, kind="hard", aggregation=aggregation, normalisation=normalisation, power=2.0)
    values = np.random.default_rng(5).random((5, 4))

    result = compute(table_wave(values, framework=framework))

    assert np.isfinite(index_of(result)).all()


values_tables = arrays.arrays(
    np.float64, st.tuples(st.integers(2, 7), st.just(3)), elements=st.floats(0.0, 1.0, allow_nan=False, width=32)
)


@settings(max_examples=25, deadline=None)
@given(values=values_tables, data=st.data())
def test_the_order_of_units_does_not_matter(values, data):
    wave = table_wave(values)
    order = data.draw(st.permutations(range(len(values))))

    straight, shuffled = compute(wave), compute(reordered(wave, order))

    assert index_of(shuffled) == pytest.approx(index_of(straight)[order], nan_ok=True)
    assert shuffled.scores.rank[:, 0].tolist() == straight.scores.rank[order, 0].tolist()


@settings(max_examples=25, deadline=None)
@given(values=values_tables, unit=st.integers(0, 6), column=st.integers(0, 2), gain=st.floats(0.0, 0.5))
def test_raising_a_positive_indicator_never_lowers_the_index_under_fixed_bounds(values, unit, column, gain):
    framework = small_framework(1, 3, kind="hard", bounds="fixed")
    fixed = tuple(replace(item, bounds=(0.0, 1.0)) for item in framework.indicators)
    framework = replace(framework, indicators=fixed)
    raised = values.copy()
    raised[unit % len(values), column] += gain

    before, after = (compute(table_wave(table, framework=framework)) for table in (values, raised))

    assert index_of(after)[unit % len(values)] >= index_of(before)[unit % len(values)] - 1e-9


def test_same_seed_gives_the_same_bytes_whatever_the_threads_and_the_order_of_rows(tmp_path):
    wave = answer_wave(np.random.default_rng(2).uniform(0.2, 0.8, (4, 5)))
    assert wave.responses is not None
    shuffled = replace(wave, responses=wave.responses.sample(fraction=1.0, shuffle=True, seed=9))

    texts = []
    for number, (candidate, threads) in enumerate([(wave, 1), (wave, 2), (shuffled, 2)]):
        write_result(compute(candidate, threads=threads), tmp_path / f"{number}.json")
        texts.append((tmp_path / f"{number}.json").read_bytes())

    assert texts[0] == texts[1] == texts[2]


def test_a_result_file_read_and_written_again_is_the_same_file(tmp_path):
    before = table_wave([[0.3, 0.4], [0.4, 0.8]], se=0.02, replicates=50)
    wave = replace(table_wave([[0.2, 0.5], [0.4, 0.9]], se=0.02, replicates=50), previous=before)
    write_result(compute(wave), tmp_path / "a.json")

    write_result(load_result(tmp_path / "a.json"), tmp_path / "b.json")

    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_contributions_add_up_to_the_change_exactly():
    before = table_wave(np.random.default_rng(1).random((5, 4)), framework=small_framework(2, 2, kind="hard"))
    wave = table_wave(np.random.default_rng(2).random((5, 4)), framework=small_framework(2, 2, kind="hard"))

    change = compute(replace(wave, previous=before)).change

    assert change is not None
    for row, unit in enumerate(wave.units):
        points = [part.points for part in change.contributions if part.unit == unit.code]
        assert sum(points) == pytest.approx(change.score[row, 0], abs=1e-12)


def test_a_change_against_a_stored_result_equals_the_one_against_the_wave(tmp_path):
    before = table_wave(np.random.default_rng(1).random((5, 4)), framework=small_framework(2, 2, kind="hard"))
    wave = table_wave(np.random.default_rng(2).random((5, 4)), framework=small_framework(2, 2, kind="hard"))
    write_result(compute(before), tmp_path / "result.json")

    of_wave = compute(replace(wave, previous=before)).change
    of_result = compute(replace(wave, previous=load_result(tmp_path / "result.json"))).change

    assert of_wave is not None
    assert of_result is not None
    assert of_result.like_for_like == pytest.approx(of_wave.like_for_like)
    assert of_result.contributions == of_wave.contributions


def test_pooled_bounds_reach_over_the_named_waves():
    framework = small_framework(1, 1, kind="hard", bounds="pooled")
    earlier = table_wave([[0.0], [1.0]], framework=framework)

    result = compute(replace(table_wave([[0.5], [0.75]], framework=framework), pooled=(earlier,)))

    assert index_of(result) == pytest.approx([55.0, 77.5])
    assert result.scores.bounds_low[0, 2] == 0.0
    assert result.scores.bounds_high[0, 2] == 1.0


def test_judgements_that_contradict_each_other_are_told():
    framework = small_framework(3, 1, kind="hard", weighting_top="ahp")
    circle = tuple(Judgement("index", a, b, 5.0) for a, b in (("S1", "S2"), ("S2", "S3"), ("S3", "S1")))
    steady = tuple(Judgement("index", a, b, r) for a, b, r in (("S1", "S2", 2.0), ("S2", "S3", 2.0), ("S1", "S3", 4.0)))

    said = []
    for judgements in (circle, steady):
        result = compute(table_wave(np.eye(3), framework=replace(framework, judgements=judgements)))
        said.append("AHP_INCONSISTENT" in [warning.code for warning in result.warnings])

    assert said == [True, False]
