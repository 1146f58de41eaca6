"""The read API, version 1: everything that is public, for programs. No key, no cookies, no writing."""

from __future__ import annotations

import logging
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import NinjaAPI, Path, Query, Router
from ninja.errors import ValidationError
from ninja.throttling import AnonRateThrottle
from pydantic import StringConstraints

from ddci_web import environment
from ddci_web.api import rows
from ddci_web.api.schemas import (
    ContributionOut,
    FileOut,
    Level,
    NodeOut,
    Problem,
    ProgrammeOut,
    Refusal,
    ScorePage,
    SnapshotOut,
    UnitOut,
    WaveOut,
)
from ddci_web.results import published
from ddci_web.results.paths import LostFilesError
from ddci_web.results.published import Published, UnknownWaveError

log = logging.getLogger(__name__)
RATE = environment.text("DDCI_API_RATE", "120/m")
MOST = 5_000  # rows of one page
ABOUT = (
    "Số liệu đã công bố của các bộ chỉ số: điểm, khoảng tin cậy, hạng, tập hạng, n, thay đổi. "
    "Published figures of the indices: scores, intervals, ranks, rank sets, n, change. "
    f"At most {RATE.partition('/')[0]} calls a minute; use ETag and If-None-Match, or download whole files."
)

WaveCode = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{1,80}(@[1-9][0-9]{0,3})?$")]
Code = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f/]{1,120}$")]

api = NinjaAPI(
    title="DDCI",
    version="1",
    description=ABOUT,
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
    throttle=[AnonRateThrottle(RATE)],
)
router = Router(tags=["results"])
COMMON: dict[int, Any] = {404: Problem, 422: Refusal, 429: Problem, 503: Problem}


@router.get("/programmes", response={200: list[ProgrammeOut], 429: Problem})
def programmes(request: HttpRequest) -> list[ProgrammeOut]:
    """Every programme with the latest public snapshot of each wave."""
    return [
        ProgrammeOut(
            code=programme.code,
            vi=programme.vi,
            en=programme.en,
            source=programme.source,
            waves=[rows.wave_out(item) for item in waves],
        )
        for programme, waves in published.series()
    ]


@router.get("/waves/{wave}", response={200: WaveOut, **COMMON})
def wave_details(request: HttpRequest, wave: Path[WaveCode]) -> WaveOut:
    """One wave; ``code@n`` asks for snapshot n, also one that has been corrected since."""
    return rows.wave_out(_open(wave))


@router.get("/waves/{wave}/snapshots", response={200: list[SnapshotOut], **COMMON})
def snapshots(request: HttpRequest, wave: Path[WaveCode]) -> list[SnapshotOut]:
    """Every public snapshot of a wave, the latest first, with the reasons of corrections."""
    found = published.snapshots_of(_open(wave).wave)
    numbers = {item.snapshot.pk: item.snapshot.number for item in found}
    return [rows.snapshot_out(item, numbers) for item in found]


@router.get("/waves/{wave}/files", response={200: list[FileOut], **COMMON})
def files(request: HttpRequest, wave: Path[WaveCode]) -> list[FileOut]:
    """The files of the publication with their sha256 hashes."""
    found = _open(wave)
    return [
        rows.file_out(name, entry["sha256"], entry["size"], _address(request, found, name))
        for name, entry in sorted(found.files.items())
        if not name.startswith("pictures/")
    ]


@router.get("/waves/{wave}/units", response={200: list[UnitOut], **COMMON})
def units(request: HttpRequest, wave: Path[WaveCode]) -> list[UnitOut]:
    """The units of a wave with their groups, dates and predecessors."""
    return rows.units_out(_open(wave).result)


@router.get("/waves/{wave}/nodes", response={200: list[NodeOut], **COMMON})
def nodes(request: HttpRequest, wave: Path[WaveCode]) -> list[NodeOut]:
    """The index, the sub-indices and the indicators with their names and units."""
    return rows.nodes_out(_open(wave).result)


@router.get("/waves/{wave}/scores", response={200: ScorePage, **COMMON})
def scores(
    request: HttpRequest,
    wave: Path[WaveCode],
    level: Level | None = None,
    unit: Query[Code | None] = None,
    code: Query[Code | None] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 500,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> ScorePage:
    """Figures by unit and node, page by page. A cell with too few answers has the flag ``suppressed`` and no figures."""
    result = _open(wave).result
    found = rows.cells(result, level=level, unit=unit, code=code)
    page = [rows.score_out(result, row, column) for row, column in found[offset : offset + limit]]
    return ScorePage(count=len(found), limit=limit, offset=offset, items=page)


@router.get("/waves/{wave}/changes", response={200: list[ContributionOut], **COMMON})
def changes(request: HttpRequest, wave: Path[WaveCode], unit: Query[Code | None] = None) -> list[ContributionOut]:
    """What each part contributed to a unit's change against the earlier wave, in points; a unit's rows add up."""
    return list(rows.contributions_out(_open(wave).result, unit))


@api.exception_handler(UnknownWaveError)
def unknown(request: HttpRequest, error: UnknownWaveError) -> HttpResponse:
    text = f"Nothing is published under {error}. GET /api/v1/programmes lists what is."
    return api.create_response(request, {"detail": text}, status=404)


@api.exception_handler(LostFilesError)
def lost(request: HttpRequest, error: LostFilesError) -> HttpResponse:
    log.error("files are lost: %s", error)
    return api.create_response(request, {"detail": "The files of this publication cannot be read now."}, status=503)


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return api.create_response(request, {"detail": "Not found."}, status=404)


@api.exception_handler(ValidationError)
def refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    listed = [{"loc": list(item["loc"]), "msg": item["msg"], "type": item["type"]} for item in error.errors]
    return api.create_response(request, {"detail": listed}, status=422)


def _open(wave: str) -> Published:
    code, _, number = wave.partition("@")
    return published.open_snapshot(code, int(number) if number else None)


def _address(request: HttpRequest, found: Published, name: str) -> str:
    return request.build_absolute_uri(reverse("portal:file", args=[found, name]))


api.add_router("", router)
