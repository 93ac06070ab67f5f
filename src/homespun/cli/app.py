"""The command `homespun`: which commands there are, and how errors reach people."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from homespun import __version__
from homespun.core.errors import HomespunError

from . import (
    availability,
    backup,
    bench,
    chat,
    doctor,
    keys,
    learning,
    ledger,
    models,
    owner,
    people,
    plans,
    prices,
    releases,
    serve,
    teams,
    vouchers,
)
from .terminal import say_error

INTERRUPTED = 130
"""The exit status of a program that was ended with Ctrl-C, by convention of Unix shells."""

app = typer.Typer(
    name="homespun",
    help="A ChatGPT of your own, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.serve)
app.command("chat")(chat.chat)
app.add_typer(models.app, name="models")
app.add_typer(keys.app, name="keys")
app.add_typer(people.app, name="people")
app.add_typer(teams.app, name="teams")
app.add_typer(availability.app, name="availability")
app.add_typer(owner.app, name="owner")
app.add_typer(prices.app, name="prices")
app.add_typer(plans.app, name="plans")
app.add_typer(vouchers.app, name="vouchers")
app.add_typer(ledger.app, name="ledger")
app.add_typer(learning.app, name="learn")
app.add_typer(releases.app, name="releases")
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.add_typer(bench.app, name="bench")


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"homespun {__version__}")
        raise typer.Exit


@app.callback()
def homespun(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """A ChatGPT of your own, on your own machine."""


def main() -> None:
    """Runs the command line; an error is one clear line that names the remedy, and exit status 1."""
    try:
        app()
    except HomespunError as error:
        say_error(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
