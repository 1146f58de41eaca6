"""A site with five publications of small waves: PCI 2015 and 2016 (2016 corrected once), Lạng Sơn 2024 and 2025 simulated.

The files are computed once for a state of the library and kept in the system's temporary folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from ddci_web.portal.page_cache import SHELF
from ddci_web.results.models import Computation, Programme, Snapshot, Source, Wave
from tests.web.portal import small_waves

PROGRAMMES = {
    "pci": ("Chỉ số năng lực cạnh tranh cấp tỉnh (PCI)", "Provincial Competitiveness Index (PCI)"),
    "lang-son": ("DDCI Lạng Sơn (mô phỏng)", "DDCI Lạng Sơn (simulated)"),
}
REASON = "Số công bố của Hà Nội bị nhập nhầm 50,74; báo cáo in 60,74."


@pytest.fixture(scope="session")
def publication_files() -> Path:
    """The folder of publications below MEDIA_ROOT, filled."""
    kept = Path(tempfile.gettempdir()) / f"ddci-small-waves-{_state_of_library()}"
    kept.mkdir(exist_ok=True)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        small_waves.publish_small_waves(kept / "work", kept / "publications")
    publications = Path(settings.MEDIA_ROOT) / "publications"
    publications.mkdir(parents=True, exist_ok=True)
    for wave, number in small_waves.SNAPSHOTS:
        target = publications / f"{wave}-{number}"
        if not target.exists():
            shutil.copytree(kept / "publications" / target.name, target)
    return publications


@pytest.fixture(autouse=True)
def _empty_shelf() -> Iterator[None]:
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # WhiteNoise warns where it is missing
    SHELF.clear()
    yield
    SHELF.clear()


@pytest.fixture
def publications(db: None, publication_files: Path) -> dict[str, Snapshot]:
    """Every snapshot by "wave/number"; PCI is the featured programme."""
    programmes = {
        code: Programme.objects.create(code=code, vi=vi, en=en, is_featured=code == "pci", position=place)
        for place, (code, (vi, en)) in enumerate(PROGRAMMES.items())
    }
    found: dict[str, Snapshot] = {}
    for place, (wave, number) in enumerate(small_waves.SNAPSHOTS):
        programme = programmes[wave.rpartition("-")[0]]
        found[f"{wave}/{number}"] = _snapshot(programme, wave, number, place, publication_files, found)
    return found


def _snapshot(
    programme: Programme, code: str, number: int, place: int, files: Path, found: dict[str, Snapshot]
) -> Snapshot:
    simulated = programme.code == "lang-son"
    year = int(code[-4:])
    names = {"vi": f"{'DDCI Lạng Sơn' if simulated else 'PCI'} {year}", "year": year, "is_simulated": simulated}
    wave, _ = Wave.objects.get_or_create(code=code, programme=programme, defaults=names)
    source = Source.objects.create(wave=wave, name=f"{code}.zip", sha256="0" * 64, size=1)
    computation = Computation.objects.create(source=source, result_hash="1" * 64, version="0")
    manifest = (files / f"{code}-{number}" / "manifest.json").read_bytes()
    return Snapshot.objects.create(
        wave=wave,
        number=number,
        computation=computation,
        manifest=small_waves.manifest_of(files, code, number),
        manifest_hash=hashlib.sha256(manifest).hexdigest(),
        public_from=timezone.now() - timedelta(days=30 - place),
        corrects=found.get(f"{code}/{number - 1}"),
        reason=REASON if number > 1 else "",
    )


def _state_of_library() -> str:
    """A word that changes with the library's code and messages and with how the waves are cut."""
    root = small_waves.ROOT / "src" / "ddci"
    files = sorted(path for path in root.rglob("*") if path.suffix in (".py", ".toml", ".css", ".html"))
    digest = hashlib.sha256()
    for path in [*files, Path(small_waves.__file__)]:
        digest.update(path.as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]
