"""The simulator: the same seed, the planned shares, the filters, the habits of people, and the truth found again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from tests.survey.simulated import every_kind, plan

from ddci.compute import compute
from ddci.errors import InputError
from ddci.survey.simulate import simulate, simulate_responses, simulate_wave

FRAMEWORK = every_kind()
NO_HABITS = {
    "blank": 0.0,
    "dont_know": 0.0,
    "refused": 0.0,
    "straight_liners": 0.0,
    "random_answers": 0.0,
    "named_share": 0.0,
}


def share_of(frame: pl.DataFrame, question: str, *codes: str) -> float:
    answered = frame[question].drop_nulls()
    return float(answered.is_in(codes).mean() or 0.0)


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    paths = [tmp_path / f"{number}.parquet" for number in range(2)]
    for path in paths:
        simulate_responses(FRAMEWORK, plan(), seed=4).write_parquet(path, compression="zstd", statistics=False)

    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_another_seed_gives_other_answers():
    first, second = (simulate_responses(FRAMEWORK, plan(), seed=seed) for seed in (4, 5))

    assert not first["Q_A1"].equals(second["Q_A1"])


def test_one_more_question_changes_no_other_answer():
    questionnaire = FRAMEWORK.questionnaire
    fewer = replace(
        FRAMEWORK,
        questionnaire=replace(questionnaire, questions=questionnaire.questions[:-2]),
        indicators=tuple(item for item in FRAMEWORK.indicators if item.code != "A06"),
    )

    assert simulate_responses(fewer, plan(), seed=1).equals(
        simulate_responses(FRAMEWORK, plan(), seed=1).drop("Q_LAND", "Q_REMARK")
    )


def test_every_unit_gets_its_n_and_nobody_rates_a_unit_twice():
    frame = simulate_responses(FRAMEWORK, plan(n_of={"p0": 33, "nganh": 80}), seed=2)

    counts = dict(frame.group_by("unit").len().rows())

    assert counts == {"p0": 33, **{f"p{i}": 60 for i in range(1, 5)}, **{f"b{i}": 80 for i in range(4)}}
    assert frame.select(pl.struct("respondent", "unit").is_duplicated().any()).item() is False


def test_respondents_rate_one_to_four_units_and_at_most_one_place():
    frame = simulate_responses(FRAMEWORK, plan(), seed=2)
    per_person = frame.group_by("respondent").agg(pl.len(), pl.col("unit").str.starts_with("p").sum().alias("places"))

    assert set(per_person["len"]) <= {1, 2, 3, 4}
    assert per_person["len"].mean() > 1.5
    assert per_person["places"].max() == 1


def test_few_units_and_many_ratings_still_end():
    frame = simulate_responses(FRAMEWORK, plan(places=1, branches=1, n=200), seed=3)

    assert frame.height == 400
    assert not frame.select(pl.struct("respondent", "unit").is_duplicated().any()).item()


def test_weights_add_up_to_the_population_of_each_stratum():
    found = simulate(FRAMEWORK, plan(), seed=2)
    people = found.responses.unique("respondent")
    weights = dict(people.group_by("stratum").agg(pl.col("survey_weight").sum()).rows())

    assert weights == pytest.approx(found.population, rel=1e-6)


def test_what_people_say_of_themselves_is_their_stratum_and_the_same_in_all_their_rows():
    frame = simulate_responses(FRAMEWORK, plan(**NO_HABITS), seed=2)

    assert set(frame.filter(pl.col("stratum") == "hop-tac-xa")["DN_LOAI"]) == {"2"}
    assert frame.group_by("respondent").agg(pl.col("DN_LOAI").n_unique())["DN_LOAI"].max() == 1


def test_filters_are_honoured():
    frame = simulate_responses(FRAMEWORK, plan(), seed=6)

    assert frame.filter(pl.col("Q_USE").ne_missing("1"))["Q_A2"].null_count() == (frame["Q_USE"].ne_missing("1")).sum()
    assert frame.filter(pl.col("Q_PAID").ne_missing("1"))["Q_WORTH"].drop_nulls().len() == 0
    assert frame.filter(pl.col("Q_LIST") == "A")["Q_TREATED"].drop_nulls().len() == 0
    assert frame.filter(pl.col("Q_FILES").cast(pl.Int64) < 1)["Q_VISITS"].drop_nulls().len() == 0
    assert frame.filter(pl.col("Q_PAID") == "1")["Q_WORTH"].drop_nulls().len() > 0


def test_a_question_that_serves_one_group_is_not_put_to_the_other():
    frame = simulate_responses(FRAMEWORK, plan(), seed=6)

    assert frame.filter(pl.col("unit").str.starts_with("b"))["Q_LAND"].drop_nulls().len() == 0
    assert frame.filter(pl.col("unit").str.starts_with("p"))["Q_LAND"].null_count() < 20


@pytest.mark.parametrize(("indicator", "question", "codes"), [("A01", "Q_A1", ("3", "4")), ("A05", "Q_FIELDS", ("2",))])
@pytest.mark.parametrize("target", [0.2, 0.65])
def test_shares_come_near_the_plan(indicator, question, codes, target):
    frame = simulate_responses(FRAMEWORK, plan(n=500, shares={indicator: target}, **NO_HABITS), seed=8)

    found = np.mean([not set(codes).isdisjoint(text.split()) for text in frame[question].drop_nulls()])

    assert found == pytest.approx(target, abs=0.05)


def test_a_planned_filter_and_a_planned_number_come_near_the_plan():
    given = plan(n=500, shares={"Q_USE": 0.82}, medians={"Q_DAYS": (9.0, 0.6)}, **NO_HABITS)
    frame = simulate_responses(FRAMEWORK, given, seed=8)

    assert share_of(frame, "Q_USE", "1") == pytest.approx(0.82, abs=0.02)
    assert frame["Q_DAYS"].cast(pl.Float64).median() == pytest.approx(9.0, abs=1.0)


def test_non_response_comes_at_its_rates_and_more_on_sensitive_questions():
    given = plan(n=500, blank=0.03, dont_know=0.06, refused=0.01, sensitive_factor=4.0, shares={"Q_USE": 1.0})
    frame = simulate_responses(FRAMEWORK, given, seed=9)
    asked = frame.filter(pl.col("Q_USE") == "1")

    assert frame["Q_A1"].is_null().mean() == pytest.approx(0.03, abs=0.01)
    assert (frame["Q_A1"] == "88").sum() / frame.height == pytest.approx(0.06, abs=0.012)
    assert (frame["Q_A1"] == "99").sum() / frame.height == pytest.approx(0.01, abs=0.005)
    assert asked["Q_PAID"].is_null().mean() == pytest.approx(0.12, abs=0.025)


def test_straight_liners_are_as_many_as_planned():
    given = plan(n=400, **{**NO_HABITS, "straight_liners": 0.25, "shares": {"Q_USE": 1.0}})
    everybody = simulate_responses(FRAMEWORK, replace(given, straight_liners=1.0), seed=10)
    some, nobody = (
        simulate_responses(FRAMEWORK, replace(given, straight_liners=rate), seed=10) for rate in (0.25, 0.0)
    )

    assert (everybody["Q_A1"] == everybody["Q_A2"]).all()
    changed = ((some["Q_A1"] != nobody["Q_A1"]) | (some["Q_A2"] != nobody["Q_A2"])).to_numpy()
    assert (some["Q_A1"] == some["Q_A2"]).to_numpy()[changed].all()
    differs = (nobody["Q_A1"] != everybody["Q_A1"]) | (nobody["Q_A2"] != everybody["Q_A2"])
    assert changed.sum() / differs.sum() == pytest.approx(0.25, abs=0.05)


def test_people_named_by_a_unit_rate_it_better():
    found = simulate(FRAMEWORK, plan(n=800, **{**NO_HABITS, "named_share": 0.5, "named_bias": 0.8}), seed=11)
    is_good = found.responses["Q_A1"].is_in(["3", "4"]).to_numpy()

    assert is_good[found.is_named].mean() - is_good[~found.is_named].mean() > 0.15


def test_unit_effects_have_the_planned_spread_and_show_in_the_answers():
    given = plan(places=8, n=400, unit_sd=0.8, **NO_HABITS)
    found = simulate(FRAMEWORK, given, seed=12)
    good = found.responses.with_columns(pl.col("Q_A1").is_in(["3", "4"]).alias("good"))
    shares = dict(good.group_by("unit").agg(pl.col("good").mean()).rows())

    assert found.effects[:8].std(axis=0, ddof=1) == pytest.approx([0.8, 0.8])
    assert np.corrcoef(found.effects[:, 0], [shares[unit.code] for unit in given.units])[0, 1] > 0.9


def test_waves_with_a_persistent_seed_have_units_that_stay_alike():
    given = plan(places=40, persistent_seed=7, persistence=0.9)

    first, second = (simulate(FRAMEWORK, replace(given, n=1), seed=seed).effects[:40, 0] for seed in (1, 2))

    assert np.corrcoef(first, second)[0, 1] > 0.75


def test_an_effect_of_the_plan_takes_its_place():
    found = simulate(FRAMEWORK, plan(unit_sd=0.5, effects={("p1", "B"): -2.0}), seed=1)

    assert found.effects[1, 1] == -1.0  # −2 in units of 0.5


@pytest.mark.parametrize(("truth", "indicator"), [(0.3, "B03"), (0.2, "B04")])
def test_indirect_designs_find_the_truth_again(truth, indicator):
    given = plan(n=1500, unit_sd=0.0, item_unit_sd=0.0, shares={indicator: truth}, **NO_HABITS)
    wave = simulate_wave(FRAMEWORK, given, seed=13, replicates=0)
    result = compute(wave)
    column = result.node_column[indicator]

    estimate, error = result.scores.value[:, column], result.scores.se[:, column]

    assert estimate.mean() == pytest.approx(truth, abs=4 * np.sqrt((error**2).sum()) / len(error))


def test_careless_answers_push_the_anchor_of_a_pair_away_from_its_known_share():
    careful, careless = (
        simulate_responses(FRAMEWORK, plan(n=1000, **{**NO_HABITS, "random_answers": rate}), seed=3)
        for rate in (0, 0.4)
    )

    assert share_of(careful, "Q_ANCHOR", "1") == pytest.approx(0.75, abs=0.02)  # neither: 1 − p
    assert share_of(careless, "Q_ANCHOR", "1") == pytest.approx(0.6 * 0.75 + 0.4 * 0.5, abs=0.03)


@pytest.mark.parametrize(
    ("indicator", "question", "codes", "target"),
    [
        ("A01", "Q_A1", {"3", "4"}, 0.4438),
        ("A02", "Q_A2", {"1", "2"}, 0.07),
        ("A03", "Q_PAID", {"1"}, 0.581),
        ("A04", "Q_WORTH", {"3", "4"}, 1.0),
        ("A05", "Q_FIELDS", {"2"}, 0.3429),
    ],
)
def test_matched_shares_come_within_half_a_respondent(indicator, question, codes, target):
    given = plan(n=175, matched_shares={("p2", indicator): target}, shares={"Q_USE": 0.9})
    frame = simulate_responses(FRAMEWORK, given, seed=14).filter(pl.col("unit") == "p2")
    base = frame.filter(pl.col(question).is_not_null() & ~pl.col(question).is_in(["88", "99"]))
    counts = np.array([not codes.isdisjoint(text.split()) for text in base[question]])
    weight = base["survey_weight"].to_numpy()

    found = weight[counts].sum() / weight.sum()

    assert abs(found - target) <= 0.5 * weight.max() / weight.sum() + 1e-9


def test_a_matched_multiple_answer_keeps_none_of_these_alone():
    given = plan(n=175, matched_shares={("p2", "A05"): 0.9})
    answers = simulate_responses(FRAMEWORK, given, seed=14)["Q_FIELDS"].drop_nulls()

    assert all(text == "0" for text in answers if "0" in text.split())


def test_numbers_stay_within_their_limits():
    frame = simulate_responses(FRAMEWORK, plan(medians={"Q_DAYS": (50.0, 2.0)}), seed=1)

    days = frame["Q_DAYS"].drop_nulls().cast(pl.Int64)

    assert (days.min(), days.max()) == (0, 60)


def test_hard_values_are_shares_and_good_units_have_better_ones():
    values = simulate(FRAMEWORK, plan(places=60), seed=1)
    column = [item.code for item in FRAMEWORK.indicators].index("B05")
    found = values.values.value[:60, column]

    assert ((found >= 0) & (found <= 1)).all()
    assert np.corrcoef(found, values.effects[:60, 1])[0, 1] > 0.4


def test_a_simulated_wave_says_so_and_computes():
    result = compute(simulate_wave(FRAMEWORK, plan(), seed=1, replicates=50))

    assert result.simulated
    assert result.vi == "Mẫu (mô phỏng)"
    assert np.isfinite(result.scores.score[:, 0]).all()


@pytest.mark.parametrize(
    ("framework", "units", "code"),
    [
        (replace(FRAMEWORK, questionnaire=None), None, "SIMULATE_WITHOUT_QUESTIONNAIRE"),
        (FRAMEWORK, (), "SIMULATE_WITHOUT_UNITS"),
    ],
)
def test_what_cannot_be_simulated_is_refused(framework, units, code):
    given = plan() if units is None else replace(plan(), units=units)

    with pytest.raises(InputError) as caught:
        simulate_responses(framework, given, seed=1)

    assert [fault.code for fault in caught.value.faults] == [code]
