"""The codes of vouchers: how they are drawn, and by what the database knows them."""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter is mistaken for a digit."""
_LENGTH = 20
"""Characters of five random bits: 100 bits, too many to guess."""
_MISREAD = str.maketrans("OIL", "011")


def new_code() -> str:
    """In groups of five, as people can read them out."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(code[at : at + 5] for at in range(0, _LENGTH, 5))


def digest_of(code: str) -> str:
    """What is looked for: case, hyphens, spaces and letters that look like digits don't matter."""
    plain = "".join(character for character in code.upper() if character.isalnum()).translate(_MISREAD)
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()
