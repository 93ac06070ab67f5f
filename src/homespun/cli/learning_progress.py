"""Shows on a terminal, or line by line in a log, how far an improvement has come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from .terminal import console

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from homespun.improve import Tell, Told

_STEP = 0.25
"""The share of a training after which a log gets another line."""
_WORDS = {
    "snapshot": "Taking a snapshot of what people said",
    "train": "Training",
    "examine": "Examining it against the champion",
    "propose": "Making a release of it",
    "roll_out": "Rolling it out",
}


@contextmanager
def improvement_shown() -> Iterator[Tell]:
    """What to hand to `Improving.improve`."""
    screen = console(err=True)
    if not screen.is_terminal:
        yield _Lines().show
        return
    from rich import progress

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TextColumn("{task.fields[note]}"),
    )
    with progress.Progress(*columns, console=screen) as bars:
        yield _Bars(bars).show


def duration(seconds: float) -> str:
    """For people: `2 min`, `1 h 5 min`."""
    minutes = max(round(seconds / 60), 1)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


class _Bars:
    """A bar for each step."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def show(self, told: Told) -> None:
        """Takes one report."""
        from homespun.improve import Began
        from homespun.learning.examination import Progress
        from homespun.learning.progress import Estimated, Phase, Stepped

        match told:
            case Began():
                self._end()
                self._task = self._bars.add_task(_WORDS[told.step], total=None, note="")
            case Estimated():
                self._note(note=f"will take about {duration(told.seconds)}")
            case Phase():
                self._note(note=told.words)
            case Stepped():
                note = f"loss {told.loss:.3f}, {told.tokens_per_s:.0f} tokens/s, {duration(told.remaining_s)} left"
                self._note(completed=told.step, total=told.steps, note=note)
            case Progress():
                self._note(completed=told.number - 1, total=told.parts, note=told.part)

    def _note(self, note: str, *, completed: int | None = None, total: int | None = None) -> None:
        assert self._task is not None
        self._bars.update(self._task, note=note, completed=completed, total=total)

    def _end(self) -> None:
        if self._task is not None:
            total = self._bars.tasks[self._task].total or 1
            self._bars.update(self._task, total=total, completed=total, note="")


class _Lines:
    """A line at each beginning, and one for each quarter of a training."""

    def __init__(self) -> None:
        self._next_share = 0.0

    def show(self, told: Told) -> None:
        """Takes one report."""
        from homespun.improve import Began
        from homespun.learning.examination import Progress
        from homespun.learning.progress import Estimated, Phase, Stepped

        match told:
            case Began():
                typer.echo(_WORDS[told.step], err=True)
            case Estimated():
                typer.echo(f"  about {duration(told.seconds)} ({told.tokens:,} tokens)", err=True)
            case Phase():
                self._next_share = 0.0
                typer.echo(f"  {told.words}", err=True)
            case Progress():
                typer.echo(f"  {told.part} ({told.number} of {told.parts})", err=True)
            case Stepped() if told.step / told.steps >= self._next_share:
                self._next_share = told.step / told.steps + _STEP
                typer.echo(f"  step {told.step} of {told.steps}, loss {told.loss:.3f}", err=True)
