"""Find units, sub-indices and indicators by words, with or without accents.

In:  what somebody typed. Out: hits from the latest publication of each wave, the best first. Names are few (thousands),
so they are read from the Results in memory; nothing is indexed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language

from ddci_web.organisations.vietnamese import search_key
from ddci_web.results.published import Published, series

MOST = 60
LONGEST = 100  # characters of a question that are read


@dataclass(frozen=True)
class Hit:
    """A page that has the words in its name; ``waves`` are the same thing in other waves."""

    kind: str  # unit, sub_index, indicator
    name: str
    url: str
    wave: str
    year: int
    code: str
    rank: int  # 0 = the name is what was typed, 1 = it begins so, 2 = a word begins so, 3 = it is inside


@dataclass(frozen=True)
class Found:
    question: str
    hits: tuple[Hit, ...]
    n_more: int


def find(question: str) -> Found:
    """The hits for a question, newest wave first within the same closeness; each unit or node once per programme."""
    typed = " ".join(question.split())[:LONGEST]
    key = search_key(typed)
    if not key:
        return Found(typed, (), 0)
    seen: dict[tuple[str, str, str], Hit] = {}
    for programme, waves in series():
        for published in waves:
            for hit in _hits(published, key):
                seen.setdefault((programme.code, hit.kind, hit.code), hit)
    order = {"unit": 0, "sub_index": 1, "indicator": 2}
    hits = sorted(seen.values(), key=lambda hit: (hit.rank, order[hit.kind], -hit.year, hit.name))
    return Found(typed, tuple(hits[:MOST]), max(0, len(hits) - MOST))


def _hits(published: Published, key: str) -> Iterator[Hit]:
    result, wave = published.result, published.wave
    for unit in result.units:
        if (rank := _closeness(key, search_key(unit.name))) is not None:
            url = reverse("portal:unit", args=[published, unit.code])
            yield Hit("unit", unit.name, url, wave.vi, wave.year, unit.code, rank)
    for node in result.nodes[1:]:
        name = node.en if get_language() == "en" and node.en else node.vi
        if (rank := _closeness(key, search_key(f"{name} {node.code}"))) is not None:
            url = reverse(f"portal:{node.level}", args=[published, node.code])
            yield Hit(node.level, name, url, wave.vi, wave.year, node.code, rank)


def _closeness(key: str, name: str) -> int | None:
    if name == key:
        return 0
    if name.startswith(key):
        return 1
    words = name.split()
    if all(any(word.startswith(part) for word in words) for part in key.split()):
        return 2
    return 3 if key in name else None
