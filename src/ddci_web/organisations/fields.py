"""A column that follows another one: the key by which a name is sorted or searched, written with every save.

Bulk creation writes it too. A queryset's ``update(name=…)`` does not: services save the row instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models


class KeyField(models.TextField):
    """``derive(text of the columns in source)``; never edited by hand."""

    def __init__(self, *args: Any, source: tuple[str, ...] = (), derive: Callable[[str], str] = str, **kwargs: Any):
        self.source, self.derive = source, derive
        super().__init__(*args, **{**kwargs, "editable": False, "default": ""})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs |= {"source": self.source, "derive": self.derive}
        del kwargs["editable"], kwargs["default"]
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        words = " ".join(str(getattr(model_instance, column)) for column in self.source)
        key = self.derive(words)
        setattr(model_instance, self.attname, key)
        return key
