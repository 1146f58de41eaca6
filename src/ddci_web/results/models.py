"""From uploaded data to a published snapshot: programme, wave, source, computation, checks, review, snapshot.

A snapshot is a folder of files that never changes, and a row that says which. A correction is another snapshot with a
reason; both stay visible. Nothing here is deleted.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ddci_web.audit.registry import audited
from ddci_web.jobs.models import Job
from ddci_web.results.boundaries import Boundary

__all__ = ["Boundary", "Check", "Computation", "Programme", "Review", "Snapshot", "Source", "Wave"]

MEMBER = settings.AUTH_USER_MODEL


@audited
class Programme(models.Model):
    """An index that is measured again and again: the DDCI of a province, the PCI."""

    code = models.SlugField("mã", unique=True, max_length=60)
    vi = models.CharField("tên", max_length=200)
    en = models.CharField("tên tiếng Anh", max_length=200, blank=True)
    about_vi = models.TextField("giới thiệu", blank=True)
    about_en = models.TextField("giới thiệu bằng tiếng Anh", blank=True)
    source = models.CharField("nguồn", max_length=300, blank=True)
    is_featured = models.BooleanField("hiện ở trang chủ", default=False)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "chương trình"
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.vi


@audited
class Wave(models.Model):
    """One collection of a programme. ``code`` is the wave folder's."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="waves", verbose_name="chương trình"
    )
    code = models.SlugField("mã", unique=True, max_length=80)
    year = models.PositiveSmallIntegerField("năm")
    vi = models.CharField("tên", max_length=200)
    en = models.CharField("tên tiếng Anh", max_length=200, blank=True)
    is_simulated = models.BooleanField("mô phỏng", default=False)

    class Meta:
        verbose_name = "đợt"
        ordering = ("-year", "code")
        constraints = (models.CheckConstraint(name="wave_year_sensible", condition=Q(year__gte=1990, year__lte=2100)),)

    def __str__(self) -> str:
        return self.vi


@audited(unwatched=("faults",))
class Source(models.Model):
    """Data handed in for a wave: an archive of a wave folder, unpacked beside it, with the faults found in it."""

    class State(models.TextChoices):
        READING = "reading", "đang kiểm tra"
        SOUND = "sound", "dùng được"
        FAULTY = "faulty", "có lỗi"

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="sources", verbose_name="đợt")
    name = models.CharField("tên tệp", max_length=200)
    sha256 = models.CharField("mã băm", max_length=64)
    size = models.PositiveBigIntegerField("dung lượng")
    wave_file = models.CharField("tệp mô tả đợt", max_length=300, blank=True)  # path of wave.toml inside the archive
    state = models.CharField("trạng thái", max_length=10, choices=State.choices, default=State.READING)
    faults = models.JSONField("lỗi", default=list)
    facts = models.JSONField("nội dung", default=dict)  # units, answers, indicators: what was found
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name="việc nền")
    by = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+", verbose_name="người nộp", null=True)
    at = models.DateTimeField("nộp lúc", default=timezone.now)

    class Meta:
        verbose_name = "bộ dữ liệu"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="source_sound_names_its_wave", condition=~Q(state="sound") | ~Q(wave_file="")),
        )

    def __str__(self) -> str:
        return self.name


@audited
class Computation(models.Model):
    """One run of the library over a source. Its files are a draft: nobody outside the results room sees them."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="computations", verbose_name="bộ dữ liệu")
    options = models.JSONField("lựa chọn", default=dict)
    result_hash = models.CharField("mã băm kết quả", max_length=64, blank=True)  # empty until done
    version = models.CharField("phiên bản chương trình", max_length=40, blank=True)
    warnings = models.JSONField("cảnh báo", default=list)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name="việc nền")
    by = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+", verbose_name="người tính", null=True)
    at = models.DateTimeField("tính lúc", default=timezone.now)

    class Meta:
        verbose_name = "lần tính"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.source.wave} · lần tính {self.pk}"

    @property
    def is_done(self) -> bool:
        return bool(self.result_hash)


@audited
class Check(models.Model):
    """One question asked of a computation before anybody may publish it."""

    class Verdict(models.TextChoices):
        OK = "ok", "đạt"
        DOUBTFUL = "doubtful", "cần xem"
        FAILS = "fails", "không đạt"

    computation = models.ForeignKey(Computation, on_delete=models.CASCADE, related_name="checks")
    code = models.SlugField("mã", max_length=60)
    verdict = models.CharField("kết luận", max_length=10, choices=Verdict.choices)
    title = models.CharField("câu hỏi", max_length=300)
    text = models.TextField("câu trả lời")
    details = models.JSONField("chi tiết", default=list)  # rows for a table, first row = heads

    class Meta:
        verbose_name = "kiểm tra"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(name="check_once", fields=("computation", "code")),)

    def __str__(self) -> str:
        return self.title


@audited
class Review(models.Model):
    """What a second person decided about a computation. ``exception`` is the written reason why failing checks may stand."""

    class Decision(models.TextChoices):
        APPROVE = "approve", "đồng ý công bố"
        RETURN = "return", "trả lại"

    computation = models.ForeignKey(Computation, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField("quyết định", max_length=10, choices=Decision.choices)
    note = models.TextField("ý kiến")
    exception = models.TextField("lý do chấp nhận kiểm tra không đạt", blank=True)
    by = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+", verbose_name="người soát", null=True)
    at = models.DateTimeField("lúc", default=timezone.now)

    class Meta:
        verbose_name = "lượt soát"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.get_decision_display()} – {self.by}"


@audited
class Snapshot(models.Model):
    """A publication. Until ``public_from`` only the organiser and each unit's own members see it (embargo)."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="snapshots", verbose_name="đợt")
    number = models.PositiveSmallIntegerField("bản số")
    computation = models.OneToOneField(Computation, on_delete=models.PROTECT, related_name="snapshot")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+", null=True)
    manifest_hash = models.CharField("mã băm danh mục tệp", max_length=64)
    manifest = models.JSONField("danh mục tệp")
    audit_head = models.CharField("mã băm nhật ký", max_length=64, blank=True)
    public_from = models.DateTimeField("công khai từ")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    reason = models.TextField("lý do đính chính", blank=True)
    by = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+", verbose_name="người công bố", null=True)
    at = models.DateTimeField("tạo lúc", default=timezone.now)

    class Meta:
        verbose_name = "bản công bố"
        ordering = ("-public_from", "-number")
        constraints = (
            models.UniqueConstraint(name="snapshot_number_once", fields=("wave", "number")),
            models.CheckConstraint(
                name="snapshot_correction_has_reason",
                condition=(Q(corrects__isnull=True) & Q(reason="") & Q(number=1))
                | (Q(corrects__isnull=False) & ~Q(reason="") & Q(number__gt=1)),
            ),
            models.CheckConstraint(name="snapshot_not_its_own_correction", condition=~Q(corrects=F("id"))),
        )

    def __str__(self) -> str:
        return f"{self.wave.code}/{self.number}"

    @property
    def is_public(self) -> bool:
        return self.public_from <= timezone.now()
