"""Takes away what finished improvements leave that nobody needs any more, which is nearly all of their size.

A release has a copy of its model, signed; checkpoints are there for a training to go on. Plans, cards, curves, logs and
adapters stay. What can still go on stays whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from .runs import Run, RunState


def tidy(runs: Sequence[Run]) -> int:
    """How many bytes it has freed. `runs` are all there are, the newest first, and nobody works on them.

    A model that did not pass has no other copy: it stays to be looked at until another improvement begins.
    """
    newest = runs[0] if runs else None
    return sum(_removed(_superfluous(run, is_newest=run == newest)) for run in runs)


def _superfluous(run: Run, *, is_newest: bool) -> Iterator[Path]:
    state = run.state
    if state not in (RunState.REJECTED, RunState.PROPOSED, RunState.ROLLED_OUT):
        return
    for training in (*run.stages, run.judge):
        yield training / "checkpoints"
        if not (is_newest and state is RunState.REJECTED):
            yield training / "model"


def _removed(folders: Iterable[Path]) -> int:
    freed = 0
    for folder in folders:
        freed += sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        shutil.rmtree(folder, ignore_errors=True)
    return freed
