"""Weights from the data are the same whether the earlier wave is read again or only its Result is left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.waves import small_framework, table_wave

from ddci.compute import compute


@pytest.mark.parametrize("level", ["weighting", "weighting_top"])
@pytest.mark.parametrize("weighting", ["entropy", "pca", "benefit_of_the_doubt"])
def test_a_change_against_a_stored_result_uses_the_weights_of_that_time(weighting, level):
    framework = small_framework(2, 2, kind="hard", **{level: weighting})
    rng = np.random.default_rng(3)
    then = table_wave(rng.random((6, 4)), framework=framework, code="then")
    now = table_wave(rng.random((6, 4)), framework=framework, previous=then)

    again, stored = compute(now), compute(replace(now, previous=compute(then)))

    assert again.change is not None
    assert stored.change is not None
    assert stored.change.score == pytest.approx(again.change.score, nan_ok=True, abs=1e-9)
    assert again.change.score[:, 0] == pytest.approx(again.scores.score[:, 0] - compute(then).scores.score[:, 0])
