"""Settings from the environment, through typed helpers.

A missing secret stops the start and names the variable. Nothing here is particular to a wave or a province: that is
framework data.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    """A switch: 1/0, true/false, yes/no, on/off."""
    found = os.environ.get(name)
    if found is None:
        return default
    word = found.strip().lower()
    if word in TRUE | FALSE:
        return word in TRUE
    raise ImproperlyConfigured(f"{name}={found!r}: expected one of 1, 0, true, false, yes, no, on, off")


def number(name: str, default: int) -> int:
    found = text(name)
    try:
        return int(found) if found else default
    except ValueError:
        raise ImproperlyConfigured(f"{name}={found!r}: expected a whole number") from None


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def refuse_open_demo(*, is_demo: bool, is_https: bool, hosts: list[str]) -> None:
    """A demonstration lets people in without a second factor: it must not be within reach of others."""
    if is_demo and (is_https or not LOCAL_HOSTS.issuperset(hosts)):
        raise ImproperlyConfigured(
            "DDCI_DEMO is for one's own machine: it needs DDCI_HTTPS=0 and DDCI_HOSTS with local names only "
            f"(found DDCI_HTTPS={int(is_https)}, DDCI_HOSTS={','.join(hosts)})"
        )


def folder(name: str, default: str) -> Path:
    return Path(text(name) or default).expanduser().resolve()


def secret(name: str, file: Path) -> str:
    """The variable's value, else the content of ``file``, which ``create_secret`` makes."""
    found = text(name) or (file.read_text(encoding="ascii").strip() if file.is_file() else "")
    if not found:
        raise ImproperlyConfigured(
            f"Set {name} to 50 or more random characters, or start with `ddci serve`, which keeps one in {file}"
        )
    return found


def create_secret(file: Path) -> None:
    """Make a secret of 64 characters in a file that only its owner can read, unless it is there already."""
    if file.is_file():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(secrets.token_urlsafe(48))
