"""The files of an installation that belong to its database: spools of open answers, and the settings."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from homespun.core.errors import Invalid

_SPOOLS = "spools"
_SETTINGS = "settings/homespun.toml"
_RESTORED_SETTINGS = "homespun.toml.restored"


def read_files(data_dir: Path, settings_file: Path) -> Mapping[str, bytes]:
    """All of them, by the name they have in a backup."""
    paths = {f"{_SPOOLS}/{path.name}": path for path in (data_dir / _SPOOLS).glob("*")}
    found: dict[str, bytes] = {}
    for name, path in {**paths, _SETTINGS: settings_file}.items():
        with suppress(FileNotFoundError, IsADirectoryError):  # answers end meanwhile
            found[name] = path.read_bytes()
    return found


def has_answers(data_dir: Path) -> bool:
    """Whether somebody is being answered here, or was when the server died."""
    return any((data_dir / _SPOOLS).glob("*.jsonl"))


@contextmanager
def put_files(data_dir: Path, files: Mapping[str, bytes]) -> Iterator[Path | None]:
    """Puts the spools in the place of those that are there when the block has ended well.

    The settings are laid beside: those in use may name another database. Gives their path if there are any.
    """
    unfinished = data_dir / f"{_SPOOLS}.restoring"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    try:
        for name, data in files.items():
            if name != _SETTINGS:
                _write(unfinished / _spool_name(name), data)
        yield data_dir / _RESTORED_SETTINGS if _SETTINGS in files else None
        shutil.rmtree(data_dir / _SPOOLS, ignore_errors=True)
        unfinished.rename(data_dir / _SPOOLS)
        if _SETTINGS in files:
            _write(data_dir / _RESTORED_SETTINGS, files[_SETTINGS])
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _spool_name(name: str) -> str:
    folder, _, rest = name.partition("/")
    if folder != _SPOOLS or "/" in rest or not rest:
        raise Invalid(f"The backup has a file that doesn't belong there: {name}.")
    return rest


def _write(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)
