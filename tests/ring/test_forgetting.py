"""What was learned from somebody who is to be forgotten goes by itself while a server runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

from homespun.learning.recipes import Recipe
from homespun.learning.runs import Runs
from tests.patience import PATIENCE_S

from .houses import home


async def test_a_server_takes_away_what_a_snapshot_that_was_written_anew_has_left(
    tmp_path: Path, migrated: Path
) -> None:
    run = Runs(tmp_path / "data" / "learning" / "runs").begin("base-1", Recipe(), snapshot_digest="written anew")
    checkpoint = run.stages[0] / "checkpoints" / "checkpoint-3"
    checkpoint.mkdir(parents=True)
    async with home(tmp_path / "data", migrated), asyncio.timeout(PATIENCE_S):
        while checkpoint.exists():
            await asyncio.sleep(0.01)
    assert run.snapshot_digest == "written anew"
