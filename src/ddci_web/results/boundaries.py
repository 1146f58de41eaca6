"""Official boundaries of a programme's units: files that an administrator hands in, and the light outlines drawn of them.

In:  a GeoJSON file. Out: a ``Boundary``, valid between two days; for a page the outlines, drawn once when the file came.
Files are named by what is in them and never change; a newer file is another row.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from ddci.report.outline import Outlines, draw_outlines
from ddci_web.audit.registry import audited
from ddci_web.organisations.models import Kind, Organisation
from ddci_web.results.boundary_file import MOST_BYTES, read_boundary

if TYPE_CHECKING:
    from ddci_web.results.models import Programme

LIGHTEST = 40_000  # bytes of all paths on a page


@audited
class Boundary(models.Model):
    """Where units lie, from a named official source, for the waves of the years in which it is valid."""

    programme = models.ForeignKey(
        "results.Programme", on_delete=models.PROTECT, related_name="boundaries", verbose_name="chương trình"
    )
    name = models.CharField("tên và nguồn", max_length=200)
    valid_from = models.DateField("có hiệu lực từ")
    valid_to = models.DateField("có hiệu lực đến", null=True, blank=True)
    sha256 = models.CharField("mã băm tệp", max_length=64)
    size = models.PositiveIntegerField("dung lượng")
    n_units = models.PositiveIntegerField("số đơn vị có hình")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="người nộp", null=True
    )
    at = models.DateTimeField("nộp lúc", default=timezone.now)

    class Meta:
        verbose_name = "ranh giới"
        ordering = ("-valid_from", "-id")
        constraints = (
            models.CheckConstraint(
                name="boundary_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
        )

    def __str__(self) -> str:
        return self.name


@transaction.atomic
def add_boundary(
    *,
    programme: Programme,
    file: BinaryIO,
    by: Any,
    name: str,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
) -> Boundary:
    """Check a file, draw it and keep both. Raises FaultsFoundError with every fault of the file."""
    data = file.read(MOST_BYTES + 1)
    shapes = read_boundary(data, unit_codes(programme))
    drawn = draw_outlines(shapes, most_bytes=LIGHTEST)
    digest = hashlib.sha256(data).hexdigest()
    _write(_file(digest, "geojson"), data)
    plain = {"width": drawn.width, "height": drawn.height, "paths": dict(drawn.paths)}
    _write(_file(digest, "outlines.json"), json.dumps(plain).encode())
    return Boundary.objects.create(
        programme=programme,
        name=name,
        valid_from=valid_from,
        valid_to=valid_to,
        sha256=digest,
        size=len(data),
        n_units=len(shapes),
        by=by,
    )


def unit_codes(programme: Programme) -> frozenset[str]:
    """Codes of every unit that the programme has published figures of, in any wave."""
    start = f"{programme.code}:"
    rows = Organisation.objects.filter(kind=Kind.UNIT, code__startswith=start).values_list("code", flat=True)
    return frozenset(code.removeprefix(start) for code in rows)


def boundary_for(programme: Programme, year: int) -> Boundary | None:
    """The newest file that is valid on the last day of the year, None where there is none."""
    day = dt.date(year, 12, 31)
    valid = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    return Boundary.objects.filter(valid, programme=programme).order_by("-id").first()


def outlines_of(boundary: Boundary) -> Outlines:
    """The drawing of a file."""
    return _read(_file(boundary.sha256, "outlines.json"))


@lru_cache(maxsize=16)
def _read(path: Path) -> Outlines:
    plain = json.loads(path.read_text(encoding="utf-8"))
    return Outlines(plain["width"], plain["height"], plain["paths"])


def _file(digest: str, ending: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "boundaries" / f"{digest}.{ending}"


def _write(path: Path, data: bytes) -> None:
    """As a whole or not at all; what has this name already has this content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(path.suffix + ".new")
    draft.write_bytes(data)
    draft.replace(path)
