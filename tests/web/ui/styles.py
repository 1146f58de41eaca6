"""Read the site's style sheets: declarations by scheme, contrast of two colours."""

from __future__ import annotations

import re
from pathlib import Path

import ddci_web.ui

FOLDER = Path(ddci_web.ui.__file__).parent / "static" / "ui"
SHEETS = ("tokens.css", "base.css", "components.css", "print.css")
SYSTEM_DARK = '@media screen and (prefers-color-scheme: dark) {\n  :root:not([data-theme="light"]) {'
CHOSEN_DARK = '@media screen {\n  :root[data-theme="dark"] {'
PRINT = "@media print {\n  :root {"
LIGHT = ":root {"


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def tokens(scheme: str) -> dict[str, str]:
    """The declarations of the first block that begins with ``scheme``."""
    _, _, rest = text("tokens.css").partition(scheme)
    block = re.sub(r"/\*.*?\*/", "", rest[: rest.index("}")], flags=re.DOTALL)
    return dict(re.findall(r"(--[a-z0-9-]+|color-scheme):\s*([^;]+);", block))


def contrast(first: str, second: str) -> float:
    """Source: WCAG 2.2, definition of contrast ratio.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
