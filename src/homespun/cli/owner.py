"""`homespun owner`: what the owner of this installation needs to get in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from .configuration import DataDir, configured, sign_in_link, web_address, with_data_dir

if TYPE_CHECKING:
    from homespun.settings import Settings

app = typer.Typer(help="The owner's way in.", no_args_is_help=True)


@app.callback()
def owner() -> None:
    """The owner's way in."""


@app.command("link")
def make_link(
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address that browsers reach the server at, behind a proxy.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Print a link that signs the owner in, once, within 24 hours."""
    settings = with_data_dir(configured(data_dir=data_dir))
    token = asyncio.run(_token(settings))
    typer.echo(sign_in_link(url or web_address(settings.host, settings.port), token))


async def _token(settings: Settings) -> str:
    from homespun.wiring import open_accounts

    async with open_accounts(settings) as accounts:
        return await accounts.make_sign_in_link_token()
