"""Who may do what: the only place where a role meets an action.

Vai trò × việc được làm. «Toàn tỉnh»: vai trò có hiệu lực với mọi tổ chức. «Trong tổ chức mình»: chỉ với tổ chức mà
người đó thuộc về; tra cứu của nơi khác trả lời «không tìm thấy».

=================  ====================  =========  ========================================================
role               reach                 MFA        may
=================  ====================  =========  ========================================================
organiser          toàn tỉnh             bắt buộc   everything except what only a unit writes about itself
consultant         toàn tỉnh             bắt buộc   upload data, compute, see results, write recommendations
reviewer           toàn tỉnh             bắt buộc   see results, review them, read the audit trail
data_entry         toàn tỉnh             nên có     upload data, watch background jobs
viewer             toàn tỉnh             nên có     see results and recommendations
interviewer        trong tổ chức mình    nên có     nothing yet outside the survey
unit_officer       trong tổ chức mình    nên có     own results under embargo, findings, recommendations
unit_leader        trong tổ chức mình    nên có     own results under embargo, findings, recommendations
agency_member      trong tổ chức mình    nên có     recommendations
=================  ====================  =========  ========================================================

Nobody reviews a result of their own: the service of the results compares the persons, not the roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from ddci_web.accounts.models import Member, Role
from ddci_web.organisations.models import Organisation


class Action(StrEnum):
    VIEW_WAVES = "view_waves"
    VIEW_RESULTS = "view_results"
    UPLOAD_DATA = "upload_data"
    COMPUTE = "compute"
    REVIEW = "review"
    PUBLISH = "publish"
    CORRECT = "correct"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_ORGANISATIONS = "manage_organisations"
    VIEW_JOBS = "view_jobs"
    VIEW_AUDIT = "view_audit"
    SEE_OWN_EMBARGOED = "see_own_embargoed"
    EDIT_FINDINGS = "edit_findings"
    EDIT_RECOMMENDATIONS = "edit_recommendations"
    VIEW_RECOMMENDATIONS = "view_recommendations"


A = Action
OF_A_UNIT = frozenset({A.SEE_OWN_EMBARGOED, A.EDIT_FINDINGS, A.VIEW_RECOMMENDATIONS})
ALLOWED: Mapping[Role, frozenset[Action]] = {
    Role.ORGANISER: frozenset(Action) - {A.SEE_OWN_EMBARGOED, A.EDIT_FINDINGS},
    Role.CONSULTANT: frozenset(
        {
            A.VIEW_WAVES,
            A.VIEW_RESULTS,
            A.UPLOAD_DATA,
            A.COMPUTE,
            A.VIEW_JOBS,
            A.EDIT_RECOMMENDATIONS,
            A.VIEW_RECOMMENDATIONS,
        }
    ),
    Role.REVIEWER: frozenset(
        {A.VIEW_WAVES, A.VIEW_RESULTS, A.REVIEW, A.VIEW_JOBS, A.VIEW_AUDIT, A.VIEW_RECOMMENDATIONS}
    ),
    Role.DATA_ENTRY: frozenset({A.VIEW_WAVES, A.UPLOAD_DATA, A.VIEW_JOBS}),
    Role.VIEWER: frozenset({A.VIEW_WAVES, A.VIEW_RESULTS, A.VIEW_RECOMMENDATIONS}),
    Role.INTERVIEWER: frozenset(),
    Role.UNIT_OFFICER: OF_A_UNIT,
    Role.UNIT_LEADER: OF_A_UNIT,
    Role.AGENCY_MEMBER: frozenset({A.VIEW_RECOMMENDATIONS}),
}
MFA_ROLES = frozenset({Role.ORGANISER, Role.CONSULTANT, Role.REVIEWER})
PROVINCE_WIDE = MFA_ROLES | {Role.DATA_ENTRY, Role.VIEWER}
UNIT_ROLES = frozenset({Role.UNIT_OFFICER, Role.UNIT_LEADER})


def may(
    member: Member | AbstractBaseUser | AnonymousUser | None, action: Action, organisation: Organisation | None = None
) -> bool:
    """Whether one of the member's roles of today allows the action; with ``organisation``, there."""
    if not isinstance(member, Member):
        return False
    return any(
        action in ALLOWED[Role(membership.role)]
        and (organisation is None or membership.role in PROVINCE_WIDE or membership.organisation_id == organisation.pk)
        for membership in member.memberships_today
    )


def roles_of(member: Member) -> frozenset[Role]:
    return frozenset(Role(membership.role) for membership in member.memberships_today)


def needs_mfa(member: Member) -> bool:
    """Marked demo accounts are let off where, and only where, the site is started as a demonstration."""
    if settings.DEMO and member.is_demo:
        return False
    return bool(roles_of(member) & MFA_ROLES)


def is_province_wide(member: Member) -> bool:
    return bool(roles_of(member) & PROVINCE_WIDE)


@dataclass(frozen=True)
class RoleRow:
    """One line of the table of roles, for a page to show."""

    role: Role
    is_province_wide: bool
    needs_mfa: bool
    allowed: tuple[str, ...]


WORDS: Mapping[Action, str] = {
    A.VIEW_WAVES: "vào phòng kết quả, thấy các đợt và việc đang chờ",
    A.VIEW_RESULTS: "xem mọi kết quả, kể cả trước khi công bố",
    A.UPLOAD_DATA: "tải dữ liệu lên",
    A.COMPUTE: "tính kết quả",
    A.REVIEW: "thẩm định kết quả",
    A.PUBLISH: "công bố",
    A.CORRECT: "đính chính",
    A.MANAGE_MEMBERS: "quản lý thành viên",
    A.MANAGE_ORGANISATIONS: "quản lý tổ chức",
    A.VIEW_JOBS: "theo dõi việc nền",
    A.VIEW_AUDIT: "xem nhật ký thay đổi",
    A.SEE_OWN_EMBARGOED: "xem kết quả của đơn vị mình trước khi công bố",
    A.EDIT_FINDINGS: "viết hạn chế của đơn vị mình",
    A.EDIT_RECOMMENDATIONS: "viết khuyến nghị",
    A.VIEW_RECOMMENDATIONS: "xem khuyến nghị",
}


def matrix() -> tuple[RoleRow, ...]:
    return tuple(
        RoleRow(
            role=role,
            is_province_wide=role in PROVINCE_WIDE,
            needs_mfa=role in MFA_ROLES,
            allowed=tuple(WORDS[action] for action in Action if action in ALLOWED[role]),
        )
        for role in Role
    )
