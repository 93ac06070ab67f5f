"""Whoever was removed is forgotten by what models learn from, once, and again where that failed."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from homespun.core.errors import Conflict
from homespun.learning.curation import Settings
from homespun.learning.forgetting import Forgetting
from homespun.learning.snapshots import Erasure, Snapshots


class Erasing(Snapshots):
    """Notes who is to be erased."""

    def __init__(self, folder: Path, *, marked: tuple[str, ...] = ()) -> None:
        super().__init__(folder, Settings(), list)  # type: ignore[arg-type]
        self.erased: list[tuple[str, ...]] = []
        self.problem: Exception | None = None
        self._marked = marked

    async def erase(self, *person_ids: str) -> Erasure:
        if self.problem:
            raise self.problem
        self.erased.append(person_ids)
        return Erasure({}, self._marked)


class Removed:
    """Who was removed so far."""

    def __init__(self) -> None:
        self.ids: set[str] = set()

    async def __call__(self) -> frozenset[str]:
        return frozenset(self.ids)


async def test_everybody_who_was_removed_is_erased_once(tmp_path: Path) -> None:
    removed, snapshots = Removed(), Erasing(tmp_path)
    forgetting = Forgetting(tmp_path / "learning", snapshots, removed)
    await forgetting.catch_up()
    assert snapshots.erased == []
    removed.ids = {"person_2", "person_1"}
    await forgetting.catch_up()
    await forgetting.catch_up()
    removed.ids.add("person_3")
    await Forgetting(tmp_path / "learning", snapshots, removed).catch_up()
    assert snapshots.erased == [("person_1", "person_2"), ("person_3",)]


async def test_who_could_not_be_erased_is_so_next_time(tmp_path: Path) -> None:
    removed, snapshots = Removed(), Erasing(tmp_path)
    removed.ids, snapshots.problem = {"person_1"}, Conflict("A snapshot is being made.")
    forgetting = Forgetting(tmp_path / "learning", snapshots, removed)
    with pytest.raises(Conflict):
        await forgetting.catch_up()
    snapshots.problem = None
    await forgetting.catch_up()
    assert snapshots.erased == [("person_1",)]


@pytest.mark.parametrize("torn", [b"", b'["person_1', b"7"])
async def test_a_torn_note_has_everybody_looked_for_once_more(tmp_path: Path, torn: bytes) -> None:
    removed, snapshots = Removed(), Erasing(tmp_path)
    removed.ids = {"person_1"}
    (tmp_path / "learning").mkdir()
    (tmp_path / "learning" / "forgotten.json").write_bytes(torn)
    forgetting = Forgetting(tmp_path / "learning", snapshots, removed)
    await forgetting.catch_up()
    await forgetting.catch_up()
    assert snapshots.erased == [("person_1",)]


async def test_releases_that_were_trained_on_them_are_told_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    removed = Removed()
    removed.ids = {"person_1"}
    with caplog.at_level(logging.WARNING):
        await Forgetting(tmp_path / "learning", Erasing(tmp_path, marked=("rel_7",)), removed).catch_up()
    assert "rel_7" in caplog.text
