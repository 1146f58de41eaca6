"""The statistician's questions about a group's structure, with codes for places.

In:  the scores of one unit group. Out: its Coherence, as the Result keeps it.
"""

from __future__ import annotations

from ddci.framework.model import Framework
from ddci.index.coherence import audit_coherence
from ddci.index.score import IndexScores, ScoringRule
from ddci.result import Coherence


def coherence_of_group(framework: Framework, group: str, scored: IndexScores, rule: ScoringRule) -> Coherence:
    """How well the indicators of a group hang together, in the estimate."""
    figures = audit_coherence(
        scored.scores[0],
        scored.sub_indices[0],
        scored.index[0],
        parent=rule.parent,
        index_weights=rule.indicator_weights,
    )
    codes = tuple(item.code for item in framework.indicators_of_group(group))
    return Coherence(
        unit_group=group,
        sub_indices=tuple(item.code for item in framework.sub_indices_of_group(group)),
        indicators=codes,
        cronbach_alpha=figures.cronbach_alpha,
        first_component_share=figures.first_component_share,
        correlation_with_parent=figures.correlation_with_parent,
        correlation_with_index=figures.correlation_with_index,
        redundant=tuple((codes[a], codes[b], correlation) for a, b, correlation in figures.redundant),
        wrong_way=tuple(codes[place] for place in figures.wrong_way),
    )
