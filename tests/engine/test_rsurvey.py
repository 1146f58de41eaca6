"""Values and standard errors agree with R survey (origin: tests/golden/rsurvey/SOURCE.md)."""

import numpy as np
import polars as pl
import pytest
from tests.survey.rsurvey_reference import indicator, reference, schools, wave

from ddci.engine.local import estimate_values

DESIGNS = ["strat", "stratnofpc", "clus1", "clus1nofpc", "srs", "srsnofpc"]
ESTIMATE, ERROR = 1e-9, 1e-6


def check(got, se, row):
    assert got == pytest.approx(float(row["estimate"]), rel=ESTIMATE)
    assert se == pytest.approx(float(row["se"]), rel=ERROR, abs=1e-12)


@pytest.mark.parametrize("design", DESIGNS)
def test_means_of_one_variable(design):
    rows = reference("mean_single", design) + reference("mean_missing", design) + reference("mean_narm", design)
    rows += reference("mean_missing2", design)
    kept = [row for row in rows if row["variable"].replace(".", "_") in schools(design).columns]
    items = [indicator(row["variable"].replace(".", "_"), "mean") for row in kept]

    got = estimate_values(wave(schools(design), *items, design=design))

    assert len(kept) >= 8
    for place, row in enumerate(kept):
        check(got.values[0, 0, place], got.se[0, place], row)


@pytest.mark.parametrize("design", DESIGNS)
def test_shares_and_ratios(design):
    share = indicator("share", "share", "sch_wide", positive=("Yes",))
    ratios = [indicator("served", "ratio", "api_stu", "enroll"), indicator("growth", "ratio", "api00", "api99")]

    got = estimate_values(wave(schools(design), share, *ratios, design=design))

    rows = reference("factor2", design, variable="sch.wideYes") + reference("ratio", design)
    for place, row in enumerate(rows):
        check(got.values[0, 0, place], got.se[0, place], row)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize(("case", "columns"), [("by_stype", ["stype"]), ("by_stype_schwide", ["stype", "sch_wide"])])
def test_domain_means(design, case, columns):
    variable = "api00" if case == "by_stype" else "api99"
    frame = schools(design).with_columns(unit=pl.concat_str(columns, separator="."))

    asked = wave(frame, indicator(variable, "mean"), design=design)
    got = estimate_values(asked)

    place = {unit.code: row for row, unit in enumerate(asked.units)}
    for row in reference(case, design):
        check(got.values[0, place[row["level"]], 0], got.se[place[row["level"]], 0], row)


@pytest.mark.parametrize("design", DESIGNS)
def test_domain_ratios(design):
    frame = schools(design).with_columns(unit=pl.col("stype"))

    got = estimate_values(wave(frame, indicator("served", "ratio", "api_stu", "enroll"), design=design))

    for place, row in enumerate(sorted(reference("by_ratio", design), key=lambda row: row["level"])):
        check(got.values[0, place, 0], got.se[place, 0], row)


@pytest.mark.parametrize("design", DESIGNS)
def test_base_narrowed_by_a_condition_is_a_domain(design):
    item = indicator("api00", "mean", where="comp_imp = Yes and meals > 50")

    got = estimate_values(wave(schools(design), item, design=design))

    check(got.values[0, 0, 0], got.se[0, 0], reference("subset", design)[0])


@pytest.mark.parametrize("design", DESIGNS)
def test_covariance_of_two_means_gives_the_error_of_their_difference(design):
    got = estimate_values(wave(schools(design), indicator("api00", "mean"), indicator("api99", "mean"), design=design))

    step = np.array([1.0, -1.0])

    check(got.values[0, 0] @ step, np.sqrt(step @ got.covariance[0] @ step), reference("contrast_diff", design)[0])


@pytest.mark.parametrize("design", DESIGNS)
def test_covariance_of_domains_taken_as_indicators(design):
    items = [indicator(f"api00_{code}", "mean", "api00", where=f"stype = {code}") for code in "EHM"]

    got = estimate_values(wave(schools(design), *items, design=design))

    for row in reference("by_covmat", design):
        one, other = ("EHM".index(code) for code in row["variable"].split(":"))
        assert got.covariance[0, one, other] == pytest.approx(float(row["estimate"]), rel=ERROR, abs=1e-9)


@pytest.mark.parametrize("design", DESIGNS)
def test_median_with_woodruff_error(design):
    got = estimate_values(wave(schools(design), indicator("api00", "median"), design=design))

    check(got.values[0, 0, 0], got.se[0, 0], reference("quantile", design)[0])


@pytest.mark.parametrize("option", ["adjust", "average", "certainty"])
def test_stratum_with_one_respondent(option):
    frame = schools("lonely")
    first = frame.filter(pl.col("stype") == "H")["snum"][0]
    frame = frame.filter((pl.col("stype") != "H") | (pl.col("snum") == first))

    got = estimate_values(wave(frame, indicator("api00", "mean"), design="lonely", lone_stratum=option))

    check(got.values[0, 0, 0], got.se[0, 0], reference("lonely", "lonely", level=option)[0])
    assert [fault.code for fault in got.warnings] == ["LONE_STRATUM"]


def test_raking_to_the_strata_is_post_stratification():
    items = [indicator(name, "mean") for name in ("api00", "meals", "enroll")]

    got = estimate_values(wave(schools("strat"), *items, design="strat", rake=True))

    for row in reference("cal_mean", "strat|post"):
        place = ["api00", "meals", "enroll"].index(row["variable"])
        check(got.values[0, 0, place], got.se[0, place], row)
