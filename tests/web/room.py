"""The results room for tests: a tiny wave as an archive, and rows at every stage with files that are really computed once.

The tiny wave has two communes and one department, four indicators and four respondents (``tests.wave.folders``).
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ddci.wave.load import load_wave
from ddci_web.accounts.models import Member, Role
from ddci_web.jobs.services import run_at_once
from ddci_web.results import services
from ddci_web.results.facts import facts_of
from ddci_web.results.models import Computation, Programme, Review, Snapshot, Source, Wave
from ddci_web.results.paths import computation_folder, source_folder, wave_folder
from tests.wave.folders import WAVE, make_wave
from tests.web.people import make_member

CODE, YEAR = "nho-2024", 2024
NOTE = "Đã xem từng chỉ tiêu và đối chiếu với báo cáo."
FLAGGED = 'strata = "strata.csv"\nflagged = "flagged.csv"'


@cache
def tiny_archive(**tables: str) -> bytes:
    """The tiny wave as an organiser would hand it in. ``flagged="…"`` adds a table of flagged respondents."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        flagged = tables.pop("flagged", "")
        toml = WAVE.replace('strata = "strata.csv"', FLAGGED) if flagged else WAVE
        folder = make_wave(root, wave=tables.pop("wave", toml), **tables)
        if flagged:
            (folder / "flagged.csv").write_text(flagged, encoding="utf-8")
        return packed(
            {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        )


def packed(files: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def upload(data: bytes | None = None, name: str = "nho.zip") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, tiny_archive() if data is None else data, "application/zip")


def make_wave_row(code: str = CODE, year: int = YEAR, **columns: Any) -> Wave:
    programme, _ = Programme.objects.get_or_create(code="nho", defaults={"vi": "Bộ chỉ số nhỏ"})
    return Wave.objects.get_or_create(
        code=code, defaults={"programme": programme, "year": year, "vi": f"Đợt nhỏ {year}", **columns}
    )[0]


class Room:
    """People of the results room and a wave; each step is taken through the services, with jobs run at once."""

    def __init__(self) -> None:
        self.organiser = make_member(Role.ORGANISER, full_name="Nguyễn Thị Điều Hành")
        self.consultant = make_member(Role.CONSULTANT, full_name="Trần Văn Tư Vấn")
        self.reviewer = make_member(Role.REVIEWER, full_name="Lê Thị Thẩm Định")
        self.wave = make_wave_row()

    def hand_in(self, data: bytes | None = None, by: Member | None = None) -> Source:
        with run_at_once():
            file = io.BytesIO(tiny_archive() if data is None else data)
            source = services.add_source(wave=self.wave, name="nho.zip", file=file, by=by or self.consultant)
        source.refresh_from_db()
        return source

    def compute(self, source: Source | None = None, by: Member | None = None) -> Computation:
        """Really compute; use ``computed`` where only the outcome matters."""
        with run_at_once():
            made = services.start_computation(source=source or self.hand_in(), by=by or self.consultant)
        made.refresh_from_db()
        return made

    def computed(self, *, fails: bool = False) -> Computation:
        """A finished computation with the files of the tiny wave, computed once for the whole run of tests."""
        source, files = self._sound_source(), computed_files()
        made = Computation.objects.create(
            source=source, by=self.consultant, result_hash=computed_hash(), version="0.1.0"
        )
        shutil.copytree(files, computation_folder(made))
        made.checks.create(code="source", verdict="ok", title="Dữ liệu có lỗi gì không?", text="Không.")
        if fails:
            table = [["Đơn vị", "Công bố"], ["Xã Chi Lăng", "71,50"]]
            made.checks.create(code="published", verdict="fails", title="Có khớp không?", text="Không.", details=table)
        return made

    def approve(self, computation: Computation, exception: str = "") -> Review:
        return services.review(
            computation=computation,
            decision=Review.Decision.APPROVE,
            note=NOTE,
            exception=exception,
            by=self.reviewer,
        )

    def publish(self, computation: Computation, public_from: Any, reason: str = "") -> Snapshot:
        with run_at_once():
            services.publish(computation=computation, public_from=public_from, by=self.organiser, reason=reason)
        return Snapshot.objects.get(computation=computation)

    def _sound_source(self) -> Source:
        data = tiny_archive()
        source = Source(
            wave=self.wave, name="nho.zip", sha256=services.archive.hash_of(io.BytesIO(data)), size=len(data)
        )
        if not source_folder(source).is_dir():
            with zipfile.ZipFile(io.BytesIO(data)) as listed:
                services.archive.unpack(listed, source_folder(source))
        source.state, source.wave_file, source.by = Source.State.SOUND, f"examples/{CODE}/wave.toml", self.consultant
        source.facts = facts_of(source, load_wave(wave_folder(source)))
        source.save()
        return source


@cache
def computed_files() -> Path:
    """The draft files of the tiny wave, in a folder of their own."""
    from ddci.compute import compute
    from ddci.compute.study import study_as_json, study_methods
    from ddci_web.results import work
    from ddci_web.results.paths import FLAGGED_FILE, SENSITIVITY_FILE

    folder = Path(tempfile.mkdtemp(prefix="ddci-room-"))
    wave = load_wave(make_wave(folder / "in"))
    studies = study_as_json(study_methods(wave, runs=50))
    work._write_draft(compute(wave), {SENSITIVITY_FILE: studies, FLAGGED_FILE: None}, folder / "out", None)
    return folder / "out"


@cache
def computed_hash() -> str:
    return hashlib.sha256((computed_files() / "result.json").read_bytes()).hexdigest()


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """A folder of files of this test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def room(db: None, files: Path) -> Room:
    return Room()


@pytest.fixture
def lasting_room(transactional_db: None, files: Path, quick_studies: None) -> Room:
    """A room whose transactions are really kept, so that its jobs begin."""
    return Room()


@pytest.fixture
def quick_studies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw fifty methods instead of ten thousand: the study itself is tested in the library."""
    from ddci.compute.study import study_methods
    from ddci_web.results import work

    monkeypatch.setattr(work, "study_methods", lambda wave, **options: study_methods(wave, runs=50, **options))
