"""Recognise how a text file was encoded, so that a fault can name it instead of showing garbage.

In:  the bytes of a text file, or text already decoded (a cell of a workbook).
Out: the name of the encoding when it is not sound UTF-8; None when it is.

Vietnamese offices still hold files typed with the fonts of the 1990s. Such a text is stored as Latin letters which only
look Vietnamese in the right font, so it can also hide inside a perfectly valid UTF-8 file. The test is linguistic: the
reading under which most words are well-formed Vietnamese syllables wins.
Source: TCVN 5712:1993 (TCVN3 table); the VNI-Win character set; Windows code pages 1252 and 1258.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable
from functools import cache

WORDS_SAMPLED = 2000
SHARE_OF_SYLLABLES = 0.6
LETTERS_NEEDED = 3  # one word of two letters, such as "aê", is no evidence of anything

_TONE = {"grave": "\u0300", "hook": "\u0309", "tilde": "\u0303", "acute": "\u0301", "dot": "\u0323"}
_TCVN3_TONED = {  # base vowel → bytes of grave, hook, tilde, acute, dot
    "a": "B5 B6 B7 B8 B9", "ă": "BB BC BD BE C6", "â": "C7 C8 C9 CA CB", "e": "CC CE CF D0 D1", "ê": "D2 D3 D4 D5 D6",
    "i": "D7 D8 DC DD DE", "o": "DF E1 E2 E3 E4", "ô": "E5 E6 E7 E8 E9", "ơ": "EA EB EC ED EE", "u": "EF F1 F2 F3 F4",
    "ư": "F5 F6 F7 F8 F9", "y": "FA FB FC FD FE",
}  # fmt: skip
_TCVN3_PLAIN = dict(zip("ĂÂÊÔƠƯĐăâêôơưđ", bytes.fromhex("A1A2A3A4A5A6A7A8A9AAABACADAE"), strict=True))
_VNI_MARKS = {"ù": "acute", "ø": "grave", "û": "hook", "õ": "tilde", "ï": "dot"}
_VNI_CIRCUMFLEX = {"á": "acute", "à": "grave", "å": "hook", "ã": "tilde", "ä": "dot", "â": ""}
_VNI_BREVE = {"é": "acute", "è": "grave", "ú": "hook", "ü": "tilde", "ë": "dot", "ê": ""}
_VNI_WHOLE = {"ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ô": "ơ", "ö": "ư"}

_UNICODE_ONLY = re.compile("[ăĂđĐĩĨũŨơƠưƯẠ-ỹ]")  # letters that no old font uses: such a text is Unicode

# The counts bound the search: without them a cell of a million plain letters would be read a million times.
_STRANGE_WORD = re.compile(r"[^\s\d\x00-\x26\x28-\x2f\x3a-\x40]{0,60}[^\x00-\x7f][^\s\d\x00-\x2f\x3a-\x40]{0,60}")

_ONSET = "ngh|ng|nh|gh|gi|kh|th|ph|ch|tr|qu|[bcdđghklmnprstvx]"
_OPEN = (  # vowels that end a syllable
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iêu|yêu|iu|oa|oai|oao|oay|oe|oeo|oi|ôi|ơi|ua|uây|uê|ui|ưi|ưa|uôi|uơ|ươi|ươu|ưu|uy|uya|uyu"
)
_CLOSED = "a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|iê|yê|oa|oă|oe|oo|ua|uâ|uê|uô|ươ|uy|uyê"  # vowels that take a final consonant
_RHYME = rf"{_OPEN}|(?:{_CLOSED})(?:ng|nh|ch|[ckmnpt])?"
_SYLLABLE = re.compile(rf"(?:{_ONSET})?(?:{_RHYME})")


def name_encoding(data: bytes) -> str | None:
    """The encoding's name when the bytes are not sound UTF-8 text, e.g. "UTF-16", "TCVN3 (ABC)"; None when they are.

    >>> name_encoding("Sở Tài chính".encode("utf-8-sig")) is None
    True
    >>> name_encoding("Sở Tài chính".encode("utf-16"))
    'UTF-16'
    >>> name_encoding("Së Tµi chÝnh".encode("cp1252"))
    'TCVN3 (ABC)'
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "UTF-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _looks_utf16(data):
        return "UTF-16"
    if data.isascii():
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _name_single_byte(data)
    return name_misread(text)


def name_misread(text: str) -> str | None:
    """The old encoding that Latin letters in ``text`` are really in, or None when the text is what it seems.

    >>> name_misread("Thaønh phoá Laïng Sôn")
    'VNI'
    >>> name_misread("Thành phố Lạng Sơn") is None
    True
    """
    words = [word for word in _strange_words(text) if len(word) > 1]
    if sum(map(len, words)) < LETTERS_NEEDED or _UNICODE_ONLY.search(text) or _share(words) >= SHARE_OF_SYLLABLES:
        return None
    readings: tuple[tuple[str, Callable[[str], str | None]], ...] = (
        ("UTF-8 → CP1252", _undo_double),
        ("VNI", _from_vni),
        ("TCVN3 (ABC)", _from_tcvn3),
    )
    shares = [(_share([reading(word) or "?" for word in words]), name) for name, reading in readings]
    share, name = max(shares, key=lambda pair: pair[0])
    return name if share >= SHARE_OF_SYLLABLES and share > _share(words) else None


def _looks_utf16(data: bytes) -> bool:
    head = data[:2000]
    return len(head) >= 4 and max(head[::2].count(0), head[1::2].count(0)) > 0.4 * len(head) / 2


def _name_single_byte(data: bytes) -> str:
    old = data.decode("cp1252", errors="replace")
    if name := name_misread(old):
        return name
    words = _strange_words(old)
    plain = _share(words)
    composed = _share(_strange_words(unicodedata.normalize("NFC", data.decode("cp1258", errors="replace"))))
    return "Windows-1258" if composed > plain else "Latin-1 (Windows-1252)"


def _strange_words(text: str) -> list[str]:
    """Words with a letter beyond ASCII, at most WORDS_SAMPLED of them; a very long one is cut around that letter."""
    found: list[str] = []
    for match in _STRANGE_WORD.finditer(text):
        found.append(match.group())
        if len(found) == WORDS_SAMPLED:
            break
    return found


def _share(words: list[str]) -> float:
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def _is_syllable(word: str) -> bool:
    """Could this be one Vietnamese syllable? At most one tone, Vietnamese letters, onset + vowels + ending."""
    apart = unicodedata.normalize("NFD", word.lower().strip("“”\"'‘’«»…–—()[]"))
    tones = [letter for letter in apart if letter in _TONE.values()]
    plain = unicodedata.normalize("NFC", "".join(letter for letter in apart if letter not in _TONE.values()))
    return len(tones) <= 1 and _SYLLABLE.fullmatch(plain) is not None


@cache
def _tcvn3_table() -> dict[int, str]:
    table = {ord(bytes([byte]).decode("cp1252")): letter for letter, byte in _TCVN3_PLAIN.items()}
    for vowel, row in _TCVN3_TONED.items():
        for byte, tone in zip(bytes.fromhex(row), _TONE.values(), strict=True):
            table[ord(bytes([byte]).decode("cp1252"))] = unicodedata.normalize("NFC", vowel + tone)
    return table


def _from_tcvn3(word: str) -> str | None:
    return None if any(ord(letter) > 255 for letter in word) else word.translate(_tcvn3_table())


def _from_vni(word: str) -> str | None:
    """One word typed in a VNI font, as Unicode; None when a mark stands where VNI has none."""
    out = ""
    for letter in word.lower():
        base = out[-1:]
        if base in ("a", "e", "o") and letter in _VNI_CIRCUMFLEX:
            out = out[:-1] + unicodedata.normalize("NFC", base + "\u0302" + _TONE.get(_VNI_CIRCUMFLEX[letter], ""))
        elif base == "a" and letter in _VNI_BREVE:
            out = out[:-1] + unicodedata.normalize("NFC", "ă" + _TONE.get(_VNI_BREVE[letter], ""))
        elif base and base in "aeouyơư" and letter in _VNI_MARKS:
            out = out[:-1] + unicodedata.normalize("NFC", base + _TONE[_VNI_MARKS[letter]])
        elif letter in _VNI_WHOLE:
            out += _VNI_WHOLE[letter]
        elif letter.isascii():
            out += letter
        else:
            return None
    return out


def _undo_double(word: str) -> str | None:
    try:
        return word.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
