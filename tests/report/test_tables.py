"""The tables for other programs: exact columns, exact numbers, safe text."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from tests.factories import make_result

from ddci.report.tables import changes_csv, groups_csv, neutralise, scores_csv, stability_csv

COLUMNS = (
    "unit,name,group,level,code,value,score,se,low,high,n,n_effective,rank,rank_low,rank_high,band,median,below_median,"
    "change,change_low,change_high,flags,rank_low_single,rank_high_single"
)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_scores_have_exactly_the_agreed_columns():
    assert scores_csv(make_result()).splitlines()[0] == COLUMNS


def test_scores_have_one_row_per_unit_and_node_and_the_index_row_is_called_index():
    rows = read(scores_csv(make_result()))

    assert len(rows) == 11 * (1 + 8 + 40)
    assert {row["code"] for row in rows if row["level"] == "index"} == {"index"}
    assert {row["level"] for row in rows} == {"index", "sub_index", "indicator"}


@pytest.mark.parametrize("name", ["score", "se", "low", "high", "n", "rank", "median", "rank_low_single"])
def test_scores_read_back_to_the_same_doubles(name):
    result = make_result()

    read_back = [float(row[name]) if row[name] else math.nan for row in read(scores_csv(result))]

    np.testing.assert_array_equal(np.array(read_back).reshape(11, -1), getattr(result.scores, name))


def test_missing_numbers_are_empty_cells():
    rows = read(scores_csv(make_result(sampled=False, with_change=False)))

    assert {row[name] for row in rows for name in ("se", "low", "high", "n", "rank_low", "change")} == {""}


@pytest.mark.parametrize("text", ["=1+1", "+84", "-x", "@cmd", "\t=1", "\r=1"])
def test_text_that_looks_like_a_formula_is_neutralised(text):
    assert neutralise(text) == "'" + text


def test_hostile_names_are_neutralised_but_negative_numbers_stay_numbers():
    result = make_result(names=("=cmd|' /C calc'!A0",))

    rows = read(scores_csv(result))

    assert {row["name"][0] for row in rows} == {"'"}
    assert any(float(row["value"]) < 0 for row in rows if row["value"])


def test_groups_list_every_ranked_unit_once():
    result = make_result(groups={"dia-phuong": 11, "so-nganh": 24})

    rows = read(groups_csv(result))

    assert sorted(row["unit"] for row in rows) == sorted(unit.code for unit in result.units)


def test_shares_of_the_replicates_sum_to_one_per_unit():
    shares: dict[str, float] = {}
    for row in read(stability_csv(make_result())):
        shares[row["unit"]] = shares.get(row["unit"], 0.0) + float(row["share"])

    assert list(shares.values()) == pytest.approx([1.0] * 11)


def test_the_parts_of_a_change_add_up_to_it():
    result = make_result()
    total: dict[str, float] = {}
    for row in read(changes_csv(result)):
        total[row["unit"]] = total.get(row["unit"], 0.0) + float(row["points"])

    assert result.change is not None
    assert list(total.values()) == pytest.approx(result.change.score[:, 0].tolist())
