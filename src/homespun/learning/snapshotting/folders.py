"""A snapshot's folder: written whole or not at all, named by what is in it, and never changed."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from homespun.learning.disk import full_disk_named
from homespun.learning.manifest import MANIFEST, digest_of


def write(root: Path, files: Mapping[str, bytes], manifest: bytes) -> str:
    """Makes the folder, and returns its digest. One that is there stays. Raises `StorageFull`."""
    digest = digest_of(manifest)
    if (root / digest).exists():
        return digest
    draft = root / f".draft-{secrets.token_hex(8)}"
    try:
        with full_disk_named():
            draft.mkdir(parents=True)
            for name, contents in {**files, MANIFEST: manifest}.items():
                _write(draft / name, contents)
            draft.rename(root / digest)
            _persist(root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return digest


def remove(root: Path, digest: str) -> None:
    """Takes a snapshot away; killed halfway, what is left of it is no snapshot any more."""
    leaving = root / f".draft-{digest}"
    (root / digest).rename(leaving)
    shutil.rmtree(leaving)


def _write(path: Path, contents: bytes) -> None:
    with path.open("xb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())


def _persist(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
