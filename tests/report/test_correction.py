"""A correction lists exactly the figures that differ."""

from dataclasses import replace

import numpy as np
from tests.factories import make_result

from ddci.report.correction import correction_of


def test_a_result_does_not_differ_from_itself():
    assert correction_of(make_result(), make_result()).is_empty


def test_a_changed_score_and_rank_are_listed_before_and_after():
    before = make_result()
    score, rank = before.scores.score.copy(), before.scores.rank.copy()
    score[2, 0] += 1.5
    rank[2, 0] += 1
    after = replace(before, scores=replace(before.scores, score=score, rank=rank))

    found = correction_of(before, after)

    unit = before.units[2].code
    assert [(item.unit, item.code, item.what) for item in found.figures] == [
        (unit, "index", "score"),
        (unit, "index", "rank"),
    ]
    assert found.figures[0].after - found.figures[0].before == 1.5
    assert found.units == (unit,)


def test_a_figure_that_appears_or_goes_is_a_difference():
    before = make_result()
    column = before.columns("indicator")[0]
    value = before.scores.value.copy()
    value[0, column] = np.nan
    after = replace(before, scores=replace(before.scores, value=value))

    assert [item.what for item in correction_of(before, after).figures] == ["value"]
    assert [item.what for item in correction_of(after, before).figures] == ["value"]


def test_a_cell_that_was_suppressed_is_passed_over():
    before = make_result()
    score = before.scores.score.copy()
    hidden = np.zeros(score.shape, dtype=bool)
    hidden[0, 0] = True
    published = replace(
        before,
        scores=replace(
            before.scores, score=np.where(hidden, np.nan, score), rank=np.where(hidden, np.nan, before.scores.rank)
        ),
        flags={**before.flags, "suppressed": hidden},
    )

    assert correction_of(published, before).is_empty


def test_units_and_nodes_of_one_side_are_named():
    one, other = make_result(), make_result(n_sub_indices=7)

    found = correction_of(one, other)

    assert set(found.codes_removed) == {node.code for node in one.nodes} - {node.code for node in other.nodes}
    assert found.units_added == found.units_removed == ()
