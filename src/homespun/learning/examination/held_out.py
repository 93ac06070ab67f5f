"""What was kept from training, read from a snapshot by the process that knows its files."""

from __future__ import annotations

from pathlib import Path

import msgspec

from homespun.core.errors import TrainingFailed
from homespun.core.messages import ChatPrompt, Message
from homespun.learning.aside import said_by
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
    said = await said_by(_MODULE, snapshot)
    if said.status != 0:
        raise TrainingFailed(f"What was kept from training can't be read: {said.reason}. `make learn` may help.")
    return msgspec.json.decode(said.text, type=HeldOut)
