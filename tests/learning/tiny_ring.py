"""A whole improvement of a tiny model, which can be killed just before the result of a step is written down.

python -m tests.learning.tiny_ring FOLDER [RESULT]
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from homespun.core.clock import FakeClock
from homespun.improve import Card, Improving, Parts, Tell, Told
from homespun.journal import Signalled
from homespun.learning.curation import Settings
from homespun.learning.jobs import Method
from homespun.learning.progress import Stepped
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Run
from homespun.learning.snapshots import Snapshots
from homespun.learning.stages import Base
from homespun.learning.trainer import Trainer
from homespun.releases import Release, Releases
from homespun.releases import Settings as ReleasesSettings
from homespun.store import Store

from .curation.said import signalled
from .labels import QUICK, tiny_base

QUICK_SFT = Recipe(hyper={Method.SFT: QUICK})
ENOUGH = Settings(min_pairs=3, min_demonstrations=3)
_KILLED_AT_STEP = 4
"""Of the training, a step after its first checkpoint."""


def write_base(folder: Path) -> Base:
    """The installed model."""
    tiny_base(folder)
    return Base(folder / "tiny.gguf", "base-1")


async def edited(count: int = 8) -> AsyncIterator[Signalled]:
    """So many people who wrote a better answer, each one."""
    for number in range(1, count + 1):
        yield signalled(
            f"say {number}",
            "no",
            turn_id=f"turn_{number}",
            owner_id=f"person_{number}",
            conversation_id=f"conversation_{number}",
            number=number,
            edits=(f"{number} " * 3,),
        )


async def passed(model: Path, champion: Release, snapshot: Path, tell: Tell) -> Card:
    """An examination that is content with everything."""
    assert (model / "model.safetensors").exists()
    return {"passed": True}


@asynccontextmanager
async def tiny_ring(folder: Path, **changes: Any) -> AsyncIterator[tuple[Improving, Releases]]:
    """The second ring of an installation in this folder."""
    store = Store(f"sqlite+aiosqlite:///{folder}/homespun.db")
    await store.migrate()
    settings = ReleasesSettings(rolls_out=changes.pop("rolls_out", True))
    releases = Releases(
        store, FakeClock(), folder / "releases", folder / "release.key", model="tiny", settings=settings
    )
    learning = folder / "learning"
    parts: Mapping[str, Any] = {
        "folder": learning,
        "base": Base(folder / "tiny.gguf", "base-1"),
        "signals": edited,
        "snapshots": Snapshots(folder, ENOUGH, releases.all),
        "trainer": Trainer(learning),
        "examine": passed,
        "releases": releases,
        "estimates": False,
    }
    try:
        yield Improving(Parts(**{**parts, **changes})), releases
    finally:
        await store.close()


async def improve(folder: Path, killed_at: str) -> None:
    def tell(told: Told) -> None:
        if killed_at == "train" and isinstance(told, Stepped) and told.step == _KILLED_AT_STEP:
            os.kill(os.getpid(), signal.SIGKILL)

    async with tiny_ring(folder) as (improving, _):
        await improving.improve(improving.unfinished() or improving.begin(QUICK_SFT), tell)


def main() -> None:
    folder, killed_at = Path(sys.argv[1]), (sys.argv[2:] or [""])[0]
    keep = Run.keep

    def keep_or_die(run: Run, name: str, value: Mapping[str, Any]) -> None:
        if name == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        keep(run, name, value)

    Run.keep = keep_or_die  # type: ignore[method-assign]
    asyncio.run(improve(folder, killed_at))


if __name__ == "__main__":
    main()
