"""Read a public page as a person does: its heading, its texts, the cells of its tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from django.test import Client

VOID = frozenset({"br", "img", "input", "link", "meta", "hr"})


@dataclass
class Page:
    """``rows``: cells of every table row as plain texts; ``links``: address → text; ``tags``: every start tag."""

    status: int
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    headings: dict[str, list[str]] = field(default_factory=dict)

    @property
    def h1(self) -> str:
        return self.headings["h1"][0]

    def row(self, name: str) -> list[str]:
        """The first table row whose first cell begins with a name."""
        return next(row for row in self.rows if row and row[0].startswith(name))


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.open: list[str] = []
        self.texts: list[str] = []
        self.marks: list[tuple[str, int]] = []
        self.href: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.page.tags.append((tag, given))
        if tag == "tr":
            self.page.rows.append([])
        if tag in ("th", "td", "h1", "h2", "h3"):
            self.marks.append((tag, len(self.texts)))
        if tag == "a" and given.get("href"):
            self.href = (str(given["href"]), len(self.texts))
        if tag in ("p", "span", "br", "div", "li"):
            self.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self.marks and self.marks[-1][0] == tag:
            text = _plain(self.texts[self.marks.pop()[1] :])
            if tag in ("th", "td") and self.page.rows:
                self.page.rows[-1].append(text)
            elif tag not in ("th", "td"):
                self.page.headings.setdefault(tag, []).append(text)
        if tag == "a" and self.href:
            self.page.links[self.href[0]] = _plain(self.texts[self.href[1] :])
            self.href = None

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(client: Client, path: str) -> Page:
    """Ask for a page and read it, whatever its status."""
    response = client.get(path)
    page = Page(response.status_code)
    reader = _Reader(page)
    reader.feed(response.content.decode())
    page.text = _plain(reader.texts)
    return page


def _plain(texts: list[str]) -> str:
    return re.sub(r"\s+", " ", unescape("".join(texts)).replace("\u00a0", " ")).strip()
