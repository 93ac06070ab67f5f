"""`homespun backup` and `homespun restore`: all but the models in one file, and back, on either database."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .configuration import DataDir, configured, with_data_dir
from .terminal import console

if TYPE_CHECKING:
    from homespun.settings import Settings
    from homespun.store.backup import Manifest, OnProgress, Progress

_STEP = 0.25
"""The share after which a log gets another line."""


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")], data_dir: DataDir = None
) -> None:
    """Save database, open answers, releases and settings into one file, while the server runs; no installed models."""
    with _progress_shown("Saving") as on_progress:
        manifest = asyncio.run(_save(configured(data_dir=data_dir), file, on_progress))
    typer.echo(f"{file}: {_described(manifest)}, {file.stat().st_size / 1e6:,.1f} MB.")
    typer.echo("Installed models are not in it; `homespun models pull` fetches them.")
    typer.echo("It holds all that people wrote, and the key that signs releases: guard it.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `homespun backup` wrote.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace all that is in this installation.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Check a backup, and put it in the place of an empty installation, on whichever database the settings name.

    Stop the server first. Cut off, it is finished or undone by the next `restore` or `serve`.
    """
    from homespun.store.backup import refuse_unknown, verified

    from .restoring import restored

    manifest = verified(file)
    refuse_unknown(manifest)
    settings = with_data_dir(configured(data_dir=data_dir))
    with _progress_shown("Restoring") as on_progress:
        outcome = asyncio.run(restored(settings, file, manifest, on_progress, force=force))
    typer.echo(f"{'Finished what was cut off' if outcome.was_cut_off else 'Restored'}: {_described(manifest)}.")
    if outcome.put.settings:
        typer.echo(f"The settings of then are in {outcome.put.settings}; those of now are as they were.")
    if outcome.put.has_waiting:
        typer.echo("An improvement was about to go on. It waits: see the console, or `homespun learn run`.")
    typer.echo("Keys and sessions that were ended later are good again: end them anew.")


async def _save(settings: Settings, file: Path, on_progress: OnProgress) -> Manifest:
    from homespun.core.clock import SystemClock
    from homespun.settings import settings_file
    from homespun.store.backup import ArchiveWriter, save
    from homespun.wiring import build_store

    from .kept_files import find_files, read_files
    from .restoring import settle_restore

    await settle_restore(settings)
    store = build_store(settings)
    try:
        with ArchiveWriter(file) as archive:
            return await save(
                store,
                archive,
                SystemClock().now(),
                lambda: read_files(settings.data_dir, settings_file(os.environ)),
                on_progress,
                lambda: find_files(settings.data_dir),
            )
    finally:
        await store.close()


def _described(manifest: Manifest) -> str:
    return (
        f"{manifest.rows:,} rows of {manifest.made_at:%Y-%m-%d %H:%M} UTC, from {manifest.database}, "
        f"Homespun {manifest.version}"
    )


@contextmanager
def _progress_shown(what: str) -> Iterator[OnProgress]:
    screen = console(err=True)
    if not screen.is_terminal:
        yield _Lines(what).show
        return
    from rich import progress

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[unit]}"),
    )
    with progress.Progress(*columns, console=screen, transient=True) as bars:
        task = bars.add_task(what, total=None, unit="")

        def show(report: Progress) -> None:
            table = report.table.partition("/")[0]
            bars.update(
                task, description=f"{what} {table}", completed=report.done, total=report.total, unit=report.unit
            )

        yield show


class _Lines:
    """A line for each quarter."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._next_share = _STEP
        self._unit = ""

    def show(self, report: Progress) -> None:
        """Takes one report."""
        if report.unit != self._unit:
            self._unit, self._next_share = report.unit, _STEP
        share = report.done / report.total if report.total else 1.0
        if share >= self._next_share:
            self._next_share = share - share % _STEP + _STEP
            typer.echo(f"{self._what}: {share:.0%} of {report.total:,} {report.unit}", err=True)
