"""Start the site: the web server and the worker for background jobs, both ended together.

The first start makes the secret, the database and the style sheets. Nothing else is needed on an empty machine; with
DATABASE_URL the same command serves from PostgreSQL.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType

from ddci_web import environment

GRACE = 10.0  # seconds for a process to end by itself
RESTART_AFTER = 3.0


def default_workers() -> int:
    return max(1, min(4, os.cpu_count() or 1))


def prepare() -> None:
    """Set Django up, with a secret, a migrated database and collected style sheets."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ddci_web.settings")
    if not environment.text("DDCI_SECRET_KEY"):
        environment.create_secret(environment.folder("DDCI_DATA", "var") / "secret-key")

    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def serve(*, host: str, port: int, workers: int, is_demo: bool = False) -> int:
    """Run until interrupted. On this machine alone (a loopback host) plain HTTP is allowed."""
    if host in environment.LOCAL_HOSTS:
        os.environ.setdefault("DDCI_HTTPS", "0")
    if is_demo:
        os.environ["DDCI_DEMO"] = "1"
    prepare()

    from ddci_web.jobs.services import end_lost_jobs

    end_lost_jobs()
    print(f"→ http://{host}:{port}/", flush=True)  # noqa: T201
    return _supervise([_web_server(host, port, workers), _job_worker()])


def _web_server(host: str, port: int, workers: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "2", "--backlog", "512", "--respawn-failed-workers"),
        *("--no-ws", "--log-level", "warning", "ddci_web.wsgi:application"),
    ]


def _job_worker() -> list[str]:
    return [sys.executable, "-m", "django", "db_worker", "--interval", "1", "--no-startup-delay"]


def _supervise(commands: list[list[str]]) -> int:
    """Keep the commands running; a signal ends them all, and the web server's end ends the others."""
    running = [subprocess.Popen(command) for command in commands]  # noqa: S603
    asked = False

    def end(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    while not asked and running[0].poll() is None:
        for place, command in enumerate(commands[1:], start=1):
            if running[place].poll() is not None:
                time.sleep(RESTART_AFTER)
                running[place] = subprocess.Popen(command)  # noqa: S603
        time.sleep(0.3)
    return _end_all(running) if asked else (_end_all(running[1:]) or running[0].returncode)


def _end_all(processes: list[subprocess.Popen[bytes]]) -> int:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
    return 0
