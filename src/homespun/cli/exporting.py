"""`homespun releases export`: a release as files that other programs load."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .configuration import DataDir, configured, with_data_dir
from .terminal import console

if TYPE_CHECKING:
    from homespun.learning.exporting import OnProgress, Source
    from homespun.settings import Settings

_STEP = 0.25
"""The share after which a log gets another line."""


def export(
    name: Annotated[str, typer.Argument(help="Its number, <model>@<number>, its id, or the beginning of its digest.")],
    *,
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="The folder to make; it must not be there yet.")],
    form: Annotated[
        Literal["hf", "gguf"],
        typer.Option("--format", help="A Hugging Face folder, or a GGUF file for llama.cpp and its kin."),
    ] = "hf",
    kind: Annotated[
        Literal["f16", "q8_0"], typer.Option("--type", help="How a GGUF file holds weights: 16 bits each, or 8.5.")
    ] = "f16",
    data_dir: DataDir = None,
) -> None:
    """Write a release as files that other programs load, once its signature was checked."""
    from homespun.learning.exporting import Format, WeightType, export_release

    source = asyncio.run(_verified(with_data_dir(configured(data_dir=data_dir)), name))
    with _progress_shown() as on_progress:
        export_release(source, to, Format(form), on_progress, kind=WeightType(kind))
    size = sum(path.stat().st_size for path in to.iterdir())
    typer.echo(f"{to}: {source.release.name}, {size / 1e6:,.1f} MB. Its README.md says what it is.")
    if not source.release.is_base:
        typer.echo("It was trained on what people said, and may repeat it: guard it as you guard that.")


async def _verified(settings: Settings, name: str) -> Source:
    """Raises `ReleaseDamaged` for a trained release, `ModelUnreadable` for a base, that isn't what it was."""
    from homespun.engine_wiring import release_weights
    from homespun.learning.exporting import Source
    from homespun.wiring import build_model_store, open_releases

    typer.echo("Checking each byte against the signature.", err=True)
    async with open_releases(settings) as (releases, _):
        release = await releases.one(name)
        await asyncio.to_thread(releases.folders.verify, release.digest)
        card = releases.folders.card(release.digest)
    weights = release_weights(settings, release)
    if release.is_base:
        await build_model_store(settings).verify(settings.model)
    return Source(release, weights, card)


@contextmanager
def _progress_shown() -> Iterator[OnProgress]:
    screen = console(err=True)
    if not screen.is_terminal:
        yield _Lines().show
        return
    from rich import progress

    columns = (progress.TextColumn("Writing"), progress.BarColumn(), progress.DownloadColumn())
    with progress.Progress(*columns, console=screen, transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


class _Lines:
    """A line for each quarter."""

    def __init__(self) -> None:
        self._next_share = _STEP

    def show(self, done: int, total: int) -> None:
        """Takes one report."""
        share = done / total if total else 1.0
        if share >= self._next_share:
            self._next_share = share - share % _STEP + _STEP
            typer.echo(f"Writing: {share:.0%} of {total / 1e6:,.0f} MB", err=True)
