"""An event loop in a thread of its own, for programs whose main thread waits for a person."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, Self, TypeVar

T = TypeVar("T")


class BackgroundLoop:
    """Runs while the block lasts. At its end what still runs is cancelled and waited for."""

    def __init__(self) -> None:
        self._started: Future[asyncio.AbstractEventLoop] = Future()
        self._enough = asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="background loop")

    def __enter__(self) -> Self:
        self._thread.start()
        self._loop = self._started.result()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._enough.set)
        self._thread.join()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Starts it there; cancelling the future cancels the work."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs it there and waits here. Ctrl-C cancels it."""
        future = self.submit(work)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise

    @contextmanager
    def entered(self, block: AbstractAsyncContextManager[T]) -> Iterator[T]:
        """The asynchronous block, entered and left there while this one lasts here."""
        value = self.run(block.__aenter__())
        try:
            yield value
        finally:
            self.run(block.__aexit__(None, None, None))

    async def _live(self) -> None:
        self._started.set_result(asyncio.get_running_loop())
        await self._enough.wait()
