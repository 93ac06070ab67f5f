"""A release as a folder: its manifest, the signature of that, its weights and its card.

    <digest>/
      manifest.json   what the release is, in one canonical form; sha256 of it is the digest
      manifest.sig    the installation's signature of the manifest, in hex
      card.json       its examination
      model/          what an engine loads

The manifest names the sha256 of every other file, so that the digest stands for all of them. It holds no time and no
path: the same release made again has the same digest. This module must not know who gets which release.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homespun.core.errors import Invalid, ReleaseDamaged
from homespun.models import make_durable, move_durably

from .signing import SigningKey

_MANIFEST, _SIGNATURE, _CARD, _MODEL = "manifest.json", "manifest.sig", "card.json", "model"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Contents:
    """What a release is made of."""

    model: str
    base_digest: str
    snapshot_digest: str | None
    recipe: Mapping[str, Any]
    parent_digest: str | None
    code: str
    """The version of Homespun that made it."""
    model_folder: Path | None
    """Weights, tokenizer and template; None: they lie with the installed models."""
    card: Mapping[str, Any] | None


class ReleaseFolders:
    """All releases' folders below one."""

    def __init__(self, root: Path, key: SigningKey) -> None:
        self._root = root
        self._key = key

    def path(self, digest: str) -> Path:
        """Where a release lies."""
        return self._root / digest

    def write(self, contents: Contents) -> str:
        """Makes the folder, whole or not at all, and returns its digest. One that is there is verified and kept.

        Raises `Invalid` for a model folder without files or with links in it, `ReleaseDamaged` for what lies there.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        draft = self._root / f".draft-{secrets.token_hex(8)}"
        draft.mkdir()
        try:
            digest = self._fill(draft, contents)
            try:
                move_durably(draft, self.path(digest))
            except OSError:
                if not self.path(digest).exists():
                    raise
                self.verify(digest)  # it was there, or somebody made the same one meanwhile
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return digest

    def verify(self, digest: str) -> None:
        """Raises `ReleaseDamaged`, naming what is wrong, unless every byte is as it was signed."""
        folder = self.path(digest)
        manifest = _bytes(folder / _MANIFEST)
        if hashlib.sha256(manifest).hexdigest() != digest:
            raise ReleaseDamaged(f"{folder / _MANIFEST} isn't what was signed. Put the folder back from a backup.")
        try:
            signature = bytes.fromhex(_bytes(folder / _SIGNATURE).decode("ascii"))
        except ValueError:
            signature = b""
        if not self._key.is_signed(manifest, signature):
            raise ReleaseDamaged(f"{folder} was not signed by this installation's key. Only its own releases answer.")
        files: dict[str, str] = json.loads(manifest)["files"]
        present = {str(path.relative_to(folder)) for path in _files(folder)} - {_MANIFEST, _SIGNATURE}
        if surplus := present - files.keys():
            raise ReleaseDamaged(f"{folder / min(surplus)} isn't part of what was signed. Take it away.")
        for name, expected in files.items():
            if _sha256(folder / name) != expected:
                raise ReleaseDamaged(f"{folder / name} isn't what was signed. Put the folder back from a backup.")

    def card(self, digest: str) -> Any:
        """The examination; None where there was none. Raises `ReleaseDamaged`."""
        path = self.path(digest) / _CARD
        if not path.exists():
            return None
        try:
            return json.loads(_bytes(path))
        except ValueError as error:
            raise ReleaseDamaged(f"{path} can't be read. Put the folder back from a backup.") from error

    def size_bytes(self, digest: str) -> int:
        """Of the weights."""
        folder = self.path(digest) / _MODEL
        return sum(path.stat().st_size for path in folder.rglob("*.safetensors"))

    def _fill(self, draft: Path, contents: Contents) -> str:
        if contents.model_folder is not None:
            _copy(contents.model_folder, draft / _MODEL)
        if contents.card is not None:
            (draft / _CARD).write_bytes(canonical(contents.card))
        manifest = canonical(
            _manifest(contents, {str(path.relative_to(draft)): _sha256(path) for path in _files(draft)})
        )
        (draft / _MANIFEST).write_bytes(manifest)
        (draft / _SIGNATURE).write_bytes(self._key.sign(manifest).hex().encode())
        make_durable(draft)
        return hashlib.sha256(manifest).hexdigest()


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON in one form: keys in order, no spaces, UTF-8. Raises `Invalid` for what JSON hasn't, such as NaN."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise Invalid(f"This can't be part of a release: {error}.") from None


def _manifest(contents: Contents, files: Mapping[str, str]) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "model": contents.model,
        "base": contents.base_digest,
        "snapshot": contents.snapshot_digest,
        "recipe": contents.recipe,
        "parent": contents.parent_digest,
        "code": contents.code,
        "files": files,
    }


def _copy(source: Path, target: Path) -> None:
    """A copy, not links: what happens to the source later is nothing to a release."""
    if not any(_files(source)):
        raise Invalid(f"There is no model in {source}.")
    for path in _files(source):
        if path.is_symlink():
            raise Invalid(f"{path} is a link. A release holds its files itself.")
        copied = target / path.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)
        with copied.open("rb") as file:
            os.fsync(file.fileno())


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if not path.is_dir())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReleaseDamaged(f"{path} can't be read: {error.strerror}. Put the folder back from a backup.") from error


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ReleaseDamaged(f"{path} can't be read: {error.strerror}. Put the folder back from a backup.") from error
