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

from ddci.compute import STEPS, compute
from ddci.compute.study import study_as_json, study_methods
from ddci.errors import InputError, MethodError
from ddci.report.outputs import write_outputs
from ddci.report.publication import write_publication
from ddci.report.sections import drawing_workers
from ddci.result import Result
from ddci.result_json import load_result, write_result
from ddci.wave.load import load_wave
from ddci.wave.model import Wave as LoadedWave
from ddci_web.audit.verify import head
from ddci_web.jobs.models import Job
from ddci_web.jobs.registry import handler
from ddci_web.jobs.report import FaultsFoundError, Reporter
from ddci_web.organisations.services import import_units
from ddci_web.results import archive, checks
from ddci_web.results.faults import as_rows
from ddci_web.results.models import Computation, Snapshot, Source
from ddci_web.results.paths import computation_folder, publication_folder, source_folder, upload_file, wave_folder
from ddci_web.results.published import public_waves

STEP_NAMES = {
    "values": "Tính giá trị các chỉ tiêu từ phiếu và số liệu",
    "scores": "Chuẩn hóa, tính điểm, xếp hạng và sai số",
    "previous": "Tính đợt trước để so sánh",
    "comparisons": "So sánh với đợt trước và với số đã công bố",
}
SENSITIVITY_FILE = "sensitivity.json"
THREADS = max(1, min(4, os.cpu_count() or 1))


@handler("results.read")
def read_source(report: Reporter, *, source: int) -> None:
    """Unpack an uploaded archive, find the wave in it and list every fault."""
    row = Source.objects.select_related("wave").get(pk=source)
    try:
        report.step("Giải nén và kiểm tra tệp nén", 0, 2)
        _unpack(row)
        report.step("Đọc khung đánh giá và dữ liệu", 1, 2)
        wave = _load(row)
    except FaultsFoundError as found:
        Source.objects.filter(pk=source).update(state=Source.State.FAULTY, faults=found.faults)
        raise
    report.step("Đã đọc xong", 2, 2)
    Source.objects.filter(pk=source).update(
        state=Source.State.SOUND,
        wave_file=row.wave_file,
        faults=as_rows(wave.warnings),
        facts=_facts(wave),
    )


@handler("results.compute")
def compute_source(report: Reporter, *, computation: int) -> None:
    """Compute a sound source, study the method, and ask the checks."""
    row = Computation.objects.select_related("source__wave").get(pk=computation)
    total = len(STEPS) + 3
    wave = _load(row.source)
    if "replicates" in row.options:
        wave = replace(wave, replicates=row.options["replicates"])
    folder = computation_folder(row)
    done = iter(range(total))
    try:
        result = compute(wave, threads=THREADS, progress=lambda step: report.step(STEP_NAMES[step], next(done), total))
        report.step("Thử các phương pháp khác để xem thứ hạng có đứng vững không", next(done), total)
        studies = study_as_json(study_methods(wave, threads=THREADS))
    except MethodError as error:
        raise FaultsFoundError([archive.fault("", str(error), "Sửa khung đánh giá rồi nộp lại.")]) from error
    report.step("Ghi kết quả", next(done), total)
    with drawing_workers(THREADS) as workers:
        _write_draft(result, studies, folder, workers)
    report.step("Kiểm tra trước khi công bố", next(done), total)
    asked = checks.ask(result, studies, source=row.source)
    digest = hashlib.sha256((folder / "result.json").read_bytes()).hexdigest()
    with transaction.atomic():
        for item in asked:
            row.checks.create(**item)
        row.result_hash, row.version = digest, result.provenance.version
        row.warnings = as_rows(result.warnings)
        row.save(update_fields=["result_hash", "version", "warnings"])
    report.step("Đã tính xong", total, total)


@handler("results.publish")
def publish_computation(report: Reporter, *, computation: int, review: int, public_from: str, reason: str) -> None:
    """Write the publication folder of a reviewed computation and its snapshot row."""
    row = Computation.objects.select_related("source__wave__programme").get(pk=computation)
    wave, loaded = row.source.wave, _load(row.source)
    result = load_result(computation_folder(row) / "result.json")
    report.step("Vẽ biểu đồ, ghi tệp công bố và gói tính lại", 0, 2)
    number = wave.snapshots.count() + 1
    snapshot = Snapshot(
        wave=wave,
        number=number,
        computation=row,
        review_id=review,
        public_from=datetime.fromisoformat(public_from),
        corrects=wave.snapshots.order_by("-number").first(),
        reason=reason,
        by=Job.objects.get(pk=report.job_id).by,
    )
    folder = publication_folder(snapshot)
    earlier = [item.result for item in public_waves(wave.programme) if item.wave.year < wave.year]
    with drawing_workers(THREADS) as workers:
        write_publication(
            result,
            folder,
            minimum=loaded.publication_minimum,
            inputs=wave_folder(row.source),
            earlier=earlier,
            workers=workers,
            extra={SENSITIVITY_FILE: (computation_folder(row) / SENSITIVITY_FILE).read_bytes()},
        )
    report.step("Ghi bản công bố", 1, 2)
    manifest = (folder / "manifest.json").read_bytes()
    with transaction.atomic():
        import_units(result.units, wave.programme.code, by=snapshot.by)
        snapshot.manifest = json.loads(manifest)
        snapshot.manifest_hash = hashlib.sha256(manifest).hexdigest()
        snapshot.audit_head = head()
        snapshot.save(force_insert=True)
    report.step("Đã công bố", 2, 2)


def _unpack(row: Source) -> None:
    """Leave the source's files in place, and the path of its wave.toml in ``row``. Raises FaultsFoundError."""
    folder = source_folder(row)
    if not folder.is_dir():
        try:
            with zipfile.ZipFile(upload_file(row)) as packed:
                if found := archive.archive_faults(packed):
                    raise FaultsFoundError(found)
                archive.unpack(packed, folder)
        except zipfile.BadZipFile:
            remedy = "Nén lại thư mục của đợt thành một tệp .zip."
            raise FaultsFoundError(
                [archive.fault(row.name, "Tệp này không đọc được như một tệp .zip.", remedy)]
            ) from None
    waves = [name for name in archive.wave_files(folder) if _code_in(folder / name) == row.wave.code]
    if not waves:
        there = (
            ", ".join(sorted({_code_in(folder / name) or name for name in archive.wave_files(folder)})) or "không có"
        )
        text = f"Không thấy wave.toml có mã «{row.wave.code}» trong tệp nén; mã tìm thấy: {there}."
        raise FaultsFoundError([archive.fault("wave.toml", text, "Kiểm tra [wave] code, hoặc chọn đúng đợt.")])
    row.wave_file = waves[0]


def _code_in(file: Path) -> str:
    """The wave's code as written; empty when the file cannot be read, which ``load_wave`` then explains."""
    try:
        return str(tomllib.loads(file.read_text(encoding="utf-8"))["wave"]["code"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
        return ""


def _load(row: Source) -> LoadedWave:
    """The wave of a source. Raises FaultsFoundError with all its faults."""
    try:
        return load_wave(wave_folder(row), read_result=load_result)
    except InputError as error:
        raise FaultsFoundError(as_rows(error.faults)) from error


def _facts(wave: LoadedWave) -> dict[str, Any]:
    framework = wave.framework
    answers = wave.responses
    return {
        "framework": framework.vi,
        "framework_code": framework.code,
        "n_units": len(wave.units),
        "n_sub_indices": len(framework.sub_indices),
        "n_indicators": len(framework.indicators),
        "n_answers": 0 if answers is None else answers.height,
        "n_warnings": len(wave.warnings),
        "simulated": wave.simulated,
        "seed": wave.seed,
        "replicates": wave.replicates,
        "previous": bool(wave.previous),
    }


def _write_draft(result: Result, studies: list[dict[str, Any]], folder: Path, workers: Any) -> None:
    """Files of a computation; those of an interrupted attempt are replaced."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        draft = Path(name) / "draft"
        draft.mkdir()
        write_result(result, draft / "result.json")
        write_outputs(result, draft, workers=workers)
        (draft / SENSITIVITY_FILE).write_text(json.dumps(studies, ensure_ascii=False), encoding="utf-8")
        draft.rename(folder)
