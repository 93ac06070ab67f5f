"""How commands write to a terminal, and to what isn't one."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from homespun.core.errors import HomespunError

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH_OF_A_FILE = 200
"""Columns of a table that goes into a file or a pipe; none of it is cut off."""


def console(*, err: bool = False) -> Console:
    """For tables and progress. Output that isn't a terminal gets neither colours nor moving parts."""
    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    return Console(stderr=err, width=None if stream.isatty() else _WIDTH_OF_A_FILE, highlight=False)


def say_error(error: HomespunError) -> None:
    """One line that names the remedy, as every error of ours does."""
    typer.secho("Error: ", fg=typer.colors.RED, bold=True, err=True, nl=False)
    typer.echo(harmless(error.message), err=True)


def minute(moment: datetime | None) -> str:
    """A moment in a table, in UTC to the minute; a dash for none."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"


def harmless(text: str) -> str:
    """The text without control characters but newline and tab: a model's words must not steer somebody's terminal."""
    return "".join(character for character in text if character in "\n\t" or not _is_control(character))


def _is_control(character: str) -> bool:
    return character < " " or "\x7f" <= character <= "\x9f"
