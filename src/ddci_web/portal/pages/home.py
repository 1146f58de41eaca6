"""Home, programme and list of publications.

In:  what is public. Out: the featured wave with the other programmes, a programme's waves, its snapshots with reasons.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from ddci.report import standing
from ddci_web.portal.doors import UnknownPageError
from ddci_web.portal.pages import headings
from ddci_web.portal.pages.overview import Overview, overview_of
from ddci_web.results import published as publications
from ddci_web.results.models import Programme, Snapshot
from ddci_web.results.published import Published


@dataclass(frozen=True, slots=True)
class WaveLine:
    """One public wave with its finding."""

    published: Published
    heading: str
    n_units: int
    n_sub_indices: int
    is_sampled: bool
    n_snapshots: int


@dataclass(frozen=True, slots=True)
class OtherProgramme:
    programme: Programme
    latest: WaveLine
    waves: tuple[Published, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """``featured`` is None where nothing is public yet."""

    featured: Overview | None
    waves: tuple[Published, ...]  # of the featured programme, newest first
    others: tuple[OtherProgramme, ...]


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    programme: Programme
    waves: tuple[WaveLine, ...]

    @property
    def latest(self) -> WaveLine:
        return self.waves[0]

    @property
    def first_year(self) -> int:
        return self.waves[-1].published.wave.year


@dataclass(frozen=True, slots=True)
class Publication:
    """A snapshot in the list. ``origin`` are the hashes, seed and version that its manifest states."""

    published: Published
    origin: dict[str, Any]
    corrects: Published | None
    corrected_by: Published | None

    @property
    def snapshot(self) -> Snapshot:
        return self.published.snapshot


def home_page() -> Home:
    series = publications.series()
    if not series:
        return Home(None, (), ())
    place = next((place for place, (programme, _) in enumerate(series) if programme.is_featured), 0)
    others = tuple(
        OtherProgramme(programme, _line(waves[0]), tuple(waves))
        for other, (programme, waves) in enumerate(series)
        if other != place
    )
    waves = series[place][1]
    return Home(overview_of(waves[0]), tuple(waves), others)


def programme_page(code: str) -> ProgrammePage:
    """Raises UnknownPageError where the programme has published nothing."""
    programme, waves = _find(code)
    return ProgrammePage(programme, tuple(_line(wave) for wave in waves))


def publications_page(code: str) -> tuple[Programme, list[Publication]]:
    """Every snapshot of a programme, newest first. Raises UnknownPageError as above."""
    programme, _ = _find(code)
    snapshots = list(publications.public_snapshots().filter(wave__programme=programme))
    newest = {snapshot.wave_id: snapshot.pk for snapshot in sorted(snapshots, key=lambda item: item.number)}
    shown = [Published(snapshot, is_latest=newest[snapshot.wave_id] == snapshot.pk) for snapshot in snapshots]
    after = {item.snapshot.corrects_id: item for item in shown if item.snapshot.corrects_id}
    by_key = {item.snapshot.pk: item for item in shown}
    return programme, [
        Publication(item, item.manifest, by_key.get(item.snapshot.corrects_id), after.get(item.snapshot.pk))
        for item in shown
    ]


def _find(code: str) -> tuple[Programme, list[Published]]:
    series = publications.series()
    for programme, waves in series:
        if programme.code == code:
            return programme, list(waves)
    near = difflib.get_close_matches(code, [programme.code for programme, _ in series], n=3, cutoff=0.4)
    raise UnknownPageError("programme", code, [(item.code, item.vi) for item, _ in series if item.code in near])


def _line(published: Published) -> WaveLine:
    result = published.result
    return WaveLine(
        published=published,
        heading=headings.wave_heading(result),
        n_units=len(result.units),
        n_sub_indices=len(result.columns("sub_index")),
        is_sampled=standing.has_sampling_error(result),
        n_snapshots=published.snapshot.number,
    )
