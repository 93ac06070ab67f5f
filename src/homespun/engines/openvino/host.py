"""Holds one engine for several server processes of this machine, so that all their requests are in one batch.

The host starts the engine's process and looks after it; the servers are its guests. What they say to each other passes
the host by: guests join by a socket that the engine's process takes them in from. The socket stays when an engine dies,
so guests that come meanwhile wait there for the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path

from homespun.core.errors import Invalid

from .messages import Configure, Unreadable, frame
from .settings import Settings
from .supervisor import Supervisor

_MOST_WAITING = 512
"""Guests that may wait to be taken in while a model is loading."""


@contextmanager
def hosted_engine(
    weights: Path, cache_dir: Path, settings: Settings, *, folder: Path, name: str = "engine"
) -> Iterator[Path]:
    """The path of the socket by which a `JoinedEngine` finds the engine, which lives as long as the block.

    The socket lies in `folder`, which is made for this user alone; see `socket_path`. Raises `Invalid` where its path
    is too long for one. Needs no event loop: a thread of its own looks after the engine.
    """
    path = socket_path(folder, os.getpid(), name)
    with _listening(path) as listener:
        configure = Configure(str(weights), str(cache_dir), settings, listener=listener.fileno())
        with in_a_thread(_Host(Supervisor(configure), listener).run):
            yield path


def socket_path(folder: Path, host_pid: int, name: str) -> Path:
    """Where the engine of this name is that this process hosts, or will be."""
    return folder / f"engine-{host_pid}-{name}"


class _Host:
    """What the thread does."""

    def __init__(self, supervisor: Supervisor, listener: socket.socket) -> None:
        self._supervisor = supervisor
        self._listener = listener

    async def run(self) -> None:
        """Until it is cancelled."""
        self._supervisor.start()
        try:
            await self._supervisor.wait_failed()
            async with await asyncio.start_unix_server(self._turn_away, sock=self._listener) as server:
                await server.serve_forever()
        finally:
            await self._supervisor.stop()

    async def _turn_away(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """No engine will come to take this guest in."""
        writer.write(frame(Unreadable(self._supervisor.problem or "")))
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()


@contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    for other in path.parent.glob("engine-*"):
        if not _is_answered(other):
            other.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            listener.bind(str(path))
        except OSError as error:
            raise Invalid(
                f"There can't be a socket {path}: {error.strerror or error}. "
                "Where its path is too long, choose a shorter data directory, or one worker."
            ) from None
        try:
            listener.listen(_MOST_WAITING)
            yield listener
        finally:
            path.unlink(missing_ok=True)


def _is_answered(path: Path) -> bool:
    """Whether a host lives there; one that was killed leaves its socket behind."""
    with socket.socket(socket.AF_UNIX) as guest:
        try:
            guest.connect(str(path))
        except OSError:
            return False
    return True


@contextmanager
def in_a_thread(work: Callable[[], Coroutine[None, None, None]]) -> Iterator[None]:
    """Works in an event loop of its own while the block runs; the work is cancelled at its end."""
    loop = asyncio.new_event_loop()
    hosting = loop.create_task(work())

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(hosting)

    thread = threading.Thread(target=run, name="engine host")
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(hosting.cancel)
        thread.join()
        loop.close()
