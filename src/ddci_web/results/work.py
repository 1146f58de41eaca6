"""The background work of the results room: read a source, compute, publish. All of it by calling the library.

Each handler writes its files first and its row last, so that a row never points to what is not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import tomllib
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from ddci.compute import STEPS, compute
from ddci.compute.flagged import flagged_as_json, study_flagged
from ddci.compute.study import study_as_json, study_methods
from ddci.errors import InputError, MethodError
from ddci.report.outputs import write_outputs
from ddci.report.publication import write_publication
from ddci.report.sections import drawing_workers
from ddci.report.suppression import suppress
from ddci.result import Result
from ddci.result_json import load_result, write_result
from ddci.wave.load import load_wave
from ddci.wave.model import Wave as LoadedWave
from ddci.wave.settings import LARGEST_FILE
from ddci_web.accounts.roles import Action
from ddci_web.audit.verify import head
from ddci_web.jobs.models import Job
from ddci_web.jobs.registry import handler
from ddci_web.jobs.report import FaultsFoundError, Reporter
from ddci_web.organisations.services import import_units
from ddci_web.results import archive, checks, queries, services
from ddci_web.results.facts import facts_of
from ddci_web.results.faults import as_rows
from ddci_web.results.models import Computation, Snapshot, Source, Wave
from ddci_web.results.paths import (
    FLAGGED_FILE,
    SENSITIVITY_FILE,
    LostFilesError,
    computation_folder,
    publication_folder,
    source_folder,
    upload_file,
    wave_folder,
)
from ddci_web.results.published import public_waves

STEP_NAMES = {
    "values": "Tính giá trị các chỉ tiêu từ phiếu và số liệu",
    "scores": "Chuẩn hóa, tính điểm, xếp hạng và sai số",
    "previous": "Tính đợt trước để so sánh",
    "comparisons": "So sánh với đợt trước và với số đã công bố",
}
THREADS = max(1, min(4, os.cpu_count() or 1))


@handler("results.read", needs=Action.UPLOAD_DATA)
def read_source(report: Reporter, *, source: int) -> None:
    """Unpack an uploaded archive, find the wave in it and list every fault."""
    row = Source.objects.select_related("wave__programme").get(pk=source)
    try:
        report.step("Giải nén và kiểm tra tệp nén", 0, 3)
        _unpack(row)
        report.step("Đọc khung đánh giá và dữ liệu", 1, 3)
        wave = _load(row)
        if found := _identity_faults(row, wave):
            raise FaultsFoundError(found)
    except FaultsFoundError as found:
        Source.objects.filter(pk=source).update(state=Source.State.FAULTY, faults=found.faults)
        raise
    report.step("So với khung của đợt đã công bố gần nhất", 2, 3)
    Source.objects.filter(pk=source).update(
        state=Source.State.SOUND, wave_file=row.wave_file, faults=as_rows(wave.warnings), facts=facts_of(row, wave)
    )
    report.step("Đã đọc xong", 3, 3)


@handler("results.compute", needs=Action.COMPUTE)
def compute_source(report: Reporter, *, computation: int) -> None:
    """Compute a sound source, study the method, and ask the checks."""
    row = Computation.objects.select_related("source__wave").get(pk=computation)
    total = len(STEPS) + 4
    wave = _load(row.source)
    if "replicates" in row.options:
        wave = replace(wave, replicates=row.options["replicates"])
    folder = computation_folder(row)
    done = iter(range(total))
    try:
        result = compute(wave, threads=THREADS, progress=lambda step: report.step(STEP_NAMES[step], next(done), total))
        report.step("Thử các phương pháp khác để xem thứ hạng có đứng vững không", next(done), total)
        studies = study_as_json(study_methods(wave, threads=THREADS))
        report.step("Tính thêm một lần không có phiếu bị gắn cờ", next(done), total)
        flagged = flagged_as_json(study_flagged(wave, threads=THREADS))
    except MethodError as error:
        raise FaultsFoundError([archive.fault("", str(error), "Sửa khung đánh giá rồi nộp lại.")]) from error
    report.step("Ghi kết quả", next(done), total)
    with drawing_workers(THREADS) as workers:
        _write_draft(result, {SENSITIVITY_FILE: studies, FLAGGED_FILE: flagged}, folder, workers)
    report.step("Kiểm tra trước khi công bố", next(done), total)
    asked = checks.ask(result, studies, source=row.source, flagged=flagged)
    _finish_computation(row, result, asked, folder)
    report.step("Đã tính xong", total, total)


@handler("results.publish", needs=Action.PUBLISH)
def publish_computation(report: Reporter, *, computation: int, review: int, public_from: str, reason: str) -> None:
    """Write the publication folder of a reviewed computation and its snapshot row."""
    row = Computation.objects.select_related("source__wave__programme").get(pk=computation)
    wave, minimum = row.source.wave, _load(row.source).publication_minimum
    result = _reviewed(row)
    report.step("Vẽ biểu đồ, ghi tệp công bố và gói tính lại", 0, 2)
    snapshot = Snapshot(
        wave=wave,
        number=wave.snapshots.count() + 1,
        computation=row,
        review_id=review,
        public_from=datetime.fromisoformat(public_from),
        corrects=wave.snapshots.order_by("-number").first(),
        reason=reason,
        by=Job.objects.get(pk=report.job_id).by,
    )
    folder = publication_folder(snapshot)
    draft = folder.with_name(f".{folder.name}.{report.job_id}-{report.attempt}")  # another attempt has another one
    earlier = [item.result for item in public_waves(wave.programme) if item.wave.year < wave.year]
    studies = open_studies(json.loads((computation_folder(row) / SENSITIVITY_FILE).read_bytes()), result, minimum)
    try:
        with drawing_workers(THREADS) as workers:
            write_publication(
                result,
                draft,
                minimum=minimum,
                inputs=wave_folder(row.source),
                earlier=earlier,
                workers=workers,
                extra={SENSITIVITY_FILE: as_bytes(studies)},
            )
        report.step("Ghi bản công bố", 1, 2)
        _finish_publication(snapshot, result, draft, folder)
    except InputError as error:
        raise FaultsFoundError(as_rows(error.faults)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    report.step("Đã công bố", 2, 2)


def _reviewed(row: Computation) -> Result:
    """The very result that was reviewed. Raises FaultsFoundError where its file has been changed since."""
    try:
        return queries.draft_of(row)
    except LostFilesError as error:
        text = "Tệp kết quả bị mất hoặc không còn đúng như lúc tính, nên không công bố."
        remedy = "Tính lại rồi nhờ người thứ hai soát lại."
        raise FaultsFoundError([archive.fault("result.json", text, remedy)]) from error


def open_studies(studies: list[dict[str, Any]], result: Result, minimum: int) -> list[dict[str, Any]]:
    """The studies of method without the units whose index is not published."""
    flags = suppress(result, minimum=minimum).flags
    hidden = {
        unit.code for row, unit in enumerate(result.units) if "suppressed" in flags and flags["suppressed"][row, 0]
    }
    return [{**study, "units": [item for item in study["units"] if item["unit"] not in hidden]} for study in studies]


def as_bytes(plain: Any) -> bytes:
    return json.dumps(plain, ensure_ascii=False).encode()


@transaction.atomic
def _finish_computation(row: Computation, result: Result, asked: list[dict[str, Any]], folder: Path) -> None:
    """Keep the checks and the hash of the result, unless another attempt was quicker."""
    locked = Computation.objects.select_for_update().get(pk=row.pk)
    if locked.is_done:
        return
    for item in asked:
        locked.checks.create(**item)
    locked.result_hash = hashlib.sha256((folder / "result.json").read_bytes()).hexdigest()
    locked.version = result.provenance.version
    locked.warnings = as_rows(result.warnings)
    locked.save(update_fields=["result_hash", "version", "warnings"])


@transaction.atomic
def _finish_publication(snapshot: Snapshot, result: Result, draft: Path, folder: Path) -> None:
    """Files in place and row written, while nobody else publishes this wave.

    The rules are asked again: a review may have been withdrawn, or another correction published, while the files were
    written. What an attempt left in ``folder`` that ended before its row is no publication.
    """
    wave = Wave.objects.select_for_update().get(pk=snapshot.wave_id)
    try:
        snapshot.review = services.publishable(snapshot.computation)
    except services.RuleError as error:
        raise FaultsFoundError([archive.fault("", str(error), "Xem lại các lượt soát của lần tính này.")]) from error
    if snapshot.number != wave.snapshots.count() + 1:
        text = "Trong lúc ghi tệp, một bản khác của đợt này đã được công bố."
        raise FaultsFoundError(
            [archive.fault("", text, "Xem bản ấy; nếu vẫn cần, công bố lại như một bản đính chính.")]
        )
    snapshot.public_from = max(snapshot.public_from, timezone.now())  # nothing was open before it was there
    manifest = (draft / "manifest.json").read_bytes()
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    import_units(units=result.units, programme_code=snapshot.wave.programme.code, by=snapshot.by)
    snapshot.manifest = json.loads(manifest)
    snapshot.manifest_hash = hashlib.sha256(manifest).hexdigest()
    snapshot.audit_head = head()
    snapshot.save(force_insert=True)


def _unpack(row: Source) -> None:
    """Leave the source's files in place, and the path of its wave.toml in ``row``. Raises FaultsFoundError."""
    folder = source_folder(row)
    if not folder.is_dir():
        try:
            _unpack_into(upload_file(row), folder)
        except (zipfile.BadZipFile, UnicodeDecodeError):
            remedy = "Nén lại thư mục của đợt thành một tệp .zip."
            raise FaultsFoundError(
                [archive.fault(row.name, "Tệp này không đọc được như một tệp .zip.", remedy)]
            ) from None
    files = archive.wave_files(folder)
    waves = [name for name in files if _code_in(folder / name) == row.wave.code]
    if not waves:
        there = ", ".join(sorted({_code_in(folder / name) or name for name in files})) or "không có"
        text = f"Không thấy wave.toml có mã «{row.wave.code}» trong tệp nén; mã tìm thấy: {there[:500]}."
        raise FaultsFoundError([archive.fault("wave.toml", text, "Kiểm tra [wave] code, hoặc chọn đúng đợt.")])
    row.wave_file = waves[0]


def _unpack_into(packed: Path, folder: Path) -> None:
    with packed.open("rb") as file:
        if found := archive.directory_faults(file):
            raise FaultsFoundError(found)
        with zipfile.ZipFile(file) as listed:
            if found := archive.archive_faults(listed, packed.stat().st_size):
                raise FaultsFoundError(found)
            archive.unpack(listed, folder)


def _identity_faults(row: Source, wave: LoadedWave) -> list[dict[str, Any]]:
    """What the folder says of itself and what was said when the wave was entered must agree."""
    found = []
    if wave.year != row.wave.year:
        text = f"wave.toml ghi năm {wave.year}, đợt này đã khai là năm {row.wave.year}."
        found.append(archive.fault("wave.toml", text, "Sửa năm ở một trong hai nơi."))
    if wave.simulated != row.wave.is_simulated:
        says = "là số liệu mô phỏng" if wave.simulated else "không phải số liệu mô phỏng"
        text = f"wave.toml cho biết đây {says}, khác với điều đã khai khi tạo đợt."
        found.append(archive.fault("wave.toml", text, "Sửa dòng simulated, hoặc sửa nhãn mô phỏng của đợt."))
    return found


def _code_in(file: Path) -> str:
    """The wave's code as written; empty when the file cannot be read, which ``load_wave`` then explains."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            return ""
        return str(tomllib.loads(file.read_text(encoding="utf-8"))["wave"]["code"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, RecursionError):
        return ""


def _load(row: Source) -> LoadedWave:
    """The wave of a source. Raises FaultsFoundError with all its faults."""
    try:
        return load_wave(wave_folder(row), read_result=load_result)
    except InputError as error:
        raise FaultsFoundError(as_rows(error.faults)) from error


def _write_draft(result: Result, studies: dict[str, Any], folder: Path, workers: Any) -> None:
    """Files of a computation; those of an interrupted attempt are replaced."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        draft = Path(name) / "draft"
        draft.mkdir()
        write_result(result, draft / "result.json")
        write_outputs(result, draft, workers=workers)
        for file, plain in studies.items():
            (draft / file).write_bytes(as_bytes(plain))
        draft.rename(folder)
