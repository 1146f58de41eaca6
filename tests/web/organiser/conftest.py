"""The results room and its people."""

from tests.web.room import files, lasting_room, quick_studies, room

__all__ = ["files", "lasting_room", "quick_studies", "room"]
