"""Snapshots as the server sees them: made by another process, read here, and freed of people who are to be erased.

    <data_dir>/learning/
      snapshots/<digest>/    manifest.json and the labels, never changed
      erased/<digest>.json   people who are to be forgotten, but in whose labels a release was trained
      pseudonyms.key         makes the names of people in snapshots

This module must not know pyarrow.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import msgspec

from homespun.core.errors import (
    Conflict,
    Invalid,
    NotFound,
    StorageFull,
    TooLittleToLearn,
    TrainingFailed,
    TrainingNotInstalled,
    Unavailable,
)
from homespun.journal import Signalled
from homespun.releases import Release

from .aside import said_by
from .curation import Pseudonyms, Settings, labels_of
from .disk import full_disk_named, write_durably
from .label_spool import opened, write_labels
from .manifest import MANIFEST, Manifest, read_manifest
from .snapshot_jobs import (
    Erased,
    EraseFromSnapshots,
    Made,
    MakeSnapshot,
    Outcome,
    SnapshotJob,
    Stopped,
    outcome_decoder,
)
from .taking import taken

_MODULE = "homespun.learning.snapshotting"
_SPOOL, _JOB = "labels.jsonl", "job.json"
_ERRORS = {each.code: each for each in (Invalid, StorageFull, TooLittleToLearn, Unavailable)}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One set of labels."""

    digest: str
    """sha256, in hex, of its manifest."""
    folder: Path
    manifest: Manifest
    is_marked: bool
    """It has labels of somebody who is to be forgotten: train nothing more on it."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What became of some people's labels."""

    rewritten: Mapping[str, str | None]
    """By the digest of a snapshot that was removed, that of the one in its place; None: too little would be left."""
    marked_releases: tuple[str, ...]
    """Ids of the releases that were trained on their labels, too. Their snapshots are marked."""


class Snapshots:
    """All snapshots of an installation. One is made at a time."""

    def __init__(
        self, data_dir: Path, settings: Settings, releases: Callable[[], Awaitable[Iterable[Release]]]
    ) -> None:
        """`releases` tells all there are: a snapshot that one was trained on isn't rewritten."""
        self._folder = data_dir / "learning"
        self._root = self._folder / "snapshots"
        self._settings = settings
        self._releases = releases

    async def take(self, signals: AsyncIterator[Signalled], *, up_to: int | None = None) -> Snapshot:
        """Makes a snapshot of what was said; the same signals and settings give the same one.

        `up_to` is the turn up to which the journal was read, if not to its end. Raises `TooLittleToLearn`,
        `StorageFull`, `Conflict` while another is made, `TrainingFailed` where what training needs isn't installed.
        """
        with self._alone(), self._scratch(_SPOOL) as spool:
            last_turn = await self._spool(signals, spool)
            job = MakeSnapshot(
                root=str(self._root),
                spool=str(spool),
                last_turn=last_turn if up_to is None else up_to,
                settings=self._settings,
            )
            outcome = await self._run(job)
        assert isinstance(outcome, Made)
        return self.one(outcome.digest)

    def all(self) -> tuple[Snapshot, ...]:
        """Every snapshot that is there, by digest. Raises `Unavailable` where one is damaged."""
        return tuple(self.one(digest) for digest in self._digests())

    def one(self, digest: str) -> Snapshot:
        """Raises `NotFound`, and `Unavailable` where it is damaged."""
        if digest not in self._digests():
            raise NotFound(f"There is no snapshot {digest}.")
        folder = self._root / digest
        return Snapshot(digest, folder, read_manifest(folder), self._mark(digest).exists())

    def marked(self) -> frozenset[str]:
        """The digests of those with labels of people who are to be forgotten, on which releases were trained."""
        return frozenset(mark.stem for mark in self._mark("").parent.glob("*.json"))

    def trainable(self) -> frozenset[str]:
        """The digests of those that are there and have nobody in them who is to be forgotten."""
        return frozenset(self._digests()) - self.marked()

    async def erase(self, *person_ids: str) -> Erasure:
        """Frees all snapshots of what these people said, and of what was said to their words.

        Those that releases were trained on stay and are marked. Raises `Conflict` while a snapshot is made: the one in
        the making might have them in it. Done twice, the second time only tells of releases.
        """
        with self._alone():
            if not self._digests():
                return Erasure({}, ())
            names = Pseudonyms.kept_in(self._key)
            people = tuple(names.of("person", person_id) for person_id in person_ids)
            trained = [each for each in await self._releases() if each.snapshot_digest]
            fixed = tuple(sorted({each.snapshot_digest for each in trained if each.snapshot_digest}))
            outcome = await self._run(EraseFromSnapshots(root=str(self._root), people=people, fixed=fixed))
            assert isinstance(outcome, Erased)
            for digest, found in outcome.fixed.items():
                self._add_mark(digest, found)
        marked = tuple(each.id for each in trained if each.snapshot_digest in outcome.fixed)
        return Erasure(outcome.rewritten, marked)

    @property
    def _key(self) -> Path:
        return self._folder / "pseudonyms.key"

    def _digests(self) -> list[str]:
        return sorted(manifest.parent.name for manifest in self._root.glob(f"[!.]*/{MANIFEST}"))

    async def _spool(self, signals: AsyncIterator[Signalled], path: Path) -> int:
        """Writes all labels down; returns the number of the last turn."""
        names, last = Pseudonyms.kept_in(self._key), 0
        with full_disk_named(), opened(path) as file:
            async for signalled in signals:
                last = max(last, signalled.number)
                write_labels(file, labels_of(signalled, names, self._settings))
        return last

    def _mark(self, digest: str) -> Path:
        return self._folder / "erased" / f"{digest}.json"

    def _add_mark(self, digest: str, people: Iterable[str]) -> None:
        path = self._mark(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        before = msgspec.json.decode(path.read_bytes(), type=list[str]) if path.exists() else []
        with full_disk_named():
            write_durably(path, msgspec.json.encode(sorted({*before, *people})))

    async def _run(self, job: SnapshotJob) -> Outcome:
        """Has the other process do it. Raises what stopped it."""
        if find_spec("pyarrow") is None:
            raise TrainingNotInstalled("Snapshots need pyarrow, which isn't installed. `make learn` installs it.")
        with self._scratch(_JOB) as file:
            with full_disk_named():
                file.write_bytes(msgspec.json.encode(job))
            outcome = await _outcome(file)
        if isinstance(outcome, Stopped):
            raise _ERRORS.get(outcome.code, Unavailable)(outcome.words)
        return outcome

    @contextmanager
    def _scratch(self, name: str) -> Iterator[Path]:
        """A file that is gone at the end of the block."""
        path = self._folder / f".{secrets.token_hex(8)}-{name}"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Raises `Conflict` while another is made."""
        with full_disk_named():
            self._folder.mkdir(parents=True, exist_ok=True)
        with taken(self._folder / "snapshots.lock") as is_alone:
            if not is_alone:
                raise Conflict("A snapshot is being made or rewritten here. Wait until that is done.")
            self._tidy_up()
            yield

    def _tidy_up(self) -> None:
        """Removes what a killed process has left behind."""
        for draft in self._root.glob(".draft-*"):
            shutil.rmtree(draft)
        for name in (_SPOOL, _JOB):
            for scratch in self._folder.glob(f".*-{name}"):
                scratch.unlink()


async def _outcome(job: Path) -> Outcome:
    """What the process says in the end. Raises `TrainingFailed` if it crashes."""
    said = await said_by(_MODULE, job)
    try:
        return outcome_decoder.decode(said.text)
    except msgspec.DecodeError:
        raise TrainingFailed(f"The process that makes snapshots ended with {said.status}: {said.reason}") from None
