"""What is in a source that has been read: shown to the people who are about to compute it.

Out: plain values for ``Source.facts``. The framework is compared with the one of the wave published last.
"""

from __future__ import annotations

from typing import Any

from ddci.compute.provenance import hash_files
from ddci.framework.compare import compare_frameworks, describe_diff
from ddci.framework.model import Framework
from ddci.survey.flagged import reasons
from ddci.wave.model import Wave as LoadedWave
from ddci_web.results.models import Snapshot, Source
from ddci_web.results.published import Published

MOST_LINES = 400


def facts_of(row: Source, wave: LoadedWave) -> dict[str, Any]:
    framework, answers = wave.framework, wave.responses
    return {
        "framework": framework.vi,
        "framework_code": framework.code,
        "framework_hash": hash_files(framework.files),
        "groups": [[group.vi, sum(unit.group == group.code for unit in wave.units)] for group in framework.unit_groups],
        "n_units": len(wave.units),
        "n_sub_indices": len(framework.sub_indices),
        "n_indicators": len(framework.indicators),
        "n_answers": 0 if answers is None else answers.height,
        "n_respondents": 0 if answers is None else answers["respondent"].n_unique(),
        "n_flagged": len(wave.flagged),
        "flag_reasons": [list(pair) for pair in reasons(wave)],
        "n_published": len(wave.published),
        "n_warnings": len(wave.warnings),
        "simulated": wave.simulated,
        "seed": wave.seed,
        "replicates": wave.replicates,
        "minimum": wave.publication_minimum,
        "previous": getattr(wave.previous, "code", getattr(wave.previous, "wave", "")),
        "files": [list(pair) for pair in wave.files],
        "difference": _difference(row, framework),
    }


def _difference(row: Source, framework: Framework) -> dict[str, Any] | None:
    """The framework beside that of the wave of this programme published last, this wave's own snapshots included."""
    others = Snapshot.objects.filter(wave__programme=row.wave.programme, wave__year__lte=row.wave.year)
    last = others.select_related("wave__programme").order_by("-wave__year", "-number").first()
    if last is None:
        return None
    before = Published(last).result
    if before.provenance.framework_hash == hash_files(framework.files):
        return {"wave": last.wave.vi, "same": True, "lines": []}
    lines = describe_diff(compare_frameworks(before.framework, framework)).splitlines()
    return {"wave": last.wave.vi, "same": False, "lines": lines[:MOST_LINES]}
