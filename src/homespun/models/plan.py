"""What is to be fetched for a model, and what the bytes must come to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from hashlib import _Hash


@dataclass(frozen=True, slots=True)
class Digest:
    """What the bytes of a file must come to."""

    algorithm: Literal["sha256", "git"]
    """sha256, or git: the sha1 of git's blob, which is all that a hub tells of its small files."""
    hex: str

    def begin(self, size_bytes: int) -> _Hash:
        """A hash that is fed the file's bytes; git's begins with their number."""
        if self.algorithm == "git":
            return hashlib.sha1(b"blob %d\0" % size_bytes, usedforsecurity=False)
        return hashlib.sha256()


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file to fetch over HTTP."""

    name: str
    """What it is called here: one path component."""
    url: str
    digest: Digest
    size_bytes: int | None
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    """Sent with the request, but not to another host that it is redirected to; may hold a secret."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file to copy."""

    name: str
    path: Path
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a source has to give for one model."""

    files: tuple[RemoteFile | LocalFile, ...]
    is_wheel: bool = False
    """True: the one file is a wheel, and the model's files are inside."""
