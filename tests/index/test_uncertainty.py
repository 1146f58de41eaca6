import numpy as np
import pytest
from tests.survey.rsurvey_reference import reference

from ddci.index.uncertainty import beta_interval, effective_n, logit_interval, normal_interval, replicate_se, t_interval

DEGREES = {"strat": 197, "srs": 199, "clus1": 14}


def limits(case, design, statistic=None):
    rows = reference(case, design) if statistic is None else reference(case, design, stat=statistic)
    return float(rows[0]["extra"])


@pytest.mark.parametrize("design", DEGREES)
def test_logit_and_beta_intervals_of_a_share(design):
    row = reference("factor2", design, variable="sch.wideYes")[0]
    share, se = np.array(float(row["estimate"])), np.array(float(row["se"]))
    n = {"strat": 200, "srs": 200, "clus1": 183}[design]

    logit = logit_interval(share, se, degrees=DEGREES[design])
    beta = beta_interval(share, se, n=n, degrees=DEGREES[design])

    for side, place in (("lower", 0), ("upper", 1)):
        assert float(logit[place]) == pytest.approx(limits("ciprop", design, f"ciprop_xlogit_{side}"), rel=1e-9)
        assert float(beta[place]) == pytest.approx(limits("ciprop", design, f"ciprop_beta_{side}"), rel=1e-9)


@pytest.mark.parametrize("design", DEGREES)
def test_normal_and_t_intervals_of_a_mean(design):
    row = reference("mean_single", design, variable="api00")[0]
    value, se = np.array(float(row["estimate"])), np.array(float(row["se"]))

    normal = normal_interval(value, se)
    t = t_interval(value, se, np.array(DEGREES[design] + 1.0))

    for place, level in enumerate(("lower", "upper")):
        assert float(normal[place]) == pytest.approx(float(reference("confint", design, level=level)[0]["estimate"]))
        assert float(t[place]) == pytest.approx(float(reference("confint_t", design, level=level)[0]["estimate"]))


def test_t_interval_without_n_is_normal():
    value, se = np.array([1.0, np.nan]), np.array([0.1, 0.1])

    assert np.allclose(t_interval(value, se, np.array([np.nan, 5.0])), normal_interval(value, se), equal_nan=True)


def test_a_share_of_one_keeps_its_point_on_the_logit_scale():
    low, high = logit_interval(np.array([0.0, 1.0]), np.array([0.0, 0.0]))

    assert low.tolist() == high.tolist() == [0.0, 1.0]


def test_no_replicates_no_standard_error():
    assert np.isnan(replicate_se(np.ones((1, 2)))).all()
    assert effective_n(np.zeros(1), np.zeros(1)).tolist() == [0.0]
