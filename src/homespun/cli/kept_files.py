"""The files of an installation that belong to its database: open answers, settings, and what training has made."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

SPOOLS = "spools"
SETTINGS = "settings/homespun.toml"
PLACES = ("release.key", "releases", "learning", "tuning")
"""Where in the data directory all others lie."""
WISH = "learning/runs/wish.json"
"""That an improvement goes on by itself: one that was restored doesn't."""
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


def read_files(data_dir: Path, settings_file: Path) -> Mapping[str, bytes]:
    """Open answers and settings, by the name they have in a backup."""
    paths = {f"{SPOOLS}/{path.name}": path for path in (data_dir / SPOOLS).glob("*")}
    found: dict[str, bytes] = {}
    for name, path in {**paths, SETTINGS: settings_file}.items():
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
    return any((data_dir / SPOOLS).glob("*.jsonl"))
