"""Pages for the province's organiser."""
