"""Sentences of the command line, in Vietnamese and English, by key (``phrases.vi.toml``, ``phrases.en.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from ddci.messages import Language


@cache
def _phrases(language: Language) -> dict[str, str]:
    text = resources.files("ddci.messages").joinpath(f"phrases.{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def phrase(key: str, language: Language, **details: object) -> str:
    """The sentence ``key`` with its details filled in."""
    return _phrases(language)[key].format(**details)
