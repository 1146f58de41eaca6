"""Writes of the results room: programme, wave, source, computation, review, publication, correction.

Each service takes plain values and ``by=``, the acting member; it runs in one transaction and leaves long work to a job.
Rules that a form must explain are raised as ``RuleError`` with a Vietnamese sentence.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from ddci_web.jobs import services as jobs
from ddci_web.jobs.models import Job
from ddci_web.results import archive
from ddci_web.results.models import Check, Computation, Programme, Review, Snapshot, Source, Wave
from ddci_web.results.paths import upload_file

MOST_UPLOAD = 200_000_000  # bytes


class RuleError(Exception):
    """A step that the rules of the results room forbid; the message says why and what to do, in Vietnamese."""


@transaction.atomic
def save_programme(*, code: str, by: Any, **fields: Any) -> Programme:
    """Make a programme, or change what it says."""
    programme, _ = Programme.objects.update_or_create(code=code, defaults=fields)
    return programme


@transaction.atomic
def save_wave(
    *, programme: Programme, code: str, year: int, vi: str, by: Any, en: str = "", simulated: bool = False
) -> Wave:
    """Make a wave of a programme, or change its names; a published wave keeps its year and whether it is simulated."""
    wave = Wave.objects.select_for_update().filter(code=code).first()
    if wave is not None and wave.programme_id != programme.pk:
        raise RuleError(f"Mã đợt «{code}» đã dùng trong chương trình «{wave.programme}». Hãy chọn mã khác.")
    if wave is not None and wave.snapshots.exists() and (wave.year, wave.is_simulated) != (year, simulated):
        raise RuleError("Đợt này đã công bố nên không đổi được năm và nhãn mô phỏng.")
    wave, _ = Wave.objects.update_or_create(
        code=code, defaults={"programme": programme, "year": year, "vi": vi, "en": en, "is_simulated": simulated}
    )
    return wave


@transaction.atomic
def add_source(*, wave: Wave, name: str, file: BinaryIO, by: Any) -> Source:
    """Keep an uploaded archive and have it read in the background."""
    digest = archive.hash_of(file)
    size = file.seek(0, 2)
    if size > MOST_UPLOAD:
        raise RuleError("Tệp lớn hơn 200 MB. Hãy bỏ bớt những gì không thuộc đợt này rồi nén lại.")
    file.seek(0)
    source = Source(wave=wave, name=Path(name).name[:200], sha256=digest, size=size, by=by)
    kept = upload_file(source)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".part")
        with partial.open("wb") as out:
            shutil.copyfileobj(file, out)
        partial.rename(kept)
    source.save()
    _attach(source, jobs.start(kind="results.read", title=f"Kiểm tra dữ liệu: {source}", by=by, source=source.pk))
    return source


@transaction.atomic
def start_computation(*, source: Source, by: Any, replicates: int | None = None) -> Computation:
    """Compute a sound source in the background."""
    if source.state != Source.State.SOUND:
        raise RuleError(
            "Bộ dữ liệu này còn lỗi hoặc chưa kiểm tra xong nên chưa tính được. Hãy sửa các lỗi đã nêu rồi nộp lại."
        )
    options = {} if replicates is None else {"replicates": replicates}
    computation = Computation.objects.create(source=source, options=options, by=by)
    title = f"Tính {source.wave}"
    _attach(computation, jobs.start(kind="results.compute", title=title, by=by, computation=computation.pk))
    return computation


@transaction.atomic
def review(*, computation: Computation, decision: str, note: str, exception: str = "", by: Any) -> Review:
    """Note what a second person decided."""
    if not computation.is_done:
        raise RuleError("Chưa tính xong nên chưa soát được.")
    if by is not None and by in (computation.by, computation.source.by):
        raise RuleError("Người soát phải khác người nộp dữ liệu và người tính. Hãy nhờ một người có quyền soát khác.")
    if not note.strip():
        raise RuleError("Hãy ghi ý kiến: đã xem những gì và kết luận ra sao.")
    approves = decision == Review.Decision.APPROVE
    if approves and has_failing_checks(computation) and not exception.strip():
        raise RuleError("Có kiểm tra không đạt. Muốn đồng ý, hãy ghi lý do; lý do sẽ in ở trang phương pháp.")
    return Review.objects.create(
        computation=computation, decision=decision, note=note.strip(), exception=exception.strip(), by=by
    )


@transaction.atomic
def publish(*, computation: Computation, public_from: datetime, by: Any, reason: str = "") -> Job:
    """Publish a reviewed computation in the background; of a wave that is published already, as a correction."""
    latest = computation.reviews.order_by("-id").first()
    if latest is None or latest.decision != Review.Decision.APPROVE:
        raise RuleError("Lần tính này chưa được người thứ hai đồng ý nên chưa công bố được.")
    if Snapshot.objects.filter(computation=computation).exists():
        raise RuleError("Lần tính này đã công bố rồi. Muốn đính chính, hãy tính lại rồi công bố bản mới.")
    is_correction = computation.source.wave.snapshots.exists()
    if is_correction and not reason.strip():
        raise RuleError("Đợt này đã có bản công bố. Hãy ghi lý do đính chính; lý do hiện công khai cạnh cả hai bản.")
    return jobs.start(
        kind="results.publish",
        title=f"{'Đính chính' if is_correction else 'Công bố'} {computation.source.wave}",
        by=by,
        computation=computation.pk,
        review=latest.pk,
        public_from=public_from.isoformat(),
        reason=reason.strip() if is_correction else "",
    )


@transaction.atomic
def change_embargo(*, snapshot: Snapshot, public_from: datetime, by: Any) -> None:
    """Move the hour of publication, as long as it has not come."""
    locked = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
    if locked.is_public:
        raise RuleError("Bản này đã công khai nên không đổi được giờ công bố.")
    Snapshot.objects.filter(pk=snapshot.pk).update(public_from=public_from)


def has_failing_checks(computation: Computation) -> bool:
    return computation.checks.filter(verdict=Check.Verdict.FAILS).exists()


def _attach(row: Source | Computation, job: Job) -> None:
    type(row).objects.filter(pk=row.pk).update(job=job)
    row.refresh_from_db()
