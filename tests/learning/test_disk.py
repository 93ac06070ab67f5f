"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from homespun.core.errors import StorageFull
from homespun.learning.disk import full_disk_named, write_durably


def test_a_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    for contents in (b"of then", b"of now"):
        write_durably(tmp_path / "note.json", contents)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"note.json": b"of now"}


def test_what_does_not_reach_the_disk_takes_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_durably(tmp_path / "note.json", b"of then")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageFull, match="no room"), full_disk_named("There is no room."):
        write_durably(tmp_path / "note.json", b"of now")
    assert (tmp_path / "note.json").read_bytes() == b"of then"
