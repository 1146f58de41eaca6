"""Views of the units' rooms: the door, one presenter or service, a page."""
