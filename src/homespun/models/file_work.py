"""Long work with files, in threads and in steps: the event loop runs on, and the work can be watched and cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ParamSpec, TypeVar

_STEP_BYTES = 4 << 20
_P = ParamSpec("_P")
_T = TypeVar("_T")


async def in_thread(call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Calls in a thread. When cancelled it waits for the call all the same: nobody else may touch the files before."""
    working = asyncio.ensure_future(asyncio.to_thread(call, *args, **kwargs))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise


async def in_steps(work: Iterator[int], on_bytes: Callable[[int], None]) -> None:
    """Runs `work`, which yields how many bytes each step has done; it can be cancelled between steps."""
    while (done := await in_thread(next, work, None)) is not None:
        on_bytes(done)


def copying(source: Path, target: Path) -> Iterator[int]:
    """Copies the bytes of a file and nothing else; yields how many, step by step."""
    with source.open("rb") as read, target.open("wb") as write:
        while chunk := read.read(_STEP_BYTES):
            write.write(chunk)
            yield len(chunk)


def reading(path: Path, consume: Callable[[bytes], object]) -> Iterator[int]:
    """Feeds a file's bytes to `consume`; yields how many, step by step."""
    with path.open("rb") as file:
        while chunk := file.read(_STEP_BYTES):
            consume(chunk)
            yield len(chunk)
