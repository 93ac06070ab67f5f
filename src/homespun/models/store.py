"""The models of this installation: one folder each, and beside them what is still on its way."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from homespun.core.errors import Conflict, HomespunError, ModelNotFound, ModelUnreadable

from .catalogue import DEFAULT_MODEL
from .file_work import in_steps, reading
from .installed import InstalledModel, read_installed
from .lock import exclusive, exclusive_now
from .order import Order, is_name, order_for
from .progress import OnProgress, Phase, Progress, Reporter, ignore_progress
from .pull import Pull
from .settings import Settings

_INCOMING = ".incoming"


class ModelStore:
    """Models below `root`. Several processes may use one store at the same time.

    A model's folder has its name only when it is whole; unfinished pulls lie in `root/.incoming` and are resumed.
    """

    def __init__(self, root: Path, settings: Settings | None = None) -> None:
        """`settings` None: what the environment says when a pull begins."""
        self._root = root.absolute()
        self._settings = settings

    def list(self) -> tuple[InstalledModel, ...]:
        """All that are whole, by name. Those that aren't are in `damaged`."""
        found = (self._read(folder) for folder in self._folders())
        return tuple(model for model in found if isinstance(model, InstalledModel))

    def damaged(self) -> Mapping[str, str]:
        """Models whose files are missing, cut short or unknown: what is wrong with each, in words, by name."""
        found = {folder.name: self._read(folder) for folder in self._folders()}
        return {name: error.message for name, error in found.items() if isinstance(error, HomespunError)}

    def find(self, name: str) -> InstalledModel:
        """Raises `ModelNotFound` if it isn't installed, `ModelUnreadable` if its files are missing or cut short."""
        if not is_name(name):
            raise ModelNotFound(f"There is no model {name[:100]!r} here. `homespun models list` shows those there are.")
        return read_installed(self._root / name)

    async def pull(
        self, spec: str = DEFAULT_MODEL, on_progress: OnProgress = ignore_progress, *, name: str | None = None
    ) -> InstalledModel:
        """Makes sure that a model is here and whole, and returns it.

        `spec` is a name of the catalogue or a source (see `source.py`); `name` is what to call it here. A model that is
        installed is verified, and fetched again only if it is damaged. Cancelling keeps what has come for the next try.

        Raises `Invalid` (the spec), `ModelNotFound` (the source hasn't it), `Refused` (it is private or gated),
        `ModelUnreadable` (not a model that can be read, or not the announced bytes), `Conflict` (another model has the
        name), `StorageFull`, and `Unavailable` (the network).
        """
        order = order_for(spec, name)
        reporter = Reporter(on_progress)
        async with exclusive(self._lock(order.name), on_wait=lambda: on_progress(Progress(Phase.WAITING))):
            if await self._is_whole(order, reporter):
                reporter.begin(Phase.DONE)
            else:
                settings = self._settings or Settings.from_environment(os.environ)
                pull = Pull(order, self._root / order.name, self._staging(order.name), settings, reporter)
                await pull.run(datetime.now(UTC))
        return self.find(order.name)

    async def verify(self, name: str, on_progress: OnProgress = ignore_progress) -> None:
        """Reads a model's files whole. Raises `ModelUnreadable` where one has changed, or `ModelNotFound`."""
        await self._verify(self.find(name), Reporter(on_progress))

    def remove(self, name: str) -> None:
        """Deletes a model, and what has come of an unfinished pull of it. Raises `ModelNotFound` or `Conflict`."""
        folders = (self._root / name, self._staging(name))
        if not is_name(name) or not any(folder.exists() for folder in folders):
            raise ModelNotFound(f"There is no model {name[:100]!r} to remove.")
        with exclusive_now(self._lock(name)):
            doomed = self._root / _INCOMING / f"{name}.removed"
            for folder in folders:
                shutil.rmtree(doomed, ignore_errors=True)
                if folder.exists():
                    folder.replace(doomed)
            shutil.rmtree(doomed, ignore_errors=True)

    async def _is_whole(self, order: Order, reporter: Reporter) -> bool:
        try:
            model = self.find(order.name)
            if not order.comes_from(model.source):
                raise Conflict(
                    f"The name {order.name} is taken by a model from {model.source}. "
                    "Remove that one first, or give this one another name."
                )
            await self._verify(model, reporter)
        except (ModelNotFound, ModelUnreadable):
            return False
        return True

    async def _verify(self, model: InstalledModel, reporter: Reporter) -> None:
        reporter.begin(Phase.VERIFYING, model.size_bytes)
        for file in model.files:
            sha256 = hashlib.sha256()
            await in_steps(reading(model.path / file.name, sha256.update), reporter.add)
            reporter.next_file()
            if sha256.hexdigest() != file.sha256:
                raise ModelUnreadable(
                    f"{file.name} has changed since it was installed. "
                    f"`homespun models pull {model.name}` fetches it again."
                )

    def _folders(self) -> Iterator[Path]:
        if self._root.is_dir():
            yield from sorted(path for path in self._root.iterdir() if path.is_dir() and is_name(path.name))

    def _read(self, folder: Path) -> InstalledModel | HomespunError:
        try:
            return read_installed(folder)
        except HomespunError as error:
            return error

    def _lock(self, name: str) -> Path:
        return self._root / _INCOMING / f"{name}.lock"

    def _staging(self, name: str) -> Path:
        return self._root / _INCOMING / name
