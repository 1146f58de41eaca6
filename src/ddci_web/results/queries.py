"""Reads of the results room: what is there at each step, for people who may see drafts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ddci.errors import InputError
from ddci.result import Result
from ddci.result_json import load_result
from ddci_web.results.models import Check, Computation, Programme, Review, Snapshot, Source, Wave
from ddci_web.results.paths import FLAGGED_FILE, SENSITIVITY_FILE, LostFilesError, computation_folder
from ddci_web.results.published import Published


def programmes() -> QuerySet[Programme]:
    return Programme.objects.prefetch_related("waves")


def waves() -> QuerySet[Wave]:
    """Newest first, with how many sources and snapshots each has."""
    return Wave.objects.select_related("programme").annotate(
        n_sources=Count("sources", distinct=True), n_snapshots=Count("snapshots", distinct=True)
    )


def sources() -> QuerySet[Source]:
    return Source.objects.select_related("wave__programme", "by", "job")


def fault_rows(faults: Iterable[dict[str, Any]]) -> list[tuple[str, ...]]:
    """Faults as rows of a table: severity, code, place, what, expected, what to do; safe to open in a spreadsheet."""
    keys = ("code", "place", "text", "expected", "remedy")
    words = {"error": "lỗi", "warning": "cảnh báo"}
    return [
        (words.get(fault["severity"], ""), *(_harmless(str(fault.get(key, ""))) for key in keys)) for fault in faults
    ]


def computations() -> QuerySet[Computation]:
    return Computation.objects.select_related("source__wave__programme", "source__by", "by", "job", "snapshot")


def snapshots() -> QuerySet[Snapshot]:
    return Snapshot.objects.select_related(
        "wave__programme", "computation__source", "review__by", "by", "corrects", "corrected_by"
    )


def verdicts_of(computation: Computation) -> dict[str, int]:
    """How many checks came out how: "ok", "doubtful", "fails"."""
    counted = computation.checks.order_by().values_list("verdict").annotate(n=Count("pk"))
    return {str(verdict): 0 for verdict in Check.Verdict.values} | {str(verdict): n for verdict, n in counted}


def approval_of(computation: Computation) -> Review | None:
    """The newest review, when it approves."""
    newest = computation.reviews.select_related("by").order_by("-id").first()
    return newest if newest is not None and newest.decision == Review.Decision.APPROVE else None


def published_result(snapshot: Snapshot) -> Result:
    return Published(snapshot).result


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
        .order_by("-id")
    )


def snapshots_of(wave: Wave) -> QuerySet[Snapshot]:
    """Every snapshot of a wave, also under embargo, the latest first."""
    return wave.snapshots.select_related("by", "review__by", "corrects", "wave__programme").order_by("-number")


def embargoed() -> QuerySet[Snapshot]:
    """Snapshots that wait for their hour, the first to come first."""
    waiting = Snapshot.objects.filter(public_from__gt=timezone.now())
    return waiting.select_related("wave__programme").order_by("public_from")


def draft_of(computation: Computation) -> Result:
    """The full Result of a computation, small cells included: for the results room alone.

    Raises LostFilesError where the file is not the one that was computed: nobody reviews or publishes that.
    """
    return _draft(str(computation_folder(computation) / "result.json"), computation.result_hash)


def draft_study(computation: Computation) -> list[dict[str, Any]]:
    return list(json.loads((computation_folder(computation) / SENSITIVITY_FILE).read_text(encoding="utf-8")))


def draft_flagged(computation: Computation) -> dict[str, Any] | None:
    """The comparison with and without flagged answers; None where none were flagged."""
    text = (computation_folder(computation) / FLAGGED_FILE).read_text(encoding="utf-8")
    found: dict[str, Any] | None = json.loads(text)
    return found


def draft_files(computation: Computation) -> list[tuple[str, int]]:
    """Name and size of every file of a computation that is not in a folder of its own."""
    folder = computation_folder(computation)
    return sorted((path.name, path.stat().st_size) for path in folder.iterdir() if path.is_file())


def draft_path(computation: Computation, name: str) -> Path | None:
    """The file of that name, when the computation has one."""
    named = dict(draft_files(computation)) if computation.is_done else {}
    return computation_folder(computation) / name if name in named else None


def _harmless(text: str) -> str:
    """Text that a spreadsheet would run as a formula, with an apostrophe in front."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


@lru_cache(maxsize=4)
def _draft(path: str, digest: str) -> Result:
    try:
        if hashlib.sha256(Path(path).read_bytes()).hexdigest() != digest:
            raise LostFilesError(path)
        return load_result(Path(path))
    except (InputError, OSError) as error:
        raise LostFilesError(path) from error
