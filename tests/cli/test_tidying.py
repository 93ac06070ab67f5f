from __future__ import annotations

from pathlib import Path

from homespun.learning.recipes import Recipe
from homespun.learning.runs import Runs

from .conftest import Run


def test_takes_the_weights_of_what_learned_from_somebody_who_was_removed(run: Run, data_dir: Path) -> None:
    improvement = Runs(data_dir / "learning" / "runs").begin("base-1", Recipe(), snapshot_digest="written anew")
    checkpoint = improvement.stages[0] / "checkpoints" / "checkpoint-3"
    checkpoint.mkdir(parents=True)
    outcome = run("learn", "tidy")
    assert "learned from somebody who was removed, and lost their weights: 1." in outcome.out
    assert not checkpoint.exists()
    assert "removed" not in run("learn", "tidy").out
