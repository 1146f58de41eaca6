"""Vietnamese words as keys: in the order of the Vietnamese alphabet, and without accents for searching.

In:  a name as people write it.
Out: a key that any database sorts and compares the same way, because it holds digits or plain letters only.
Source: order of letters: a ă â b c d đ e ê … (TCVN 5712); tones break ties: ngang, huyền, hỏi, ngã, sắc, nặng.
"""

from __future__ import annotations

import unicodedata

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng
SHAPES = "\u0306\u0302\u031b"  # ă, â ê ô, ơ ư: part of the letter, not a tone
GAP, FIRST_DIGIT, FIRST_LETTER = 1, 2, 12


def sort_key(text: str) -> str:
    """Digits that sort as the words do in a Vietnamese dictionary; letters first, tones only between equal letters.

    >>> sorted(["Đình Lập", "Chi Lăng", "Dương Quang", "Cao Lộc", "Ân Thi"], key=sort_key)
    ['Ân Thi', 'Cao Lộc', 'Chi Lăng', 'Dương Quang', 'Đình Lập']
    >>> sorted(["má", "ma", "mạ", "mà", "mã", "mả"], key=sort_key)
    ['ma', 'mà', 'mả', 'mã', 'má', 'mạ']
    """
    letters, tones = [], []
    for letter, tone in _letters(text):
        letters.append(_place(letter))
        tones.append(tone)
    return "".join(f"{place:02d}" for place in letters) + "00" + "".join(map(str, tones))


def search_key(text: str) -> str:
    """Plain small letters and digits, words apart by one space.

    >>> search_key("UBND xã  Đồng Đăng (Lạng Sơn)")
    'ubnd xa dong dang lang son'
    """
    apart = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


def _letters(text: str) -> list[tuple[str, int]]:
    """(letter with its shape, tone 0–5); whatever is neither letter nor digit is a gap, and gaps count once."""
    out: list[tuple[str, int]] = []
    for sign in unicodedata.normalize("NFD", " ".join(text.lower().split())):
        if sign in TONES and out:
            out[-1] = (out[-1][0], TONES.index(sign) + 1)
        elif sign in SHAPES and out:
            out[-1] = (unicodedata.normalize("NFC", out[-1][0] + sign), out[-1][1])
        elif sign.isalnum():
            out.append((sign, 0))
        elif not unicodedata.combining(sign) and out and out[-1][0] != " ":
            out.append((" ", 0))
    return out


def _place(letter: str) -> int:
    if letter.isascii() and letter.isdigit():
        return FIRST_DIGIT + int(letter)
    return FIRST_LETTER + ALPHABET.index(letter) if letter in ALPHABET else GAP
