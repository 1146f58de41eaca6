"""The real worker in a process of its own: it does the work, and when it is killed the next one says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = """
from tests.web.settings import *
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
"""
SCRIPT = """
import django, sys
django.setup()
from django.core.management import call_command
from ddci_web.accounts.models import Member
from ddci_web.jobs import registry, services
from ddci_web.jobs.models import Job
from tests.web.jobs import slow_work

what = sys.argv[1]
if what == "prepare":
    call_command("migrate", verbosity=0)
    print(services.start(kind="slow", title="Chậm", by=None, seconds=float(sys.argv[2])).pk)
elif what == "again":
    member = Member.objects.create(email="a@example.vn", full_name="Nguyễn Văn A")
    services.run_again(job=Job.objects.get(pk=sys.argv[2]), by=member)
else:
    job = Job.objects.get(pk=sys.argv[2])
    print(job.state, job.attempt, job.done)
"""
WORKER = """
import django, sys
django.setup()
from tests.web.jobs import slow_work
from ddci_web.jobs.services import end_lost_jobs
from django.core.management import call_command

end_lost_jobs()
call_command("db_worker", interval=0.1, startup_delay=False, batch="--batch" in sys.argv)
"""


@pytest.fixture
def site(tmp_path):
    """Files and environment of a site of its own, on SQLite."""
    (tmp_path / "worker_settings.py").write_text(
        SETTINGS + f'DATABASES["default"]["NAME"] = {str(tmp_path / "site.sqlite3")!r}\n', encoding="utf-8"
    )
    (tmp_path / "ask.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "work.py").write_text(WORKER, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    paths = f"{tmp_path}{os.pathsep}{ROOT}"
    return tmp_path, environment | {"DJANGO_SETTINGS_MODULE": "worker_settings", "PYTHONPATH": paths}


def ask(site, *words):
    folder, environment = site
    command = [sys.executable, str(folder / "ask.py"), *map(str, words)]
    return subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True, timeout=120
    ).stdout.split()


def worker(site, *options):
    folder, environment = site
    command = [sys.executable, str(folder / "work.py"), *options]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(site, job, state, seconds=60):
    end = time.monotonic() + seconds
    while (found := ask(site, "state", job))[0] != state:
        assert time.monotonic() < end, found
        time.sleep(0.3)
    return found


def test_a_killed_worker_leaves_a_job_that_the_next_one_ends_and_somebody_runs_again(site):
    (job,) = ask(site, "prepare", 120)
    first = worker(site)
    try:
        wait_for(site, job, "running")
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait(20)

    second = worker(site)
    try:
        assert wait_for(site, job, "failed")[1] == "1"
        (site[0] / "quick").touch()
        ask(site, "again", job)

        assert wait_for(site, job, "done") == ["done", "2", "3"]
    finally:
        second.terminate()
        second.wait(20)
