"""Letters to members, in Vietnamese, from the templates in ``accounts/letters/``: first line subject, then the text."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from ddci_web.accounts.models import Invitation, Member


def send_invitation(invitation: Invitation, link: str) -> None:
    send(invitation.email, "invitation", {"invitation": invitation, "link": link})


def tell_second_factor_removed(member: Member) -> None:
    send(member.email, "second_factor_removed", {"member": member})


def send(email: str, letter: str, context: dict[str, Any]) -> None:
    subject, _, text = render_to_string(
        f"accounts/letters/{letter}.txt", {**context, "site_name": settings.SITE_NAME}
    ).partition("\n")
    send_mail(subject.strip(), text.strip() + "\n", None, [email])
