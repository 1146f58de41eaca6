"""/dieu-hanh/thanh-vien/… and /dieu-hanh/to-chuc/…: people, their roles and their organisations."""

from __future__ import annotations

from django.urls import path

from ddci_web.organiser import organisation_views as organisations
from ddci_web.organiser import people_views as people

urlpatterns = [
    path("thanh-vien/", people.members, name="members"),
    path("thanh-vien/moi/", people.invite, name="invite"),
    path("thanh-vien/vai-tro/", people.roles, name="roles"),
    path("thanh-vien/vai-tro/<int:membership_id>/doi/", people.change_role, name="change_role"),
    path("thanh-vien/vai-tro/<int:membership_id>/thoi/", people.end_membership, name="end_membership"),
    path("thanh-vien/loi-moi/<int:invitation_id>/gui-lai/", people.resend, name="resend_invitation"),
    path("thanh-vien/loi-moi/<int:invitation_id>/thu-hoi/", people.revoke, name="revoke_invitation"),
    path("thanh-vien/<int:member_id>/", people.member, name="member"),
    path("thanh-vien/<int:member_id>/ngung/", people.deactivate, name="deactivate_member"),
    path("thanh-vien/<int:member_id>/mo-lai/", people.reactivate, name="reactivate_member"),
    path("thanh-vien/<int:member_id>/go-xac-thuc/", people.remove_second_factor, name="remove_second_factor"),
    path("to-chuc/", organisations.organisations, name="organisations"),
    path("to-chuc/moi/", organisations.create, name="create_organisation"),
    path("to-chuc/<int:organisation_id>/", organisations.organisation, name="organisation"),
    path("to-chuc/<int:organisation_id>/sua/", organisations.update, name="update_organisation"),
    path("to-chuc/<int:organisation_id>/ke-thua/", organisations.succession, name="succession"),
]
