"""``audit_verify``: is the trail whole, and does every audited table have its triggers? Ends with code 1 if not."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ddci.report.numbers import format_number
from ddci_web.audit.compare import differences
from ddci_web.audit.triggers import faults
from ddci_web.audit.verify import Verdict, verify


class Command(BaseCommand):
    help = "Kiểm tra nhật ký thay đổi: chuỗi mã băm còn nguyên vẹn, mọi bảng cần theo dõi đều có trigger."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="MÃ_BĂM",
            help="mã băm đã công bố (trong tệp kê khai của một lần công bố); có thể nêu nhiều lần",
        )

        parser.add_argument(
            "--rows",
            action="store_true",
            help="so cả từng dòng hiện có với nhật ký, để thấy thay đổi lúc trigger bị tắt (đọc toàn bộ dữ liệu)",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        verdict = verify(options["head"])
        found = [*_faults_of(verdict), *faults(connection)]
        if options["rows"]:
            found += [str(difference) for difference in differences(connection)]
        if found:
            raise CommandError("\n".join(["Nhật ký thay đổi có vấn đề:", *(f"- {line}" for line in found)]))
        events = format_number(verdict.events, 0)
        self.stdout.write(f"Nhật ký thay đổi nguyên vẹn: {events} sự kiện.\nMã băm cuối: {verdict.head}")


def _faults_of(verdict: Verdict) -> list[str]:
    found = [f"Mã băm đã công bố {code} không có trong nhật ký." for code in verdict.lost]
    if verdict.broken is not None:
        found.insert(0, f"Chuỗi đứt tại sự kiện {verdict.broken.event}: {verdict.broken.reason}.")
    return found
