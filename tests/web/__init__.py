"""Tests of the website, on SQLite or, with DATABASE_URL, on PostgreSQL."""
