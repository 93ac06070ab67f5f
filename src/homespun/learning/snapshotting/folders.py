"""A snapshot's folder: written whole or not at all, named by what is in it, and never changed."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from homespun.learning.disk import full_disk_named
from homespun.learning.manifest import MANIFEST, digest_of
from homespun.models import make_durable, move_durably


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
                (draft / name).write_bytes(contents)
            make_durable(draft)
            move_durably(draft, root / digest)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return digest


def remove(root: Path, digest: str) -> None:
    """Takes a snapshot away; killed halfway, what is left of it is no snapshot any more."""
    leaving = root / f".draft-{digest}"
    (root / digest).rename(leaving)
    shutil.rmtree(leaving)
