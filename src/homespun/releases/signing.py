"""The installation's own key, which signs what it has made. It must not know what that is."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from homespun.core.errors import ReleaseDamaged


class SigningKey:
    """An Ed25519 key in a file that only this user reads; made when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def sign(self, text: bytes) -> bytes:
        """64 bytes."""
        return self._key().sign(text)

    def is_signed(self, text: bytes, signature: bytes) -> bool:
        """Whether this key made the signature."""
        try:
            self._key().public_key().verify(signature, text)
        except InvalidSignature:
            return False
        return True

    def _key(self) -> Ed25519PrivateKey:
        if not self._path.exists():
            self._make()
        try:
            key = load_pem_private_key(self._path.read_bytes(), password=None)
        except ValueError as error:
            raise ReleaseDamaged(f"The key in {self._path} can't be read. Put it back from a backup.") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ReleaseDamaged(f"The key in {self._path} is of another kind. Put the right one back from a backup.")
        return key

    def _make(self) -> None:
        """Whole or not at all; of several processes that do it at a time, the first one's stays."""
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, self._path)
        finally:
            draft.unlink(missing_ok=True)
