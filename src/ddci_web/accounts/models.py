"""People who log in, what they may be in which organisation and since when, and the invitations that brought them.

Nothing here is deleted: a membership ends, a member is deactivated, an invitation is revoked. ``valid_to`` is the first
day on which a membership no longer holds.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property

from ddci_web.audit.registry import audited
from ddci_web.organisations.fields import KeyField
from ddci_web.organisations.models import Organisation
from ddci_web.organisations.vietnamese import search_key, sort_key


class Role(models.TextChoices):
    ORGANISER = "organiser", "Cơ quan điều hành"
    CONSULTANT = "consultant", "Đơn vị tư vấn"
    DATA_ENTRY = "data_entry", "Người nhập dữ liệu"
    INTERVIEWER = "interviewer", "Điều tra viên"
    UNIT_OFFICER = "unit_officer", "Cán bộ đầu mối của đơn vị"
    UNIT_LEADER = "unit_leader", "Lãnh đạo đơn vị"
    AGENCY_MEMBER = "agency_member", "Cán bộ cơ quan chủ trì, phối hợp"
    REVIEWER = "reviewer", "Người thẩm định"
    VIEWER = "viewer", "Người xem"


class MemberQuery(models.QuerySet["Member"]):
    """Rows of members."""


class MemberRows(BaseUserManager.from_queryset(MemberQuery)):
    """Members are made by accepting an invitation; the log-in finds them by address whatever its capitals."""

    def get_by_natural_key(self, email: str | None) -> Member:
        return self.get(email=(email or "").strip().lower())


@audited(exclude=("password",))
class Member(AbstractBaseUser):
    email = models.EmailField("thư điện tử", unique=True)
    full_name = models.CharField("họ và tên", max_length=150)
    is_active = models.BooleanField("đang dùng", default=True)
    is_demo = models.BooleanField("tài khoản minh họa", default=False)
    created_at = models.DateTimeField("tạo lúc", default=timezone.now, editable=False)
    name_order = KeyField(source=("full_name",), derive=sort_key)
    name_search = KeyField(source=("full_name", "email"), derive=search_key)

    objects = MemberRows()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ("full_name",)

    class Meta:
        verbose_name = "thành viên"
        constraints = (
            models.CheckConstraint(
                name="member_email_small_letters", condition=Q(email=models.functions.Lower(F("email")))
            ),
        )

    def __str__(self) -> str:
        return self.full_name

    @cached_property
    def memberships_today(self) -> tuple[Membership, ...]:
        """Read once for this object; a request has its own object, so the next request sees every change."""
        rows = Membership.objects.as_of(timezone.localdate()).filter(member=self).select_related("organisation")
        return tuple(rows) if self.is_active else ()


class MembershipRows(models.QuerySet["Membership"]):
    def as_of(self, date: dt.date) -> MembershipRows:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=date), valid_from__lte=date)


@audited
class Membership(models.Model):
    member = models.ForeignKey(Member, verbose_name="thành viên", on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, verbose_name="tổ chức", on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField("vai trò", max_length=20, choices=Role.choices)
    valid_from = models.DateField("từ ngày", default=timezone.localdate)
    valid_to = models.DateField("thôi từ ngày", null=True, blank=True)

    objects = MembershipRows.as_manager()

    class Meta:
        verbose_name = "vai trò của thành viên"
        constraints = (
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(name="membership_role_known", condition=Q(role__in=Role.values)),
            models.UniqueConstraint(
                fields=("member", "organisation", "role"),
                condition=Q(valid_to__isnull=True),
                name="membership_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.member}: {self.get_role_display()}, {self.organisation}"


class InvitationRows(models.QuerySet["Invitation"]):
    def open(self) -> InvitationRows:
        """Neither accepted nor revoked; may have expired, and can then be sent again."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)


@audited(exclude=("token_hash",))
class Invitation(models.Model):
    """A letter with a one-time link. Only a hash of the link's token is kept."""

    email = models.EmailField("thư điện tử")
    full_name = models.CharField("họ và tên", max_length=150)
    organisation = models.ForeignKey(
        Organisation, verbose_name="tổ chức", on_delete=models.PROTECT, related_name="invitations"
    )
    role = models.CharField("vai trò", max_length=20, choices=Role.choices)
    token_hash = models.CharField("mã băm của liên kết", max_length=64, unique=True)
    sent_at = models.DateTimeField("gửi lúc", default=timezone.now)
    expires_at = models.DateTimeField("hết hạn lúc")
    invited_by = models.ForeignKey(
        Member, verbose_name="người mời", null=True, on_delete=models.PROTECT, related_name="invitations_sent"
    )
    accepted_at = models.DateTimeField("nhận lời lúc", null=True)
    accepted_by = models.ForeignKey(
        Member, verbose_name="người nhận lời", null=True, on_delete=models.PROTECT, related_name="invitations_accepted"
    )
    revoked_at = models.DateTimeField("thu hồi lúc", null=True)

    objects = InvitationRows.as_manager()

    class Meta:
        verbose_name = "lời mời"
        constraints = (
            models.CheckConstraint(
                name="invitation_accepted_by_somebody",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="invitation_accepted_or_revoked",
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(name="invitation_role_known", condition=Q(role__in=Role.values)),
            models.UniqueConstraint(
                fields=("email", "organisation", "role"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}, {self.organisation}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class CodeFailure(models.Model):
    """A wrong second-factor code, counted for the person wherever it was typed; see ``lockout``."""

    member = models.ForeignKey(
        Member, verbose_name="thành viên", on_delete=models.CASCADE, related_name="code_failures"
    )
    at = models.DateTimeField("lúc", default=timezone.now)

    class Meta:
        verbose_name = "lần nhập sai mã xác thực"
        indexes = (models.Index(fields=("member", "at"), name="code_failure_member_at"),)

    def __str__(self) -> str:
        return f"{self.member} {self.at:%Y-%m-%d %H:%M}"
