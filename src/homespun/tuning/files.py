"""Uploaded files: a row for each, and what is in them in a folder, by digest.

A file comes in piece by piece and never lies in memory. Only its owner sees it. This module must not know HTTP, nor
what the lines of a file mean.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import BodyTooLarge, Conflict, Invalid, NotFound, StorageFull
from homespun.core.ids import new_id
from homespun.store import Store, alone

from .settings import Settings
from .tables import TuningJobRow, UploadedFileRow
from .values import ACTIVE, Page, Purpose, UploadedFile

_MIB = 2**20
_LOCK = "uploaded files"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_UNFINISHED = ".unfinished-"


class Draft:
    """A file that is coming in."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.path = path
        self.size_bytes = 0
        self._max_bytes = max_bytes
        self._hash = hashlib.sha256()
        self._file = path.open("xb")

    @property
    def digest(self) -> str:
        """sha256, in hex, of what has come."""
        return self._hash.hexdigest()

    async def write(self, piece: bytes) -> None:
        """Adds a piece. Raises `BodyTooLarge`, `StorageFull`."""
        self.size_bytes += len(piece)
        if self.size_bytes > self._max_bytes:
            raise BodyTooLarge(f"The file is larger than {self._max_bytes // _MIB} MiB. Upload less at once.")
        self._hash.update(piece)
        with _full_disk_named():
            await asyncio.to_thread(self._file.write, piece)

    async def persist(self) -> None:
        """All of it is on the disk afterwards. Raises `StorageFull`."""
        with _full_disk_named():
            await asyncio.to_thread(self._sync)

    def close(self) -> None:
        """Takes it away, unless it has got its place."""
        with _full_disk_forgiven():
            self._file.close()
        self.path.unlink(missing_ok=True)

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())


class Files:
    """All uploaded files of an installation."""

    def __init__(self, store: Store, clock: Clock, folder: Path, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._folder = folder
        self._settings = settings

    @asynccontextmanager
    async def receiving(self) -> AsyncIterator[Draft]:
        """A place for a file that comes in; what isn't kept in the block is gone after it. Raises `StorageFull`."""
        with _full_disk_named():
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = Draft(self._folder / f"{_UNFINISHED}{secrets.token_hex(8)}", self._settings.max_file_mb * _MIB)
        try:
            yield draft
        finally:
            draft.close()

    async def keep(self, owner_id: str, draft: Draft, *, name: str, purpose: Purpose) -> UploadedFile:
        """The draft becomes a file of this person's. Raises `Invalid` for an empty one, `Conflict`, `StorageFull`."""
        if not draft.size_bytes:
            raise Invalid("The file is empty. Upload one with an example on each line.", param="file")
        await draft.persist()
        async with self._store.write() as session:
            await alone(session, _LOCK)
            await self._require_room(session, owner_id, draft.size_bytes)
            row = UploadedFileRow(
                id=new_id("file"),
                owner_id=owner_id,
                digest=draft.digest,
                name=name,
                purpose=purpose,
                size_bytes=draft.size_bytes,
                created_at=self._clock.now(),
            )
            session.add(row)
            await session.flush()
            draft.path.replace(self.path(draft.digest))
            return _file(row)

    async def page(
        self,
        owner_id: str,
        *,
        purpose: str | None = None,
        after: str | None = None,
        limit: int,
        ascending: bool = False,
    ) -> Page[UploadedFile]:
        """Somebody's files, the newest first unless `ascending`."""
        wanted = [UploadedFileRow.owner_id == owner_id]
        wanted += [UploadedFileRow.purpose == purpose] if purpose else []
        wanted += [_beyond(after, ascending=ascending)] if after else []
        order = UploadedFileRow.id.asc() if ascending else UploadedFileRow.id.desc()
        async with self._store.read() as session:
            found = await session.scalars(select(UploadedFileRow).where(*wanted).order_by(order).limit(limit + 1))
            files = tuple(map(_file, found))
        return Page(files[:limit], len(files) > limit)

    async def one(self, owner_id: str, file_id: str) -> UploadedFile:
        """Raises `NotFound`, too for a file of somebody else."""
        async with self._store.read() as session:
            return _file(await _row(session, owner_id, file_id))

    async def delete(self, owner_id: str, file_id: str) -> None:
        """Takes a file away. Raises `NotFound`, and `Conflict` while a job needs it."""
        async with self._store.write() as session:
            await alone(session, _LOCK)
            row = await _row(session, owner_id, file_id)
            await _require_unused(session, row)
            digest = row.digest
            await session.execute(delete(UploadedFileRow).where(UploadedFileRow.id == row.id))
        await self._drop_unused(digest)

    async def hold(self, session: AsyncSession, owner_id: str, file_id: str) -> None:
        """Nobody deletes the file until the unit of work, which takes it into use, ends. Raises `NotFound`."""
        await alone(session, _LOCK)
        await _row(session, owner_id, file_id)

    def path(self, digest: str) -> Path:
        """Where the content with this digest lies."""
        return self._folder / digest

    def tidy(self) -> None:
        """Takes away what uploads to killed servers have left."""
        oldest_s = self._clock.now().timestamp() - 2 * self._settings.upload_timeout_s
        for draft in self._folder.glob(f"{_UNFINISHED}*"):
            if draft.stat().st_mtime < oldest_s:
                draft.unlink(missing_ok=True)

    async def _drop_unused(self, digest: str) -> None:
        """A unit of work of its own: no content goes while its row may come back."""
        async with self._store.write() as session:
            await alone(session, _LOCK)
            same = await session.scalar(select(UploadedFileRow.id).where(UploadedFileRow.digest == digest).limit(1))
            if same is None:
                self.path(digest).unlink(missing_ok=True)

    async def _require_room(self, session: AsyncSession, owner_id: str, size_bytes: int) -> None:
        total = select(func.coalesce(func.sum(UploadedFileRow.size_bytes), 0))
        used = await session.scalar(total.where(UploadedFileRow.owner_id == owner_id)) or 0
        if used + size_bytes > self._settings.max_total_mb * _MIB:
            raise Conflict(f"Your files may take {self._settings.max_total_mb} MiB in all. Delete some of them first.")


def _file(row: UploadedFileRow) -> UploadedFile:
    return UploadedFile(
        row.id, row.owner_id, row.digest, row.name, Purpose(row.purpose), row.size_bytes, row.created_at
    )


def _beyond(file_id: str, *, ascending: bool) -> ColumnElement[bool]:
    return UploadedFileRow.id > file_id if ascending else UploadedFileRow.id < file_id


async def _row(session: AsyncSession, owner_id: str, file_id: str) -> UploadedFileRow:
    row = await session.get(UploadedFileRow, file_id)
    if row is None or row.owner_id != owner_id:
        raise NotFound(f"There is no file {file_id[:100]!r} of yours. GET /v1/files lists those there are.")
    return row


async def _require_unused(session: AsyncSession, row: UploadedFileRow) -> None:
    is_needed = or_(TuningJobRow.file_id == row.id, TuningJobRow.validation_file_id == row.id)
    needing = select(TuningJobRow.id).where(is_needed, TuningJobRow.state.in_(ACTIVE))
    if job_id := await session.scalar(needing.limit(1)):
        raise Conflict(f"The fine-tuning job {job_id} needs this file still. Wait until it is done, or cancel it.")


@contextmanager
def _full_disk_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from error
        raise


@contextmanager
def _full_disk_forgiven() -> Iterator[None]:
    """What can't be written any more isn't wanted any more."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
