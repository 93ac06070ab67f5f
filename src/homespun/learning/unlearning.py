"""Takes away the weights of improvements that have learned what is to be forgotten, and can't go on for that.

Their snapshot was written anew without somebody, or is marked, since another improvement's release was trained on it.
Plans, cards, curves and logs stay. One that has become a release stays whole with it: that is marked, and somebody
has to retire it.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from .runs import Run, Runs


def unlearn(runs: Runs, trainable: Collection[str]) -> int:
    """From how many improvements it has taken something. `trainable` are the digests of the snapshots that are whole.

    Raises `Conflict` while an improvement goes on. Killed in the middle, it goes on from there the next time.
    """
    due = [run for run in runs.all() if _is_due(run, trainable)]
    if not due:
        return 0
    with runs.alone():
        return sum(map(_taken, due))


def _is_due(run: Run, trainable: Collection[str]) -> bool:
    digest = run.snapshot_digest
    return digest is not None and digest not in trainable and run.release_id is None


def _taken(run: Run) -> bool:
    folders = list(_weights(run))
    for folder in folders:
        shutil.rmtree(folder)
    return bool(folders)


def _weights(run: Run) -> Iterator[Path]:
    """Checkpoints, adapters and models: all folders that trainings make. The judge's lies beside the stages."""
    for training in (*run.folder.glob("stages/*"), run.judge):
        yield from (path for path in training.glob("*") if path.is_dir())
