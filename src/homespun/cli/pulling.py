"""Fetches models, and shows on a terminal, or line by line in a log, how far it has come."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from .terminal import console

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from homespun.models import InstalledModel, ModelStore, OnProgress, Phase, Progress
    from homespun.settings import Settings

_STEP = 0.25
"""The share of a phase after which a log gets another line."""


def ensure_model(settings: Settings) -> None:
    """Fetches the settings' model if it isn't here and the catalogue knows it; else whoever needs it complains."""
    from homespun.core.errors import ModelNotFound
    from homespun.models import CATALOGUE
    from homespun.settings import EngineKind
    from homespun.wiring import build_model_store

    if settings.engine is not EngineKind.OPENVINO or settings.model not in CATALOGUE:
        return
    store = build_model_store(settings)
    try:
        store.find(settings.model)
    except ModelNotFound:
        typer.echo(f"Fetching the model {settings.model}, once.", err=True)
        pull_with_progress(store, settings.model)


def pull_with_progress(store: ModelStore, spec: str, *, name: str | None = None) -> InstalledModel:
    """`ModelStore.pull`, watched. Raises what it raises; after Ctrl-C the next pull goes on where this one was."""
    try:
        with progress_shown() as on_progress:
            return asyncio.run(store.pull(spec, on_progress, name=name))
    except KeyboardInterrupt:
        typer.echo("Stopped. What has come is kept; pull again to go on.", err=True)
        raise


@contextmanager
def progress_shown() -> Iterator[OnProgress]:
    """What to hand to the model store."""
    screen = console(err=True)
    if not screen.is_terminal:
        yield _Lines().show
        return
    from rich import progress

    columns = (
        progress.TextColumn("{task.description:12}"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=screen) as bars:
        yield _Bars(bars).show


class _Bars:
    """A bar for each phase; phases that aren't counted in bytes are gone when they are over."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[Phase, TaskID] = {}

    def show(self, report: Progress) -> None:
        """Takes one report."""
        for phase in [*self._tasks]:
            if phase != report.phase:
                self._finish(phase)
        if report.phase == "done":
            return
        if report.phase not in self._tasks:
            self._tasks[report.phase] = self._bars.add_task(report.phase.capitalize(), total=report.total_bytes)
        self._bars.update(self._tasks[report.phase], completed=report.done_bytes, total=report.total_bytes)

    def _finish(self, phase: Phase) -> None:
        task = self._tasks.pop(phase)
        if total := self._bars.tasks[self._bars.task_ids.index(task)].total:
            self._bars.update(task, completed=total)
        else:
            self._bars.remove_task(task)


class _Lines:
    """A line at the beginning of a phase, and one for each quarter of it."""

    def __init__(self) -> None:
        self._phase = ""
        self._next_share = 0.0

    def show(self, report: Progress) -> None:
        """Takes one report."""
        if report.phase != self._phase:
            self._phase, self._next_share = report.phase, 0.0
        share = report.done_bytes / report.total_bytes if report.total_bytes else 0.0
        if share < self._next_share:
            return
        self._next_share = share - share % _STEP + _STEP
        total = f" {share:.0%} of {report.total_bytes / 1e6:,.0f} MB" if report.total_bytes else ""
        typer.echo(f"{self._phase.capitalize()}{total}", err=True)
