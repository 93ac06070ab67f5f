"""A file that has not come whole yet, and what it is the beginning of; both survive a killed process."""

from __future__ import annotations

import json
from pathlib import Path

from .disk import full_disk_in_words
from .plan import Digest


class Part:
    """The first bytes of a file on disk.

    Beside it lies a note: the digest that the whole file will have, and the server's validator (ETag) for the version
    that the bytes are of. Bytes without a note, or of another file, are thrown away.
    """

    def __init__(self, path: Path, digest: Digest) -> None:
        self._path = path
        self._note = path.with_name(path.name + ".json")
        self._digest = f"{digest.algorithm}:{digest.hex}"
        self.validator: str | None = None
        if not self._recall():
            self.restart(None)

    @property
    def path(self) -> Path:
        """Where the bytes are."""
        return self._path

    @property
    def size_bytes(self) -> int:
        """How much has come."""
        return self._path.stat().st_size

    def restart(self, validator: str | None) -> None:
        """Forgets all bytes; those to come are of the version that `validator` names."""
        self.validator = validator
        with full_disk_in_words(self._path.parent):
            self._path.write_bytes(b"")
            self._note.write_text(json.dumps({"digest": self._digest, "validator": validator}), encoding="utf-8")

    def append(self, data: bytes | bytearray) -> None:
        """Adds bytes at the end. Raises `StorageFull`."""
        with full_disk_in_words(self._path.parent), self._path.open("ab") as file:
            file.write(data)

    def move_to(self, target: Path) -> None:
        """The file is whole: gives it its place."""
        self._path.replace(target)
        self._note.unlink()

    def discard(self) -> None:
        """Throws everything away."""
        self._path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def _recall(self) -> bool:
        try:
            note = json.loads(self._note.read_bytes())
            self.validator = note["validator"]
            return self._path.is_file() and note["digest"] == self._digest
        except (OSError, ValueError, KeyError, TypeError):
            return False
