"""Invite the first organiser of a new site: prints the one-time link with which they set their name and password."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from ddci_web.accounts.invitations import VALID_FOR, invite_first_organiser
from ddci_web.audit.actor import acting_as
from ddci_web.organisations.models import Kind, Organisation


class Command(BaseCommand):
    help = "Mời người điều hành đầu tiên; in ra liên kết dùng một lần, có hiệu lực bảy ngày."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="thư điện tử của người điều hành")
        parser.add_argument("name", help="họ và tên, trong dấu ngoặc kép")
        parser.add_argument("--organisation", default="Cơ quan điều hành DDCI", help="tên cơ quan điều hành")
        parser.add_argument("--site", default="http://localhost:8000", help="địa chỉ của trang, ví dụ https://…")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            link = self._link(options["email"], options["name"], options["organisation"], options["site"])
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from None
        self.stdout.write(f"Liên kết dùng một lần, hết hạn sau {VALID_FOR.days} ngày:\n{link}")

    @transaction.atomic
    def _link(self, email: str, name: str, organisation: str, site: str) -> str:
        validate_email(email)
        with acting_as(None, via="create_organiser"):
            row = Organisation.objects.filter(name=organisation).exclude(kind=Kind.UNIT).first()
            row = row or Organisation.objects.create(code="organiser", name=organisation, kind=Kind.PROVINCIAL_AGENCY)
            return invite_first_organiser(email=email, full_name=name, organisation=row, site=site)
