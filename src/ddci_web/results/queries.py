"""Reads of the results room: what is there at each step, for people who may see drafts."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ddci.result import Result
from ddci.result_json import load_result
from ddci_web.results.models import Check, Computation, Programme, Snapshot, Source, Wave
from ddci_web.results.paths import computation_folder
from ddci_web.results.published import Published


def programmes() -> QuerySet[Programme]:
    return Programme.objects.prefetch_related("waves")


def waves() -> QuerySet[Wave]:
    """Newest first, with how many sources and snapshots each has."""
    return Wave.objects.select_related("programme").annotate(
        n_sources=Count("sources", distinct=True), n_snapshots=Count("snapshots", distinct=True)
    )


def sources_of(wave: Wave) -> QuerySet[Source]:
    return wave.sources.select_related("by", "job").defer("faults")


def computations_of(wave: Wave) -> QuerySet[Computation]:
    """Newest first, with the number of checks by verdict."""
    return (
        Computation.objects.filter(source__wave=wave)
        .select_related("source", "by", "job", "snapshot")
        .annotate(
            n_fails=Count("checks", filter=Q(checks__verdict=Check.Verdict.FAILS), distinct=True),
            n_doubtful=Count("checks", filter=Q(checks__verdict=Check.Verdict.DOUBTFUL), distinct=True),
            n_ok=Count("checks", filter=Q(checks__verdict=Check.Verdict.OK), distinct=True),
        )
    )


def snapshots_of(wave: Wave) -> QuerySet[Snapshot]:
    """Every snapshot of a wave, also under embargo, the latest first."""
    return wave.snapshots.select_related("by", "review__by", "corrects", "wave__programme").order_by("-number")


def embargoed() -> QuerySet[Snapshot]:
    """Snapshots that wait for their hour, the first to come first."""
    waiting = Snapshot.objects.filter(public_from__gt=timezone.now())
    return waiting.select_related("wave__programme").order_by("public_from")


def latest_for_members(wave_code: str) -> Published:
    """The newest snapshot of a wave, embargo or not: for the organiser and for members of a rated unit.

    Raises Wave.DoesNotExist, or Snapshot.DoesNotExist when the wave has none.
    """
    wave = Wave.objects.get(code=wave_code)
    return Published(snapshots_of(wave)[:1].get())


def draft_of(computation: Computation) -> Result:
    """The full Result of a computation, small cells included: for the results room alone."""
    return _draft(str(computation_folder(computation) / "result.json"), computation.result_hash)


def draft_study(computation: Computation) -> list[dict[str, Any]]:
    return list(json.loads((computation_folder(computation) / "sensitivity.json").read_text(encoding="utf-8")))


@lru_cache(maxsize=4)
def _draft(path: str, digest: str) -> Result:
    return load_result(Path(path))
