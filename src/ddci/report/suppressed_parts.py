"""Leave out of a Result the sentences and lists that quote suppressed figures.

In:  a Result without the suppressed figures, and masks of what is gone. Out: the Result without findings, checks, tiers,
covariances, small-area estimates and coherence that would tell them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ddci.report.standing import columns_of_group
from ddci.result import Coherence, Result, Tier

BoolArray = npt.NDArray[np.bool_]


def without_texts(result: Result, hidden: BoolArray, *, quoted: BoolArray) -> Result:
    """The Result without what quotes a suppressed cell.

    hidden  (U, K) suppressed cells
    quoted  (U, K) these and the columns whose value, median or best is gone, which findings quote
    """
    gone = {result.units[row].code for row in np.flatnonzero(hidden[:, 0])}
    groups_touched = {unit.group for unit in result.units if unit.code in gone}
    kept_findings = tuple(item for item in result.findings if not _is_in(result, quoted, item.unit, item.code))
    kept_checks = tuple(item for item in result.checks if not _is_in(result, hidden, item.unit, item.code))
    return replace(
        result,
        findings=kept_findings,
        checks=kept_checks,
        tiers=tuple(tier for tier in (_tier_without(tier, gone) for tier in result.tiers) if tier.units),
        index_covariance={
            group: _covariance_without(result, group, matrix, hidden)
            for group, matrix in result.index_covariance.items()
        },
        # Estimates are drawn to the group's mean, which hangs on every unit of the group.
        small_area=tuple(
            item for item in result.small_area if result.units[result.unit_row[item.unit]].group not in groups_touched
        ),
        coherence=tuple(_coherence_without(result, item, hidden) for item in result.coherence),
    )


def _is_in(result: Result, mask: BoolArray, unit: str, code: str) -> bool:
    row, column = result.unit_row.get(unit), result.node_column.get(code)
    return row is not None and column is not None and bool(mask[row, column])


def _tier_without(tier: Tier, gone: set[str]) -> Tier:
    return replace(tier, units=tuple(unit for unit in tier.units if unit not in gone))


def _covariance_without(
    result: Result, group: str, matrix: npt.NDArray[np.float64], hidden: BoolArray
) -> npt.NDArray[np.float64]:
    gone = hidden[result.rows_of_group(group), 0]
    return np.where(gone[:, None] | gone[None, :], np.nan, matrix)


def _coherence_without(result: Result, item: Coherence, hidden: BoolArray) -> Coherence:
    """Correlations and shares in which no suppressed cell takes part; which way an indicator points stays."""
    rows = result.rows_of_group(item.unit_group)
    touched = {result.nodes[column].code for column in np.flatnonzero(hidden[rows].any(axis=0))}
    if not touched:
        return item
    parents = {
        result.nodes[column].parent
        for column in columns_of_group(result, item.unit_group, "indicator")
        if result.nodes[column].code in touched
    }
    of_sub_index = np.array([code in touched or code in parents for code in item.sub_indices], dtype=bool)
    parent = {node.code: node.parent for node in result.nodes}
    of_indicator = np.array([code in touched or parent[code] in touched for code in item.indicators], dtype=bool)
    whole = "index" in touched
    return replace(
        item,
        cronbach_alpha=np.where(of_sub_index, np.nan, item.cronbach_alpha),
        first_component_share=np.where(of_sub_index, np.nan, item.first_component_share),
        correlation_with_parent=np.where(of_indicator, np.nan, item.correlation_with_parent),
        correlation_with_index=np.where(of_sub_index | whole, np.nan, item.correlation_with_index),
        redundant=tuple(pair for pair in item.redundant if not {pair[0], pair[1]} & touched),
    )
