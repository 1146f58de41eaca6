"""Where a Result came from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.waves import table_wave

from ddci.compute import compute
from ddci.compute.provenance import earlier_files, provenance_of


def _wave(code: str, **changes: object):
    return replace(
        table_wave(np.array([[0.1], [0.9]])), code=code, files=(("values.csv", f"hash of {code}"),), **changes
    )


def test_files_of_earlier_waves_are_named_below_their_wave():
    wave = _wave("now", previous=_wave("then"), pooled=(_wave("older"), _wave("then")))

    assert earlier_files(wave) == (("older/values.csv", "hash of older"), ("then/values.csv", "hash of then"))


def test_another_earlier_wave_is_another_hash_of_the_data():
    one, two = (provenance_of(_wave("now", previous=_wave(code)), engine="local") for code in ("then", "other"))

    assert one.data_hash != two.data_hash
    assert one.framework_hash == two.framework_hash


def test_an_earlier_result_stands_for_the_files_it_was_computed_from():
    wave = _wave("now", previous=compute(_wave("then")))

    assert earlier_files(wave) == (("then/values.csv", "hash of then"),)
