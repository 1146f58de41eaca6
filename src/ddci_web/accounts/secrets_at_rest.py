"""Encrypt small secrets before they are stored, with a key drawn from the site's secret key.

After a change of ``SECRET_KEY`` the old one stays readable through ``SECRET_KEY_FALLBACKS``.
Source: Fernet (AES-128-CBC, HMAC-SHA256); HKDF, RFC 5869.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"ddci second factor"


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode("ascii")


def decrypt(text: str) -> str:
    """Raises cryptography.fernet.InvalidToken for anything that this site did not write."""
    return _box().decrypt(text.encode("ascii")).decode()


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> bytes:
    drawn = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(drawn)
