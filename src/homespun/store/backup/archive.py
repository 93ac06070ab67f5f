"""The file: a gzipped tar whose last member is the manifest. Nothing in a file from elsewhere is believed."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from homespun.core.errors import Conflict, Invalid

from . import manifest as manifests
from .manifest import Manifest

_MANIFEST = "manifest.json"
_SAFE = re.compile(r"(tables|files)(/[A-Za-z0-9_][A-Za-z0-9_.-]*){1,7}", re.ASCII)
"""Names of members: no way up, no root, nothing hidden."""
_LARGEST_READ = 512 * 1024 * 1024
"""Of a member that comes into memory whole."""
_PIECE_BYTES = 1024 * 1024
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
        assert is_storable(name), name
        self._sha256[name] = hashlib.sha256(data).hexdigest()
        self._add(name, data)

    def add_file(self, name: str, path: Path, on_read: Callable[[int], None]) -> None:
        """Adds a file as it is now, piece by piece. Raises `FileNotFoundError`, and nothing was added."""
        assert is_storable(name), name
        with path.open("rb") as file:
            info = tarfile.TarInfo(name)
            info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
            reader = _Reader(file, on_read)
            self._tar.addfile(info, cast("IO[bytes]", reader))
        self._sha256[name] = reader.sha256.hexdigest()

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


class _Reader:
    """A file that tells what was read of it."""

    def __init__(self, file: IO[bytes], on_read: Callable[[int], None]) -> None:
        self.sha256 = hashlib.sha256()
        self._file = file
        self._on_read = on_read

    def read(self, size: int) -> bytes:
        piece = self._file.read(size)
        self.sha256.update(piece)
        self._on_read(len(piece))
        return piece


def is_storable(name: str) -> bool:
    """Whether a member may be called so."""
    return bool(_SAFE.fullmatch(name))


def verified(path: Path) -> Manifest:
    """Reads the archive from end to end and compares every byte with the manifest. Raises `Invalid`."""
    found: dict[str, str] = {}
    last = b""
    for member in _all_members(path):
        if member.name in found or _MANIFEST in found:
            raise _damaged(f"{member.name} is there twice, or after the end")
        if member.name == _MANIFEST:
            last = member.data()
            found[member.name] = ""
        else:
            found[member.name] = _digest(member.pieces())
    if found.pop(_MANIFEST, None) is None:
        raise _damaged("it has no end")
    manifest = manifests.decoded(last)
    if found != manifest.sha256:
        wrong = sorted(name for name, _ in found.items() ^ manifest.sha256.items())
        raise _damaged(f"{wrong[0]} is not what it was")
    return manifest


def rows_of(path: Path, manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    """The tables' parts in an archive that was verified, by name. Raises `Invalid` if it has changed since."""
    for member in _all_members(path):
        if member.name.startswith("tables/"):
            data = member.data()
            _require_same(member.name, hashlib.sha256(data).hexdigest(), manifest)
            yield member.name, data


def unpack_files(path: Path, manifest: Manifest, folder: Path) -> None:
    """Writes the files of an archive that was verified into a folder, for this user alone.

    Raises `Invalid` if it has changed since, `OSError` where there is no room.
    """
    for member in _all_members(path):
        if member.name.startswith("files/"):
            with _created(folder / member.name.removeprefix("files/")) as file:
                digest = _digest(_written(member.pieces(), file))
            _require_same(member.name, digest, manifest)


def _created(path: Path) -> IO[bytes]:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except (FileExistsError, NotADirectoryError) as error:
        raise _damaged(f"{path.name} is a file and a folder at once") from error


@dataclass(frozen=True, slots=True)
class _Member:
    """One of an archive; it has to be read before the next."""

    name: str
    size: int
    file: IO[bytes]

    def pieces(self) -> Iterator[bytes]:
        """Raises `Invalid` where the archive ends before they do."""
        left = self.size
        while left:
            with _damage_by_name():
                piece = self.file.read(min(left, _PIECE_BYTES))
            if not piece:
                raise _damaged("it is cut off")
            left -= len(piece)
            yield piece

    def data(self) -> bytes:
        """All of it; only files are too large for that."""
        return b"".join(self.pieces())


def _digest(pieces: Iterator[bytes]) -> str:
    sha256 = hashlib.sha256()
    for piece in pieces:
        sha256.update(piece)
    return sha256.hexdigest()


def _written(pieces: Iterator[bytes], file: IO[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        file.write(piece)
        yield piece


def _require_same(name: str, digest: str, manifest: Manifest) -> None:
    if digest != manifest.sha256.get(name):
        raise _damaged(f"{name} has changed meanwhile")


def _all_members(path: Path) -> Iterator[_Member]:
    with _damage_by_name(), gzip.open(path) as unzipped:
        with tarfile.open(fileobj=cast("IO[bytes]", unzipped), mode="r|") as tar:
            for info in tar:
                yield _member(tar, info)
        if len(unzipped.read(_LONGEST_END + 1)) > _LONGEST_END:  # to its end, where gzip has its checksum
            raise _damaged("it goes on after its end")


def _member(tar: tarfile.TarFile, info: tarfile.TarInfo) -> _Member:
    if not info.isreg() or not (info.name == _MANIFEST or is_storable(info.name)):
        raise _damaged(f"{info.name!r} doesn't belong there")
    if info.size > _LARGEST_READ and not info.name.startswith("files/"):
        raise _damaged(f"{info.name} is too large")
    file = tar.extractfile(info)
    assert file is not None
    return _Member(info.name, info.size, file)


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
