"""What a unit makes of its result: findings it confirms, recommendations of the consultant and how it takes them up.

A finding keeps the drafted sentence beside what an officer wrote; its figures stay in the snapshot and are read there anew.
A recommendation is the consultant's, for one unit or for a whole group; each unit answers with a commitment of its own:
who owns it, until when, by which milestones, when it is looked at again. ``version`` counts saves, so that the later of
two people is told what the earlier one changed. Nothing here is deleted.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ddci_web.audit.registry import audited
from ddci_web.organisations.models import Organisation
from ddci_web.results.models import Snapshot, Wave

MEMBER = settings.AUTH_USER_MODEL


@audited
class Finding(models.Model):
    """«Hạn chế qua khảo sát»: one indicator in which a unit is weak, as drafted and as its officer says it."""

    class State(models.TextChoices):
        DRAFT = "draft", "chưa xem"
        KEPT = "kept", "giữ"
        DROPPED = "dropped", "bỏ"

    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, related_name="findings", verbose_name="bản công bố"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="findings", verbose_name="đơn vị"
    )
    sub_index = models.CharField("chỉ số thành phần", max_length=60)
    indicator = models.CharField("chỉ tiêu", max_length=60)
    drafted = models.TextField("câu máy soạn")
    own_text = models.TextField("câu của đơn vị", blank=True)  # empty: the drafted sentence stands
    state = models.CharField("trạng thái", max_length=10, choices=State.choices, default=State.DRAFT)
    reason = models.TextField("lý do bỏ", blank=True)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    version = models.PositiveIntegerField("lần lưu", default=1)
    edited_by = models.ForeignKey(
        MEMBER, on_delete=models.PROTECT, related_name="+", null=True, verbose_name="người sửa"
    )
    edited_at = models.DateTimeField("sửa lúc", null=True)

    class Meta:
        verbose_name = "hạn chế"
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(name="finding_once", fields=("snapshot", "organisation", "indicator")),
            models.CheckConstraint(name="finding_state_known", condition=Q(state__in=("draft", "kept", "dropped"))),
            models.CheckConstraint(
                name="finding_dropped_has_reason",
                condition=(Q(state="dropped") & ~Q(reason="")) | (~Q(state="dropped") & Q(reason="")),
            ),
            models.CheckConstraint(
                name="finding_edited_by_somebody",
                condition=Q(edited_by__isnull=True, edited_at__isnull=True)
                | Q(edited_by__isnull=False, edited_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_decided_by_somebody", condition=Q(state="draft") | Q(edited_by__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation}, {self.indicator}"

    @property
    def text(self) -> str:
        return self.own_text or self.drafted


@audited
class Recommendation(models.Model):
    """One numbered item of the consultant under a sub-index, for one unit or for all units of a group."""

    class State(models.TextChoices):
        OPEN = "open", "đang hiệu lực"
        WITHDRAWN = "withdrawn", "đã rút"

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="recommendations", verbose_name="đợt")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="recommendations", verbose_name="đơn vị"
    )
    unit_group = models.CharField("nhóm đơn vị", max_length=60, blank=True)
    sub_index = models.CharField("chỉ số thành phần", max_length=60)
    number = models.PositiveSmallIntegerField("số")
    text = models.TextField("nội dung")
    consultant = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="đơn vị tư vấn"
    )
    source_document = models.CharField("văn bản nguồn", max_length=300, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=State.choices, default=State.OPEN)
    findings = models.ManyToManyField(Finding, related_name="recommendations", verbose_name="hạn chế")
    version = models.PositiveIntegerField("lần lưu", default=1)
    by = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+", verbose_name="người ghi")
    at = models.DateTimeField("ghi lúc", default=timezone.now)

    class Meta:
        verbose_name = "khuyến nghị"
        ordering = ("sub_index", "number", "id")
        constraints = (
            models.CheckConstraint(
                name="recommendation_for_unit_or_group",
                condition=(Q(organisation__isnull=False) & Q(unit_group=""))
                | (Q(organisation__isnull=True) & ~Q(unit_group="")),
            ),
            models.UniqueConstraint(
                name="recommendation_number_once_for_unit",
                fields=("wave", "organisation", "sub_index", "number"),
                condition=Q(organisation__isnull=False),
            ),
            models.UniqueConstraint(
                name="recommendation_number_once_for_group",
                fields=("wave", "unit_group", "sub_index", "number"),
                condition=Q(organisation__isnull=True),
            ),
            models.CheckConstraint(name="recommendation_number_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="recommendation_has_text", condition=~Q(text="")),
        )

    def __str__(self) -> str:
        return f"{self.sub_index} ({self.number})"


@audited
class Commitment(models.Model):
    """A unit's answer to a recommendation, with the way it will go: owner, day, milestones, days of review."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "nhận"
        PARTLY = "partly", "nhận một phần"
        REJECTED = "rejected", "không nhận"

    class State(models.TextChoices):
        PLANNED = "planned", "chưa bắt đầu"
        UNDER_WAY = "under_way", "đang làm"
        DONE = "done", "đã xong"

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="commitments", verbose_name="khuyến nghị"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="commitments", verbose_name="đơn vị"
    )
    answer = models.CharField("trả lời", max_length=10, choices=Answer.choices)
    reason = models.TextField("lý do", blank=True)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="owned_commitments", verbose_name="chủ trì"
    )
    due_on = models.DateField("hạn", null=True)
    state = models.CharField("tiến độ", max_length=10, choices=State.choices, default=State.PLANNED)
    version = models.PositiveIntegerField("lần lưu", default=1)
    by = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+", verbose_name="người trả lời")
    at = models.DateTimeField("trả lời lúc", default=timezone.now)

    class Meta:
        verbose_name = "trả lời khuyến nghị"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(name="commitment_once", fields=("recommendation", "organisation")),
            models.CheckConstraint(
                name="commitment_not_accepted_has_reason", condition=Q(answer="accepted") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="commitment_rejected_is_not_done", condition=~Q(answer="rejected") | Q(state="planned")
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation}: {self.recommendation}"

    @property
    def lacks(self) -> tuple[str, ...]:
        """What a recommendation needs and this one has not, in words. Milestones and reviews must be prefetched."""
        if self.answer == self.Answer.REJECTED:
            return ()
        wanted = {
            "cơ quan chủ trì": self.owner_id is not None,
            "hạn hoàn thành": self.due_on is not None,
            "mốc thực hiện": bool(self.milestones.all()),
            "ngày rà soát": bool(self.review_days.all()),
        }
        return tuple(word for word, is_there in wanted.items() if not is_there)


@audited
class Milestone(models.Model):
    """A step of a commitment with its day."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="milestones")
    text = models.CharField("mốc", max_length=300)
    due_on = models.DateField("hạn")
    done_on = models.DateField("xong ngày", null=True)

    class Meta:
        verbose_name = "mốc thực hiện"
        ordering = ("due_on", "id")
        constraints = (models.CheckConstraint(name="milestone_has_text", condition=~Q(text="")),)

    def __str__(self) -> str:
        return self.text


@audited
class ReviewDay(models.Model):
    """A day on which a commitment is looked at again."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="review_days")
    on = models.DateField("ngày rà soát")

    class Meta:
        verbose_name = "ngày rà soát"
        ordering = ("on",)
        constraints = (models.UniqueConstraint(name="review_day_once", fields=("commitment", "on")),)

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}"
