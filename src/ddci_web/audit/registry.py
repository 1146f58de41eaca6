"""Which models are audited, and which of their fields are masked.

In:  ``@audited`` above a model; ``audited(exclude=…)(Model)`` for a model of somebody else's.
Out: ``watched()``, one ``Watched`` per database table, many-to-many tables included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model

ModelClass = TypeVar("ModelClass", bound=type[Model])


@dataclass(frozen=True)
class Watched:
    """One audited table.

    masked     columns whose value never enters the trail (password hashes, tokens): only that it changed
    unwatched  columns that the trail leaves out: a change of nothing else writes no event
    """

    model: type[Model]
    masked: tuple[str, ...] = ()
    unwatched: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)

    @property
    def key(self) -> str:
        column = self.model._meta.pk.column
        assert column is not None
        return str(column)


_REGISTERED: dict[type[Model], Watched] = {}


def audited(
    model: Any = None, *, exclude: tuple[str, ...] = (), unwatched: tuple[str, ...] = ()
) -> Any:  # a decorator with and without arguments
    """Audit every change of a model's table, by whatever path it comes.

    exclude    fields that hold secrets: masked in the trail
    unwatched  fields a machine keeps writing, such as a heartbeat: left out of the trail
    """
    register = _registrar(exclude, unwatched)
    return register if model is None else register(model)


def watched() -> tuple[Watched, ...]:
    """Every audited table, in the order of registration; call it when all models are loaded."""
    tables = {entry.table: entry for entry in _REGISTERED.values()}
    for entry in _REGISTERED.values():
        for field in entry.model._meta.local_many_to_many:
            through = field.remote_field.through
            if through._meta.auto_created:
                tables.setdefault(through._meta.db_table, Watched(through))
    return tuple(tables.values())


def watched_table(table: str) -> Watched | None:
    return next((entry for entry in watched() if entry.table == table), None)


def _registrar(exclude: tuple[str, ...], unwatched: tuple[str, ...]) -> Callable[[ModelClass], ModelClass]:
    def register(model: ModelClass) -> ModelClass:
        if model._meta.abstract or model._meta.proxy:
            raise TypeError(f"{model.__name__} has no table of its own: audit the models that have one")
        _REGISTERED[model] = Watched(model, _columns(model, exclude), _columns(model, unwatched))
        return model

    return register


def _columns(model: type[Model], names: tuple[str, ...]) -> tuple[str, ...]:
    """Raises FieldDoesNotExist at once for a misspelt name: a secret must not slip through a typo."""
    columns = (getattr(model._meta.get_field(name), "column", None) for name in names)
    return tuple(str(column) for column in columns if column)
