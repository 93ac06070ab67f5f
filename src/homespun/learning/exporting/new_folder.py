"""A folder that somebody asked for: new, and there whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from homespun.core.errors import Conflict, Invalid, StorageFull
from homespun.learning.disk import full_disk_named
from homespun.models import make_durable, move_durably


@contextmanager
def new_folder(target: Path, needed_bytes: int) -> Iterator[Path]:
    """An empty folder beside `target` that takes its name, durably, when the block ends well; else nothing is left.

    Raises `Conflict` where something has that name, `StorageFull` beforehand where `needed_bytes` don't fit, and later
    where the disk has become full, `Invalid` for what else stops the writing.
    """
    target = target.absolute()
    if target.exists():
        raise Conflict(f"{target} is there already. Name a folder that isn't there yet, or remove that one.")
    draft = target.with_name(f".{target.name}.unfinished")
    try:
        with _explained(target):
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
            _check_room(draft, needed_bytes)
            yield draft
            make_durable(draft)
            move_durably(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    full = f"The disk with {target.parent} has become full; nothing is left of the export. Make room and try again."
    try:
        with full_disk_named(full):
            yield
    except OSError as error:
        raise Invalid(f"{target} can't be written: {error.strerror or error}. Name another folder.") from error


def _check_room(folder: Path, needed_bytes: int) -> None:
    free_bytes = shutil.disk_usage(folder).free
    if needed_bytes > free_bytes:
        raise StorageFull(
            f"The export takes {needed_bytes / 1e6:,.0f} MB, and {folder.parent} has only {free_bytes / 1e6:,.0f} MB "
            "left. Free some space, or name a folder on another disk."
        )
