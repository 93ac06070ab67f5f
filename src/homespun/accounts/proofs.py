"""Secrets that prove who somebody is: 256 random bits each, of which only the sha256 is kept.

A plain hash is enough for them: there are too many to try, which can't be said of passwords.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

KEY_OPENING = "sk-homespun-"
_LONGEST = 200
_RECOGNISABLE = len(KEY_OPENING) + 6


def new_secret(opening: str = "") -> str:
    """A fresh secret of ASCII letters, digits, `-` and `_`."""
    return opening + secrets.token_urlsafe(32)


def looks_like_key(text: str) -> bool:
    """Whether it could be a key's secret at all, of any installation."""
    return text.startswith(KEY_OPENING) and text.isascii() and text.isprintable() and len(text) <= _LONGEST


def digest(secret: str) -> str:
    """The secret's sha256, in hex. Anything a stranger may send has one."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two digests are equal, in a time that doesn't tell how much of them is."""
    return hmac.compare_digest(one, other)


def recognisable(secret: str) -> str:
    """The first characters of a key's secret, which may be shown; too few to help in guessing the rest."""
    return secret[:_RECOGNISABLE]
