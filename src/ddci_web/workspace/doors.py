"""The door of a unit's room: who may come in, for which of their units, and on which publication.

A unit's member sees the newest publication of a wave, also before its hour; of it only the unit's own row and its group's
median and best. Nothing of these rooms is ever stored by a browser or a proxy. A role that may not come in gets 403; a
member of another unit gets 404, as if the room were not there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from ddci.result import Result
from ddci.wave.model import Unit
from ddci_web.accounts.doors import View, requires
from ddci_web.accounts.models import Member
from ddci_web.accounts.roles import Action, may
from ddci_web.improvement.services import unit_code
from ddci_web.organisations.models import Organisation
from ddci_web.results.models import Snapshot, Wave
from ddci_web.results.published import Published
from ddci_web.results.queries import snapshots_of


@dataclass(frozen=True)
class Room:
    """One unit in one publication, as its own members see it."""

    organisation: Organisation
    published: Published
    row: int

    @property
    def snapshot(self) -> Snapshot:
        return self.published.snapshot

    @property
    def wave(self) -> Wave:
        return self.published.wave

    @property
    def result(self) -> Result:
        return self.published.result

    @property
    def unit(self) -> Unit:
        return self.result.units[self.row]

    @property
    def is_embargoed(self) -> bool:
        return not self.snapshot.is_public


def unit_room(action: Action) -> Callable[[View], View]:
    """For views of ``<wave>/<unit>/``: the view gets the Room in place of the two codes."""

    def decorate(view: View) -> View:
        @requires(action)
        @wraps(view)
        def inside(request: HttpRequest, wave: str, unit: str, **others: Any) -> HttpResponseBase:
            room = room_of(request.member, request.units, wave, unit)
            if room is None or not may(request.member, action, room.organisation):
                raise Http404("Không có đơn vị này trong các đơn vị của bạn.")
            return view(request, room, **others)

        return unstored(inside)

    return decorate


def unstored(view: View) -> View:
    """Every answer, errors and redirects too, says that it must not be kept anywhere."""

    @wraps(view)
    def at_the_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    at_the_door.required_action = getattr(view, "required_action", None)
    return at_the_door


def room_of(member: Member, units: tuple[Organisation, ...], wave_code: str, code: str) -> Room | None:
    """The room of one of the member's units; None where it is not theirs or the publication does not hold it."""
    wave = Wave.objects.select_related("programme").filter(code=wave_code).first()
    organisation = next((unit for unit in units if wave and unit.code == f"{wave.programme.code}:{code}"), None)
    newest = snapshots_of(wave).first() if wave and organisation else None
    return None if newest is None or organisation is None else _room(organisation, Published(newest))


def rooms_of(organisation: Organisation) -> list[Room]:
    """Every wave that has a publication with the unit, the newest wave first; two queries."""
    programme = organisation.code.partition(":")[0]
    newest: dict[int, Snapshot] = {}
    snapshots = Snapshot.objects.filter(wave__programme__code=programme).select_related("wave__programme")
    for snapshot in snapshots.order_by("number"):
        newest[snapshot.wave_id] = snapshot
    rooms = [_room(organisation, Published(snapshot)) for snapshot in newest.values()]
    return sorted((room for room in rooms if room), key=lambda room: (-room.wave.year, room.wave.code))


def _room(organisation: Organisation, published: Published) -> Room | None:
    row = published.result.unit_row.get(unit_code(organisation))
    return None if row is None else Room(organisation, published, row)
