"""Keep public pages in memory until something new is published.

A page marked by ``doors.public_page`` is the same for everybody but for its address, its colour scheme and whether the
reader's browser takes gzip. It is kept whole, with its ETag, and answered without touching the rest of the site. What is
public is asked of the database at most once a second, so that a publication shows within that time in every process.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ddci_web.results.published import generation

MOST_BYTES = 48 * 2**20  # of pages in one process
MOST_ASKED = 16 * 2**20  # of pages whose address asks something (?…): any number of them can be made up
LONGEST_PATH = 400
ASK_EVERY = 1.0  # seconds
FRESH = 30  # seconds for which a browser or a proxy need not ask again
THEMES = frozenset({"light", "dark"})

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole answer, ready to send."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes
    etag: str

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed)


class Stack:
    """Pages up to a number of bytes, the least used ones dropped first."""

    def __init__(self, most_bytes: int) -> None:
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._most, self._bytes = most_bytes, 0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key) -> Page | None:
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def put(self, key: Key, page: Page) -> None:
        old = self._pages.pop(key, None)
        self._bytes += page.size - (old.size if old else 0)
        self._pages[key] = page
        while self._bytes > self._most:
            self._bytes -= self._pages.popitem(last=False)[1].size

    def clear(self) -> None:
        self._pages.clear()
        self._bytes = 0


class Shelf:
    """The pages of one process; emptied when what is public changes. Made-up questions never displace plain addresses."""

    def __init__(self) -> None:
        self._plain, self._with_question = Stack(MOST_BYTES), Stack(MOST_ASKED)
        self._lock = threading.Lock()
        self._generation, self._asked = "", float("-inf")

    def refresh(self) -> str:
        """What is public now, as one word; everything is forgotten when it changes. At most one question a second."""
        now = time.monotonic()
        with self._lock:
            if now - self._asked < ASK_EVERY:
                return self._generation
            self._asked = now
        current = generation()
        with self._lock:
            if current != self._generation:
                self._empty()
                self._generation = current
        return current

    def get(self, key: Key) -> Page | None:
        with self._lock:
            return self._stack(key).get(key)

    def put(self, key: Key, page: Page) -> None:
        with self._lock:
            self._stack(key).put(key, page)

    def __len__(self) -> int:
        return len(self._plain) + len(self._with_question)

    def clear(self) -> None:
        with self._lock:
            self._empty()
            self._asked = float("-inf")

    def _stack(self, key: Key) -> Stack:
        return self._with_question if any("?" in part for part in key) else self._plain

    def _empty(self) -> None:
        self._plain.clear()
        self._with_question.clear()


SHELF = Shelf()


class PageCacheMiddleware:
    """Answer from the shelf where possible; put marked pages on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or len(request.get_full_path()) > LONGEST_PATH:
            return self.get_response(request)
        # The word is part of the key: a page made before a publication is never kept as one made after it.
        key = (SHELF.refresh(), *_key(request))
        page = SHELF.get(key)
        if page is None:
            response = self.get_response(request)
            if not (isinstance(response, HttpResponse) and getattr(response, "is_public_page", False)):
                return response
            if response.cookies:
                return response
            page = _page(response)
            SHELF.put(key, page)
        return _answer(request, page)


def _key(request: HttpRequest) -> Key:
    theme = request.COOKIES.get("theme", "")
    return request.scheme, request.get_host(), request.get_full_path(), theme if theme in THEMES else ""


def _page(response: HttpResponse) -> Page:
    body = response.content
    headers = {name: value for name, value in response.items() if name not in ("Content-Length", "ETag")}
    headers["Cache-Control"] = f"public, max-age={FRESH}"
    headers["Vary"] = "Accept-Encoding, Cookie"
    etag = hashlib.blake2b(body, digest_size=16).hexdigest()
    return Page(tuple(headers.items()), body, gzip.compress(body, 6, mtime=0), etag)


def _answer(request: HttpRequest, page: Page) -> HttpResponse:
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    etag = f'W/"{page.etag}"'
    known = {item.strip() for item in request.headers.get("If-None-Match", "").split(",")}
    if etag in known or "*" in known:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(page.packed if takes_gzip else page.body)
    for name, value in page.headers:
        response[name] = value
    response["ETag"] = etag
    if response.status_code == 304:
        del response["Content-Type"]
        return response
    if takes_gzip:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    return response
