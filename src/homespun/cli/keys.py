"""`homespun keys`: API keys for programs."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from .configuration import DataDir, configured, with_data_dir
from .terminal import console

if TYPE_CHECKING:
    from homespun.accounts import ApiKey
    from homespun.settings import Settings

app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)


@app.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What the key is for; you will recognise it by this.")],
    data_dir: DataDir = None,
) -> None:
    """Make a key and print its secret, the only time that it can be seen.

    The secret alone goes to the standard output, so that KEY=$(homespun keys create NAME) keeps it.
    """
    key, secret = asyncio.run(_create(with_data_dir(configured(data_dir=data_dir)), name))
    typer.echo(f"The key {key.name!r} ({key.id}). Keep the secret; it is not shown again.", err=True)
    typer.echo(secret)


@app.command("list")
def list_keys(data_dir: DataDir = None) -> None:
    """Show all keys, newest first, without their secrets."""
    from rich.table import Table

    keys = asyncio.run(_list(with_data_dir(configured(data_dir=data_dir))))
    if not keys:
        typer.echo("There are no keys yet. `homespun keys create NAME` makes one.")
        return
    table = Table("name", "begins with", "id", "made", "last used", "revoked", box=None, pad_edge=False)
    for key in keys:
        moments = (key.created_at, key.last_used_at, key.revoked_at)
        table.add_row(key.name, key.prefix + "...", key.id, *map(_moment, moments))
    console().print(table)


@app.command("revoke")
def revoke_key(
    key: Annotated[str, typer.Argument(help="The key's id, name, or the beginning of its secret as listed.")],
    data_dir: DataDir = None,
) -> None:
    """End a key. A running server refuses it within a second."""
    revoked = asyncio.run(_revoke(with_data_dir(configured(data_dir=data_dir)), key))
    typer.echo(f"The key {revoked.name!r} ({revoked.id}) is revoked.")


async def _create(settings: Settings, name: str) -> tuple[ApiKey, str]:
    from homespun.wiring import open_accounts

    async with open_accounts(settings) as accounts:
        return await accounts.create_key(name)


async def _list(settings: Settings) -> tuple[ApiKey, ...]:
    from homespun.wiring import open_accounts

    async with open_accounts(settings) as accounts:
        return await accounts.list_keys()


async def _revoke(settings: Settings, which: str) -> ApiKey:
    from homespun.wiring import open_accounts

    async with open_accounts(settings) as accounts:
        return await accounts.revoke_key(which)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"
