"""The files of an installation that belong to its database: open answers, settings, and what training has made."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from homespun.core.errors import Invalid
from homespun.learning.disk import full_disk_named

_SPOOLS = "spools"
_SETTINGS = "settings/homespun.toml"
_RESTORED_SETTINGS = "homespun.toml.restored"
_OF_TRAINING = (
    "release.key",
    "releases/**/*",
    "learning/pseudonyms.key",
    "learning/*/*.json",
    "learning/snapshots/**/*",
    "learning/runs/**/*",
    "tuning/files/*",
    "tuning/jobs/*/labelling.json",
)
"""The last is by what a job is found to have begun here; it goes on with it, from its beginning."""
_MADE_AGAIN = {"checkpoints", "model", "adapter"}
"""Folders of an improvement: releases have their own models, and a training that goes on begins anew."""
_NAMES_FOLDERS = "job.json"
"""It has paths of this machine in it, and is written anew where a training goes on."""
_FORGOTTEN = "learning/forgotten.json"
"""Who is in no snapshot any more; with snapshots of then all are to be looked for once more."""
_PLACES = ("release.key", "releases", "learning", "tuning")


def read_files(data_dir: Path, settings_file: Path) -> Mapping[str, bytes]:
    """Open answers and settings, by the name they have in a backup."""
    paths = {f"{_SPOOLS}/{path.name}": path for path in (data_dir / _SPOOLS).glob("*")}
    found: dict[str, bytes] = {}
    for name, path in {**paths, _SETTINGS: settings_file}.items():
        with suppress(FileNotFoundError, IsADirectoryError):  # answers end meanwhile
            found[name] = path.read_bytes()
    return found


def find_files(data_dir: Path) -> Mapping[str, Path]:
    """Releases, snapshots, what was written down of improvements, uploaded files, and keys, by their names."""
    from homespun.store.backup import is_storable

    paths = [path for pattern in _OF_TRAINING for path in sorted(data_dir.glob(pattern)) if path.is_file()]
    named = {path.relative_to(data_dir).as_posix(): path for path in paths if not path.is_symlink()}
    return {name: path for name, path in named.items() if is_storable(f"files/{name}") and _is_kept(name)}


def _is_kept(name: str) -> bool:
    parts = name.split("/")
    return parts[:2] != ["learning", "runs"] or not (_MADE_AGAIN & {*parts} or parts[-1] == _NAMES_FOLDERS)


def has_answers(data_dir: Path) -> bool:
    """Whether somebody is being answered here, or was when the server died."""
    return any((data_dir / _SPOOLS).glob("*.jsonl"))


@contextmanager
def put_files(data_dir: Path, unpack: Callable[[Path], None], *, replaces: bool) -> Iterator[Path | None]:
    """Has all files unpacked, and puts them into their places when the block has ended well.

    `replaces`: in the place of what is there, where the backup has anything for it; else beside that, which stays, as
    when an installation moves to another database. Open answers always belong to the rows. The settings are laid
    beside: those in use may name another database. Gives their path if there are any. Raises `StorageFull`, `Invalid`.
    """
    unfinished = data_dir / ".restoring"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    try:
        with full_disk_named("There is no room for what the backup holds. Free some space; nothing was replaced."):
            unpack(unfinished)
        (unfinished / _SPOOLS).mkdir(mode=0o700, exist_ok=True)
        _refuse_others(unfinished)
        settings = unfinished / _SETTINGS
        yield data_dir / _RESTORED_SETTINGS if settings.exists() else None
        _replace(unfinished / _SPOOLS, data_dir / _SPOOLS)
        (data_dir / _FORGOTTEN).unlink(missing_ok=True)
        for place in _PLACES:
            (_replace if replaces else _add)(unfinished / place, data_dir / place)
        _replace(settings, data_dir / _RESTORED_SETTINGS)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _refuse_others(unfinished: Path) -> None:
    """Raises `Invalid` for what isn't a file that `read_files` or `find_files` would name."""
    found = [path.relative_to(unfinished).as_posix() for path in unfinished.rglob("*") if path.is_file()]
    for name in found:
        place, *below = name.split("/")
        if name != _SETTINGS and place not in _PLACES and (place != _SPOOLS or len(below) != 1):
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
