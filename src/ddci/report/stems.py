"""Names of units and groups in file names and ids: letters, digits, hyphens, and no two the same.

In:  codes. Out: one stem for each, the same for the same codes in the same order. Two stems that differ only in capitals
would be one file on some systems, so they count as the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from ddci.report.gallery import file_stem
from ddci.result import Result


def unit_stems(result: Result) -> list[str]:
    """The stem of each unit, in the order of the units."""
    return distinct_stems(unit.code for unit in result.units)


def group_stems(result: Result) -> dict[str, str]:
    """Unit group → stem."""
    codes = [group.code for group in result.framework.unit_groups]
    return dict(zip(codes, distinct_stems(codes), strict=True))


def distinct_stems(codes: Iterable[str]) -> list[str]:
    """Stems of codes; of those that would be the same, the later ones get a number.

    >>> distinct_stems(["an-giang", "a/b", "a b", "A-B"])
    ['an-giang', 'a-b', 'a-b-2', 'A-B-3']
    """
    plain = [file_stem(code) for code in codes]
    taken: set[str] = set()
    wanted = {stem.casefold() for stem in plain}
    stems = []
    for stem in plain:
        chosen, number = stem, 1
        while chosen.casefold() in taken or (number > 1 and chosen.casefold() in wanted):
            number += 1
            chosen = f"{stem}-{number}"
        taken.add(chosen.casefold())
        stems.append(chosen)
    return stems
