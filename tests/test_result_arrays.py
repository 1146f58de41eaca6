"""The companion of result.json holds the same Result, and is left aside where it no longer belongs to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ddci import result_arrays
from ddci.result_arrays import COMPANION, load_fast, write_companion
from ddci.result_json import load_result, result_text, write_result
from tests.factories import make_result


@pytest.fixture
def path(tmp_path):
    """A result.json with its companion."""
    result = make_result(unranked=2)
    result = replace(result, index_covariance={"$odd": np.eye(2), "array": np.array([[np.nan]])})
    write_result(result, tmp_path / "result.json")
    write_companion(result, tmp_path / "result.json")
    return tmp_path / "result.json"


def test_the_companion_gives_the_same_result_to_the_bit(path, monkeypatch):
    monkeypatch.setattr(result_arrays, "load_result", pytest.fail)

    got = load_fast(path)

    assert result_text(got) == path.read_text(encoding="utf-8")


def test_the_same_result_gives_the_same_companion(path):
    first = path.with_name(COMPANION).read_bytes()
    write_companion(load_result(path), path)

    assert path.with_name(COMPANION).read_bytes() == first


def test_a_companion_of_another_result_json_is_not_read(path):
    changed = replace(load_result(path), vi="Khác")
    write_result(changed, path)

    assert load_fast(path).vi == "Khác"


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:500], lambda data: b"PK" + data[2:3000]])
def test_without_a_sound_companion_the_json_is_read(path, damage):
    companion = path.with_name(COMPANION)
    companion.write_bytes(damage(companion.read_bytes()))

    assert result_text(load_fast(path)) == path.read_text(encoding="utf-8")


def test_without_a_companion_the_json_is_read(path):
    path.with_name(COMPANION).unlink()

    assert result_text(load_fast(path)) == path.read_text(encoding="utf-8")


def test_the_companion_holds_no_pickle(path):
    with np.load(path.with_name(COMPANION), allow_pickle=False) as archive:
        assert all(archive[name].dtype != object for name in archive.files)
