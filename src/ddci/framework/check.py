"""What a framework must satisfy beyond the types of its values: settings, structure, weights.

In:  a Framework, also one read with faults (their spots are broken and passed over), and a notebook that knows places.
Out: faults. The same checks serve TOML folders, workbooks and frameworks made in code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import Protocol

from ddci.errors import Fault, Faults
from ddci.framework.check_indicators import check_indicators
from ddci.framework.check_questionnaire import check_questionnaire
from ddci.framework.model import Framework, Indicator, SubIndex, UnitGroup
from ddci.framework.spots import Notebook, Spot, nearest

INDEX = "index"
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}")
CONTINUES = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*:[A-Za-z0-9][A-Za-z0-9_.\-]*")
YEARS = (1990, 2200)
SAATY_LIMIT = 9.0  # Saaty (1980): judgements run from 1/9 to 9


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


def check_framework(framework: Framework, notebook: Notebook | None = None) -> Faults:
    """All faults and warnings of meaning, added to the notebook's faults and returned."""
    notebook = notebook or Notebook()
    _check_settings(framework, notebook)
    _check_codes(framework, notebook)
    _check_bands(framework, notebook)
    _check_structure(framework, notebook)
    _check_weights(framework, notebook)
    _check_judgements(framework, notebook)
    _check_budgets(framework, notebook)
    _check_continues(framework, notebook)
    check_indicators(framework, notebook)
    if framework.questionnaire is not None:
        check_questionnaire(framework.questionnaire, notebook)
    return notebook.faults


def framework_warnings(framework: Framework) -> tuple[Fault, ...]:
    """What does not stop the work but belongs beside the result, for a framework already checked."""
    return check_framework(framework).warnings


def _check_settings(framework: Framework, notebook: Notebook) -> None:
    def spot(key: str) -> Spot:
        return Spot("framework", 0, key)

    low, high = framework.scale
    if low >= high:
        notebook.note("BOUNDS_ORDER", spot("scale"), found=f"{low:g} … {high:g}", low=low, high=high)
    if framework.total <= 0:
        notebook.note("NUMBER_NOT_POSITIVE", spot("total"), found=framework.total)
    if not YEARS[0] <= framework.year <= YEARS[1]:
        notebook.note("YEAR_RANGE", spot("year"), found=framework.year, low=YEARS[0], high=YEARS[1])
    if not 0 <= framework.min_weight_share <= 1:
        notebook.note("FRAMEWORK_SHARE_RANGE", spot("min_weight_share"), found=framework.min_weight_share)
    if not 0 < framework.confidence < 1:
        notebook.note("FRAMEWORK_SHARE_RANGE", spot("confidence"), found=framework.confidence)
    if framework.min_n < 0:
        notebook.note("NUMBER_NEGATIVE", spot("min_n"), found=framework.min_n)
    if framework.publication_min < 0:
        notebook.note("NUMBER_NEGATIVE", spot("publication_min"), found=framework.publication_min)
    uses_power = "power" in (framework.aggregation, framework.aggregation_top)
    if uses_power and framework.power is None:
        notebook.note("FRAMEWORK_POWER_MISSING", spot("power"), found="∅")
    if not uses_power and framework.power is not None:
        notebook.note(
            "KEY_UNUSED", spot("power"), severity="warning", found=framework.power, needs="aggregation = power"
        )


def _check_codes(framework: Framework, notebook: Notebook) -> None:
    if not notebook.is_broken("framework", "code"):
        check_code(framework.code, Spot("framework", 0, "code"), notebook)
    check_code_list("unit_group", framework.unit_groups, notebook)
    check_code_list("sub_index", framework.sub_indices, notebook, reserved=frozenset({INDEX}))
    sub_indices = {item.code: f"sub_index {item.code}" for item in framework.sub_indices}
    check_code_list("indicator", framework.indicators, notebook, reserved=frozenset({INDEX}), taken=sub_indices)


def check_code(code: str, spot: Spot, notebook: Notebook, reserved: frozenset[str] = frozenset()) -> None:
    """One code: its letters, and that it is no word of the file formats."""
    if code in reserved:
        notebook.note("CODE_RESERVED", spot, found=code)
    elif code and not CODE.fullmatch(code):
        notebook.note("CODE_FORM", spot, found=code)


def check_code_list(
    table: str,
    items: Sequence[_Coded],
    notebook: Notebook,
    *,
    reserved: frozenset[str] = frozenset(),
    taken: dict[str, str] | None = None,
) -> None:
    """Codes of one table: well formed, and each used once, also among ``taken`` (code → where it is)."""
    seen = dict(taken or {})
    for row, item in enumerate(items):
        spot = Spot(table, row, "code", code=item.code)
        check_code(item.code, spot, notebook, reserved)
        if item.code and item.code in seen:
            notebook.note("CODE_DUPLICATE", spot, found=item.code, first=seen[item.code])
        seen.setdefault(item.code, f"{table} #{row + 1}")


def _check_bands(framework: Framework, notebook: Notebook) -> None:
    for row, band in enumerate(framework.bands):
        spot = Spot("band", row, "min", code=band.vi)
        if not 0 <= band.min <= framework.total:
            notebook.note("BAND_RANGE", spot, found=f"{band.min:g}", total=f"{framework.total:g}")
    for row, (higher, lower) in enumerate(pairwise(framework.bands), start=1):
        if lower.min >= higher.min and Spot("band", row - 1, "min") not in notebook.broken:
            spot = Spot("band", row, "min", code=lower.vi)
            notebook.note("BANDS_ORDER", spot, found=f"{lower.min:g}", above=f"{higher.min:g}")


def _check_structure(framework: Framework, notebook: Notebook) -> None:
    """Parents and groups exist; every group has a sub-index, and every sub-index an indicator in each of its groups."""
    for table, rows in (
        ("[[unit_group]]", framework.unit_groups),
        ("[[sub_index]]", framework.sub_indices),
        ("[[indicator]]", framework.indicators),
    ):
        if not rows and not notebook.is_broken("framework", "code"):
            notebook.note("SECTION_MISSING", Spot("framework"), found="∅", name=table)
    groups = {group.code for group in framework.unit_groups}
    parents = framework.sub_index_by_code
    for row, sub_index in enumerate(framework.sub_indices):
        _check_groups(Spot("sub_index", row, "applies_to", code=sub_index.code), sub_index.applies_to, groups, notebook)
    for row, indicator in enumerate(framework.indicators):
        spot = Spot("indicator", row, "applies_to", code=indicator.code)
        _check_groups(spot, indicator.applies_to, groups, notebook)
        parent = parents.get(indicator.parent)
        if parent is None:
            place = Spot("indicator", row, "parent", code=indicator.code)
            notebook.note("PARENT_UNKNOWN", place, found=indicator.parent, nearest=nearest(indicator.parent, parents))
        elif indicator.applies_to and parent.applies_to and not set(indicator.applies_to) & set(parent.applies_to):
            notebook.note("INDICATOR_APPLIES_NOWHERE", spot, found=", ".join(indicator.applies_to), parent=parent.code)
    if framework.sub_indices and framework.indicators and not notebook.is_broken("indicator", "parent"):
        for row, group in enumerate(framework.unit_groups):
            _check_group(framework, row, group, notebook)


def _check_groups(spot: Spot, codes: tuple[str, ...], groups: set[str], notebook: Notebook) -> None:
    for code in codes:
        if code not in groups:
            notebook.note("GROUP_UNKNOWN", spot, found=code, nearest=nearest(code, groups))


def _check_group(framework: Framework, row: int, group: UnitGroup, notebook: Notebook) -> None:
    sub_indices = framework.sub_indices_of_group(group.code)
    if not sub_indices:
        spot = Spot("unit_group", row, code=group.code)
        notebook.note("GROUP_WITHOUT_SUB_INDEX", spot, found=group.code)
        return
    filled = {indicator.parent for indicator in framework.indicators_of_group(group.code)}
    for number, sub_index in enumerate(framework.sub_indices):
        if sub_index in sub_indices and sub_index.code not in filled:
            spot = Spot("sub_index", number, code=sub_index.code)
            notebook.note("SUB_INDEX_WITHOUT_INDICATOR", spot, found=sub_index.code, group=group.code)


def _check_weights(framework: Framework, notebook: Notebook) -> None:
    for table, row, item in _weighted_items(framework):
        if item.index_weight < 0:
            spot = Spot(table, row, "index_weight", code=item.code)
            notebook.note("NUMBER_NEGATIVE", spot, found=item.index_weight)
    for row, group in enumerate(framework.unit_groups):
        weights = [item.index_weight for item in framework.sub_indices_of_group(group.code)]
        if framework.weighting_top == "given" and weights and max(weights) == 0:
            notebook.note("FRAMEWORK_WEIGHTS_ALL_ZERO", Spot("unit_group", row, code=group.code), found="0")
    for row, sub_index in enumerate(framework.sub_indices):
        weights = [item.index_weight for item in framework.indicators if item.parent == sub_index.code]
        if framework.weighting == "given" and weights and max(weights) == 0:
            notebook.note("FRAMEWORK_WEIGHTS_ALL_ZERO", Spot("sub_index", row, code=sub_index.code), found="0")


def children_of(framework: Framework, parent: str) -> list[str] | None:
    """The codes under a sub-index, or the sub-indices under "index"; None when there is no such parent."""
    if parent == INDEX:
        return [item.code for item in framework.sub_indices]
    if parent not in framework.sub_index_by_code:
        return None
    return [item.code for item in framework.indicators if item.parent == parent]


def _parents_using(framework: Framework, weighting: str) -> set[str]:
    """The parents whose children get their weights by this method."""
    top = {INDEX} if framework.weighting_top == weighting else set()
    below = {item.code for item in framework.sub_indices} if framework.weighting == weighting else set()
    return {parent for parent in top | below if len(children_of(framework, parent) or []) > 1}


def _check_child(
    framework: Framework, spot_of: Callable[[str], Spot], parent: str, key: str, child: str, notebook: Notebook
) -> bool:
    """Whether ``child`` is a child of ``parent``; notes what is wrong."""
    children = children_of(framework, parent)
    if children is None:
        valid = [INDEX, *framework.sub_index_by_code]
        notebook.note("PARENT_UNKNOWN", spot_of("parent"), found=parent, nearest=nearest(parent, valid))
        return False
    if child not in children:
        notebook.note("CHILD_UNKNOWN", spot_of(key), found=child, parent=parent, nearest=nearest(child, children))
        return False
    return True


def _check_judgements(framework: Framework, notebook: Notebook) -> None:
    """AHP: every pair of children compared exactly once, ratios between 1/9 and 9."""
    judged: dict[tuple[str, frozenset[str]], int] = {}
    for row, judgement in enumerate(framework.judgements):

        def spot_of(key: str, row: int = row, code: str = f"{judgement.a} – {judgement.b}") -> Spot:
            return Spot("judgement", row, key, code=code)

        if not 1 / SAATY_LIMIT - 1e-3 <= judgement.ratio <= SAATY_LIMIT:
            notebook.note("JUDGEMENT_RATIO", spot_of("ratio"), found=f"{judgement.ratio:g}")
        known = _check_child(framework, spot_of, judgement.parent, "a", judgement.a, notebook)
        known = known and _check_child(framework, spot_of, judgement.parent, "b", judgement.b, notebook)
        pair = judgement.parent, frozenset({judgement.a, judgement.b})
        if judgement.a == judgement.b:
            notebook.note("JUDGEMENT_OF_ITSELF", spot_of("b"), found=judgement.b)
        elif pair in judged:
            notebook.note(
                "JUDGEMENT_TWICE", spot_of("a"), found=f"{judgement.a}, {judgement.b}", first=judged[pair] + 1
            )
        elif known:
            judged[pair] = row
    for parent in sorted(_parents_using(framework, "ahp")):
        children = children_of(framework, parent) or []
        lacking = [pair for pair in combinations(children, 2) if (parent, frozenset(pair)) not in judged]
        if lacking:
            pairs = ", ".join(f"{a}–{b}" for a, b in lacking)
            notebook.note("JUDGEMENTS_INCOMPLETE", Spot("framework", 0), found=pairs, parent=parent, n=len(lacking))
    if framework.judgements and "ahp" not in (framework.weighting, framework.weighting_top):
        spot = Spot("judgement", 0)
        notebook.note("KEY_UNUSED", spot, severity="warning", found="judgement", needs="weighting = ahp")


def _check_budgets(framework: Framework, notebook: Notebook) -> None:
    """Budget allocation: every expert gives points to every child, not all zero."""
    given: dict[tuple[str, str], dict[str, float]] = {}
    for row, budget in enumerate(framework.budgets):

        def spot_of(key: str, row: int = row, code: str = f"{budget.expert} – {budget.code}") -> Spot:
            return Spot("budget", row, key, code=code)

        if budget.points < 0:
            notebook.note("NUMBER_NEGATIVE", spot_of("points"), found=budget.points)
        if _check_child(framework, spot_of, budget.parent, "code", budget.code, notebook):
            points = given.setdefault((budget.parent, budget.expert), {})
            if budget.code in points:
                notebook.note("BUDGET_TWICE", spot_of("code"), found=budget.code, expert=budget.expert)
            points[budget.code] = budget.points
    for parent in sorted(_parents_using(framework, "budget")):
        children = children_of(framework, parent) or []
        experts = {expert: points for (place, expert), points in given.items() if place == parent}
        if not experts:
            notebook.note("BUDGET_MISSING", Spot("framework", 0), found="∅", parent=parent)
        for expert, points in experts.items():
            lacking = [code for code in children if code not in points]
            if lacking or sum(points.values()) <= 0:
                found = ", ".join(lacking) or "0"
                notebook.note("BUDGET_INCOMPLETE", Spot("framework", 0), found=found, parent=parent, expert=expert)
    if framework.budgets and "budget" not in (framework.weighting, framework.weighting_top):
        notebook.note("KEY_UNUSED", Spot("budget", 0), severity="warning", found="budget", needs="weighting = budget")


def _check_continues(framework: Framework, notebook: Notebook) -> None:
    for table, row, item in _weighted_items(framework):
        spot = Spot(table, row, "continues", code=item.code)
        if item.continues is None:
            continue
        if not CONTINUES.fullmatch(item.continues):
            notebook.note("CONTINUES_FORM", spot, found=item.continues)
        elif item.continues.partition(":")[0] == framework.code:
            notebook.note("CONTINUES_ITSELF", spot, found=item.continues, framework=framework.code)


def _weighted_items(framework: Framework) -> Iterator[tuple[str, int, SubIndex | Indicator]]:
    """All sub-indices and indicators, with their table and row."""
    yield from (("sub_index", row, item) for row, item in enumerate(framework.sub_indices))
    yield from (("indicator", row, item) for row, item in enumerate(framework.indicators))
