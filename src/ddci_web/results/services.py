"""Writes of the results room: programme, wave, source, computation, review, publication, correction.

Each service takes plain values and ``by=``, the acting member; it runs in one transaction and leaves long work to a job.
Rules that a form must explain are raised as ``RuleError`` with a Vietnamese sentence.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone

from ddci_web.jobs import services as jobs
from ddci_web.jobs.models import Job
from ddci_web.results import archive
from ddci_web.results.models import Check, Computation, Programme, Review, Snapshot, Source, Wave
from ddci_web.results.paths import upload_file

MOST_UPLOAD = 200_000_000  # bytes
LONGEST_NAME = 200


class RuleError(Exception):
    """A step that the rules of the results room forbid; the message says why and what to do, in Vietnamese."""


@transaction.atomic
def save_programme(*, code: str, by: Any, is_new: bool = False, **fields: Any) -> Programme:
    """Make a programme, or change what it says. At most one is shown first on the home page.

    is_new  the code must not be taken yet
    """
    if fields.get("is_featured"):
        Programme.objects.filter(is_featured=True).exclude(code=code).update(is_featured=False)
    if not is_new:
        return Programme.objects.update_or_create(code=code, defaults=fields)[0]
    try:
        with transaction.atomic():
            return Programme.objects.create(code=code, **fields)
    except IntegrityError:
        raise RuleError(f"Mã chương trình «{code}» đã dùng. Hãy chọn mã khác.") from None


@transaction.atomic
def save_wave(
    *,
    programme: Programme,
    code: str,
    year: int,
    vi: str,
    by: Any,
    en: str = "",
    simulated: bool = False,
    is_new: bool = False,
) -> Wave:
    """Make a wave of a programme, or change its names; a published wave keeps its year and whether it is simulated."""
    wave = Wave.objects.select_for_update().filter(code=code).first()
    if wave is not None and (is_new or wave.programme_id != programme.pk):
        raise RuleError(f"Mã đợt «{code}» đã dùng trong chương trình «{wave.programme}». Hãy chọn mã khác.")
    if wave is not None and wave.snapshots.exists() and (wave.year, wave.is_simulated) != (year, simulated):
        raise RuleError("Đợt này đã công bố nên không đổi được năm và nhãn mô phỏng.")
    fields = {"programme": programme, "year": year, "vi": vi, "en": en, "is_simulated": simulated}
    if wave is not None:
        Wave.objects.filter(pk=wave.pk).update(**fields)
        wave.refresh_from_db()
        return wave
    try:
        with transaction.atomic():
            return Wave.objects.create(code=code, **fields)
    except IntegrityError:
        raise RuleError(f"Mã đợt «{code}» vừa được người khác dùng. Hãy chọn mã khác.") from None


def add_source(*, wave: Wave, name: str, file: BinaryIO, by: Any) -> Source:
    """Keep an uploaded archive and have it read in the background."""
    size = file.seek(0, 2)
    if size > MOST_UPLOAD:
        raise RuleError("Tệp lớn hơn 200 MB. Hãy bỏ bớt những gì không thuộc đợt này rồi nén lại.")
    source = Source(wave=wave, name=Path(name).name[-LONGEST_NAME:], sha256=archive.hash_of(file), size=size, by=by)
    _keep(file, upload_file(source))  # before the transaction: a slow disk must not make others wait for the database
    with transaction.atomic():
        source.save()
        title = f"Kiểm tra dữ liệu: {source}"
        _attach(source, jobs.start(kind="results.read", title=title, by=by, source=source.pk))
    return source


@transaction.atomic
def start_computation(*, source: Source, by: Any, replicates: int | None = None) -> Computation:
    """Compute a sound source in the background; one computation of a source at a time."""
    if source.state != Source.State.SOUND:
        raise RuleError(
            "Bộ dữ liệu này còn lỗi hoặc chưa kiểm tra xong nên chưa tính được. Hãy sửa các lỗi đã nêu rồi nộp lại."
        )
    options = {} if replicates is None else {"replicates": replicates}
    computation = Computation.objects.create(source=source, options=options, by=by)
    work = {"kind": "results.compute", "key": f"results.compute:{source.pk}", "computation": computation.pk}
    try:
        _attach(computation, jobs.start(title=f"Tính {source.wave}", by=by, **work))
    except jobs.AlreadyRunningError:
        raise RuleError("Bộ dữ liệu này đang được tính. Hãy đợi việc ấy xong, hoặc dừng nó trước.") from None
    return computation


@transaction.atomic
def review(*, computation: Computation, decision: str, note: str, exception: str = "", by: Any) -> Review:
    """Note what a second person decided."""
    locked = Computation.objects.select_for_update().get(pk=computation.pk)
    if not locked.is_done:
        raise RuleError("Chưa tính xong nên chưa soát được.")
    if Snapshot.objects.filter(computation=locked).exists():
        raise RuleError(
            "Lần tính này đã công bố rồi nên không soát lại được. Nếu có sai, hãy đính chính bằng lần tính mới."
        )
    if not may_review(locked, by):
        raise RuleError("Người soát phải khác người nộp dữ liệu và người tính. Hãy nhờ một người có quyền soát khác.")
    if not note.strip():
        raise RuleError("Hãy ghi ý kiến: đã xem những gì và kết luận ra sao.")
    approves, fails = decision == Review.Decision.APPROVE, has_failing_checks(locked)
    if approves and fails and not exception.strip():
        raise RuleError("Có kiểm tra không đạt. Muốn đồng ý, hãy ghi lý do; lý do sẽ in ở trang phương pháp.")
    kept = exception.strip() if approves and fails else ""
    return Review.objects.create(computation=locked, decision=decision, note=note.strip(), exception=kept, by=by)


@transaction.atomic
def publish(*, computation: Computation, public_from: datetime, by: Any, reason: str = "") -> Job:
    """Publish a reviewed computation in the background; of a wave that is published already, as a correction."""
    wave = Wave.objects.select_for_update().get(pk=computation.source.wave_id)
    approval = publishable(computation)
    is_correction = wave.snapshots.exists()
    if is_correction and not reason.strip():
        raise RuleError("Đợt này đã có bản công bố. Hãy ghi lý do đính chính; lý do hiện công khai cạnh cả hai bản.")
    try:
        return jobs.start(
            kind="results.publish",
            key=f"results.publish:{wave.pk}",
            title=f"{'Đính chính' if is_correction else 'Công bố'} {wave}",
            by=by,
            computation=computation.pk,
            review=approval.pk,
            public_from=public_from.isoformat(),
            reason=reason.strip() if is_correction else "",
        )
    except jobs.AlreadyRunningError:
        raise RuleError("Đợt này đang được công bố. Hãy đợi việc ấy xong.") from None


@transaction.atomic
def change_embargo(*, snapshot: Snapshot, public_from: datetime, by: Any) -> None:
    """Move the hour of publication, as long as it has not come; an hour that is past means now."""
    locked = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
    if locked.is_public:
        raise RuleError("Bản này đã công khai nên không đổi được giờ công bố.")
    Snapshot.objects.filter(pk=snapshot.pk).update(public_from=max(public_from, timezone.now()))


def publishable(computation: Computation) -> Review:
    """The approval under which a computation may be published now. Raises RuleError when it may not."""
    if Snapshot.objects.filter(computation=computation).exists():
        raise RuleError("Lần tính này đã công bố rồi. Muốn đính chính, hãy tính lại rồi công bố bản mới.")
    latest = computation.reviews.order_by("-id").first()
    if latest is None or latest.decision != Review.Decision.APPROVE:
        raise RuleError("Lần tính này chưa được người thứ hai đồng ý nên chưa công bố được.")
    return latest


def may_review(computation: Computation, member: Any) -> bool:
    """A second person: neither who handed in the data nor who had it computed, or computed again after a stop."""
    by = {computation.by_id, computation.source.by_id, computation.job.by_id if computation.job else None}
    return member is not None and member.pk not in by


def has_failing_checks(computation: Computation) -> bool:
    return computation.checks.filter(verdict=Check.Verdict.FAILS).exists()


def _keep(file: BinaryIO, target: Path) -> None:
    """Copy an upload into place, as a whole; two people may hand in the same file at the same time."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    file.seek(0)
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as out:
        partial = Path(out.name)
        try:
            shutil.copyfileobj(file, out)
        except BaseException:
            partial.unlink()
            raise
    partial.replace(target)


def _attach(row: Source | Computation, job: Job) -> None:
    type(row).objects.filter(pk=row.pk).update(job=job)
    row.refresh_from_db()
