"""What everyone may read: programmes, waves and their public snapshots, and the Result inside a snapshot.

In:  codes from an address. Out: ``Published``, whose figures are shown as they are. A Result is read from its file once
and kept in memory; as a snapshot never changes, neither does what is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.db.models import Count, Max, Prefetch, QuerySet
from django.utils import timezone

from ddci.errors import InputError
from ddci.result import Result
from ddci.result_arrays import load_fast
from ddci_web.results.models import Programme, Snapshot, Wave
from ddci_web.results.paths import LostFilesError, publication_folder

NAMES = ("vi", "en", "about_vi", "about_en", "source", "is_featured", "position", "waves__vi", "waves__en")
KEPT = 32  # Results in memory; about 3 MB each for 65 units and 141 figures


class UnknownWaveError(LookupError):
    """No public snapshot has this wave code and number."""


@dataclass(frozen=True)
class Published:
    """A snapshot that may be shown, with its files."""

    snapshot: Snapshot
    is_latest: bool = True

    @property
    def wave(self) -> Wave:
        return self.snapshot.wave

    @property
    def programme(self) -> Programme:
        return self.snapshot.wave.programme

    @property
    def manifest(self) -> dict[str, Any]:
        return dict(self.snapshot.manifest)

    @cached_property
    def files(self) -> dict[str, dict[str, Any]]:
        """Name → ``sha256`` and ``size`` of every file of the publication."""
        return {entry["name"]: entry for entry in self.snapshot.manifest["files"]}

    @cached_property
    def folder(self) -> Path:
        return publication_folder(self.snapshot)

    @property
    def result(self) -> Result:
        """What was published. Raises LostFilesError where its file cannot be read any more."""
        return _load(str(self.folder / "result.json"))

    @property
    def slug(self) -> str:
        """The wave's part of an address: the code, with the number for a snapshot that has been corrected since."""
        return self.wave.code if self.is_latest else f"{self.wave.code}@{self.snapshot.number}"

    def path(self, name: str) -> Path:
        """A file of the publication. Raises UnknownWaveError for a name that its manifest does not list."""
        if name not in self.files:
            raise UnknownWaveError(name)
        return self.folder / name


def public_snapshots() -> QuerySet[Snapshot]:
    """Every snapshot whose embargo is over, newest first; corrected ones too."""
    return Snapshot.objects.filter(public_from__lte=timezone.now()).select_related("wave__programme")


def open_snapshot(wave_code: str, number: int | None = None) -> Published:
    """The public snapshot of a wave: the latest, or the one with this number. Raises UnknownWaveError."""
    found = list(public_snapshots().filter(wave__code=wave_code).order_by("-number"))
    wanted = [item for item in found if number in (None, item.number)]
    if not wanted:
        raise UnknownWaveError(wave_code)
    return Published(wanted[0], is_latest=wanted[0] is found[0])


def snapshots_of(wave: Wave) -> list[Published]:
    """Every public snapshot of a wave, the latest first: a correction and what it corrected."""
    found = public_snapshots().filter(wave=wave).order_by("-number")
    return [Published(item, is_latest=place == 0) for place, item in enumerate(found)]


def public_waves(programme: Programme) -> list[Published]:
    """The latest public snapshot of each wave of a programme, newest wave first."""
    latest: dict[int, Snapshot] = {}
    for snapshot in public_snapshots().filter(wave__programme=programme).order_by("number"):
        latest[snapshot.wave_id] = snapshot
    return [Published(item) for item in sorted(latest.values(), key=lambda item: (-item.wave.year, item.wave.code))]


def series() -> list[tuple[Programme, Sequence[Published]]]:
    """Programmes that have published something, each with its waves, newest first; two queries."""
    public = Prefetch("waves__snapshots", queryset=public_snapshots().order_by("number"), to_attr="public")
    found: list[tuple[Programme, Sequence[Published]]] = []
    for programme in Programme.objects.prefetch_related(public):
        waves = sorted(programme.waves.all(), key=lambda wave: (-wave.year, wave.code))
        latest = [Published(wave.public[-1]) for wave in waves if wave.public]
        if latest:
            found.append((programme, latest))
    return found


def generation() -> str:
    """A word that changes whenever what is public changes; pages are kept under it."""
    public = public_snapshots().order_by().aggregate(n=Count("pk"), newest=Max("pk"))
    # An organiser may rename a wave or its programme; a map shows the boundaries that were handed in.
    rows = Programme.objects.order_by("pk", "waves__pk").values_list(*NAMES)
    shown = rows.annotate(drawn=Max("boundaries"))
    said = hashlib.blake2b(repr(list(shown)).encode(), digest_size=8).hexdigest()
    return f"{public['n']}-{public['newest'] or 0}-{said}"


@lru_cache(maxsize=KEPT)
def _load(path: str) -> Result:
    try:
        return load_fast(Path(path))
    except (InputError, OSError) as error:
        raise LostFilesError(path) from error
