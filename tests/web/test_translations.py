"""The catalogue of English messages: up to date, whole, with the placeholders of the Vietnamese ones, and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from babel.messages.catalog import Message

from tests import translations

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|</?[a-z][^>]*>")
VIETNAMESE = re.compile(r"[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
TYPED = ("sở”, “xã”, “huyện", "ủy ban nhân dân huyện Chi Lăng")  # examples of what people type into the search


def strings_of(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def ids_of(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def test_the_catalogue_is_up_to_date() -> None:
    fresh = translations.updated()

    assert translations.PO.read_bytes() == translations.as_text(fresh), "run python -m tests.translations"
    assert translations.PO.with_suffix(".mo").read_bytes() == translations.as_binary(fresh)


def test_every_message_has_english() -> None:
    assert translations.missing(translations.catalogue()) == []


def test_both_languages_have_the_same_placeholders() -> None:
    wrong = [
        (original, english)
        for message in translations.catalogue()
        if message.id
        for original, english in _pairs(message)
        if sorted(set(PLACEHOLDER.findall(original))) != sorted(set(PLACEHOLDER.findall(english)))
    ]

    assert wrong == []


def test_english_messages_hold_no_vietnamese_but_what_people_type() -> None:
    said = [text for message in translations.catalogue() if message.id for text in strings_of(message)]

    assert [text for text in said if VIETNAMESE.search(without(text, TYPED))] == []


def _pairs(message: Message) -> Iterator[tuple[str, str]]:
    for place, english in enumerate(strings_of(message)):
        yield ids_of(message)[min(place, len(ids_of(message)) - 1)], english


def without(text: str, allowed: Sequence[str]) -> str:
    """The text without the words that are allowed; a name that a picture had to cut ends in an ellipsis."""
    left = text.strip()
    if left.endswith("…") and any(name.startswith(left[:-1]) for name in allowed):
        return ""
    for name in allowed:
        if name and name in left:
            left = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", left)
    return left
