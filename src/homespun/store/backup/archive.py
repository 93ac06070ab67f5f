"""The file: a gzipped tar whose last member is the manifest. Nothing in a file from elsewhere is believed."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from homespun.core.errors import Conflict, Invalid

from . import manifest as manifests
from .manifest import Manifest

_MANIFEST = "manifest.json"
_SAFE = re.compile(r"(tables|files)(/[A-Za-z0-9_][A-Za-z0-9_.-]*){1,3}", re.ASCII)
"""Names of members: no way up, no root, nothing hidden."""
_LARGEST_MEMBER = 512 * 1024 * 1024
_LONGEST_END = 64 * 1024
"""What may follow the manifest: tar fills its last block up with zeros."""
_COMPRESSION = 5


class ArchiveWriter:
    """Writes an archive beside its place; it gets its name when it is whole. Raises `Conflict` if one is there."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise Conflict(f"{path} is there already. Choose another name, or remove it.")
        self._path = path
        self._unfinished = path.with_name(f"{path.name}.part")
        self._sha256: dict[str, str] = {}
        descriptor = os.open(self._unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._gzip = gzip.GzipFile(filename="", mode="wb", compresslevel=_COMPRESSION, fileobj=self._file)
        self._tar = tarfile.open(fileobj=self._gzip, mode="w")  # noqa: SIM115 - closed by `finish` or `__exit__`

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if not self._file.closed:
            self._file.close()
            self._unfinished.unlink(missing_ok=True)

    @property
    def sha256(self) -> dict[str, str]:
        """Of what was added so far, by name."""
        return dict(self._sha256)

    def add(self, name: str, data: bytes) -> None:
        """Adds a member."""
        assert _SAFE.fullmatch(name), name
        self._sha256[name] = hashlib.sha256(data).hexdigest()
        self._add(name, data)

    def finish(self, manifest: Manifest) -> None:
        """Adds the manifest, waits until all is on disk, and gives the file its name."""
        self._add(_MANIFEST, manifests.encoded(manifest))
        self._tar.close()
        self._gzip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        os.rename(self._unfinished, self._path)

    def _add(self, name: str, data: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(data), 0o600
        self._tar.addfile(info, io.BytesIO(data))


def verified(path: Path) -> Manifest:
    """Reads the archive from end to end and compares every byte with the manifest. Raises `Invalid`."""
    found: dict[str, str] = {}
    last = b""
    for name, data in _all_members(path):
        if name in found or _MANIFEST in found:
            raise _damaged(f"{name} is there twice, or after the end")
        found[name] = hashlib.sha256(data).hexdigest()
        last = data
    if found.pop(_MANIFEST, None) is None:
        raise _damaged("it has no end")
    manifest = manifests.decoded(last)
    if found != manifest.sha256:
        wrong = sorted(name for name, _ in found.items() ^ manifest.sha256.items())
        raise _damaged(f"{wrong[0]} is not what it was")
    return manifest


def members(path: Path, manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    """The members of an archive that was verified, in its order. Raises `Invalid` if it has changed since."""
    for name, data in _all_members(path):
        if name == _MANIFEST:
            return
        if hashlib.sha256(data).hexdigest() != manifest.sha256.get(name):
            raise _damaged(f"{name} has changed meanwhile")
        yield name, data


def _all_members(path: Path) -> Iterator[tuple[str, bytes]]:
    with _damage_by_name(), gzip.open(path) as unzipped:
        with tarfile.open(fileobj=cast("IO[bytes]", unzipped), mode="r|") as tar:
            for info in tar:
                yield info.name, _content(tar, info)
        if len(unzipped.read(_LONGEST_END + 1)) > _LONGEST_END:  # to its end, where gzip has its checksum
            raise _damaged("it goes on after its end")


def _content(tar: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    if not info.isreg() or not (info.name == _MANIFEST or _SAFE.fullmatch(info.name)):
        raise _damaged(f"{info.name!r} doesn't belong there")
    if info.size > _LARGEST_MEMBER:
        raise _damaged(f"{info.name} is too large")
    file = tar.extractfile(info)
    assert file is not None
    data = file.read()
    if len(data) != info.size:
        raise _damaged("it is cut off")
    return data


@contextmanager
def _damage_by_name() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise Invalid(f"{error.filename} can't be read: {error.strerror}.") from error
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, UnicodeError) as error:
        raise _damaged(str(error)) from error


def _damaged(how: str) -> Invalid:
    return Invalid(f"The backup is damaged: {how}. Nothing was restored. Use another.")
