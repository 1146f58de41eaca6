"""The small publications of the public pages' tests serve here too; Lạng Sơn 2025 waits for its hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from ddci_web.results.models import Snapshot
from tests.web.improvement.rooms import enter_units, officer_of, unit_of
from tests.web.people import logged_in
from tests.web.portal.conftest import _empty_shelf, publication_files, publications

__all__ = ["_empty_shelf", "publication_files", "publications"]


@pytest.fixture
def embargoed(publications):
    """The publication of Lạng Sơn 2025, public in two days."""
    Snapshot.objects.filter(wave__code="lang-son-2025").update(public_from=timezone.now() + timedelta(days=2))
    snapshot = Snapshot.objects.get(wave__code="lang-son-2025")
    enter_units(snapshot)
    return snapshot


@pytest.fixture
def officer(embargoed):
    return officer_of(unit_of())


@pytest.fixture
def room(officer):
    """A browser in which the officer of Xã Nhân Lý is logged in."""
    return logged_in(officer)
