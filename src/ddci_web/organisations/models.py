"""Organisations that take part in the index, since when, until when, and which one came after which.

Rated units, their agencies, the province, associations and advisers are rows of one table: reforms rename and merge
them, rows stay. ``valid_to`` is the first day on which an organisation is no longer there.
"""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from ddci_web.audit.registry import audited
from ddci_web.organisations.fields import KeyField
from ddci_web.organisations.vietnamese import search_key, sort_key


class Kind(models.TextChoices):
    """What an organisation is; together they cover the parties that official plans and reports name."""

    UNIT = "unit", "Đơn vị được đánh giá"
    PROVINCE = "province", "Ủy ban nhân dân cấp tỉnh"
    PROVINCIAL_AGENCY = "provincial_agency", "Sở, ban, ngành cấp tỉnh"
    PEOPLE_COMMITTEE = "people_committee", "Ủy ban nhân dân cấp dưới tỉnh"
    PARTY_COMMITTEE = "party_committee", "Cấp ủy Đảng"
    COUNCIL = "council", "Hội đồng nhân dân"
    LEADERSHIP = "leadership", "Lãnh đạo Ủy ban nhân dân"
    OFFICE = "office", "Văn phòng HĐND và UBND"
    DIVISION = "division", "Phòng chuyên môn"
    INSPECTORATE = "inspectorate", "Thanh tra"
    PUBLIC_SERVICE = "public_service", "Trung tâm, đơn vị sự nghiệp"
    POLICE = "police", "Công an"
    SOCIAL_INSURANCE = "social_insurance", "Bảo hiểm xã hội"
    LAND_REGISTRY = "land_registry", "Văn phòng đăng ký đất đai và chi nhánh"
    PROJECT_BOARD = "project_board", "Ban quản lý dự án"
    FRONT = "front", "Mặt trận Tổ quốc và tổ chức chính trị - xã hội"
    BUSINESS_ASSOCIATION = "business_association", "Hiệp hội, hội doanh nghiệp"
    LEGAL_ADVISER = "legal_adviser", "Tổ chức tư vấn pháp lý"
    MEDIA = "media", "Báo chí, kênh thông tin chính thống"
    CONSULTANT = "consultant", "Đơn vị tư vấn DDCI"
    OTHER = "other", "Tổ chức khác"


OUTSIDE_AUTHORITY = frozenset(
    {
        Kind.PARTY_COMMITTEE,
        Kind.COUNCIL,
        Kind.POLICE,
        Kind.SOCIAL_INSURANCE,
        Kind.LAND_REGISTRY,
        Kind.FRONT,
        Kind.BUSINESS_ASSOCIATION,
        Kind.LEGAL_ADVISER,
        Kind.MEDIA,
        Kind.CONSULTANT,
    }
)  # proposed when such an organisation is entered; the organiser decides


class OrganisationRows(models.QuerySet["Organisation"]):
    def as_of(self, date: dt.date) -> OrganisationRows:
        """Those that are there on that day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=date), Q(valid_to__isnull=True) | Q(valid_to__gt=date)
        )

    def in_order(self) -> OrganisationRows:
        return self.order_by("name_order", "code")

    def named_like(self, words: str) -> OrganisationRows:
        """Those with all the words in their name or code, with or without accents."""
        rows = self
        for word in search_key(words).split():
            rows = rows.filter(name_search__contains=word)
        return rows


@audited
class Organisation(models.Model):
    code = models.CharField("mã", max_length=120, unique=True)
    name = models.CharField("tên", max_length=250)
    name_en = models.CharField("tên tiếng Anh", max_length=250, blank=True)
    kind = models.CharField("loại", max_length=30, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name="cơ quan cấp trên",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    unit_group = models.CharField("nhóm đơn vị", max_length=60, blank=True)
    valid_from = models.DateField("có từ ngày", null=True, blank=True)
    valid_to = models.DateField("không còn từ ngày", null=True, blank=True)
    is_outside_authority = models.BooleanField("ngoài thẩm quyền quản lý", default=False)
    successors = models.ManyToManyField(
        "self",
        through="Succession",
        through_fields=("predecessor", "successor"),
        symmetrical=False,
        related_name="predecessors",
    )
    name_order = KeyField(source=("name",), derive=sort_key)
    name_search = KeyField(source=("name", "name_en", "code"), derive=search_key)

    objects = OrganisationRows.as_manager()

    class Meta:
        verbose_name = "tổ chức"
        constraints = (
            models.CheckConstraint(
                name="organisation_ends_after_it_begins",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(name="organisation_is_not_its_own_parent", condition=~Q(parent=F("id"))),
            models.CheckConstraint(name="organisation_kind_known", condition=Q(kind__in=Kind.values)),
        )
        indexes = (
            models.Index(fields=("kind", "name_order"), name="organisation_kind_order"),
            models.Index(fields=("parent",), name="organisation_parent"),
        )

    def __str__(self) -> str:
        return self.name

    def is_there_on(self, date: dt.date) -> bool:
        return (self.valid_from is None or self.valid_from <= date) and (self.valid_to is None or date < self.valid_to)


@audited
class Succession(models.Model):
    """On a day one organisation takes over the work of another, whole or in part."""

    predecessor = models.ForeignKey(
        Organisation, verbose_name="tổ chức trước", on_delete=models.PROTECT, related_name="successions_out"
    )
    successor = models.ForeignKey(
        Organisation, verbose_name="tổ chức sau", on_delete=models.PROTECT, related_name="successions_in"
    )
    on = models.DateField("từ ngày", null=True, blank=True)  # empty: a wave did not say
    note = models.CharField("ghi chú", max_length=500, blank=True)

    class Meta:
        verbose_name = "kế thừa giữa hai tổ chức"
        constraints = (
            models.UniqueConstraint(fields=("predecessor", "successor"), name="succession_once"),
            models.CheckConstraint(name="succession_between_two", condition=~Q(predecessor=F("successor"))),
        )

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
