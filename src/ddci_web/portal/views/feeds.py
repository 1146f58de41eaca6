"""What was published and corrected, as a feed that people and press can follow."""

from __future__ import annotations

import re
from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponseNotAllowed
from django.urls import reverse, reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ddci_web.results.models import Snapshot
from ddci_web.results.published import public_snapshots

MOST = 50
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML may hold them; pasted texts do


class PublicationFeed(Feed):  # type: ignore[type-arg]
    feed_type = Atom1Feed
    link = reverse_lazy("portal:home")
    title = gettext_lazy("Các lần công bố")
    subtitle = gettext_lazy("Kết quả mới và các bản đính chính")

    def items(self) -> list[Snapshot]:
        return list(public_snapshots()[:MOST])

    def item_title(self, item: Snapshot) -> str:
        if item.corrects_id is None:
            return _("Công bố %(wave)s") % {"wave": _printable(item.wave.vi)}
        said = {"wave": _printable(item.wave.vi), "number": item.number}
        return _("Đính chính %(wave)s, bản số %(number)s") % said

    def item_description(self, item: Snapshot) -> str:
        stamp = _("Mã băm danh mục tệp: %(hash)s") % {"hash": item.manifest_hash}
        return f"{_printable(item.reason)} {stamp}".strip()

    def item_link(self, item: Snapshot) -> str:
        return reverse("portal:wave", args=[f"{item.wave.code}@{item.number}"])

    def item_pubdate(self, item: Snapshot) -> datetime:
        return item.public_from

    def item_guid(self, item: Snapshot) -> str:
        return f"ddci:{item.wave.code}:{item.number}:{item.manifest_hash[:16]}"

    item_guid_is_permalink = False

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object):  # type: ignore[no-untyped-def]
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(("GET", "HEAD"))
        response = super().__call__(request, *args, **kwargs)
        response.is_public_page = True
        return response


def _printable(text: str) -> str:
    return UNPRINTABLE.sub(" ", text)
