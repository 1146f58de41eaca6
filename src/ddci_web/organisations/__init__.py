"""Organisations and their succession."""
