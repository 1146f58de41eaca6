"""Open data of a wave, its files, and single charts as SVG, PNG and CSV."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header

from ddci.report.charts.draw import png_of
from ddci.report.charts.theme import WIDE
from ddci.report.figures import all_figures, table_csv
from ddci_web.portal.doors import UnknownPageError, publication_page
from ddci_web.portal.pages import downloads as pages
from ddci_web.portal.pages import words
from ddci_web.results.paths import LostFilesError
from ddci_web.results.published import Published, UnknownWaveError
from ddci_web.ui import figures

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}
YEAR = 31_536_000  # seconds
ALONE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox allow-downloads"


@publication_page
def downloads(request: HttpRequest, published: Published) -> HttpResponse:
    return render(
        request,
        "portal/downloads.html",
        {
            "published": published,
            "downloads": pages.downloads(published),
            "manifest": published.manifest,
            "provenance": published.result.provenance,
        },
    )


@publication_page
def file(request: HttpRequest, published: Published, name: str) -> HttpResponseBase:
    """A file of the publication, byte for byte; an address with a snapshot's number never changes."""
    digest = published.files[name]["sha256"] if name in published.files else published.snapshot.manifest_hash
    if f'"{digest}"' in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers={"ETag": f'"{digest}"'})
    try:
        path = published.folder / "manifest.json" if name == "manifest.json" else published.path(name)
        content = path.open("rb")
    except UnknownWaveError:
        raise UnknownPageError("file", name) from None
    except OSError as error:
        raise LostFilesError(error.filename) from error
    ending = name.rpartition(".")[2]
    response = FileResponse(content, content_type=KINDS.get(ending, "application/octet-stream"))
    shown = name.replace("/", "-")
    response["Content-Disposition"] = content_disposition_header(
        ending != "html", shown if shown.startswith(published.wave.code) else f"{published.wave.code}-{shown}"
    )
    response["ETag"] = f'"{digest}"'
    response["Cache-Control"] = f"public, max-age={60 if published.is_latest else YEAR}"
    if ending == "html":  # the scorecard is one self-contained page with its own style
        response["Content-Security-Policy"] = ALONE
    return response


@publication_page
def figure_file(request: HttpRequest, published: Published, name: str, ending: str) -> HttpResponse:
    """One chart in the language of the address: the drawing as published, the same as PNG, or its table."""
    language = words.language()
    try:
        drawing = figures.drawing(name, WIDE, published, language)
    except UnknownWaveError:
        raise UnknownPageError("figure", name) from None
    if ending in ("svg", "png"):
        svg = _text_of(drawing)
        content: bytes | str = svg if ending == "svg" else png_of(svg)
    elif ending == "csv" and name in (every := all_figures(published.result, language=language)):
        content = table_csv(every[name])
    else:
        raise UnknownPageError("figure", f"{name}.{ending}")
    response = HttpResponse(content, content_type=KINDS[ending])
    response["Content-Disposition"] = content_disposition_header(True, f"{published.wave.code}-{name}.{ending}")
    return response


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise LostFilesError(file) from error
