"""Work that wants the training environment's libraries, done by another process that says one thing and ends."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Said:
    """What a process has left."""

    status: int
    text: bytes
    """What it wrote to its standard output."""
    reason: str
    """The last line of its standard error: of a crash, the exception."""


async def said_by(module: str, argument: Path) -> Said:
    """Runs `python -m module argument` to its end. The process doesn't outlive who waits for it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, str(argument)), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        text, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Said(process.returncode, text, errors.decode(errors="replace").strip().rpartition("\n")[2])
