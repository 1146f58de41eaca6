"""Where a wave stands on its way to publication, and the one next step with who may take it.

In:  the newest source, computation, review and snapshot of each wave. Out: ``Room``, with six stages in order: data,
computation, checks, review, publication, corrections. Seven queries for any number of waves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from ddci_web.accounts.roles import Action
from ddci_web.jobs.models import OPEN, Job, State
from ddci_web.results.models import Check, Computation, Review, Snapshot, Source, Wave

StageState = Literal["ok", "risk", "late", "proof", "future"]
Goal = Literal["upload", "source", "computation", "review", "publish", "correct", "snapshot", "job"]
STAGE_WORDS: dict[StageState, str] = {
    "ok": "xong",
    "risk": "cần xem",
    "late": "cần sửa",
    "proof": "đang chờ",
    "future": "chưa tới",
}
PUBLISH_KIND = "results.publish"


@dataclass(frozen=True)
class Stage:
    """One stage: what is there, and how it stands (ok, to look at, wrong, under way, not yet)."""

    title: str
    state: StageState
    text: str
    said: str = ""

    @property
    def word(self) -> str:
        """The state in a word or two."""
        return self.said or STAGE_WORDS[self.state]


@dataclass(frozen=True)
class NextStep:
    """What to do, who may do it, and where: the page ``goal`` of the row ``pk`` (of the wave, for "upload").

    is_waiting  nobody can do anything but wait
    """

    text: str
    action: Action
    goal: Goal
    pk: int | None = None
    is_waiting: bool = False


@dataclass(frozen=True)
class Room:
    """A wave with its newest row at each stage. ``snapshots`` are all of them, the newest first."""

    wave: Wave
    source: Source | None
    computation: Computation | None
    review: Review | None
    publishing: Job | None
    snapshots: tuple[Snapshot, ...]

    @property
    def snapshot(self) -> Snapshot | None:
        return self.snapshots[0] if self.snapshots else None

    @property
    def is_published(self) -> bool:
        """True when the newest computation is the one that was published."""
        return self.snapshot is not None and (
            self.computation is None or self.snapshot.computation_id == self.computation.pk
        )

    @property
    def is_newer_data(self) -> bool:
        """True when data have been handed in that nobody has computed yet."""
        return self.source is not None and (self.computation is None or self.computation.source_id < self.source.pk)

    @property
    def stages(self) -> tuple[Stage, ...]:
        return (
            _data(self),
            _computed(self),
            _checked(self),
            _reviewed(self),
            _published(self),
            _corrected(self),
        )

    @property
    def next_step(self) -> NextStep:
        return _next_step(self)


def room_of(wave: Wave) -> Room:
    return rooms(Wave.objects.filter(pk=wave.pk))[0]


def rooms(waves: QuerySet[Wave]) -> list[Room]:
    """The rooms of some waves, in the order of the query."""
    counted = {
        f"n_{name}": Count("checks", filter=Q(checks__verdict=verdict), distinct=True)
        for name, verdict in (
            ("ok", Check.Verdict.OK),
            ("doubtful", Check.Verdict.DOUBTFUL),
            ("fails", Check.Verdict.FAILS),
        )
    }
    computations = Computation.objects.select_related("job", "by").defer("warnings").annotate(**counted).order_by("-id")
    sources = Source.objects.select_related("job", "by").defer("faults").order_by("-id")
    snapshots = Snapshot.objects.select_related("by").defer("manifest").order_by("-number")
    found = waves.select_related("programme").prefetch_related(
        Prefetch("sources", queryset=sources, to_attr="all_sources"),
        Prefetch("all_sources__computations", queryset=computations, to_attr="all_computations"),
        Prefetch(
            "all_sources__all_computations__reviews",
            queryset=Review.objects.select_related("by").order_by("-id"),
            to_attr="all_reviews",
        ),
        Prefetch("snapshots", queryset=snapshots, to_attr="all_snapshots"),
    )
    waves_found = list(found)
    publishing = _publishing(waves_found)
    return [_room(wave, publishing.get(f"{PUBLISH_KIND}:{wave.pk}")) for wave in waves_found]


def _publishing(waves: Iterable[Wave]) -> dict[str, Job]:
    """The newest publication job of each wave, by key."""
    keys = [f"{PUBLISH_KIND}:{wave.pk}" for wave in waves]
    jobs = Job.objects.filter(kind=PUBLISH_KIND, key__in=keys).defer("log", "faults").order_by("id")
    return {job.key: job for job in jobs}


def _room(wave: Wave, publishing: Job | None) -> Room:
    sources = wave.all_sources  # type: ignore[attr-defined]
    computations = sorted(
        (item for source in sources for item in source.all_computations), key=lambda item: item.pk, reverse=True
    )
    newest = computations[0] if computations else None
    review = newest.all_reviews[0] if newest is not None and newest.all_reviews else None
    mine = publishing is not None and newest is not None and publishing.arguments.get("computation") == newest.pk
    return Room(
        wave=wave,
        source=sources[0] if sources else None,
        computation=newest,
        review=review,
        publishing=publishing if mine else None,
        snapshots=tuple(wave.all_snapshots),  # type: ignore[attr-defined]
    )


def _data(room: Room) -> Stage:
    source, title = room.source, "Dữ liệu"
    if source is None:
        return Stage(title, "future", "Chưa có bộ dữ liệu nào.")
    match source.state:
        case Source.State.SOUND:
            facts = source.facts
            units, indicators = facts.get("n_units", 0), facts.get("n_indicators", 0)
            return Stage(title, "ok", f"Dùng được: {units} đơn vị, {indicators} chỉ tiêu.")
        case Source.State.FAULTY:
            return Stage(title, "late", "Có lỗi; chưa tính được cho tới khi sửa hết.")
        case _:
            return _of_job(title, source.job, waiting="Đang kiểm tra.")


def _computed(room: Room) -> Stage:
    title, found = "Tính", room.computation
    if found is None or (room.is_newer_data and not room.is_published):
        return Stage(title, "future", "Chưa tính bộ dữ liệu mới nhất." if found else "Chưa tính lần nào.")
    if found.is_done:
        return Stage(title, "ok", f"Đã tính xong lúc {timezone.localtime(found.at):%d/%m/%Y %H:%M}.")
    return _of_job(title, found.job, waiting="Đang tính.")


def _checked(room: Room) -> Stage:
    title, found = "Kiểm tra", room.computation
    if found is None or not found.is_done:
        return Stage(title, "future", "Chạy ngay sau khi tính.")
    fails, doubtful, ok = found.n_fails, found.n_doubtful, found.n_ok  # type: ignore[attr-defined]
    state: StageState = "late" if fails else "risk" if doubtful else "ok"
    return Stage(title, state, f"{ok} đạt, {doubtful} cần xem, {fails} không đạt.")


def _reviewed(room: Room) -> Stage:
    title = "Người thứ hai soát"
    if room.computation is None or not room.computation.is_done:
        return Stage(title, "future", "Sau khi tính xong.")
    if room.review is None:
        return Stage(title, "proof", "Chờ một người khác soát.")
    if room.review.decision == Review.Decision.RETURN:
        return Stage(title, "late", f"{room.review.by} đã trả lại.")
    return Stage(title, "ok", f"{room.review.by} đã đồng ý.")


def _published(room: Room) -> Stage:
    title = "Công bố"
    if room.publishing is not None and room.publishing.state != State.DONE:
        return _of_job(title, room.publishing, waiting="Đang ghi bản công bố.")
    if room.snapshot is None:
        return Stage(title, "future", "Chưa công bố.")
    when = f"{timezone.localtime(room.snapshot.public_from):%d/%m/%Y %H:%M}"
    if not room.snapshot.is_public:
        return Stage(title, "proof", f"Bản số {room.snapshot.number} chờ đến {when}.")
    return Stage(title, "ok", f"Bản số {room.snapshot.number} công khai từ {when}.")


def _corrected(room: Room) -> Stage:
    title = "Đính chính"
    n = len(room.snapshots) - 1
    if n < 0:
        return Stage(title, "future", "Chỉ khi bản đã công bố có sai.")
    if not room.is_published:
        return Stage(title, "proof", "Có lần tính mới hơn bản đã công bố.")
    if not n:
        return Stage(title, "future", "Chưa phải đính chính lần nào.", said="không cần")
    return Stage(title, "ok", f"{n} lần đính chính.")


def _of_job(title: str, job: Job | None, *, waiting: str) -> Stage:
    if job is not None and job.state in OPEN:
        return Stage(title, "risk" if job.is_silent or job.waits_long else "proof", waiting)
    return Stage(title, "late", "Việc nền không xong; cần xem lại.")


def _next_step(room: Room) -> NextStep:
    source, computation = room.source, room.computation
    if source is None:
        return NextStep("Nộp thư mục dữ liệu của đợt (tệp .zip).", Action.UPLOAD_DATA, "upload")
    if source.state == Source.State.READING:
        return _watch(source.job, "Đợi kiểm tra dữ liệu xong.")
    if source.state == Source.State.FAULTY:
        return NextStep("Sửa các lỗi trong dữ liệu rồi nộp lại.", Action.UPLOAD_DATA, "source", source.pk)
    if room.is_newer_data or computation is None:
        return NextStep("Tính kết quả từ bộ dữ liệu đã kiểm tra.", Action.COMPUTE, "source", source.pk)
    if not computation.is_done:
        return _watch(computation.job, "Đợi tính xong.")
    if room.is_published:
        return _after_publication(room)
    if room.publishing is not None and room.publishing.state != State.DONE:
        return _watch(room.publishing, "Đợi ghi xong bản công bố.")
    if room.review is None:
        return NextStep(
            "Soát kết quả: một người khác người nộp và người tính.", Action.REVIEW, "review", computation.pk
        )
    if room.review.decision == Review.Decision.RETURN:
        text = f"{room.review.by} đã trả lại kết quả. Đọc ý kiến, sửa dữ liệu hoặc khung rồi nộp lại."
        return NextStep(text, Action.UPLOAD_DATA, "computation", computation.pk)
    if room.snapshot is not None:
        text = "Công bố bản đính chính, hoặc giữ nguyên bản đang công bố."
        return NextStep(text, Action.CORRECT, "correct", computation.pk)
    return NextStep("Đặt giờ công khai và công bố.", Action.PUBLISH, "publish", computation.pk)


def _watch(job: Job | None, text: str) -> NextStep:
    """Wait for a job; look at it when it will not end by itself."""
    is_open = job is not None and job.state in OPEN and not job.is_silent
    words = text if is_open else "Việc nền dừng giữa chừng. Xem nhật ký rồi chạy lại."
    return NextStep(words, Action.VIEW_JOBS, "job", None if job is None else job.pk, is_waiting=is_open)


def _after_publication(room: Room) -> NextStep:
    snapshot = room.snapshot
    assert snapshot is not None
    if snapshot.is_public:
        return NextStep(
            "Đã công bố. Nếu phát hiện sai, nộp dữ liệu đã sửa để đính chính.",
            Action.CORRECT,
            "snapshot",
            snapshot.pk,
            True,
        )
    text = f"Đã xong, chờ đến giờ công khai {timezone.localtime(snapshot.public_from):%d/%m/%Y %H:%M}."
    return NextStep(text, Action.PUBLISH, "snapshot", snapshot.pk, is_waiting=True)
