"""Names of people and conversations that only this installation can tell apart from random ones."""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

_KEY_BYTES = 32


class Pseudonyms:
    """A keyed hash of ids. The same key gives the same names: so a person is found again, to be erased."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def kept_in(cls, path: Path) -> Pseudonyms:
        """By the key in a file that only this user reads; made when it is first needed. Raises `OSError`."""
        if not path.exists():
            _make(path)
        return cls(path.read_bytes())

    def of(self, *parts: str) -> str:
        """The name of something, 32 hex digits (HMAC-SHA-256, cut)."""
        return hmac.digest(self._key, "\0".join(parts).encode(), "sha256").hex()[:32]


def _make(path: Path) -> None:
    """Whole or not at all; of several processes that do it at a time, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
