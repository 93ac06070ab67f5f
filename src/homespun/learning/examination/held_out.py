"""The questions that were kept from training, read from a snapshot by the process that knows its files."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from homespun.core.errors import TrainingFailed
from homespun.core.messages import ChatPrompt, Message
from homespun.learning.manifest import read_manifest

_MODULE = "homespun.learning.snapshotting.held_out"


async def held_out_prompts(snapshot: Path, *, most: int) -> tuple[ChatPrompt, ...]:
    """So many of them at most, one of each conversation.

    Raises `Unavailable` where the snapshot was changed, `TrainingFailed` where what reads it isn't installed.
    """
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
        raise TrainingFailed(f"The questions kept from training can't be read: {reason}. `make learn` may help.")
    conversations = msgspec.json.decode(said, type=list[tuple[Message, ...]])
    return tuple(ChatPrompt(messages) for messages in conversations[:most])
