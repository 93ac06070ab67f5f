"""The files of a backup on their way back: unpacked beside what is there, and moved to their places later.

    <data_dir>/.restoring/
      files/      as they are in the backup
      plan.json   which restore they belong to; written last, so without it they aren't all there

Whatever is done here can be done again after it was cut off.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from homespun.core.errors import Invalid
from homespun.learning.disk import full_disk_named, write_durably

from .kept_files import PLACES, SETTINGS, SPOOLS, WISH

_RESTORED_SETTINGS = "homespun.toml.restored"
_FORGOTTEN = "learning/forgotten.json"
"""Who is in no snapshot any more; with snapshots of then all are to be looked for once more."""


class Plan(msgspec.Struct, frozen=True):
    """What the files are for."""

    restore: str
    """An id, of this restore alone."""
    backup: str
    """Tells this backup from others."""
    database: str
    """Which one gets the rows: its URL without the password; empty for the one in the data directory."""
    replaces: bool
    """The files come in the place of what is there, where the backup has anything for it; else beside that, which
    stays, as when an installation moves to another database. Open answers always belong to the rows."""


@dataclass(frozen=True, slots=True)
class Put:
    """What came of it."""

    settings: Path | None
    """Where those of then are laid beside those in use, which may name another database; None: there are none."""
    has_waiting: bool
    """An improvement was about to go on, and waits for somebody's word now."""


class StagedFiles:
    """Those of one installation."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / ".restoring"
        self._data_dir = data_dir
        self._files = self.folder / "files"
        self._plan = self.folder / "plan.json"

    def stage(self, unpack: Callable[[Path], None], plan: Plan) -> None:
        """Has them unpacked, and waits until all are on the disk. Raises `StorageFull`, `Invalid`."""
        self.discard()
        with full_disk_named("There is no room for what the backup holds. Free some space; nothing was replaced."):
            self.folder.mkdir(mode=0o700)
            self._files.mkdir(mode=0o700)
            unpack(self._files)
            (self._files / SPOOLS).mkdir(mode=0o700, exist_ok=True)
            self._refuse_others()
            os.sync()
            write_durably(self._plan, msgspec.json.encode(plan))

    def plan(self) -> Plan | None:
        """None: nothing is staged, or not all of it."""
        try:
            return msgspec.json.decode(self._plan.read_bytes(), type=Plan)
        except FileNotFoundError:
            return None

    def put(self, plan: Plan) -> Put:
        """Moves them to their places, and waits until that is on the disk. Raises `OSError`.

        What was wished for is dropped: a server that starts after this begins no work of then.
        """
        there = (self._files / WISH, self._data_dir / WISH)
        has_waiting = any(path.exists() for path in there)
        _replace(self._files / SPOOLS, self._data_dir / SPOOLS)
        (self._data_dir / _FORGOTTEN).unlink(missing_ok=True)
        for place in PLACES:
            (_replace if plan.replaces else _add)(self._files / place, self._data_dir / place)
        (self._data_dir / WISH).unlink(missing_ok=True)
        settings = self._data_dir / _RESTORED_SETTINGS
        _replace(self._files / SETTINGS, settings)
        os.sync()
        return Put(settings if settings.exists() else None, has_waiting)

    def discard(self) -> None:
        """Removes whatever is left; the plan first, as without it nothing counts."""
        self._plan.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _refuse_others(self) -> None:
        """Raises `Invalid` for what isn't a file that `read_files` or `find_files` would name."""
        for path in self._files.rglob("*"):
            name = path.relative_to(self._files).as_posix()
            place, *below = name.split("/")
            is_known = name == SETTINGS or place in PLACES or (place == SPOOLS and len(below) == 1)
            if path.is_file() and not is_known:
                raise Invalid(f"The backup has a file that doesn't belong there: {name}.")


def _replace(new: Path, old: Path) -> None:
    if not new.exists():
        return
    if old.is_dir():
        shutil.rmtree(old)
    else:
        old.unlink(missing_ok=True)
    new.rename(old)


def _add(new: Path, old: Path) -> None:
    if new.is_dir() and old.is_dir():
        for below in new.iterdir():
            _add(below, old / below.name)
    elif new.exists() and not old.exists():
        new.rename(old)
