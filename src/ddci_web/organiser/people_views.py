"""People: who may log in, as what, invited by whom; the organiser's pages."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ddci_web.accounts import invitations, queries, services
from ddci_web.accounts.doors import requires
from ddci_web.accounts.models import Role
from ddci_web.accounts.roles import Action, matrix
from ddci_web.organisations.queries import organisations_seen_by
from ddci_web.organiser.people_forms import EndForm, InviteForm, MemberSearch, RoleForm

PER_PAGE = 50


def sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, even if nothing; None when the page is only opened."""
    return request.POST if request.method == "POST" else None


def tried(form: Form, change: Callable[[], object]) -> bool:
    """Whether the change went through; if a service refuses, its words stand in the form."""
    try:
        change()
    except ValidationError as fault:
        known = {name: faults for name, faults in getattr(fault, "error_dict", {}).items() if name in form.fields}
        form.add_error(None, ValidationError(known) if known else fault)
        return False
    return True


@requires(Action.MANAGE_MEMBERS)
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    search = MemberSearch(request.GET)
    people = Paginator(queries.member_list(request.member, **search.asked()), PER_PAGE)
    context = {
        "search": search,
        "page": people.get_page(request.GET.get("page")),
        "invitations": queries.invitations_seen_by(request.member).order_by("-sent_at"),
        "now": timezone.now(),
    }
    return render(request, "organiser/people/members.html", context)


@requires(Action.MANAGE_MEMBERS)
def invite(request: HttpRequest) -> HttpResponse:
    choices = organisations_seen_by(request.member).as_of(timezone.localdate())
    initial = {"organisation": request.GET.get("organisation"), "role": request.GET.get("role")}
    form = InviteForm(sent(request), organisations=choices, initial=initial)
    if form.is_valid():
        entered = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
        if tried(form, lambda: invitations.invite(**entered, by=request.member, site=site_of(request))):
            messages.success(request, f"Đã gửi thư mời tới {entered['email']}. Liên kết có hiệu lực bảy ngày.")
            return redirect("organiser:members")
    return render(request, "organiser/people/invite.html", {"form": form})


@requires(Action.MANAGE_MEMBERS)
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    return render(request, "organiser/people/roles.html", {"matrix": matrix()})


@requires(Action.MANAGE_MEMBERS)
@require_safe
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    person = get_object_or_404(queries.members_seen_by(request.member), pk=member_id)
    context = {
        "person": person,
        "memberships": queries.membership_history(person),
        "has_mfa": queries.has_mfa(person),
        "is_self": person.pk == request.member.pk,
        "today": timezone.localdate(),
    }
    return render(request, "organiser/people/member.html", context)


@requires(Action.MANAGE_MEMBERS)
def change_role(request: HttpRequest, membership_id: int) -> HttpResponse:
    membership = get_object_or_404(queries.memberships_seen_by(request.member), pk=membership_id)
    form = RoleForm(sent(request))
    if form.is_valid():
        role = Role(form.cleaned_data["role"])
        if tried(form, lambda: services.change_role(membership=membership, role=role, by=request.member)):
            messages.success(request, f"Đã đổi vai trò của {membership.member} thành «{role.label}».")
            return redirect("organiser:member", membership.member_id)
    return render(request, "organiser/people/change_role.html", {"form": form, "membership": membership})


@requires(Action.MANAGE_MEMBERS)
def end_membership(request: HttpRequest, membership_id: int) -> HttpResponse:
    membership = get_object_or_404(queries.memberships_seen_by(request.member), pk=membership_id)
    form = EndForm(sent(request))
    if form.is_valid():
        on = form.cleaned_data["on"]
        if tried(form, lambda: services.end_membership(membership=membership, on=on, by=request.member)):
            messages.success(request, f"{membership.member} thôi vai trò này từ ngày {on:%d/%m/%Y}.")
            return redirect("organiser:member", membership.member_id)
    return render(request, "organiser/people/end_membership.html", {"form": form, "membership": membership})


@requires(Action.MANAGE_MEMBERS)
def deactivate(request: HttpRequest, member_id: int) -> HttpResponse:
    person = get_object_or_404(queries.members_seen_by(request.member), pk=member_id)
    form = Form(sent(request))
    if form.is_valid() and tried(form, lambda: services.deactivate(member=person, by=request.member)):
        messages.success(request, f"Tài khoản của {person} đã ngừng; người đó đã bị đăng xuất.")
        return redirect("organiser:member", person.pk)
    return render(request, "organiser/people/deactivate.html", {"form": form, "person": person})


@requires(Action.MANAGE_MEMBERS)
def remove_second_factor(request: HttpRequest, member_id: int) -> HttpResponse:
    person = get_object_or_404(queries.members_seen_by(request.member), pk=member_id)
    form = Form(sent(request))
    if form.is_valid() and tried(form, lambda: services.remove_second_factor(member=person, by=request.member)):
        messages.success(request, f"Đã gỡ xác thực hai bước của {person} và báo cho người đó qua thư điện tử.")
        return redirect("organiser:member", person.pk)
    return render(request, "organiser/people/remove_second_factor.html", {"form": form, "person": person})


@requires(Action.MANAGE_MEMBERS)
@require_POST
def reactivate(request: HttpRequest, member_id: int) -> HttpResponse:
    person = get_object_or_404(queries.members_seen_by(request.member), pk=member_id)
    said(request, lambda: services.reactivate(member=person, by=request.member), f"{person} lại đăng nhập được.")
    return redirect("organiser:member", person.pk)


@requires(Action.MANAGE_MEMBERS)
@require_POST
def resend(request: HttpRequest, invitation_id: int) -> HttpResponse:
    invitation = get_object_or_404(queries.invitations_seen_by(request.member), pk=invitation_id)
    said(
        request,
        lambda: invitations.resend(invitation=invitation, by=request.member, site=site_of(request)),
        f"Đã gửi lại thư mời tới {invitation.email}. Liên kết cũ không còn dùng được.",
    )
    return redirect("organiser:members")


@requires(Action.MANAGE_MEMBERS)
@require_POST
def revoke(request: HttpRequest, invitation_id: int) -> HttpResponse:
    invitation = get_object_or_404(queries.invitations_seen_by(request.member), pk=invitation_id)
    said(
        request,
        lambda: invitations.revoke(invitation=invitation, by=request.member),
        f"Đã thu hồi lời mời gửi tới {invitation.email}.",
    )
    return redirect("organiser:members")


def said(request: HttpRequest, change: Callable[[], object], success: str) -> None:
    """For buttons without a form: the outcome as a message on the next page."""
    try:
        change()
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    else:
        messages.success(request, success)


def site_of(request: HttpRequest) -> str:
    return request.build_absolute_uri("/")
