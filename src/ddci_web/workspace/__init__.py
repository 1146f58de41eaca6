"""Pages for a rated unit."""
