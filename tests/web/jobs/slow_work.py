"""A job that takes as long as it is told, in steps; with a file ``quick`` beside the database it takes no time."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings

from ddci_web.jobs.registry import handler

STEPS = 3


@handler("slow")
def be_slow(report, *, seconds):
    is_quick = (Path(settings.DATABASES["default"]["NAME"]).parent / "quick").exists()
    for step in range(STEPS):
        report.step(f"Bước {step + 1}", step + 1, STEPS)
        time.sleep(0 if is_quick else seconds / STEPS)
