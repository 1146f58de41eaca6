"""Presenters: what each public page shows, ready to show. In: a Published. Out: frozen dataclasses without HTML."""
