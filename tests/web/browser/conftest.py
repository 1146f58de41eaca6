"""One browser for each module, for Playwright takes one in a process, and the publications on a live server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.browser_tools import browser
from tests.web.portal.conftest import _empty_shelf, publication_files
from tests.web.portal.conftest import publications as _publications

__all__ = ["_empty_shelf", "publication_files", "site"]
publications = _publications


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def site(transactional_db: None, publications: object, live_server: object) -> str:
    """The address of a site with publications."""
    return str(live_server.url)  # type: ignore[attr-defined]
