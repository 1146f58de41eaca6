"""The rows of the workbook's sheets, in the order of the columns that ``workbook`` declares.

In:  a Result. Out: lists of cells: text, numbers at full precision, NaN where there is nothing.
"""

from __future__ import annotations

import math

import numpy as np

from ddci.messages import fill
from ddci.report import terms
from ddci.report.charts.change import part_name
from ddci.report.method import method_facts
from ddci.report.numbers import shown, unit_word
from ddci.report.standing import columns_of_group, group_name, groups_with_units, name_of_node, ranking
from ddci.report.tables import Cell, band_of, flags_of
from ddci.result import INDEX_CODE, Result


def index_rows(result: Result) -> list[list[Cell]]:
    """Every unit, best first within its group."""
    scores, change = result.scores, result.change
    found = []
    for row in _by_group(result):
        sampled = (scores.score, scores.se, scores.low, scores.high)
        like = (math.nan,) * 3
        if change is not None:
            limits = (change.like_for_like, change.like_for_like_low, change.like_for_like_high)
            like = (float(limits[0][row]), float(limits[1][row]), float(limits[2][row]))
        found.append(
            [
                *_unit(result, row),
                *(float(figure[row, 0]) for figure in sampled),
                *_ranks(result, row, 0),
                band_of(result, row),
                float(scores.n[row, 0]),
                float(scores.n_effective[row, 0]),
                float(scores.median[row, 0]),
                *_change(result, row, 0),
                *like,
                terms.words_for(flags_of(result, row, 0), terms.FLAGS),
            ]
        )
    return found


def tier_rows(result: Result) -> list[list[Cell]]:
    scores = result.scores
    return [
        [
            group_name(result, tier.unit_group),
            tier.number,
            result.units[row].name,
            float(scores.score[row, 0]),
            float(scores.low[row, 0]),
            float(scores.high[row, 0]),
            *_ranks(result, row, 0),
        ]
        for tier in result.tiers
        for row in (result.unit_row[code] for code in tier.units)
    ]


def sub_index_rows(result: Result) -> list[list[Cell]]:
    scores = result.scores
    found = []
    for row in _by_group(result):
        for column in columns_of_group(result, result.units[row].group, "sub_index"):
            node = result.nodes[column]
            found.append(
                [
                    *_unit(result, row),
                    node.code,
                    node.vi,
                    *(float(figure[row, column]) for figure in (scores.score, scores.low, scores.high)),
                    *_ranks(result, row, column),
                    *(float(figure[row, column]) for figure in (scores.median, scores.best, scores.below_median)),
                    float(scores.effective_weight[row, column]),
                    float(scores.n[row, column]),
                    float(scores.n_effective[row, column]),
                    *_change(result, row, column),
                    terms.words_for(flags_of(result, row, column), terms.FLAGS),
                ]
            )
    return found


def indicator_rows(result: Result) -> list[list[Cell]]:
    return [
        _indicator_row(result, row, column)
        for row in _by_group(result)
        for column in columns_of_group(result, result.units[row].group, "indicator")
    ]


def _indicator_row(result: Result, row: int, column: int) -> list[Cell]:
    node, scores = result.nodes[column], result.scores
    in_unit = (scores.value, scores.se, scores.low, scores.high)
    of_group = (scores.median, scores.best)
    return [
        *_unit(result, row),
        node.code,
        node.vi,
        node.parent,
        unit_word(node.unit),
        terms.DIRECTIONS.get(node.direction, ""),
        *(shown(float(figure[row, column]), node.unit) for figure in in_unit),
        float(scores.n[row, column]),
        float(scores.n_effective[row, column]),
        float(scores.score[row, column]),
        *_ranks(result, row, column),
        *(shown(float(figure[row, column]), node.unit) for figure in of_group),
        float(scores.below_median[row, column]),
        terms.words_for(flags_of(result, row, column), terms.FLAGS),
    ]


def change_rows(result: Result) -> list[list[Cell]]:
    if result.change is None:
        return []
    return [
        [
            result.units[result.unit_row[item.unit]].name,
            terms.PARTS.get(item.part, item.part),
            item.code,
            part_name(result, item),
            item.points,
        ]
        for item in result.change.contributions
    ]


def stability_rows(result: Result) -> list[list[Cell]]:
    found: list[list[Cell]] = []
    for group in groups_with_units(result):
        order = ranking(result, group)
        for row in order:
            shares = enumerate(result.stability[row, : len(order)], start=1)
            found += [[*_unit(result, row), rank, float(share)] for rank, share in shares if np.isfinite(share)]
    return found


def small_area_rows(result: Result) -> list[list[Cell]]:
    return [
        [
            *_unit(result, result.unit_row[item.unit]),
            item.direct,
            item.estimate,
            item.se,
            item.low,
            item.high,
            item.own_share,
        ]
        for item in result.small_area
    ]


def check_rows(result: Result) -> list[list[Cell]]:
    return [
        [
            result.units[result.unit_row[check.unit]].name,
            check.code,
            "Tổng hợp" if check.code == INDEX_CODE else name_of_node(result, check.code),
            "điểm" if check.what == "score" else "hạng",
            check.published,
            check.computed,
            check.difference,
            check.explained if check.what == "score" else None,
            "khớp" if check.matches else "không khớp",
        ]
        for check in result.checks
    ]


def method_rows(result: Result) -> list[list[Cell]]:
    found: list[list[Cell]] = [[name, text] for name, text in method_facts(result)]
    found += [[f"Tệp {name}", f"SHA-256 {digest}"] for name, digest in result.provenance.files]
    return found + [["Lưu ý", fill(warning, "message", "vi")] for warning in result.warnings]


def _by_group(result: Result) -> list[int]:
    return [row for group in groups_with_units(result) for row in ranking(result, group)]


def _unit(result: Result, row: int) -> list[Cell]:
    unit = result.units[row]
    return [unit.name, group_name(result, unit.group)]


def _ranks(result: Result, row: int, column: int) -> list[Cell]:
    scores = result.scores
    return [float(figure[row, column]) for figure in (scores.rank, scores.rank_low, scores.rank_high)]


def _change(result: Result, row: int, column: int) -> list[Cell]:
    change = result.change
    if change is None:
        return [math.nan] * 3
    return [float(figure[row, column]) for figure in (change.score, change.low, change.high)]
