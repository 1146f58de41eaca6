"""Tests of the audit trail; every one runs on SQLite and, when DATABASE_URL names it, on PostgreSQL."""
