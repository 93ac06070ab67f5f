"""Options that several commands share, and the settings with what the command line says in their place."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from homespun.core.errors import Refused

if TYPE_CHECKING:
    from homespun.settings import Settings

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="FOLDER", help="The folder with database and models. [HOMESPUN_DATA_DIR]"),
]
ModelName = Annotated[
    str | None, typer.Option("--model", metavar="NAME", help="The model that answers. [HOMESPUN_MODEL]")
]
Host = Annotated[str | None, typer.Option("--host", metavar="ADDRESS", help="Where to listen. [HOMESPUN_HOST]")]
Port = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="The port there; 0: any. [HOMESPUN_PORT]")]


def configured(
    *,
    data_dir: Path | None = None,
    model: str | None = None,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
) -> Settings:
    """The settings by file and environment; what is given here counts for more. Raises `Invalid`."""
    from homespun.settings import load

    given = {"data_dir": data_dir, "model": model, "host": host, "port": port, "workers": workers}
    return replace(load(os.environ), **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def with_data_dir(settings: Settings) -> Settings:
    """The same settings, their data directory made if it wasn't there. Raises `Refused` where that can't be."""
    folder = settings.data_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # conversations are private
        reason = None if os.access(folder, os.W_OK | os.X_OK) else "it may not be written to"
    except OSError as error:
        reason = error.strerror
    if reason:
        raise Refused(f"The data directory {folder} can't be used: {reason}. Choose another with --data-dir.")
    return settings


def web_address(host: str, port: int) -> str:
    """What to type into a browser on this machine for a server that listens there."""
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - recognised, not listened on
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def sign_in_link(base: str, token: str) -> str:
    """The token comes after the #, which browsers send to nobody: it stays out of every log."""
    return f"{base.rstrip('/')}/sign-in#token={token}"
