"""What was kept from training, read from a snapshot by the process that knows its files."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from homespun.core.errors import TrainingFailed
from homespun.core.messages import ChatPrompt, Message
from homespun.learning.manifest import read_manifest

_MODULE = "homespun.learning.snapshotting.held_out"


class Asked(msgspec.Struct, frozen=True):
    """What somebody asked."""

    messages: tuple[Message, ...]

    @property
    def prompt(self) -> ChatPrompt:
        """As engines take it."""
        return ChatPrompt(self.messages)


class Pair(Asked, frozen=True):
    """What somebody asked, and which of two answers they preferred."""

    chosen: str
    rejected: str


class HeldOut(msgspec.Struct, frozen=True):
    """One question, and one pair, of each conversation."""

    questions: tuple[Asked, ...]
    pairs: tuple[Pair, ...]


async def read_held_out(snapshot: Path) -> HeldOut:
    """Raises `Unavailable` where the snapshot was changed, `TrainingFailed` where what reads it isn't installed."""
    read_manifest(snapshot)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", _MODULE, str(snapshot)), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        said, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        reason = errors.decode(errors="replace").strip().rpartition("\n")[2]
        raise TrainingFailed(f"What was kept from training can't be read: {reason}. `make learn` may help.")
    return msgspec.json.decode(said, type=HeldOut)
