"""``ddci demo`` on the examples."""

from __future__ import annotations

import pytest
from tests.cli.calls import call
from tests.examples.folders import EXAMPLES

import ddci.cli.computing
import ddci.cli.showing


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """Only three PCI examples, and no charts."""
    monkeypatch.setattr(ddci.cli.showing, "EXAMPLES", ("pci-2016-indicators", "pci-2014", "pci-2016"))
    monkeypatch.setattr(
        ddci.cli.computing, "write_outputs", lambda result, folder, **options: (folder / "scores.csv").write_text("")
    )
    return tmp_path


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_demo_ends_with_63_provinces_that_match_the_published_ranking(quick, lang):
    outcome = call("demo", "--examples", EXAMPLES, "--out", quick, lang=lang)

    assert outcome.code == 0, outcome.err
    last = outcome.out.split("■")[-1]
    matches = "khớp" if lang == "vi" else "matches"
    lines = [line for line in last.splitlines() if line.rstrip().endswith(matches) and "/" not in line]
    assert len(lines) == 63
    assert lines[0].split()[:2] == ["Đà", "Nẵng"]
    assert ("126/126" if lang == "vi" else "126 of 126") in last
    assert str(quick / "pci-2016" / "scorecard.html") in last


def test_the_two_published_ranks_of_2014_that_differ_are_named(quick):
    out = call("demo", "--examples", EXAMPLES, "--out", quick).out

    assert out.count("hạng khác: công bố") == 2


def test_examples_that_are_not_there_are_a_wrong_call(tmp_path):
    outcome = call("demo", "--examples", tmp_path, "--out", tmp_path / "out")

    assert outcome.code == 2
    assert outcome.out == ""
    assert "--examples" in outcome.err
