"""How fast the site answers: the ranking page, a unit's page and the API, on PostgreSQL, by two server processes.

wrk asks over loopback for a bounded time. Before that, each kind of page is asked for once with nothing kept in memory
(cold). The site is filled with one simulated publication of the largest size it is meant for, and with Lạng Sơn 2025.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATABASE = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
NAME = "ddci_bench"
PORT = 18_431
SECONDS, CONNECTIONS = 8, 16
WAVE, UNIT, SUB_INDEX = "lang-son-2025", "xa-that-khe", "MB"
PAGES = {
    "ranking": f"/ket-qua/{WAVE}/xep-hang/?nhom=dia-phuong",
    "unit": f"/ket-qua/{WAVE}/don-vi/{UNIT}/",
    "sub-index": f"/ket-qua/{WAVE}/chi-so/{SUB_INDEX}/",
    "home": "/",
    "search": "/tim/?q=that+khe",
    "API scores": f"/api/v1/waves/{WAVE}/scores?level=index",
}


def main() -> None:
    if shutil.which("wrk") is None:
        print("wrk is needed: apt-get install wrk")
        return
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        _database("DROP DATABASE IF EXISTS {0}; CREATE DATABASE {0};")
        try:
            _run(environment, "load-examples", "--only", "pci-2015", "pci-2016", "lang-son-2024", WAVE)
            _measure(environment)
        finally:
            _database("DROP DATABASE IF EXISTS {0} WITH (FORCE);")


def _environment(folder: Path) -> dict[str, str]:
    base = DATABASE.rpartition("/")[0]
    return os.environ | {
        "DATABASE_URL": f"{base}/{NAME}",
        "DDCI_DATA": str(folder / "var"),
        "DDCI_SECRET_KEY": "bench-" * 12,
        "DDCI_HTTPS": "0",
        "DDCI_API_RATE": "1000000/m",
        "DJANGO_SETTINGS_MODULE": "ddci_web.settings",
    }


def _database(statements: str) -> None:
    for statement in filter(None, statements.format(NAME).split(";")):
        subprocess.run(["psql", "-q", DATABASE, "-c", statement], check=True, capture_output=True)


def _run(environment: dict[str, str], *words: str) -> None:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "ddci_web", *words], env=environment, cwd=ROOT, check=True)
    print(f"{words[0]}: {time.perf_counter() - began:.1f} s")


def _measure(environment: dict[str, str]) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "ddci_web", "serve", "--port", str(PORT), "--workers", "2"], env=environment, cwd=ROOT
    )
    try:
        _wait()
        for name, address in PAGES.items():
            began = time.perf_counter()
            body = _get(address)
            cold = 1000 * (time.perf_counter() - began)
            print(f"{name:12} cold {cold:6.0f} ms, {len(body) / 1024:6.0f} kB", flush=True)
        for name, address in PAGES.items():
            _get(address)
            print(f"{name:12} {_load(address)}", flush=True)
    finally:
        server.terminate()
        server.wait(20)


def _wait() -> None:
    for _ in range(120):
        try:
            _get("/rss/")
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise TimeoutError("the site did not start")


def _get(address: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{address}", timeout=30) as answer:
        return bytes(answer.read())


def _load(address: str) -> str:
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-H", "Accept-Encoding: gzip"]
    out = subprocess.run(
        [*words, f"http://127.0.0.1:{PORT}{address}"], check=True, capture_output=True, text=True
    ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", out)
    parts = dict(re.findall(r"^\s+(50|75|90|99)%\s+(\S+)", out, flags=re.MULTILINE))
    errors = re.search(r"Non-2xx.*", out)
    speed, failed = rate.group(1) if rate else "?", errors.group(0) if errors else ""
    return f"{speed:>8} requests/s, 90 % {parts.get('90')}, 99 % {parts.get('99')} {failed}"


if __name__ == "__main__":
    main()
