"""Look at pages in a real browser: weight, foreign requests, content policy, width, accessibility.

Chromium comes from the system; ``DDCI_CHROMIUM`` names another one. Use::

    with browser() as chromium, visit(chromium, url, width=320, scheme="dark") as seen:
        assert axe_faults(seen) == []
        assert sideways(seen) == []
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
PHONE = 640  # px; narrower windows are touched, not pointed at
BUDGET = 150_000  # bytes that one public page may weigh: HTML, CSS, fonts and pictures, packed as they are sent
_CATCH_VIOLATIONS = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", event =>
  window.__violations.push(event.violatedDirective + " " + event.blockedURI + " " + event.sample));
"""
_SIDEWAYS = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const scrolls = element => {
    for (let box = element.parentElement; box; box = box.parentElement)
      if (["auto", "scroll", "hidden"].includes(getComputedStyle(box).overflowX)) return true;
    return false;
  };
  return [...document.body.querySelectorAll("*")]
    .filter(element => element.getBoundingClientRect().right > room + 1 && !scrolls(element))
    .map(element => `${element.tagName.toLowerCase()}.${element.getAttribute("class") || ""} ` +
      `${Math.round(element.getBoundingClientRect().right)} > ${room}: ${element.textContent.trim().slice(0, 60)}`);
}"""
_SMALL_TARGETS = """least => {
  const inText = element => element.tagName === "A" && getComputedStyle(element).display === "inline";
  const hidden = element => element.closest(".vh, .skip, [hidden]") !== null;
  const label = element => element.closest("label") || document.querySelector(`label[for="${element.id}"]`);
  return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter(element => !inText(element) && !hidden(element) && element.getClientRects().length)
    .map(element => [element, (["radio", "checkbox"].includes(element.type) && label(element) || element)
      .getBoundingClientRect()])
    .filter(([, box]) => box.height < least - .5 || box.width < least - .5)
    .map(([element, box]) => `${element.outerHTML.slice(0, 80)} ${Math.round(box.width)} × ${Math.round(box.height)}`);
}"""


@dataclass
class Visit:
    """A page as it was loaded: what it asked for, how many bytes came, what it complained about."""

    page: Page
    url: str
    requests: list[str] = field(default_factory=list)
    bytes: dict[str, int] = field(default_factory=dict)  # by address, as transferred
    complaints: list[str] = field(default_factory=list)  # of the console

    @property
    def weight(self) -> int:
        return sum(self.bytes.values())

    @property
    def foreign(self) -> list[str]:
        """Requests to any other host than the page's own."""
        own = urlsplit(self.url).netloc
        return [url for url in self.requests if urlsplit(url).scheme != "data" and urlsplit(url).netloc != own]


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium. Playwright runs an event loop in this thread, so that Django must be told to allow its database here."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        path = os.environ.get("DDCI_CHROMIUM", "/usr/bin/chromium")
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield chromium
        finally:
            chromium.close()


@contextmanager
def visit(
    chromium: Browser,
    url: str,
    *,
    width: int = 1280,
    height: int = 900,
    scheme: Literal["light", "dark"] = "light",
    javascript: bool = True,
    text_scale: float = 1.0,
    cookies: list[dict[str, str]] | None = None,
) -> Iterator[Visit]:
    """Open a page in a context of its own and wait until the network is quiet.

    text_scale  2.0 doubles the letters, not the window
    """
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        java_script_enabled=javascript,
        has_touch=width < PHONE,
    )
    context.add_cookies(cookies or [])  # type: ignore[arg-type]
    context.add_init_script(_CATCH_VIOLATIONS)
    seen = Visit(context.new_page(), url)
    _listen(seen)
    seen.page.goto(url, wait_until="networkidle")
    if text_scale != 1.0:
        _scale_text(seen.page, text_scale)
    try:
        yield seen
    finally:
        context.close()


def axe_faults(seen: Visit) -> list[str]:
    """What axe-core finds: rule, element, what to do."""
    response: dict[str, Any] = Axe().run(seen.page, options=AXE_RULES).response
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in response["violations"]
        for node in fault["nodes"]
    ]


def sideways(seen: Visit) -> list[str]:
    """Elements that make the whole page scroll sideways; those inside a frame that scrolls by itself are fine."""
    found: list[str] = seen.page.evaluate(_SIDEWAYS)
    return found


def small_targets(seen: Visit, *, least: int = 44) -> list[str]:
    """Controls smaller than ``least`` px in one direction; links inside a sentence are exempt."""
    found: list[str] = seen.page.evaluate(_SMALL_TARGETS, least)
    return found


def policy_violations(seen: Visit) -> list[str]:
    """What the content policy refused."""
    found: list[str] = seen.page.evaluate("() => window.__violations || []")
    return found + [text for text in seen.complaints if "Content Security Policy" in text]


def screenshot(seen: Visit, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    seen.page.screenshot(path=str(path), full_page=True)
    return path


def _listen(seen: Visit) -> None:
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    session = seen.page.context.new_cdp_session(seen.page)
    session.send("Network.enable")
    addresses: dict[str, str] = {}
    session.on(
        "Network.responseReceived", lambda event: addresses.update({event["requestId"]: event["response"]["url"]})
    )

    def finished(event: dict[str, Any]) -> None:
        address = addresses.get(event["requestId"], event["requestId"])
        seen.bytes[address] = seen.bytes.get(address, 0) + int(event["encodedDataLength"])

    session.on("Network.loadingFinished", finished)


def _scale_text(page: Page, scale: float) -> None:
    """Every length of text is in rem, so that the root's size scales it as the browser's own setting does."""
    page.evaluate("scale => { document.documentElement.style.fontSize = `${100 * scale}%`; }", scale)
